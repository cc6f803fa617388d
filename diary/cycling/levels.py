"""Ratings by day, made smooth: single days of a person say little, a week says a lot. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean, median

HALF_WEEK = 3
FEWEST_IN_WEEK = 3
HALF_FORTNIGHT = 7
FEWEST_IN_FORTNIGHT = 5
STAYS = 5
OF_OBSERVED = 7
LONGEST_GAP = 10

Levels = Mapping[int, float]


def smoothed(ratings: Levels, days: Iterable[int]) -> dict[int, float]:
    """The median of the ratings of three days before to three days after, for each of `days`.

    A day whose seven days hold fewer than three ratings is left out: a gap stays a gap.
    """
    levels: dict[int, float] = {}
    for day in days:
        window = [ratings[near] for near in range(day - HALF_WEEK, day + HALF_WEEK + 1) if near in ratings]
        if len(window) >= FEWEST_IN_WEEK:
            levels[day] = float(median(window))
    return levels


def lowest_fortnight(levels: Levels) -> tuple[int, float] | None:
    """The day in whose middle fifteen days the smooth levels are lowest on average, and that average.

    The first such day where several are alike; None where no fifteen days hold five levels.
    """
    best: tuple[int, float] | None = None
    for day in sorted(levels):
        near = range(day - HALF_FORTNIGHT, day + HALF_FORTNIGHT + 1)
        window = [levels[other] for other in near if other in levels]
        if len(window) >= FEWEST_IN_FORTNIGHT and (best is None or fmean(window) < best[1]):
            best = day, fmean(window)
    return best


@dataclass(frozen=True, slots=True)
class Crossing:
    """The first day from which levels stay beyond a line; `sure` unless it may have been in a gap before."""

    day: int
    sure: bool


def first_to_stay(levels: Levels, beyond: Callable[[float], bool], after: int) -> Crossing | None:
    """The first day later than `after` from which levels are beyond a line on five of seven observed days.

    Days without a level are no observed days. It is not `sure` where the last level before it lies more than
    ten days back. None where levels never stay beyond, or where fewer than five are left to tell.
    """
    days = sorted(day for day in levels if day > after)
    for place, day in enumerate(days):
        following = days[place : place + OF_OBSERVED]
        if beyond(levels[day]) and sum(beyond(levels[other]) for other in following) >= STAYS:
            before = max((other for other in levels if other < day), default=None)
            return Crossing(day, sure=before is not None and day - before <= LONGEST_GAP)
    return None
