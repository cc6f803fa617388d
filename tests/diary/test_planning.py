from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.errors import InvalidPlans
from diary.ids import EntryId
from diary.planning.dues import Answered, Due, Why, due, next_asked, week_of
from diary.planning.plans import (
    Plan,
    PlanChange,
    Rhythm,
    Weekday,
    changed_plans,
    plan_from_document,
    plan_to_document,
)
from diary.treatments import Treatment
from tests.diary.examples import injection

SINCE = date(2026, 1, 1)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
ANCHORED = Plan("weekly", Rhythm.FROM_INJECTION, SINCE)
WEEKLY = {"weekly": tuple(Rhythm)}
DAYS = st.dates(date(2025, 12, 1), date(2027, 3, 1))
PLANS = st.builds(
    Plan,
    st.sampled_from(["weekly", "social", "mood"]),
    st.sampled_from(Rhythm),
    DAYS,
    st.sampled_from(Weekday),
    st.integers(1, 12),
    st.integers(1, 26),
)
SETS = st.lists(PLANS, max_size=3, unique_by=lambda plan: plan.instrument)
INJECTIONS = st.lists(DAYS.map(lambda day: injection(day.isoformat())), max_size=5)
UNCERTAIN = st.sampled_from(["2026", "2026-03", "2026-11"]).map(injection)
ENTRIES = st.lists(
    st.builds(
        Answered, st.sampled_from(["weekly", "social", "daily"]), DAYS, st.uuids().map(str).map(EntryId)
    ),
    max_size=20,
)


def asked(plan: Plan, treatments: list[Treatment], days: int = 400, start: date = SINCE) -> list[Due]:
    """The windows of a plan, each once, over so many days."""
    windows: dict[date, Due] = {}
    for number in range(days):
        for each in due([plan], treatments, [], start + number * DAY):
            windows.setdefault(each.since, each)
    return [windows[first] for first in sorted(windows)]


def test_weekly_for_twelve_weeks_from_the_injection() -> None:
    """After an injection on a Wednesday twelve Sundays ask, numbered, and then every fourth one."""
    windows = asked(ANCHORED, [injection("2026-03-04")], days=200, start=date(2026, 3, 8))
    assert [each.week for each in windows[:12]] == list(range(1, 13))
    assert [each.since for each in windows[:12]] == [date(2026, 3, 8) + place * WEEK for place in range(12)]
    assert {each.why for each in windows[:12]} == {Why.WEEKS_FROM_INJECTION}
    later = [(each.since, each.why) for each in windows[12:]]
    assert later == [(date(2026, 5, 24) + place * 4 * WEEK, Why.EVERY_N_WEEKS) for place in range(1, 5)]


def test_a_new_injection_starts_anew() -> None:
    """The week after a second injection is the first week again."""
    twice = [injection("2026-03-04"), injection("2026-04-15")]
    weeks = [each.week for each in asked(ANCHORED, twice, days=120, start=date(2026, 3, 8))]
    assert weeks == [1, 2, 3, 4, 5, 6, *range(1, 13)]


def test_an_injection_that_moved_or_went_takes_its_weeks_along() -> None:
    """What is asked follows the treatments as they stand: amended they move it, withdrawn they end it."""
    on = date(2026, 4, 12)
    assert due([ANCHORED], [injection("2026-03-04")], [], on)[0].week == 6
    assert due([ANCHORED], [injection("2026-03-18")], [], on)[0].week == 4
    assert due([ANCHORED], [], [], on) == []


def test_without_an_injection_every_fourth_week_is_asked() -> None:
    """Who has none is asked in the first whole week after enrolment, and every fourth one from then on."""
    windows = asked(ANCHORED, [], days=100)
    assert [each.since for each in windows] == [date(2026, 1, 4) + place * 4 * WEEK for place in range(4)]


@pytest.mark.parametrize("said", ["2026", "2026-03"])
def test_an_uncertain_date_gives_no_anchor(said: str) -> None:
    """An injection known to the month or the year changes nothing in what is asked."""
    assert asked(ANCHORED, [injection(said)]) == asked(ANCHORED, [])


def test_a_window_stays_due_until_its_week_ends_or_it_is_answered() -> None:
    """The window's seven days are one and the same window; an answer on any of them is its answer."""
    plan = Plan("weekly", Rhythm.WEEKLY, SINCE, Weekday.THURSDAY)
    first = due([plan], [], [], date(2026, 3, 5))
    assert (
        first
        == due([plan], [], [], date(2026, 3, 11))
        == [Due("weekly", date(2026, 3, 5), date(2026, 3, 11), Why.WEEKLY)]
    )
    entry = Answered("weekly", date(2026, 3, 9), EntryId("e"))
    (answered,) = due([plan], [], [entry], date(2026, 3, 10))
    assert answered.answered == entry
    (next_one,) = due([plan], [], [entry], date(2026, 3, 12))
    assert next_one.answered is None


@given(plans=SETS, treatments=INJECTIONS, entries=ENTRIES, on=DAYS, shuffled=st.randoms())
def test_the_order_of_things_makes_no_difference(
    plans: list[Plan],
    treatments: list[Treatment],
    entries: list[Answered],
    on: date,
    shuffled: st.DataObject,
) -> None:
    """Plans, treatments and entries in any order give one answer, in one order."""
    before = due(plans, treatments, entries, on)
    for things in (plans, treatments, entries):
        shuffled.shuffle(things)  # type: ignore[attr-defined]
    assert due(plans, treatments, entries, on) == before
    assert [each.instrument for each in before] == sorted({each.instrument for each in before})


@given(plan=PLANS, treatments=INJECTIONS, uncertain=st.lists(UNCERTAIN, max_size=2))
def test_no_week_asks_twice(plan: Plan, treatments: list[Treatment], uncertain: list[Treatment]) -> None:
    """Whatever injections there are, windows never overlap: each day has one, and it holds that day."""
    seen: Counter[date] = Counter()
    windows = asked(plan, treatments + uncertain, 200)
    assert windows == asked(plan, treatments, 200)
    for each in windows:
        seen.update(each.since + step * DAY for step in range((each.until - each.since).days + 1))
    assert set(seen.values()) <= {1}
    if plan.rhythm is not Rhythm.DAILY:
        assert all(each.since.weekday() == plan.weekday.number for each in windows)
        assert all((each.until - each.since).days == 6 for each in windows)
    assert all(each.since >= plan.since for each in windows)


@given(plan=PLANS, treatments=INJECTIONS, on=DAYS)
def test_next_asked_is_the_first_window_that_stepping_finds(
    plan: Plan, treatments: list[Treatment], on: date
) -> None:
    """The day told in the settings is the one that going day by day comes to."""
    days = (on + step * DAY for step in range(1, 800))
    stepped = next(
        (day for day in days if any(each.since == day for each in due([plan], treatments, [], day))),
        None,
    )
    assert next_asked(plan, treatments, on) == stepped


@given(on=DAYS, weekday=st.sampled_from(Weekday))
def test_a_week_begins_on_its_weekday_and_holds_the_day(on: date, weekday: Weekday) -> None:
    """Each day lies in one week of seven days."""
    start = week_of(on, weekday)
    assert start <= on < start + WEEK
    assert start.weekday() == weekday.number


def test_a_wish_that_changes_nothing_keeps_the_first_day() -> None:
    """Saving the same plan again does not put off what is due."""
    wish = PlanChange("weekly", Rhythm.WEEKLY, Weekday.MONDAY)
    chosen = changed_plans([], [wish], SINCE, WEEKLY)
    assert chosen == (Plan("weekly", Rhythm.WEEKLY, SINCE, Weekday.MONDAY),)
    assert changed_plans(chosen, [wish], SINCE + 30 * DAY, WEEKLY) == chosen
    off = changed_plans(chosen, [PlanChange("weekly", Rhythm.OFF)], SINCE + WEEK, WEEKLY)
    assert (off[0].rhythm, off[0].since) == (Rhythm.OFF, SINCE + WEEK)
    assert asked(off[0], [injection("2026-03-04")]) == []
    assert changed_plans(off, [PlanChange("weekly")], SINCE, WEEKLY) == ()


def test_a_plan_that_cannot_be_is_refused_field_by_field() -> None:
    """Each fault has its place: an unknown questionnaire, one named twice, a number out of its range."""
    wishes = [
        PlanChange("weekly", Rhythm.EVERY_N_WEEKS, every_weeks=0),
        PlanChange("weekly", Rhythm.FROM_INJECTION, weeks=27),
        PlanChange("daily", Rhythm.WEEKLY),
        PlanChange("social", Rhythm.DAILY),
    ]
    known = WEEKLY | dict.fromkeys(("social", "mood", "sleep"), (Rhythm.WEEKLY,))
    with pytest.raises(InvalidPlans) as caught:
        changed_plans([], wishes, SINCE, known)
    assert [fault.path for fault in caught.value.fields] == [
        "plans[0].every_weeks",
        "plans[1].instrument_id",
        "plans[1].weeks_from_injection",
        "plans[2].instrument_id",
        "plans[3].rhythm",
    ]


def test_more_wishes_than_questionnaires_are_refused_at_once() -> None:
    """However long the list, it is not looked through."""
    with pytest.raises(InvalidPlans) as caught:
        changed_plans([], [PlanChange("weekly")] * 100_000, SINCE, WEEKLY)
    assert [fault.path for fault in caught.value.fields] == ["plans"]


@given(plan=PLANS)
def test_a_plan_survives_the_database(plan: Plan) -> None:
    """What is written is what is read."""
    assert plan_from_document(plan_to_document(plan)) == plan
