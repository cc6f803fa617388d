from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from diary.check_ins import CheckIn, Timeliness
from diary.checking_in import answering
from diary.days import open_day
from diary.instruments.catalogue import instrument, instruments
from diary.planning.dues import Answered, due
from diary.planning.plans import Plan, plans_of
from diary.prompting.adherence import adherence
from registry_api.seeding.diaries import diary
from registry_api.seeding.people import made_up
from registry_api.seeding.person import Person
from registry_api.seeding.prompts import asked
from registry_api.seeding.weeks import weeks
from tests.registry_api.seeding.test_diaries import ANCHOR

DAYS = 60
Weeks = list[tuple[Person, list[CheckIn]]]


def plans_for(person: Person) -> tuple[Plan, ...]:
    joined = open_day(person.enrolled_at, ZoneInfo(person.zone))
    return plans_of((), joined, person.form_names, instruments().values())


@pytest.fixture(scope="module")
def kept() -> Weeks:
    people = [made_up(7, index, DAYS, ANCHOR) for index in range(60)]
    return [(person, list(weeks(7, person, DAYS, ANCHOR))) for person in people]


def test_weeks_are_answered_as_they_were_asked(kept: Weeks) -> None:
    """Each entry answers a window of its questionnaire's plan, on its day, by the rules of the diary."""
    for person, entries in kept:
        plans = plans_for(person)
        for entry in entries:
            given = [Answered(entry.instrument, entry.about, entry.id)]
            answered = [each for each in due(plans, person.treatments, given, entry.about) if each.answered]
            assert [each.instrument for each in answered] == [entry.instrument]
            assert entry.timeliness is Timeliness.ON_THE_DAY
            assert answering.checked(instrument(entry.instrument), entry.answers) == entry.answers
    assert {entry.instrument for _, entries in kept for entry in entries} == {"weekly", "social-weekly"}


def test_the_present_week_is_left_open(kept: Weeks) -> None:
    """Whoever tries the demo finds something that waits for them."""
    for person, entries in kept:
        today = open_day(ANCHOR, ZoneInfo(person.zone))
        plans = plans_for(person)
        given = [Answered(entry.instrument, entry.about, entry.id) for entry in entries]
        assert not any(each.answered for each in due(plans, person.treatments, given, today))


def test_the_same_seed_keeps_the_same_weeks(kept: Weeks) -> None:
    """Ids, answers and times all follow from the seed."""
    person, entries = next((person, entries) for person, entries in kept if entries)
    assert list(weeks(7, person, DAYS, ANCHOR)) == entries
    assert list(weeks(8, person, DAYS, ANCHOR)) != entries


def test_texts_of_the_past_lead_to_the_answers_that_are_there() -> None:
    """A day with an entry has an answered text, and nobody is shown as asked on days of a pause."""
    texted = [person for index in range(60) if (person := made_up(7, index, DAYS, ANCHOR)).prompt_time]
    prompts = {person.key: list(asked(7, person, DAYS, ANCHOR)) for person in texted}
    assert any(prompts.values())
    for person in texted:
        today = open_day(ANCHOR, ZoneInfo(person.zone))
        entries, since = list(diary(7, person, DAYS, ANCHOR)), today - timedelta(days=30)
        told = adherence(prompts[person.key], {}, entries, since=since, today=today)
        answered = [prompt for prompt in prompts[person.key] if prompt.answered_entry]
        assert len(answered) == told.answered - told.unprompted
        assert all((today - prompt.about).days not in person.course.away for prompt in prompts[person.key])
