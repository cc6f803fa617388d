from __future__ import annotations

from dataclasses import replace

from diary.forms import Form
from diary.ids import PatientId
from registry_api.enrolment.consents import Purpose
from registry_api.enrolment.profile import FormWithOnset
from registry_api.enrolment.uses import decide
from tests.registry_api.enrolment.people import FORM, GRANTED, NOW, Registry, signed

COUNTED_ONLY = decide(signed((Purpose.REGISTRY, GRANTED)), (), NOW)
BOTH = decide(signed((Purpose.REGISTRY, GRANTED), (Purpose.TRIAL_CONTACT, GRANTED)), (), NOW)
NOTHING_PERMITTED = decide((), (), NOW)


async def _seeded(registry: Registry) -> list[PatientId]:
    """Twelve people: every third permits nothing, every fourth of the others no contact about trials."""
    patient = (await registry.joined(Purpose.REGISTRY, form=FORM)).patient_id
    profile = await registry.enrolments.require(patient)
    profile = replace(profile, forms=(replace(profile.forms[0], value=(FormWithOnset(Form.LIMB),)),))
    ids = [PatientId(f"seeded-{n:02d}") for n in range(12)]
    permitted = [NOTHING_PERMITTED if n % 3 == 0 else COUNTED_ONLY if n % 4 == 0 else BOTH for n in range(12)]
    await registry.store.insert_many(
        (replace(profile, patient=each), uses) for each, uses in zip(ids, permitted, strict=True)
    )
    return ids


async def test_batches_hold_those_who_are_marked(registry: Registry) -> None:
    """Everybody whose mark permits alerts comes once, in order of ids, in batches of the size asked for."""
    ids = await _seeded(registry)
    batches = [batch async for batch in registry.store.enrolled_batches(None, 4)]
    assert [len(batch) for batch in batches] == [4, 2]
    found = [profile.patient for batch in batches for profile in batch]
    assert found == [ids[n] for n in (1, 2, 5, 7, 10, 11)]


async def test_batches_go_on_where_they_ended(registry: Registry) -> None:
    """A run that starts after an id sees those above it only."""
    ids = await _seeded(registry)
    batches = [batch async for batch in registry.store.enrolled_batches(ids[5], 10)]
    assert [profile.patient for batch in batches for profile in batch] == [ids[7], ids[10], ids[11]]
    assert [batch async for batch in registry.store.enrolled_batches(ids[11], 10)] == []


async def test_counted_are_those_whose_data_may_be_used(registry: Registry) -> None:
    """Counting needs the registry alone, and sees forms and nothing else."""
    ids = await _seeded(registry)
    counted = [each async for batch in registry.store.counted_batches(ids[0], 5) for each in batch]
    assert counted == [(ids[n], frozenset({Form.LIMB})) for n in (1, 2, 4, 5, 7, 8, 10, 11)]


async def test_many_profiles_are_read_at_once(registry: Registry) -> None:
    """Those who are there come back under their ids."""
    ids = await _seeded(registry)
    found = await registry.store.find_many([ids[0], ids[3], PatientId("nobody")])
    assert set(found) == {ids[0], ids[3]}
