"""The values of scores: what answers added up to, by the rules of one version of an instrument."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoScore(StrEnum):
    """Why a scale has no value."""

    TOO_MANY_MISSING = "TOO_MANY_MISSING"
    NOTHING_APPLIES = "NOTHING_APPLIES"
    NOT_SCORED = "NOT_SCORED"
    NOT_TYPED_IN = "NOT_TYPED_IN"


@dataclass(frozen=True, slots=True)
class Score:
    """The value of one scale, in its own units; or None, with the reason.

    `band` is the id of a screening band of that scale, where it has bands. It is never a diagnosis.
    `version` is that of the instrument whose rules gave the value.
    """

    scale: str
    version: str
    value: float | None
    reason: NoScore | None = None
    band: str | None = None


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """All scores of one revision by one version of the instrument; it is added and never changed."""

    version: str
    revision: int
    at: datetime
    scores: tuple[Score, ...]
