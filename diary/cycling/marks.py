"""What a cycle shows: its marks, its levels, or why they are not there. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from diary.partial_dates import PartialDate
from diary.treatments import Treatment

DAYS_IN_WEEK = 7


class Missing(StrEnum):
    """Why a mark is not there."""

    TOO_FEW_DAYS = "TOO_FEW_DAYS"
    NO_BENEFIT_SEEN = "NO_BENEFIT_SEEN"
    NOT_YET = "NOT_YET"
    LASTED = "LASTED"
    UNCERTAIN_DATE = "UNCERTAIN_DATE"


class Source(StrEnum):
    """Where a mark comes from: the ratings, or what the person said about the injection."""

    RATINGS = "RATINGS"
    STATED = "STATED"


@dataclass(frozen=True, slots=True)
class Mark:
    """A day of a cycle, counted from the injection (day 0), or why there is none.

    `seen` is the day that the ratings show and `stated` the one that the person gave. `missing` says why the
    ratings show none, also where the person gave one.
    """

    seen: int | None = None
    missing: Missing | None = None
    stated: int | None = None

    @property
    def day(self) -> int | None:
        """What the ratings show, or else what the person said."""
        return self.seen if self.seen is not None else self.stated

    @property
    def source(self) -> Source | None:
        if self.seen is not None:
            return Source.RATINGS
        return Source.STATED if self.stated is not None else None

    @property
    def week(self) -> int | None:
        return None if self.day is None else week_of(self.day)


@dataclass(frozen=True, slots=True)
class WeekLevel:
    """The ratings of one week of a cycle, 1 for days 1 to 7: how many, their median, lowest and highest."""

    week: int
    n: int
    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CycleSummary:
    """One cycle as one item shows it.

    `injections` are those of its first day: several where several products were given, whose units are not
    interchangeable and are never added up. `ends_on` is the day before the next injection, None while none
    followed. Levels are on the scale of the item; higher is worse. `weeks` leaves out weeks without ratings.
    """

    injected_on: PartialDate
    injections: tuple[Treatment, ...]
    ends_on: date | None
    days_observed: int
    usual_level: float | None
    best_level: float | None
    line: float | None
    benefit: Mark
    peak: Mark
    wearing_off: Mark
    weeks: tuple[WeekLevel, ...]


def week_of(day: int) -> int:
    """The week since the injection that a day is in: 1 for days 0 to 7, 4 for days 22 to 28."""
    return max(1, -(-day // DAYS_IN_WEEK))
