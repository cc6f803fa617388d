from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from diary.forms import Form
from diary.ids import TreatmentId
from diary.partial_dates import PartialDate
from diary.treatments import Treatment, TreatmentKind
from registry_api.enrolment.consents import Purpose
from registry_api.enrolment.errors import ConsentMissing, InvalidEnrolment, NotEnrolled
from registry_api.enrolment.form import SettingsChange
from registry_api.enrolment.indexes import PROFILES
from registry_api.enrolment.profile import Distribution, FormWithOnset, as_of
from registry_api.identity.languages import Language
from tests.registry_api.enrolment.people import FORM, NOW, PHONE, REFUSED, Registry, caller
from tests.registry_api.stored_bytes import all_of, stored_bytes

INJECTION = Treatment(
    id=TreatmentId("2b0b3c1e-8e1c-4e5a-9a53-0d2c3c1f7a11"),
    kind=TreatmentKind.TOXIN_INJECTION,
    started_on=PartialDate(2031, 3, 2),
)


@pytest.mark.parametrize("signed", [[], [Purpose.TEXTS], [Purpose.TRIAL_CONTACT]])
async def test_without_the_registry_consent_nobody_enrols(registry: Registry, signed: list[Purpose]) -> None:
    """Other consents do not stand in for it, and nothing is stored."""
    patient = await registry.joined(*signed)
    with pytest.raises(ConsentMissing) as missing:
        await registry.enrolments.enrol(patient, FORM, NOW)
    assert missing.value.purpose is Purpose.REGISTRY
    assert await all_of(registry.database, PROFILES) == []


async def test_what_was_enrolled_can_be_read_back(registry: Registry) -> None:
    """Profile, name, postal code and treatments are what the person wrote."""
    patient = (await registry.joined(Purpose.REGISTRY)).patient_id
    enrolled = await registry.enrolments.enrol(caller(patient), replace(FORM, treatments=[INJECTION]), NOW)
    profile = await registry.enrolments.require(patient)
    assert profile == enrolled
    assert profile.enrolled_at == NOW
    assert profile.current_forms == tuple(FORM.forms)
    assert await registry.enrolments.postal_code(profile) == "10001"
    assert await registry.accounts.own_name(patient) == "Amara Quispe"
    assert [each.id for each in await registry.treatments.list_for(patient)] == [INJECTION.id]


async def test_a_correction_is_dated_and_keeps_the_first_day(registry: Registry) -> None:
    """Enrolling again changes the facts from that day on; earlier days keep theirs."""
    patient = (await registry.joined(Purpose.REGISTRY, form=FORM)).patient_id
    later = NOW + timedelta(days=40)
    corrected = replace(
        FORM,
        name="Amara Q. Haddad",
        forms=[FormWithOnset(Form.LIMB, PartialDate(2020))],
        distribution=Distribution.SEGMENTAL,
        country="ES",
        postal_code=None,
        time_zone="Europe/Madrid",
        language=Language.ES,
    )
    await registry.enrolments.enrol(caller(patient), corrected, later)
    profile = await registry.enrolments.require(patient)
    first_day, today = NOW.date(), later.date()
    assert profile.enrolled_at == NOW
    assert as_of(profile.forms, first_day) == tuple(FORM.forms)
    assert as_of(profile.forms, today) == tuple(corrected.forms)
    assert as_of(profile.distribution, first_day) is Distribution.UNKNOWN
    assert [fact.value.country for fact in profile.residence] == ["US", "ES"]
    assert as_of(profile.languages, date(2031, 6, 1)) is Language.EN
    assert as_of(profile.languages, today) is Language.ES
    assert await registry.enrolments.postal_code(profile) is None
    assert await registry.accounts.own_name(patient) == "Amara Q. Haddad"


async def test_sending_a_form_again_changes_nothing(registry: Registry) -> None:
    """The same form twice leaves one profile and one treatment, as they were."""
    form = replace(FORM, treatments=[INJECTION])
    patient = (await registry.joined(Purpose.REGISTRY, form=form)).patient_id
    before = await registry.enrolments.require(patient)
    again = await registry.enrolments.enrol(caller(patient), form, NOW + timedelta(days=1))
    assert replace(again, postal_code=before.postal_code) == before
    assert len(await registry.treatments.list_for(patient)) == 1


async def test_faults_of_form_and_treatments_come_together(registry: Registry) -> None:
    """One answer names everything that is wrong, and nothing is stored."""
    patient = (await registry.joined(Purpose.REGISTRY)).patient_id
    future = replace(INJECTION, started_on=PartialDate(2032))
    with pytest.raises(InvalidEnrolment) as refused:
        await registry.enrolments.enrol(
            caller(patient), replace(FORM, country="??", treatments=[INJECTION, future]), NOW
        )
    assert [fault.path for fault in refused.value.fields] == ["country", "treatments[1].started_on"]
    assert await all_of(registry.database, PROFILES) == []
    assert await registry.treatments.list_for(patient) == []


async def test_a_treatment_in_conflict_undoes_the_whole_form(registry: Registry) -> None:
    """A known treatment id with other content is a fault of the form, and the correction is not stored."""
    patient = (await registry.joined(Purpose.REGISTRY, form=replace(FORM, treatments=[INJECTION]))).patient_id
    other = replace(INJECTION, started_on=PartialDate(2031, 2))
    with pytest.raises(InvalidEnrolment) as refused:
        await registry.enrolments.enrol(
            caller(patient), replace(FORM, country="CA", postal_code=None, treatments=[other]), NOW
        )
    assert [fault.path for fault in refused.value.fields] == ["treatments[0].treatment_id"]
    assert (await registry.enrolments.require(patient)).country == "US"


async def test_settings_can_be_changed_after_enrolment_only(registry: Registry) -> None:
    """Before, there is nothing to change; after, the change is kept and a language is dated."""
    patient = (await registry.joined(Purpose.REGISTRY)).patient_id
    with pytest.raises(NotEnrolled):
        await registry.enrolments.change_settings(caller(patient), SettingsChange(no_prompt=True), NOW)
    assert (await registry.enrolments.settings(patient)).language is Language.EN
    await registry.enrolments.enrol(caller(patient), FORM, NOW)
    change = SettingsChange(language=Language.ES, core_items=["pain", "jaw_and_mouth"])
    await registry.enrolments.change_settings(caller(patient), change, NOW + timedelta(days=2))
    settings = await registry.enrolments.settings(patient)
    assert (settings.language, settings.core_items) == (Language.ES, ("pain", "jaw_and_mouth"))
    profile = await registry.enrolments.require(patient)
    assert [fact.value for fact in profile.languages] == [Language.EN, Language.ES]


async def test_withdrawing_and_returning_keeps_the_profile(registry: Registry) -> None:
    """Without the registry consent a correction is refused; with it again the facts are still there."""
    patient = await registry.joined(Purpose.REGISTRY, form=FORM)
    await registry.sign(patient, Purpose.REGISTRY, REFUSED)
    with pytest.raises(ConsentMissing):
        await registry.enrolments.enrol(patient, FORM, NOW)
    await registry.sign(patient, Purpose.REGISTRY)
    assert (await registry.enrolments.require(patient.patient_id)).current_forms == tuple(FORM.forms)


async def test_nothing_that_identifies_is_stored_in_clear(registry: Registry) -> None:
    """Name, number and full postal code are nowhere in the database; the coarse area is."""
    await registry.joined(*Purpose, form=replace(FORM, prompt_time="18:00"))
    stored = await stored_bytes(registry.database)
    for secret in ("Amara", "Quispe", "10001", PHONE, PHONE[2:], "40.7484", "73.9967"):
        # Random ids in hexadecimal may hold five digits by chance.
        assert not re.search(rb"(?<![0-9a-f])" + re.escape(secret.encode()) + rb"(?![0-9a-f])", stored)
    assert b"CERVICAL" in stored
    assert '"area": "100"' in str((await all_of(registry.database, PROFILES))[0]).replace("'", '"')
