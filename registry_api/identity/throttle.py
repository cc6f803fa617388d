"""How often codes may be asked for on one number. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

# The first limit stops hammering. The second stops slow, patient guessing and texting somebody all day long:
# 30 codes of 5 tries leave one chance in 6,600 a day.
LIMITS = ((3, timedelta(minutes=10)), (30, timedelta(hours=24)))
MEMORY = max(window for _, window in LIMITS)
_REMEMBERED = max(count for count, _ in LIMITS)


def wait_seconds(requests: Sequence[datetime], now: datetime) -> int:
    """Whole seconds until another code may be asked for; 0 for now. `requests` has the newest first."""
    waits = [
        (requests[count - 1] + window - now).total_seconds()
        for count, window in LIMITS
        if len(requests) >= count
    ]
    return max(0, ceil(max(waits, default=0)))


def with_request(requests: Sequence[datetime], now: datetime) -> list[datetime]:
    """The requests to remember after one more."""
    return [now, *requests][:_REMEMBERED]
