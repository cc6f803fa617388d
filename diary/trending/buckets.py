"""Ratings put together by day, week, month or day since an injection. Pure; a gap stays a gap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import fmean, median

from diary.cycles import days_since_injection
from diary.cycling.summary import LONGEST_DAYS
from diary.errors import FieldFault, InvalidTrend
from diary.treatments import Treatment

LONGEST_RANGE = timedelta(days=800)
_DAY = timedelta(days=1)
_USUAL_DAYS = {"DAY": 30, "WEEK": 26 * 7, "MONTH": 365, "CYCLE_DAY": 365}


class By(StrEnum):
    """What one point of a trend stands for; weeks begin on Monday."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    CYCLE_DAY = "CYCLE_DAY"


@dataclass(frozen=True, slots=True)
class Point:
    """The ratings of one bucket: `n` of them (at least one), and how they lie.

    `since` and `until` are the days that it spans, both included. A bucket by days since an injection, 0 for
    the day of it, spans several cycles: `cycle_day` says which day, `since` and `until` the first and last
    day that were rated.
    """

    since: date
    until: date
    n: int
    mean: float
    median: float
    low: float
    high: float
    cycle_day: int | None = None


def checked_range(by: By, since: date | None, until: date | None, today: date) -> tuple[date, date]:
    """The first and the last day to show; left open, they end today and begin as usual for the kind.

    Raises:
        InvalidTrend: the range ends before it begins, or is longer than 800 days.
    """
    last = min(until or today, today)
    usual = min(timedelta(days=_USUAL_DAYS[by] - 1), last - date.min)
    first = since if since is not None else last - usual
    if first > last:
        raise InvalidTrend([FieldFault("from", "Please choose a first day that comes before the last one.")])
    if last - first > LONGEST_RANGE:
        message = f"Please ask for at most {LONGEST_RANGE.days} days."
        raise InvalidTrend([FieldFault("from", message)])
    return first, last


def points(by: By, ratings: Mapping[date, float], treatments: Iterable[Treatment]) -> list[Point]:
    """The buckets that hold a rating, in their order; what holds none is left out."""
    if by is By.CYCLE_DAY:
        return _by_cycle_day(ratings, treatments)
    spans: dict[tuple[date, date], list[float]] = {}
    for day in sorted(ratings):
        spans.setdefault(_span(by, day), []).append(ratings[day])
    return [_point(since, until, those) for (since, until), those in spans.items()]


def _by_cycle_day(ratings: Mapping[date, float], treatments: Iterable[Treatment]) -> list[Point]:
    known = list(treatments)
    days: dict[int, list[date]] = {}
    for day in sorted(ratings):
        since = days_since_injection(day, known)
        if since is not None and since <= LONGEST_DAYS:
            days.setdefault(since, []).append(day)
    return [
        _point(those[0], those[-1], [ratings[day] for day in those], number)
        for number, those in sorted(days.items())
    ]


def _span(by: By, day: date) -> tuple[date, date]:
    if by is By.WEEK:
        monday = day - day.weekday() * _DAY
        return monday, monday + 6 * _DAY
    if by is By.MONTH:
        first = day.replace(day=1)
        return first, (first + 31 * _DAY).replace(day=1) - _DAY
    return day, day


def _point(since: date, until: date, those: list[float], cycle_day: int | None = None) -> Point:
    return Point(
        since=since,
        until=until,
        n=len(those),
        mean=fmean(those),
        median=float(median(those)),
        low=min(those),
        high=max(those),
        cycle_day=cycle_day,
    )
