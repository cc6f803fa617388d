from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from diary.forms import Form
from diary.ids import PatientId, TreatmentId
from diary.partial_dates import PartialDate
from diary.treatments import Change, ToxinResponse, Treatment, TreatmentKind
from registry_api.enrolment.consents import Purpose
from registry_api.enrolment.errors import NotEnrolled
from registry_api.enrolment.profile import Distribution, FormWithOnset, Profile, Sex, YesNoUnknown
from registry_api.trials.facts import Injection, Medicine, Stated
from registry_api.trials.patients import person_of
from tests.registry_api.enrolment.people import FORM, caller
from tests.registry_api.local_service import LocalService

_TODAY = date(2031, 5, 14)
_KNOWN = replace(
    FORM,
    distribution=Distribution.SEGMENTAL,
    isolated=YesNoUnknown.YES,
    dbs=YesNoUnknown.NO,
)


async def test_a_profile_becomes_dated_facts(local: LocalService) -> None:
    """What a patient told is known from the day on which they told it, in their own zone."""
    _, patient = await local.patient(form=_KNOWN)
    person = await local.services.people.require(patient.patient_id)
    assert (person.id, person.sex, str(person.birth)) == (patient.patient_id, "FEMALE", "1984-03")
    assert person.forms_stated_on == _TODAY
    assert [(each.form, str(each.onset), each.since) for each in person.forms] == [
        (Form.CERVICAL, "2019-06", _TODAY),
        (Form.LIMB, "None", _TODAY),
    ]
    assert person.distribution == [Stated(_TODAY, "SEGMENTAL")]
    assert person.isolated == [Stated(_TODAY, "YES")]
    assert person.dbs == [Stated(_TODAY, "NO")]
    (home,) = person.residences
    assert home.country == "US"
    assert home.lat == pytest.approx(40.75, abs=0.1)
    assert home.lon == pytest.approx(-73.99, abs=0.1)
    assert str(person.zone) == "America/New_York"


async def test_a_sex_that_is_not_told_is_not_known(local: LocalService) -> None:
    """Undisclosed is no value of its own for matching."""
    _, patient = await local.patient(form=replace(FORM, sex=Sex.UNDISCLOSED))
    assert (await local.services.people.require(patient.patient_id)).sex is None


async def test_who_is_not_enrolled_has_no_facts(local: LocalService) -> None:
    """`find` says None, `require` says what to do."""
    _, patient = await local.patient(enrolled=False)
    assert await local.services.people.find(patient.patient_id) is None
    with pytest.raises(NotEnrolled):
        await local.services.people.require(patient.patient_id)


async def test_batches_hold_those_who_permit_contact_each_once(local: LocalService) -> None:
    """In order of ids, with their treatments, and going on after any of them."""
    willing = sorted([(await local.patient())[1].patient_id for _ in range(5)])
    await local.patient(Purpose.REGISTRY)
    await local.patient(enrolled=False)
    given = _treatment(TreatmentKind.TOXIN_INJECTION, "2031-03-02")
    await local.services.treating.record(caller(willing[3]), given, local.clock())
    seen = [person async for batch in local.services.people.batches(2, local.clock()) for person in batch]
    assert [person.id for person in seen] == willing
    assert [len(person.injections) for person in seen] == [0, 0, 0, 1, 0]
    rest = [
        person
        async for batch in local.services.people.batches(2, local.clock(), after=willing[2])
        for person in batch
    ]
    assert [person.id for person in rest] == willing[3:]


@pytest.fixture
async def profile(local: LocalService) -> Profile:
    _, patient = await local.patient(form=_KNOWN)
    found = await local.services.enrolments.profile(patient.patient_id)
    assert found is not None
    return found


async def test_injections_keep_their_day_and_response(profile: Profile) -> None:
    """An unknown response is no response; medicines and devices are no injections."""
    person = person_of(
        profile,
        [
            _treatment(TreatmentKind.TOXIN_INJECTION, "2031-03", response=ToxinResponse.GOOD),
            _treatment(TreatmentKind.TOXIN_INJECTION, "2030-12-01", response=ToxinResponse.UNKNOWN),
            _treatment(TreatmentKind.ORAL_MEDICINE, "2030"),
        ],
    )
    assert person.injections == [
        Injection(PartialDate(2031, 3), "GOOD"),
        Injection(PartialDate(2030, 12, 1), None),
    ]


async def test_an_implanted_device_is_a_yes_from_when_it_is_certain(profile: Profile) -> None:
    """A device of an unknown month counts from the end of its year."""
    person = person_of(profile, [_treatment(TreatmentKind.DBS, "2028")])
    assert person.dbs == [Stated(_TODAY, "NO"), Stated(date(2028, 12, 31), "YES")]


@pytest.mark.parametrize(
    ("treatments", "medicines"),
    [
        ([], []),
        ([("2030-01-05", None)], [("2030-01-05", "SOME")]),
        ([("2030-01-05", "2031-02-01")], [("2031-02-01", "NONE")]),
        ([("2030-01-05", "2031-02-01"), ("2029", None)], [("2031-02-01", "SOME")]),
        ([("2030-01-05", None), ("2031-04", None)], [("2031-04-30", "SOME")]),
    ],
    ids=["none listed", "started", "ended", "one ended and one goes on", "the later start"],
)
async def test_medicines_are_stable_since_the_last_change(
    profile: Profile, treatments: list[tuple[str, str | None]], medicines: list[tuple[str, str]]
) -> None:
    """A start or an end is a change; who listed none has not said that they take none."""
    given = [_treatment(TreatmentKind.ORAL_MEDICINE, start, ended_on=end) for start, end in treatments]
    known = person_of(profile, given).medicines
    assert [(each.since.isoformat(), each.taking) for each in known] == medicines
    assert all(isinstance(each, Medicine) for each in known)


async def test_a_new_dose_is_a_change_of_medicines(profile: Profile) -> None:
    """Medicines are stable since the last change of a dose, however long they have been taken."""
    changed = (Change(PartialDate.parse("2030-11-02"), 20), Change(PartialDate.parse("2031-03"), 25))
    given = [_treatment(TreatmentKind.ORAL_MEDICINE, "2029", changes=changed)]
    assert [(each.since, each.taking) for each in person_of(profile, given).medicines] == [
        (date(2031, 3, 31), "SOME")
    ]


async def test_a_form_is_known_since_it_has_been_stated_without_a_break(
    local: LocalService, profile: Profile
) -> None:
    """A form that was left out for a time counts from when it came back."""
    limb, neck = FormWithOnset(Form.LIMB), FORM.forms[0]
    for forms in ([neck], [neck, limb]):
        local.clock.pass_(days=10)
        changed = replace(_KNOWN, forms=forms)
        await local.services.enrolments.enrol(caller(profile.patient), changed, local.clock())
    person = await local.services.people.require(PatientId(profile.patient))
    assert {each.form: each.since for each in person.forms} == {
        Form.CERVICAL: _TODAY,
        Form.LIMB: date(2031, 6, 3),
    }


def _treatment(kind: TreatmentKind, start: str, *, ended_on: str | None = None, **changes: Any) -> Treatment:
    return Treatment(
        id=TreatmentId(str(uuid4())),
        kind=kind,
        started_on=PartialDate.parse(start),
        ended_on=PartialDate.parse(ended_on) if ended_on else None,
        **changes,
    )
