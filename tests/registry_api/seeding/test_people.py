from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import phonenumbers
import pytest

from diary.forms import Form
from diary.treating import rules
from diary.treatments import TreatmentKind
from registry_api.enrolment.consents import Decision, Purpose
from registry_api.enrolment.profile import Sex, YesNoUnknown
from registry_api.identity.languages import Language
from registry_api.identity.phones import parse
from registry_api.seeding import records
from registry_api.seeding.logins import demo_logins
from registry_api.seeding.numbers import fictional_number
from registry_api.seeding.people import PROMPTED, made_up
from registry_api.seeding.person import Person

ANCHOR = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return [made_up(7, index, 120, ANCHOR) for index in range(600)]


def share(people: list[Person], having: int) -> float:
    return having / len(people)


def test_the_same_seed_makes_the_same_people(people: list[Person]) -> None:
    """A person depends on the seed and their index alone, not on how many are made."""
    assert [made_up(7, index, 120, ANCHOR) for index in (0, 17, 599)] == [people[n] for n in (0, 17, 599)]
    assert made_up(8, 17, 120, ANCHOR) != people[17]
    assert len({person.patient for person in people}) == len(people)


def test_everybody_could_have_enrolled(people: list[Person]) -> None:
    """The service's own rules take each of them, with every treatment."""
    for person in people:
        assert records.profile(person, None).enrolled_at < ANCHOR
        for treatment in person.treatments:
            assert rules.checked(treatment, ANCHOR) == treatment


def test_forms_are_spread_as_in_cohorts(people: list[Person]) -> None:
    """Cervical about half, every form there, some people with several, a few unaffected."""
    forms = Counter(form for person in people for form in person.form_names)
    assert 0.45 < share(people, forms[Form.CERVICAL]) < 0.62
    assert set(forms) == set(Form)
    assert share(people, forms[Form.OTHER]) < 0.05
    assert 0.10 < share(people, sum(len(person.forms) > 1 for person in people)) < 0.35
    assert 0.01 < share(people, sum(not person.forms for person in people)) < 0.07


def test_lives_differ(people: list[Person]) -> None:
    """Sexes, countries, languages, consents and treatments are mixed as they are among registrants."""
    assert 0.5 < share(people, sum(person.sex is Sex.FEMALE for person in people)) < 0.72
    assert {person.country for person in people} == {"US", "ES", "MX", "GB", "AU"}
    assert 0.15 < share(people, sum(person.language is Language.ES for person in people)) < 0.40
    granted = Counter(
        purpose for person in people for purpose, said in person.consents.items() if said is Decision.GRANTED
    )
    assert granted[Purpose.REGISTRY] == len(people)
    assert 0.74 < share(people, granted[Purpose.TEXTS]) < 0.86
    assert 0.63 < share(people, granted[Purpose.TRIAL_CONTACT]) < 0.77
    assert any(person.dbs is YesNoUnknown.YES for person in people)
    assert 0.1 < share(people, sum(person.toxin_ever is YesNoUnknown.NO for person in people)) < 0.5


def test_only_some_are_texted_every_day(people: list[Person]) -> None:
    """Prompts go to fewer than half of the first people, at times spread over the day."""
    prompted = [person for person in people if person.prompt_time is not None]
    assert 20 < len(prompted) < PROMPTED / 2
    assert all(person.prompt_time is None for person in people[PROMPTED:])
    assert all(person.consents[Purpose.TEXTS] is Decision.GRANTED for person in prompted)
    assert max(Counter(person.prompt_time for person in prompted).values()) < 5


def test_numbers_are_of_fiction_and_of_one_person() -> None:
    """Each number is in a range that no subscriber has, is read by sign-in, and is given once."""
    given = [fictional_number(country, n) for n in range(2000) for country in ("US", "GB", "AU")]
    assert all(number[5:10] == "55501" or number.startswith(("+447700900", "+6125550")) for number in given)
    assert all(parse(number) == number for number in given)
    for country in ("US", "GB", "AU"):
        assert len({fictional_number(country, n) for n in range(50_000)}) == 50_000
    assert fictional_number("US", 40_000).startswith("+999")


def test_logins_have_numbers_of_fiction_that_nobody_else_has() -> None:
    """The numbers of logins are read by sign-in and are given to nobody made up."""
    phones = [login.phone for login in demo_logins(7)]
    assert len(set(phones)) == len(phones)
    assert all(parse(phone) == phone for phone in phones)
    american = [phone for phone in phones if phone.startswith("+1")]
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(phone)) for phone in american)
    assert all(phone.endswith("5550100") for phone in american)
    others = {fictional_number(country, n) for n in range(40_000) for country in ("US", "GB", "AU")}
    assert others.isdisjoint(phones)


def test_treatments_say_what_can_be_said(people: list[Person]) -> None:
    """Doses stand with their product, half say what they noticed, some switched, medicines changed."""
    injections = [
        each for person in people for each in person.treatments if each.kind is TreatmentKind.TOXIN_INJECTION
    ]
    assert all(each.product for each in injections if each.dose)
    assert 0.4 < sum(each.benefit_noticed_on is not None for each in injections) / len(injections) < 0.6
    assert 0.2 < sum(bool(each.side_effects) for each in injections) / len(injections) < 0.3
    assert any(each.stop_reason for each in injections)
    assert any(each.muscles for each in injections)
    others = [
        each for person in people for each in person.treatments if each.kind is TreatmentKind.ORAL_MEDICINE
    ]
    assert any(each.changes for each in others)
