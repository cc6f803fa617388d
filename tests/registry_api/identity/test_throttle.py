from __future__ import annotations

from datetime import datetime, timedelta

from registry_api.identity.throttle import wait_seconds, with_request
from tests.registry_api.identity.desk import NOW


def _asked(*minutes_ago: float) -> list[datetime]:
    return [NOW - timedelta(minutes=minutes) for minutes in minutes_ago]


def test_the_third_code_in_ten_minutes_is_the_last() -> None:
    """Two earlier requests leave room for one; three leave none until the oldest is ten minutes old."""
    assert wait_seconds(_asked(1, 2), NOW) == 0
    assert wait_seconds(_asked(1, 2, 3), NOW) == 7 * 60
    assert wait_seconds(_asked(1, 2, 10), NOW) == 0
    assert wait_seconds(_asked(1, 2, 9.999), NOW) == 1


def test_thirty_codes_a_day_are_the_most() -> None:
    """The thirty-first code of a day waits until the first is a day old."""
    spread = _asked(*(20 * each for each in range(1, 31)))
    assert wait_seconds(spread[:29], NOW) == 0
    assert wait_seconds(spread, NOW) == (24 * 60 - 600) * 60


def test_only_what_can_matter_is_remembered() -> None:
    """However often codes are asked for, thirty moments are kept, newest first."""
    kept: list[datetime] = []
    for minute in range(100):
        kept = with_request(kept, NOW + timedelta(minutes=minute))
    assert len(kept) == 30
    assert kept[0] == NOW + timedelta(minutes=99)
