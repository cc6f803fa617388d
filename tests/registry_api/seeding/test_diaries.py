from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from statistics import mean
from zoneinfo import ZoneInfo

import pytest

from diary.check_ins import CheckIn, NoAnswer, Timeliness
from diary.checking_in import answering
from diary.forms import Form
from diary.instruments.catalogue import daily
from registry_api.seeding.curve import benefit
from registry_api.seeding.diaries import diary
from registry_api.seeding.people import made_up
from registry_api.seeding.person import Person

ANCHOR = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DAYS = 60

Diaries = list[tuple[Person, list[CheckIn]]]


@pytest.fixture(scope="module")
def diaries() -> Diaries:
    people = [made_up(7, index, DAYS, ANCHOR) for index in range(250)]
    return [(person, list(diary(7, person, DAYS, ANCHOR))) for person in people]


def ratings(entries: Iterable[CheckIn], item: str) -> list[int]:
    answers = [entry.answer(item) for entry in entries]
    return [answer.rating for answer in answers if answer and answer.rating is not None]


def test_benefit_follows_the_twelve_weeks() -> None:
    """Nothing before day 4, all of it near week 4, half gone in week 9, nothing after week 14."""
    assert benefit(3) == 0
    assert 0 < benefit(4) < benefit(10) < benefit(21) < benefit(28) == 1
    assert benefit(28) > benefit(49) > benefit(63) > benefit(77) > benefit(98) == 0
    assert 0.4 < benefit(63) < 0.6


def test_the_same_seed_writes_the_same_diary(diaries: Diaries) -> None:
    """Ids, answers, corrections and times all follow from the seed."""
    person, entries = diaries[3]
    assert list(diary(7, person, DAYS, ANCHOR)) == entries
    assert list(diary(8, person, DAYS, ANCHOR)) != entries


def test_entries_keep_the_rules_of_the_diary(diaries: Diaries) -> None:
    """Answers that the diary takes, one entry a day, none of the future, none before enrolment."""
    keys: set[str] = set()
    for person, entries in diaries:
        zone = ZoneInfo(person.zone)
        assert len({entry.about for entry in entries}) == len(entries)
        for entry in entries:
            keys.update(receipt.key for receipt in entry.receipts)
            assert entry.about < ANCHOR.astimezone(zone).date()
            assert entry.about > person.enrolled_at.astimezone(zone).date()
            assert entry.timeliness is not Timeliness.RETROSPECTIVE
            for revision in entry.revisions:
                assert revision.at <= ANCHOR
                assert answering.checked(daily(), revision.answers) == revision.answers
    assert len(keys) == sum(len(entry.receipts) for _, entries in diaries for entry in entries)


def test_symptoms_are_lower_four_weeks_after_an_injection(diaries: Diaries) -> None:
    """In people with cervical dystonia pulling is clearly lower in week 4 than in week 1."""
    early, late = [], []
    for person, entries in diaries:
        for day in person.course.injections if Form.CERVICAL in person.form_names else ():
            early += ratings((e for e in entries if timedelta(0) <= e.about - day <= timedelta(3)), "pulling")
            late += ratings(
                (e for e in entries if timedelta(24) <= e.about - day <= timedelta(32)), "pulling"
            )
    assert mean(early) - mean(late) > 1.5


def test_social_anxiety_is_related_to_form(diaries: Diaries) -> None:
    """Fear of being looked at is higher where neck or face show it, and differs from person to person."""

    def fears(*forms: Form) -> list[float]:
        return [
            mean(rated)
            for person, entries in diaries
            if person.form_names and person.form_names.issubset(forms)
            if (rated := ratings(entries, "fear_of_being_looked_at"))
        ]

    visible = fears(Form.CERVICAL, Form.CRANIOFACIAL)
    assert mean(visible) - mean(fears(Form.LIMB)) > 0.7
    assert max(visible) - min(visible) > 4


def test_people_miss_days_and_more_so_with_their_eyes(diaries: Diaries) -> None:
    """Blepharospasm keeps people from their diary more often than any other form."""

    def kept(*, eyes: bool) -> float:
        full = [
            len(entries) / DAYS
            for person, entries in diaries
            if (Form.BLEPHAROSPASM in person.form_names) is eyes
            if ANCHOR - person.enrolled_at > timedelta(DAYS + 1) and not person.course.away
        ]
        return mean(full)

    assert 0.72 < kept(eyes=True) < 0.86
    assert 0.90 < kept(eyes=False) < 0.98


def test_some_answers_are_skipped_and_some_corrected(diaries: Diaries) -> None:
    """A few of all answers are skipped, a few entries have a second revision that says something else."""
    entries = [entry for _, written in diaries for entry in written]
    answers = [answer for entry in entries for answer in entry.answers]
    skipped = sum(answer.not_answered is NoAnswer.SKIPPED for answer in answers)
    assert 0.02 < skipped / len(answers) < 0.04
    corrected = [entry for entry in entries if len(entry.revisions) == 2]
    assert 0.005 < len(corrected) / len(entries) < 0.025
    assert all(entry.revisions[0].answers != entry.revisions[1].answers for entry in corrected)
