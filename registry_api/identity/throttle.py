"""What one number may do: how often codes are texted to it, and how often one may be tried. Pure.

Tries are counted for a number whether or not it has an account or a code that is open, so that no answer
tells whether it has. Moments are given and kept newest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

DAY = timedelta(hours=24)
_AS_STORED = timedelta(milliseconds=1)  # the database keeps milliseconds
# The first limit stops hammering. The second stops texting somebody all day long.
REQUEST_LIMITS = ((3, timedelta(minutes=10)), (30, DAY))
_REQUESTS_REMEMBERED = max(count for count, _ in REQUEST_LIMITS)

TRIES_A_CODE = 5
TRIES_A_DAY = 15
# Seconds to wait after so many tries in 24 hours. The tries of a first code are free, because fingers slip; a
# whole day's tries take over three hours, and leave one chance in 66,000.
_WAITS = (0, 0, 0, 0, 0, 30, 60, 120, 300, 600, 900, 1200, 1800, 2700, 3600)


def wait_for_code(requests: Sequence[datetime], now: datetime) -> int:
    """Whole seconds until another code may be asked for; 0 for now."""
    waits = [
        _seconds(requests[count - 1] + window - now)
        for count, window in REQUEST_LIMITS
        if len(requests) >= count
    ]
    return max([0, *waits])


def wait_for_try(tried: Sequence[datetime], now: datetime) -> int:
    """Whole seconds until a code may be tried again; 0 for now."""
    today = recent(tried, now)
    if len(today) >= TRIES_A_DAY:
        return max(0, _seconds(today[TRIES_A_DAY - 1] + DAY - now))
    return max(0, _seconds(today[0] + timedelta(seconds=_WAITS[len(today)]) - now)) if today else 0


def with_request(requests: Sequence[datetime], now: datetime) -> list[datetime]:
    """The requests to remember after one more."""
    return [now, *requests][:_REQUESTS_REMEMBERED]


def with_try(tried: Sequence[datetime], now: datetime) -> list[datetime]:
    """The tries to remember after one more."""
    return [now, *recent(tried, now)][:TRIES_A_DAY]


def without_try(tried: Sequence[datetime], at: datetime) -> list[datetime]:
    """The tries to remember when the one of this moment was right: only wrong ones bring waits."""
    left = list(tried)
    same = next((moment for moment in left if abs(moment - at) < _AS_STORED), None)
    if same is not None:
        left.remove(same)
    return left


def recent(tried: Sequence[datetime], now: datetime) -> list[datetime]:
    """The tries of the last 24 hours."""
    return [moment for moment in tried if moment > now - DAY]


def _seconds(wait: timedelta) -> int:
    return ceil(wait.total_seconds())
