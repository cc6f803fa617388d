from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from registry_api.identity.throttle import (
    wait_for_code,
    wait_for_try,
    with_request,
    with_try,
    without_try,
)
from tests.registry_api.identity.desk import NOW


def _ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=each) for each in minutes]


def test_the_third_code_in_ten_minutes_is_the_last() -> None:
    """Two earlier requests leave room for one; three leave none until the oldest is ten minutes old."""
    assert wait_for_code(_ago(1, 2), NOW) == 0
    assert wait_for_code(_ago(1, 2, 3), NOW) == 7 * 60
    assert wait_for_code(_ago(1, 2, 10), NOW) == 0
    assert wait_for_code(_ago(1, 2, 9.999), NOW) == 1


def test_thirty_codes_a_day_are_the_most() -> None:
    """The thirty-first code of a day waits until the first is a day old."""
    spread = _ago(*(20 * each for each in range(1, 31)))
    assert wait_for_code(spread[:29], NOW) == 0
    assert wait_for_code(spread, NOW) == (24 * 60 - 600) * 60


def test_only_what_can_matter_is_remembered() -> None:
    """However often codes are asked for and tried, thirty and fifteen moments are kept, newest first."""
    asked: list[datetime] = []
    tried: list[datetime] = []
    for minute in range(100):
        now = NOW + timedelta(minutes=minute)
        asked, tried = with_request(asked, now), with_try(tried, now)
    assert (len(asked), len(tried)) == (30, 15)
    assert asked[0] == tried[0] == NOW + timedelta(minutes=99)


def test_waits_grow_from_the_fifth_try_on() -> None:
    """The tries of one code are free; then each wait is longer than the last, up to an hour."""
    tried: list[datetime] = []
    waits = []
    for _ in range(15):
        waits.append(wait_for_try(tried, NOW))
        tried = with_try(tried, NOW)
    assert waits[:5] == [0] * 5
    assert waits[5:] == sorted(set(waits[5:]))
    assert (waits[5], waits[14]) == (30, 3600)


def test_fifteen_tries_a_day_are_the_most() -> None:
    """Whoever always waits as told gets fifteen in any 24 hours, and the next when the first is a day old."""
    tried: list[datetime] = []
    now, moments = NOW, []
    while now < NOW + timedelta(days=3):
        wait = wait_for_try(tried, now)
        if wait:
            now += timedelta(seconds=wait)
            continue
        tried = with_try(tried, now)
        moments.append(now)
        now += timedelta(seconds=1)
    for moment in moments:
        assert len([each for each in moments if timedelta() <= each - moment < timedelta(days=1)]) <= 15
    assert moments[15] - moments[0] >= timedelta(days=1)
    assert len(moments) > 40


@pytest.mark.parametrize("microseconds", [0, 567])
def test_a_right_code_gives_one_try_back(microseconds: int) -> None:
    """Of two tries at one moment one is left, whatever the database did to the moment's last digits."""
    other = NOW - timedelta(minutes=3)
    stored = [NOW, NOW, other]
    at = NOW + timedelta(microseconds=microseconds)
    assert without_try(stored, at) == [NOW, other]
    assert without_try([other], at) == [other]
