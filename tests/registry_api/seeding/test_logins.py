from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from diary.cycling.summary import ratings_of, summaries
from diary.treatments import SideEffect, TreatmentKind
from registry_api.enrolment.consents import Decision, Purpose
from registry_api.identity.callers import Role
from registry_api.seeding.diaries import diary
from registry_api.seeding.logins import LOGIN_DAYS, demo_logins, login_patients, organisations, staff
from registry_api.seeding.person import Person
from registry_api.seeding.trials import read_study, study_records
from registry_api.trials.criteria import parse_criteria
from registry_api.trials.ctgov import StudyStatus, parse_study
from registry_api.trials.facts import FormOnset, Injection, Residence, Stated
from registry_api.trials.facts import Person as Facts
from registry_api.trials.matching import MatchState, evaluate

ANCHOR = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
TOO_SOON = "Theodore Brandt"


def facts(person: Person) -> Facts:
    told = person.enrolled_at.date()
    return Facts(
        id=person.patient,
        birth=person.birth_month,
        residences=[Residence(told, person.country)],
        forms_stated_on=told,
        forms=[FormOnset(told, stated.form, stated.onset) for stated in person.forms],
        dbs=[Stated(told, person.dbs)],
        injections=[
            Injection(each.started_on, each.response.value if each.response else None)
            for each in person.treatments
            if each.kind is TreatmentKind.TOXIN_INJECTION
        ],
    )


def test_every_role_has_a_login() -> None:
    """Seven patients, and staff of each kind, the coalition members of two organisations."""
    roles = Counter(login.role for login in demo_logins(1))
    assert roles == {
        Role.PATIENT: 7,
        Role.COORDINATOR: 1,
        Role.APPROVER: 1,
        Role.COALITION_MEMBER: 2,
        Role.ADMINISTRATOR: 1,
    }
    belongs = {each.organisation for each in staff(1) if each.role is Role.COALITION_MEMBER}
    assert belongs == {each.id for each in organisations()}
    assert demo_logins(1) == demo_logins(2)


def test_login_patients_can_walk_the_main_path() -> None:
    """They have every consent that it needs, three cycles or more, and a diary of nearly all days."""
    for person in login_patients(1, 120, ANCHOR):
        for purpose in (Purpose.REGISTRY, Purpose.TEXTS, Purpose.TRIAL_CONTACT):
            assert person.consents[purpose] is Decision.GRANTED
        assert len(person.treatments) >= 3
        assert len(list(diary(1, person, 120, ANCHOR))) > 110


def test_the_first_login_has_cycles_to_compare() -> None:
    """Four cycles, three of them over, each with benefit, peak and wearing-off where they are expected."""
    person = login_patients(1, LOGIN_DAYS, ANCHOR)[0]
    ratings = ratings_of(diary(1, person, LOGIN_DAYS, ANCHOR), "pulling")
    found = summaries(person.treatments, ratings, ANCHOR.date())
    assert len(found) == 4
    for cycle in found[:3]:
        assert cycle.benefit.day is not None
        assert cycle.peak.day is not None
        assert cycle.wearing_off.day is not None
        assert 3 <= cycle.benefit.day <= 12
        assert 18 <= cycle.peak.day <= 42
        assert 50 <= cycle.wearing_off.day <= 72
    assert any(cycle.benefit.stated is not None for cycle in found)
    assert all(injection.dose for cycle in found for injection in cycle.injections)


def test_the_first_login_has_what_a_visit_sheet_shows() -> None:
    """A medicine that is taken still, and something unwanted of it and of the last injection."""
    treatments = login_patients(1, LOGIN_DAYS, ANCHOR)[0].treatments
    [medicine] = [each for each in treatments if each.kind is TreatmentKind.ORAL_MEDICINE]
    assert (medicine.dose, medicine.ended_on, medicine.side_effects) == (6, None, (SideEffect.DRY_MOUTH,))
    last = max(treatments, key=lambda each: each.started_on.first_day)
    assert (last.kind, last.side_effects) == (TreatmentKind.TOXIN_INJECTION, (SideEffect.HEAD_DROP,))


@pytest.mark.parametrize("day", [date(2026, 1, 15), date(2026, 3, 20), date(2026, 7, 15), date(2026, 10, 20)])
def test_at_any_hour_two_matching_patients_are_awake(day: date) -> None:
    """Whenever a trial opens, in winter and summer, an alert may go out at once to at least two logins."""
    matching = [each for each in login_patients(1, 120, ANCHOR) if each.name != TOO_SOON]
    for quarter in range(96):
        now = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=15 * quarter)
        awake = [each for each in matching if 9 <= now.astimezone(ZoneInfo(each.zone)).hour < 20]
        assert len(awake) >= 2, now


@pytest.mark.parametrize("study", ["NCT91000001", "NCT91000002"])
def test_the_trials_may_fit_all_logins_but_one(study: str) -> None:
    """Six of the seven match; the one injected lately will in the eighth week after it."""
    criteria = parse_criteria(read_study("criteria.json")[study])
    for person in login_patients(1, 120, ANCHOR):
        judged = evaluate(criteria, facts(person), (), ANCHOR.date())
        if person.name == TOO_SOON:
            assert judged.state is MatchState.NO
            assert judged.next_change_on == person.course.injections[-1] + timedelta(weeks=8)
        else:
            assert judged.state is MatchState.MATCH, person.name


def test_the_studies_are_what_their_story_says() -> None:
    """One is open with criteria, one opens by its second record, one lacks criteria, one is closed."""
    studies = {number: parse_study(record) for number, record in study_records()}
    assert all(number == study.nct_id for number, study in studies.items())
    assert all("fictional" in study.title.lower() for study in studies.values())
    assert [number for number, study in studies.items() if study.is_open] == ["NCT91000001", "NCT91000003"]
    before, after = studies["NCT91000002"], parse_study(read_study("NCT91000002-recruiting.json"))
    assert before.status is StudyStatus.NOT_YET_RECRUITING
    assert after.is_open
    assert after.nct_id == before.nct_id
    assert before.updated_on is not None
    assert after.updated_on is not None
    assert after.updated_on > before.updated_on
    assert set(read_study("criteria.json")) == {"NCT91000001", "NCT91000002", "NCT91000004"}
