"""Consent as a chain of signatures that only grows. Pure.

What signatures permit is said in `uses` alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeVar

from diary.ids import PatientId


class Purpose(StrEnum):
    """What is asked for, each on its own."""

    REGISTRY = "REGISTRY"
    TEXTS = "TEXTS"
    TRIAL_CONTACT = "TRIAL_CONTACT"
    BIOSPECIMEN_LINK = "BIOSPECIMEN_LINK"
    RECONTACT = "RECONTACT"
    RESEARCH_SHARING = "RESEARCH_SHARING"


REQUIRED = frozenset({Purpose.REGISTRY})


class Decision(StrEnum):
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"


class ConsentState(StrEnum):
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
    NEVER_ASKED = "NEVER_ASKED"


class How(StrEnum):
    """Where the person was when they decided."""

    WEB = "WEB"
    SMS = "SMS"


class Answer(NamedTuple):
    """What counts of a signature when it is asked what may be done."""

    purpose: Purpose
    number: int
    version: str
    decision: Decision


class Answering(Protocol):
    """A signature, or as much of it as an answer is."""

    @property
    def purpose(self) -> Purpose: ...
    @property
    def number(self) -> int: ...
    @property
    def version(self) -> str: ...
    @property
    def decision(self) -> Decision: ...


A = TypeVar("A", bound=Answering)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One decision about one text; never changed. `number` counts the decisions on a purpose from 1.

    `id` is made by the client, so that a request that is sent again adds nothing. `text_sha256` is of the
    text as it was shown.
    """

    id: str
    patient: PatientId
    purpose: Purpose
    number: int
    version: str
    language: str
    text_sha256: str
    decision: Decision
    how: How
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a purpose stands; `version` and `signed_at` are those of the newest signature."""

    purpose: Purpose
    state: ConsentState
    version: str | None = None
    signed_at: datetime | None = None


def newest(signatures: Iterable[A]) -> dict[Purpose, A]:
    """The signature that counts for each purpose."""
    latest: dict[Purpose, A] = {}
    for signature in signatures:
        known = latest.get(signature.purpose)
        if known is None or known.number < signature.number:
            latest[signature.purpose] = signature
    return latest


def standings(signatures: Iterable[Signature]) -> tuple[Standing, ...]:
    """All six purposes, in their order."""
    latest = newest(signatures)
    return tuple(standing(purpose, latest.get(purpose)) for purpose in Purpose)


def standing(purpose: Purpose, signature: Signature | None) -> Standing:
    """How a purpose stands by its newest signature."""
    if signature is None:
        return Standing(purpose=purpose, state=ConsentState.NEVER_ASKED)
    return Standing(
        purpose=purpose,
        state=ConsentState(signature.decision),
        version=signature.version,
        signed_at=signature.at,
    )
