from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.check_ins import Timeliness
from diary.checking_in.saying import LONGEST_WAIT, TICK, said_about, said_at
from diary.errors import FutureCheckIn
from tests.diary.examples import DAY, NEW_YORK, NOON

ZONE = ZoneInfo(NEW_YORK)
MINUTE, HOUR, DAYS = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("client_at", "believed"),
    [
        (NOON, True),
        (NOON - LONGEST_WAIT, True),
        (NOON - LONGEST_WAIT - TICK, False),
        (NOON + TICK, False),
        (None, False),
    ],
)
def test_clocks_are_believed_where_they_can_be_right(client_at: datetime | None, *, believed: bool) -> None:
    """A phone may have waited for up to 14 days; it cannot have said something after we received it."""
    assert said_at(NOON, client_at, None) == (client_at if believed else NOON)


@given(
    clock=st.integers(-30 * 86400, 86400),
    seen=st.integers(-86400, 60),
)
def test_a_change_comes_after_what_was_seen(clock: int, seen: int) -> None:
    """Whatever the clock of the phone shows, a change is later than what its owner saw."""
    builds_on = NOON + timedelta(seconds=seen)
    assert said_at(NOON, NOON + timedelta(seconds=clock), builds_on) > builds_on


def test_a_claim_to_have_seen_the_future_is_not_heeded() -> None:
    """Nobody can put their word after all that will ever be said."""
    assert said_at(NOON, None, NOON + MINUTE) == NOON + MINUTE + TICK
    assert said_at(NOON, None, NOON + MINUTE + TICK) == NOON
    assert said_at(NOON, NOON - HOUR, NOON + 300 * DAYS) == NOON - HOUR


@pytest.mark.parametrize(
    ("client_at", "timeliness"),
    [
        (NOON, Timeliness.ON_THE_DAY),
        (NOON + DAYS, Timeliness.RECALLED),
        (NOON + 2 * DAYS, Timeliness.RETROSPECTIVE),
        (NOON - 2 * DAYS, Timeliness.RETROSPECTIVE),
        (NOON - 20 * DAYS, Timeliness.RETROSPECTIVE),
        (NOON + 4 * DAYS, Timeliness.RETROSPECTIVE),
        (None, Timeliness.RETROSPECTIVE),
    ],
)
def test_what_waited_on_a_phone_counts_from_when_it_was_said(
    client_at: datetime | None, timeliness: Timeliness
) -> None:
    """Received three days later: by the phone's clock, unless by that clock the day had not begun."""
    received = NOON + 3 * DAYS
    moment, found = said_about(DAY, ZONE, received, client_at, None)
    believed = client_at is not None and NOON <= client_at <= received
    assert (moment, found) == (client_at if believed else received, timeliness)


def test_a_slow_clock_is_no_way_into_the_future() -> None:
    """A day that has not begun is refused whatever the phone shows."""
    with pytest.raises(FutureCheckIn):
        said_about(DAY + DAYS, ZONE, NOON, NOON - HOUR, None)
