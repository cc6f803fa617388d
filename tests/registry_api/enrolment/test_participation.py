from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from diary.days import moment
from registry_api.enrolment.participation import pause_end

ZONES = (
    "America/New_York",
    "Europe/Madrid",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kolkata",
    "UTC",
)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2031-05-14T12:30-04:00", 14, "2031-05-28T12:30-04:00"),
        ("2031-03-08T18:00-05:00", 1, "2031-03-09T18:00-04:00"),
        ("2031-03-08T02:30-05:00", 1, "2031-03-09T03:00-04:00"),
        ("2031-11-01T18:00-04:00", 1, "2031-11-02T18:00-05:00"),
        ("2031-11-01T01:30-04:00", 1, "2031-11-02T01:30-04:00"),
        ("2031-05-14T23:59:30-04:00", 1, "2031-05-16T00:00-04:00"),
        ("2031-05-14T12:30-04:00", 365, "2032-05-13T12:30-04:00"),
    ],
)
def test_a_pause_ends_at_the_same_time_on_the_clock(start: str, days: int, end: str) -> None:
    """Days are those of the person's calendar, also where clocks change; a minute once begun is full."""
    zone = ZoneInfo("America/New_York")
    assert pause_end(datetime.fromisoformat(start), days, zone) == datetime.fromisoformat(end)


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_pause_takes_a_day_to_a_year(days: int) -> None:
    """Anything else is refused."""
    with pytest.raises(ValueError, match=str(days)):
        pause_end(datetime(2031, 5, 14, tzinfo=UTC), days, ZoneInfo("UTC"))


@given(
    minutes=st.integers(0, 2 * 365 * 24 * 60),
    days=st.integers(1, 40),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
def test_as_many_prompts_are_left_out_as_days_were_asked_for(
    minutes: int, days: int, zone: ZoneInfo, at: time
) -> None:
    """Whatever the zone, the hour of the prompt and the changes of the clocks between."""
    start = datetime(2031, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    end = pause_end(start, days, zone)
    local = start.astimezone(zone)
    assume(local.fold == 0)
    assume(end.astimezone(zone).time() == local.time())
    prompts = (moment(local.date() + timedelta(days=day), at, zone) for day in range(days + 1))
    assert sum(start <= prompt < end for prompt in prompts) == days
