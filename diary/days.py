"""Local days and moments. Pure: the present and the zone are passed in."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from diary.check_ins import Timeliness
from diary.errors import FutureCheckIn, UnknownTimeZone

DAY_ENDS_AT = time(3)
_DAY = timedelta(days=1)
_NOT_PLACES = frozenset({"Factory", "localtime", "posixrules", "leapseconds"})


@cache
def zone_names() -> frozenset[str]:
    """The IANA names of zones, without those that mean something else on each machine."""
    return frozenset(available_timezones() - _NOT_PLACES)


def zone_named(name: str) -> ZoneInfo:
    """The zone of an IANA name.

    Raises:
        UnknownTimeZone: there is none of this name.
    """
    if name not in zone_names():
        raise UnknownTimeZone
    return ZoneInfo(name)


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment (UTC) when clocks in `zone` first show `at` on `day`.

    A time that occurs twice means the first; one that is skipped means the first moment after the gap.
    """
    local = datetime.combine(day, at.replace(microsecond=0, tzinfo=None, fold=0), zone)
    first = local.astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return first
    before, after = local.replace(fold=1).astimezone(UTC), first
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def closes_at(about: date, zone: ZoneInfo) -> datetime:
    """The moment (UTC) when a day ends for the diary: 03:00 next morning, local time."""
    return moment(about + _DAY, DAY_ENDS_AT, zone)


def open_day(now: datetime, zone: ZoneInfo) -> date:
    """The day that a person lives in: until 03:00 it is still the day before."""
    today = now.astimezone(zone).date()
    yesterday = today - _DAY
    return yesterday if now < closes_at(yesterday, zone) else today


def timeliness(about: date, now: datetime, zone: ZoneInfo) -> Timeliness:
    """How late an entry about a day comes.

    Between midnight and 03:00 both the open day and the day of the calendar are "today".

    Raises:
        FutureCheckIn: the day has not begun in this zone.
    """
    today = open_day(now, zone)
    if about > now.astimezone(zone).date():
        raise FutureCheckIn(today)
    if about >= today:
        return Timeliness.ON_THE_DAY
    return Timeliness.RECALLED if about == today - _DAY else Timeliness.RETROSPECTIVE
