"""Consent as a chain of signatures that only grows, and what it permits. Pure.

A purpose is permitted while its newest signature is a yes and the registry itself is permitted: without the
registry there is nothing to text about, to match or to share. A yes to an older version of a text goes on
holding, within the scope of that version, until the person decides on the newer one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One decision about one text; never changed. `number` counts the decisions on a purpose from 1."""

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


@dataclass(frozen=True, slots=True)
class Permissions:
    """The purposes that are permitted, each with the version of the text whose scope holds."""

    versions: Mapping[Purpose, str]


NOTHING_PERMITTED = Permissions({})


def newest(signatures: Iterable[Signature], now: datetime) -> dict[Purpose, Signature]:
    """The signature that counts for each purpose at `now`."""
    latest: dict[Purpose, Signature] = {}
    for signature in sorted(signatures, key=lambda each: each.number):
        if signature.at <= now:
            latest[signature.purpose] = signature
    return latest


def standings(signatures: Iterable[Signature], now: datetime) -> tuple[Standing, ...]:
    """All six purposes, in their order."""
    latest = newest(signatures, now)
    return tuple(_standing(purpose, latest.get(purpose)) for purpose in Purpose)


def permissions(signatures: Iterable[Signature], now: datetime) -> Permissions:
    """What may be done with this person's data, and whether they may be contacted, at `now`."""
    granted = {
        purpose: signature.version
        for purpose, signature in newest(signatures, now).items()
        if signature.decision is Decision.GRANTED
    }
    return Permissions(granted) if granted.keys() >= REQUIRED else NOTHING_PERMITTED


def may(permitted: Permissions, purpose: Purpose) -> bool:
    """The one question that everything downstream asks."""
    return purpose in permitted.versions


def _standing(purpose: Purpose, signature: Signature | None) -> Standing:
    if signature is None:
        return Standing(purpose=purpose, state=ConsentState.NEVER_ASKED)
    return Standing(
        purpose=purpose,
        state=ConsentState(signature.decision),
        version=signature.version,
        signed_at=signature.at,
    )
