"""When a person said something, whenever it reached us. Pure: clocks are passed in, in UTC.

What was said last counts, not what arrived last: a check-in that waited on a phone without signal must not
undo what its owner texted meanwhile. A phone's clock is believed where it can be right.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from diary import days
from diary.check_ins import Timeliness
from diary.errors import FutureCheckIn

TICK = timedelta(milliseconds=1)
LONGEST_WAIT = timedelta(days=14)
_OUR_CLOCKS_DIFFER = timedelta(minutes=1)


def said_at(received_at: datetime, client_at: datetime | None, builds_on: datetime | None) -> datetime:
    """The moment that orders what was said: the client's, where it can be right, else when it was received.

    A client's clock can be right where it shows a moment before we received it, and at most 14 days before.
    `builds_on` is the moment of what the person saw when they said it: theirs comes at least a millisecond
    after that, also by a clock that is slow. A moment over a minute ahead of our clock is not heeded.
    """
    moment = received_at if client_at is None or not _may_be(client_at, received_at) else client_at
    if builds_on is None or builds_on > received_at + _OUR_CLOCKS_DIFFER:
        return moment
    return max(moment, builds_on + TICK)


def said_about(
    about: date, zone: ZoneInfo, received_at: datetime, client_at: datetime | None, builds_on: datetime | None
) -> tuple[datetime, Timeliness]:
    """As `said_at`, for a check-in about a day; and how far behind its day it was said.

    A client's clock by which that day had not even begun cannot be right.

    Raises:
        FutureCheckIn: the day has not begun by our clock either.
    """
    if client_at is not None and _may_be(client_at, received_at):
        try:
            timeliness = days.timeliness(about, client_at, zone)
        except FutureCheckIn:
            pass
        else:
            return said_at(received_at, client_at, builds_on), timeliness
    return said_at(received_at, None, builds_on), days.timeliness(about, received_at, zone)


def _may_be(client_at: datetime, received_at: datetime) -> bool:
    return received_at - LONGEST_WAIT <= client_at <= received_at
