from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from diary.ids import PatientId
from notifications.phone import PhoneNumber
from registry_api.enrolment.consents import ConsentState, Decision, Purpose, may
from registry_api.enrolment.errors import ConsentMissing, ConsentTextChanged
from registry_api.enrolment.indexes import SIGNATURES
from registry_api.identity.errors import NotFound
from registry_api.identity.languages import Language
from tests.registry_api.enrolment.people import GRANTED, NOW, REFUSED, Registry, caller, signing
from tests.registry_api.stored_bytes import all_of


async def test_a_signature_holds_what_was_shown_and_decided(registry: Registry) -> None:
    """Version, language, hash, decision and moment are kept as they were."""
    patient = await registry.joined()
    shown = signing(Purpose.TEXTS, language=Language.ES)
    signed = await registry.consents.sign(patient, shown, NOW)
    assert (signed.patient, signed.number, signed.at) == (patient.patient_id, 1, NOW)
    assert (signed.version, signed.language, signed.text_sha256) == ("1", "es", shown.text_sha256)
    assert len(await all_of(registry.database, SIGNATURES)) == 1


@pytest.mark.parametrize("decision", Decision)
@pytest.mark.parametrize(
    "changes",
    [{"version": "0"}, {"version": "2"}, {"text_sha256": "0" * 64}, {"text_sha256": ""}, {"version": "x"}],
)
async def test_a_text_that_was_never_shown_is_not_signed(
    registry: Registry, decision: Decision, changes: dict[str, str]
) -> None:
    """A wrong version or hash is refused with the version that is current, and nothing is stored."""
    patient = await registry.joined()
    wrong = replace(signing(Purpose.REGISTRY, decision), **changes)  # type: ignore[arg-type]
    with pytest.raises(ConsentTextChanged) as refused:
        await registry.consents.sign(patient, wrong, NOW)
    assert refused.value.current_version == "1"
    assert await all_of(registry.database, SIGNATURES) == []


async def test_the_hash_of_another_language_does_not_do(registry: Registry) -> None:
    """A Spanish text cannot be signed as if the English one had been shown."""
    patient = await registry.joined()
    spanish = signing(Purpose.REGISTRY, language=Language.ES)
    with pytest.raises(ConsentTextChanged):
        await registry.consents.sign(patient, replace(spanish, language=Language.EN), NOW)


async def test_deciding_the_same_again_adds_nothing(registry: Registry) -> None:
    """A double tap gives the first signature; a change of mind adds one; the earlier ones stay."""
    patient = await registry.joined()
    first = await registry.sign(patient, Purpose.TEXTS)
    assert await registry.sign(patient, Purpose.TEXTS, now=NOW + timedelta(minutes=1)) == first
    second = await registry.sign(patient, Purpose.TEXTS, REFUSED, NOW + timedelta(minutes=2))
    third = await registry.sign(patient, Purpose.TEXTS, GRANTED, NOW + timedelta(minutes=3))
    assert [each.number for each in (first, second, third)] == [1, 2, 3]
    stored = await all_of(registry.database, SIGNATURES)
    assert [(each["number"], each["decision"]) for each in stored] == [
        (1, "GRANTED"),
        (2, "REFUSED"),
        (3, "GRANTED"),
    ]


async def test_many_signatures_at_once_make_one_chain(registry: Registry) -> None:
    """Twelve decisions at one moment end in a chain without gaps, in which each differs from the last."""
    patient = await registry.joined(Purpose.REGISTRY)
    await asyncio.gather(
        *(registry.sign(patient, Purpose.TEXTS, decision) for decision in (GRANTED, REFUSED) * 6)
    )
    chain = sorted(
        (each["number"], each["decision"])
        for each in await all_of(registry.database, SIGNATURES)
        if each["purpose"] == Purpose.TEXTS
    )
    assert [number for number, _ in chain] == list(range(1, len(chain) + 1))
    assert all(before[1] != after[1] for before, after in pairwise(chain))


async def test_what_is_required_is_missing_until_it_is_signed(registry: Registry) -> None:
    """The error names the purpose, and goes away with a yes."""
    patient = await registry.joined()
    with pytest.raises(ConsentMissing) as missing:
        await registry.consents.require(patient.patient_id, Purpose.REGISTRY, NOW)
    assert missing.value.purpose is Purpose.REGISTRY
    await registry.sign(patient, Purpose.REGISTRY)
    await registry.consents.require(patient.patient_id, Purpose.REGISTRY, NOW)
    known = await registry.consents.permissions(patient.patient_id, NOW)
    assert may(known, Purpose.REGISTRY)
    standing = (await registry.consents.standings(patient.patient_id, NOW))[0]
    assert standing.state is ConsentState.GRANTED


async def test_one_persons_signature_is_not_anothers(registry: Registry) -> None:
    """A yes of one patient permits nothing about another."""
    await registry.joined(Purpose.REGISTRY)
    other = await registry.accounts.create_patient(PhoneNumber("+447700900456"), NOW)
    with pytest.raises(ConsentMissing):
        await registry.consents.require(other, Purpose.REGISTRY, NOW)


async def test_nobody_signs_for_an_account_that_is_gone(registry: Registry) -> None:
    """A session that outlived its account cannot sign."""
    with pytest.raises(NotFound):
        await registry.sign(caller(PatientId("gone")), Purpose.REGISTRY)
    assert await all_of(registry.database, SIGNATURES) == []


async def test_those_who_permit_a_purpose_are_found_at_once(registry: Registry) -> None:
    """A purpose that was taken back permits nothing, nor does one without the registry consent."""
    both = (Purpose.REGISTRY, Purpose.TRIAL_CONTACT)
    patient = await registry.joined(*both)
    other = await registry.accounts.create_patient(PhoneNumber("+447700900456"), NOW)
    asked = [patient.patient_id, other]
    for taken_back in both:
        found = await registry.consents.permitting(asked, Purpose.TRIAL_CONTACT, NOW)
        assert found == {patient.patient_id}
        await registry.sign(patient, taken_back, REFUSED)
        assert await registry.consents.permitting(asked, Purpose.TRIAL_CONTACT, NOW) == frozenset()
        await registry.sign(patient, taken_back)
