"""The last cycles beside each other, and what changed lately. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median, median_low

from diary.cycling.marks import CycleSummary, Mark, week_of

SMALLEST_CHANGE = 1.0
FEWEST_DAYS = 5
FEWEST_COMPARED = 2
_DAY = timedelta(days=1)
_WEEK = 7 * _DAY


@dataclass(frozen=True, slots=True)
class Typical:
    """When a mark usually comes, in weeks since injection: the middle one of some cycles, and the range."""

    week: int
    earliest: int
    latest: int
    cycles: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is typical over some cycles; None where fewer than two of them have that mark.

    `line` is the person's own line: the middle one of their cycles' lines, where one of them has any.
    """

    benefit: Typical | None
    peak: Typical | None
    wearing_off: Typical | None
    line: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Medians of two spans of days and how many were rated; `notable` where it is worth a word.

    That is a point or more, with five rated days on either side. Less is how days differ anyway.
    """

    before: float
    after: float
    days_before: int
    days_after: int

    @property
    def notable(self) -> bool:
        enough = min(self.days_before, self.days_after) >= FEWEST_DAYS
        return enough and abs(self.after - self.before) >= SMALLEST_CHANGE


def compared(cycles: Sequence[CycleSummary]) -> Comparison:
    lines = [cycle.line for cycle in cycles if cycle.line is not None]
    return Comparison(
        benefit=_typical(cycles, lambda cycle: cycle.benefit),
        peak=_typical(cycles, lambda cycle: cycle.peak),
        wearing_off=_typical(cycles, lambda cycle: cycle.wearing_off),
        line=float(median(lines)) if lines else None,
    )


def week_against_last(ratings: Mapping[date, float], today: date) -> Difference | None:
    """The seven days up to `today` against the seven before; None where one of them has no rating."""
    last_week = today - _WEEK
    return _difference(
        _span(ratings, last_week - _WEEK + _DAY, last_week), _span(ratings, last_week + _DAY, today)
    )


def cycle_against_last(
    ratings: Mapping[date, float], cycles: Sequence[CycleSummary], today: date
) -> Difference | None:
    """The running cycle up to now against the same days of the one before; None where there are not both."""
    exact = [cycle for cycle in cycles if cycle.injected_on.is_day]
    if len(exact) < FEWEST_COMPARED or exact[-1].ends_on is not None:
        return None
    before, now = exact[-2], exact[-1]
    start, started = now.injected_on.first_day, before.injected_on.first_day
    far = min(today - start, start - _DAY - started)
    return _difference(_span(ratings, started, started + far), _span(ratings, start, start + far))


def _typical(cycles: Sequence[CycleSummary], mark: Callable[[CycleSummary], Mark]) -> Typical | None:
    days = sorted(day for cycle in cycles if (day := mark(cycle).day) is not None)
    if len(days) < FEWEST_COMPARED:
        return None
    return Typical(week_of(median_low(days)), week_of(days[0]), week_of(days[-1]), len(days))


def _span(ratings: Mapping[date, float], first: date, last: date) -> list[float]:
    return [rating for day, rating in ratings.items() if first <= day <= last]


def _difference(before: Iterable[float], after: Iterable[float]) -> Difference | None:
    earlier, later = list(before), list(after)
    if not earlier or not later:
        return None
    return Difference(float(median(earlier)), float(median(later)), len(earlier), len(later))
