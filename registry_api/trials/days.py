"""Arithmetic of calendar days, and a day that is known only to lie in a span."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from diary.partial_dates import PartialDate


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months on; the month's last day where it is shorter.

    A month that lies outside the calendar gives its first or last day.
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.min if months < 0 else date.max
    return date(year, month0 + 1, min(day.day, calendar.monthrange(year, month0 + 1)[1]))


def add_days(day: date, days: int) -> date:
    """So many days on, but never outside the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.min if days < 0 else date.max


@dataclass(frozen=True, slots=True)
class Span:
    """A day known to lie from `first` to `last`, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, stated: PartialDate) -> Span:
        first = stated.first_day
        return cls(first, first if stated.is_day else stated.last_day)


ANY_DAY = Span(date.min, date.max)
"""A day of which nothing is known."""
