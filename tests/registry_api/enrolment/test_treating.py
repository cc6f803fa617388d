from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from diary.errors import TreatmentConflict, TreatmentNotFound
from diary.partial_dates import PartialDate
from diary.treating.chain import ChangedTreatment
from registry_api.enrolment.consents import Purpose
from registry_api.enrolment.errors import ConsentMissing, NotEnrolled
from registry_api.enrolment.store import EnrolmentStore
from registry_api.enrolment.treating import Treating
from registry_api.identity.callers import Patient
from tests.diary.examples import injection, new_id
from tests.registry_api.enrolment.people import NOW, signing
from tests.registry_api.local_service import LocalService

GIVEN = injection("2031-03-02")


@pytest.fixture
def treating(local: LocalService) -> Treating:
    return local.services.treating


async def test_a_new_treatment_marks_the_patient_for_matching_once(
    local: LocalService, treating: Treating
) -> None:
    """A treatment that is there already, or in conflict with one that is, changes nothing for trials."""
    _, patient = await local.patient()
    who, store = patient.patient_id, EnrolmentStore(local.services.mongo.database)
    await local.rematch()
    assert not (await treating.record(patient, GIVEN, NOW)).already
    assert await store.changed(10) == [(who, NOW)]
    await local.rematch()
    assert (await treating.record(patient, GIVEN, NOW)).already
    with pytest.raises(TreatmentConflict):
        await treating.record(patient, replace(GIVEN, started_on=PartialDate.parse("2031-04-02")), NOW)
    assert await store.changed(10) == []


Step = Callable[[Treating, Patient, str], Awaitable[ChangedTreatment]]
STEPS: tuple[Step, ...] = (
    lambda treating, who, key: treating.amend(who, GIVEN.id, key, {"dose": 120.0, "product": "Botox"}, NOW),
    lambda treating, who, key: treating.withdraw(who, GIVEN.id, key, NOW),
    lambda treating, who, key: treating.restore(who, GIVEN.id, key, NOW),
)


async def test_every_change_marks_for_matching_once(local: LocalService, treating: Treating) -> None:
    """An amended, a withdrawn and a restored treatment are other facts; the same again is none."""
    _, patient = await local.patient()
    store, people = EnrolmentStore(local.services.mongo.database), local.services.people
    await treating.record(patient, GIVEN, NOW)
    injections = []
    for step in STEPS:
        await local.rematch()
        key = new_id()
        assert not (await step(treating, patient, key)).already
        assert await store.changed(10) == [(patient.patient_id, NOW)]
        await local.rematch()
        assert (await step(treating, patient, key)).already
        assert (await step(treating, patient, new_id())).already
        assert await store.changed(10) == []
        injections.append(len((await people.require(patient.patient_id)).injections))
    assert injections == [1, 0, 1]


async def test_only_ones_own_treatments_can_be_reached(local: LocalService, treating: Treating) -> None:
    """Somebody else's treatment reads as one that is not there, for whatever one wants of it."""
    _, owner = await local.patient()
    _, other = await local.patient()
    await treating.record(owner, GIVEN, NOW)
    for step in STEPS:
        with pytest.raises(TreatmentNotFound):
            await step(treating, other, new_id())


async def test_nothing_is_changed_before_enrolment(local: LocalService, treating: Treating) -> None:
    """Whatever one wants of a treatment asks first whether a diary may be kept."""
    _, patient = await local.patient(enrolled=False)
    for error in (ConsentMissing, NotEnrolled):
        for step in STEPS:
            with pytest.raises(error):
                await step(treating, patient, new_id())
        with pytest.raises(error):
            await treating.record(patient, GIVEN, NOW)
        await local.services.consents.sign(patient, signing(Purpose.REGISTRY), NOW)


async def test_many_amendments_at_once_all_stand(local: LocalService, treating: Treating) -> None:
    """Twelve amendments of different fields and ids at once leave twelve revisions and lose none."""
    _, patient = await local.patient()
    await treating.record(patient, replace(GIVEN, product="onabotulinumtoxinA"), NOW)
    await asyncio.gather(
        *(treating.amend(patient, GIVEN.id, new_id(), {"dose": 100.0 + dose}, NOW) for dose in range(12))
    )
    (chain,) = await local.services.treatments.chains_for(patient.patient_id)
    assert [revision.number for revision in chain.revisions] == list(range(1, 14))
    doses = {revision.treatment.dose for revision in chain.revisions}
    assert doses == {None, *(100.0 + dose for dose in range(12))}
