from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.ids import PatientId, PromptId
from diary.prompts import after_prompt, next_prompt, prompt_for
from tests.diary.test_days import MINUTES, MOMENTS, ZONES

NEW_YORK = ZoneInfo("America/New_York")


def fired(start: datetime, days: int, local_time: time, zone: ZoneInfo) -> list[datetime]:
    """When prompts go out in so many days from the start, each dealt with 20 seconds late."""
    at, moments = next_prompt(start, zone, local_time), []
    while at < start + timedelta(days=days):
        moments.append(at)
        at = after_prompt(at, at + timedelta(seconds=20), zone, local_time)
    return moments


def test_nine_stays_nine_on_both_changes() -> None:
    """At the change of the clocks the prompt keeps its local hour and comes once a day."""
    for start in (datetime(2026, 3, 6, 5, tzinfo=UTC), datetime(2026, 10, 30, 5, tzinfo=UTC)):
        shown = [at.astimezone(NEW_YORK) for at in fired(start, 4, time(9), NEW_YORK)]
        assert [one.time() for one in shown] == [time(9)] * 4
        assert len({one.date() for one in shown}) == 4


def test_skipped_time_fires_at_the_end_of_the_gap() -> None:
    """02:30 on the morning that has none is 03:00 summer time."""
    moments = fired(datetime(2026, 3, 7, 6, tzinfo=UTC), 3, time(2, 30), NEW_YORK)
    assert [f"{at.astimezone(NEW_YORK):%d %H:%M}" for at in moments] == ["07 02:30", "08 03:00", "09 02:30"]


def test_doubled_time_fires_at_the_first() -> None:
    """01:30 on the morning that has two is the first of them, and only that one."""
    moments = fired(datetime(2026, 10, 31, 4, tzinfo=UTC), 3, time(1, 30), NEW_YORK)
    assert moments == [
        datetime(2026, 10, 31, 5, 30, tzinfo=UTC),
        datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
        datetime(2026, 11, 2, 6, 30, tzinfo=UTC),
    ]
    second = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert next_prompt(second, NEW_YORK, time(1, 30)) == moments[2]


@pytest.mark.parametrize(("second", "day"), [(0, 4), (59, 4), (60, 5)])
def test_the_present_minute_counts(second: int, day: int) -> None:
    """Who picks the present minute is prompted at once; a minute later it is tomorrow."""
    now = datetime(2026, 3, 4, 14, 0, tzinfo=UTC) + timedelta(seconds=second)
    assert next_prompt(now, NEW_YORK, time(9)) == datetime(2026, 3, day, 14, 0, tzinfo=UTC)


@given(now=MOMENTS, at=MINUTES, zone=ZONES)
def test_next_prompt_is_soon_and_once_a_day(now: datetime, at: time, zone: ZoneInfo) -> None:
    """In every zone the next prompt comes within 26 hours, and the one after on the next local day."""
    first = next_prompt(now, zone, at)
    assert now - timedelta(minutes=1) < first <= now + timedelta(hours=26)
    second = after_prompt(first, max(first, now), zone, at)
    shown = [moment.astimezone(zone).date() for moment in (first, second)]
    assert (shown[1] - shown[0]).days == 1


@given(now=MOMENTS, zone=ZONES, minutes=st.integers(0, 1439))
def test_prompt_is_about_a_day_that_is_open(now: datetime, zone: ZoneInfo, minutes: int) -> None:
    """A prompt expires before its day closes and can be answered until the end of the day after."""
    sent = now + timedelta(minutes=minutes)
    prompt = prompt_for(PromptId("p"), PatientId("x"), zone, ("pain",), sent)
    assert sent < prompt.expires_at < prompt.answerable_until
    assert timedelta(hours=22) < prompt.answerable_until - prompt.expires_at
