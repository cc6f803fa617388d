from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from notifications.messages import Kind
from registry_api.enrolment.consents import Purpose
from registry_api.enrolment.store import EnrolmentStore
from registry_api.trials.criteria import parse_criteria
from registry_api.trials.ids import TrialId
from tests.registry_api.audit.trails import by
from tests.registry_api.enrolment.people import FORM
from tests.registry_api.local_service import LocalService, consent, enrolment, treatment
from tests.registry_api.trials.examples import study, with_status

_INJECTED_LATELY = {
    "all": [
        {"form": {"in": ["CERVICAL"]}},
        {"prior_injections": {"min": 1}},
        {"weeks_since_toxin": {"min": 8}},
    ]
}
_CERVICAL = {"form": {"in": ["CERVICAL"]}}
_OWNER = "coordinator-1"


@pytest.fixture
async def trial(local: LocalService) -> TrialId:
    """An open trial for people with cervical dystonia who had toxin at least eight weeks ago."""
    return await _open(local, _INJECTED_LATELY)


async def test_a_new_treatment_alerts_once(local: LocalService, trial: TrialId) -> None:
    """Who fits only by the treatment just told gets one alert, however often it is sent and worked on."""
    api, patient = await local.patient()
    await local.rematch()
    assert await _alerted(local) == []
    given = treatment(startedOn="2031-01-10")
    for _ in range(2):
        await api.send("RecordTreatment", input=given)
        await local.rematch()
    await api.send("RecordTreatment", input=treatment(startedOn="2031-02-10"))
    await local.rematch()
    assert await _alerted(local) == [patient.patient_id]
    assert (await local.texts(Kind.TRIAL_ALERT))[0]["trial"] == trial


async def test_a_yes_to_trial_contact_alerts_who_fitted_all_along(local: LocalService) -> None:
    """Before the yes nobody is told; after it one alert is queued."""
    await _open(local, _CERVICAL)
    api, patient = await local.patient(Purpose.REGISTRY, Purpose.TEXTS)
    await local.rematch()
    assert await _alerted(local) == []
    await api.send("SignConsent", input=consent(Purpose.TRIAL_CONTACT))
    await local.rematch()
    assert await _alerted(local) == [patient.patient_id]


async def test_a_no_to_trial_contact_alerts_nobody(local: LocalService) -> None:
    """Neither the refusal itself nor facts told after it lead to an alert."""
    await _open(local, _CERVICAL)
    api, _ = await local.patient(Purpose.REGISTRY, Purpose.TEXTS)
    await api.send("SignConsent", input=consent(Purpose.TRIAL_CONTACT, "REFUSED"))
    await api.send("RecordTreatment", input=treatment(startedOn="2031-01-10"))
    await local.rematch()
    assert await _alerted(local) == []


async def test_taking_the_yes_back_cancels_what_waits(local: LocalService) -> None:
    """An alert that is queued when somebody refuses is never sent."""
    await _open(local, _CERVICAL)
    api, _ = await local.patient()
    await local.rematch()
    await api.send("SignConsent", input=consent(Purpose.TRIAL_CONTACT, "REFUSED"))
    await local.rematch()
    (alert,) = await local.texts(Kind.TRIAL_ALERT)
    assert alert["state"] == "cancelled"


async def test_a_corrected_enrolment_is_matched_again(local: LocalService) -> None:
    """Adding a form that a trial asks for leads to its alert."""
    await _open(local, _CERVICAL)
    api, patient = await local.patient(form=replace(FORM, forms=[FORM.forms[1]]))
    await local.rematch()
    assert await _alerted(local) == []
    await api.send("Enrol", input=enrolment())
    await local.rematch()
    assert await _alerted(local) == [patient.patient_id]


async def test_workers_at_once_alert_once(local: LocalService) -> None:
    """Four workers that take up the same changed people queue one alert each."""
    await _open(local, _CERVICAL)
    patients = [(await local.patient())[1].patient_id for _ in range(5)]
    await asyncio.gather(*(_work(local) for _ in range(4)))
    assert await _alerted(local) == sorted(patients)


async def test_a_change_that_comes_while_the_last_is_worked_on_is_not_lost(local: LocalService) -> None:
    """Only the change that was dealt with is taken off the list."""
    _, patient = await local.patient()
    store, dealt_with = EnrolmentStore(local.services.mongo.database), local.clock()
    local.clock.pass_(seconds=1)
    await store.mark_changed(patient.patient_id, local.clock())
    await store.unmark_changed(patient.patient_id, dealt_with)
    assert await local.services.rematching.run_once(local.clock()) == 1
    assert await local.services.rematching.run_once(local.clock()) == 0


async def _open(local: LocalService, criteria: dict[str, Any]) -> TrialId:
    desk = local.services.trial_desk
    record = with_status(study(101), "RECRUITING", posted="2031-05-01")
    imported = await desk.import_record(record, by(_OWNER), local.clock())
    await desk.set_criteria(by(_OWNER), imported.trial.id, parse_criteria(criteria), local.clock())
    await local.rematch()
    return imported.trial.id


async def _work(local: LocalService) -> None:
    while await local.services.rematching.run_once(local.clock()):
        pass


async def _alerted(local: LocalService) -> list[str]:
    return sorted(alert["recipient"] for alert in await local.texts(Kind.TRIAL_ALERT))
