from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.check_ins import Timeliness
from diary.days import closes_at, moment, open_day, timeliness, zone_named
from diary.errors import FutureCheckIn, UnknownTimeZone

NEW_YORK = ZoneInfo("America/New_York")
HELSINKI = ZoneInfo("Europe/Helsinki")
ZONES = st.sampled_from(
    [
        NEW_YORK,
        HELSINKI,
        ZoneInfo("UTC"),
        ZoneInfo("Asia/Kathmandu"),
        ZoneInfo("Australia/Lord_Howe"),
        ZoneInfo("America/Santiago"),
        ZoneInfo("Pacific/Kiritimati"),
        ZoneInfo("Africa/Casablanca"),
    ]
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
MINUTES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def local(zone: ZoneInfo, *parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=zone, fold=fold).astimezone(UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("hour", "minute", "day"), [(0, 0, 4), (2, 59, 4), (3, 0, 5), (12, 0, 5), (23, 59, 5)]
)
def test_day_lasts_until_three_next_morning(hour: int, minute: int, day: int) -> None:
    """Until 03:00 local time it is still the day before."""
    assert open_day(local(NEW_YORK, 2026, 3, 5, hour, minute), NEW_YORK) == date(2026, 3, day)


def test_close_follows_the_clocks() -> None:
    """A day before a change of the clocks lasts an hour less or more, and ends at 03:00 all the same."""
    assert closes_at(date(2026, 3, 7), NEW_YORK) == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)
    assert closes_at(date(2026, 3, 6), NEW_YORK) == datetime(2026, 3, 7, 8, 0, tzinfo=UTC)
    assert closes_at(date(2026, 10, 31), NEW_YORK) == datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


def test_close_where_three_is_skipped_or_doubled() -> None:
    """Where the clocks change at 03:00 itself, the day ends at the change, and once only."""
    spring, autumn = closes_at(date(2026, 3, 28), HELSINKI), closes_at(date(2026, 10, 24), HELSINKI)
    assert spring == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert autumn == local(HELSINKI, 2026, 10, 25, 3, 0, fold=0)
    assert open_day(autumn + timedelta(minutes=30), HELSINKI) == date(2026, 10, 25)
    assert open_day(local(HELSINKI, 2026, 10, 25, 3, 0, fold=1), HELSINKI) == date(2026, 10, 25)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        (date(2026, 3, 5), Timeliness.ON_THE_DAY),
        (date(2026, 3, 4), Timeliness.RECALLED),
        (date(2026, 3, 3), Timeliness.RETROSPECTIVE),
        (date(2025, 3, 5), Timeliness.RETROSPECTIVE),
    ],
)
def test_timeliness_at_noon(about: date, expected: Timeliness) -> None:
    """Today is on the day, yesterday is recalled, what is older is retrospective."""
    assert timeliness(about, local(NEW_YORK, 2026, 3, 5, 12, 0), NEW_YORK) is expected


def test_timeliness_after_midnight() -> None:
    """Between midnight and 03:00 the open day and the day of the calendar both count as today."""
    now = local(NEW_YORK, 2026, 3, 5, 1, 0)
    assert timeliness(date(2026, 3, 5), now, NEW_YORK) is Timeliness.ON_THE_DAY
    assert timeliness(date(2026, 3, 4), now, NEW_YORK) is Timeliness.ON_THE_DAY
    assert timeliness(date(2026, 3, 3), now, NEW_YORK) is Timeliness.RECALLED


def test_future_is_refused_with_the_open_day() -> None:
    """A day that has not begun is refused, and the error says which day is open."""
    with pytest.raises(FutureCheckIn) as refusal:
        timeliness(date(2026, 3, 6), local(NEW_YORK, 2026, 3, 5, 1, 0), NEW_YORK)
    assert refusal.value.today == date(2026, 3, 4)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Mars/Olympus",
        "../../etc/passwd",
        "America",
        "a\x00b",
        "/etc/hosts",
        "Factory",
        "localtime",
        "posixrules",
        "right/UTC",
    ],
)
def test_unknown_zone(name: str) -> None:
    """What is no zone is refused by a typed error, whatever it looks like."""
    with pytest.raises(UnknownTimeZone):
        zone_named(name)


@given(now=MOMENTS, zone=ZONES)
def test_open_day_is_the_one_that_has_not_closed(now: datetime, zone: ZoneInfo) -> None:
    """Whatever the zone and its clocks do, the open day closes later and the day before has closed."""
    day = open_day(now, zone)
    assert closes_at(day - timedelta(days=1), zone) <= now < closes_at(day, zone)


@given(now=MOMENTS, later=st.timedeltas(timedelta(0), timedelta(days=3)), zone=ZONES)
def test_days_never_run_backwards(now: datetime, later: timedelta, zone: ZoneInfo) -> None:
    """Later in time is never an earlier day, not even when the clocks go back."""
    assert open_day(now, zone) <= open_day(now + later, zone)


@given(now=MOMENTS, at=MINUTES, zone=ZONES)
def test_moment_is_the_first_that_shows_the_time_or_later(now: datetime, at: time, zone: ZoneInfo) -> None:
    """A local time is the first moment whose clock shows it or, where it is skipped, the end of the gap."""
    day = now.date()
    found = moment(day, at, zone)
    wanted = datetime.combine(day, at)
    shown = found.astimezone(zone).replace(tzinfo=None)
    just_before = (found - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
    assert shown >= wanted > just_before
    assert shown - wanted <= timedelta(hours=1)
