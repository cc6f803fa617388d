from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from diary.ids import PatientId
from notifications.phone import PhoneNumber
from registry_api.audit.events import Action
from registry_api.enrolment.consents import ConsentState, Decision, Purpose
from registry_api.enrolment.errors import (
    ConsentMissing,
    ConsentTextChanged,
    SignatureConflict,
    TooManyChanges,
)
from registry_api.enrolment.indexes import SIGNATURES
from registry_api.enrolment.pace import MOST_A_DAY
from registry_api.enrolment.participation import Axis
from registry_api.enrolment.uses import Use
from registry_api.identity.callers import actor_of
from registry_api.identity.errors import NotFound
from registry_api.identity.languages import Language
from tests.registry_api.enrolment.people import GRANTED, NOW, REFUSED, Registry, caller, signing
from tests.registry_api.stored_bytes import all_of


async def test_a_signature_holds_what_was_shown_and_decided(registry: Registry) -> None:
    """Version, language, hash, decision and moment are kept as they were."""
    patient = await registry.joined()
    shown = signing(Purpose.TEXTS, language=Language.ES)
    signed = (await registry.consents.sign(patient, shown, NOW)).signature
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


async def test_signing_the_same_version_again_is_a_second_event(registry: Registry) -> None:
    """Each decision is added with its own moment, the same one too; what was there stays as it was."""
    patient = await registry.joined()
    stored: list[dict[str, Any]] = []
    for minute, decision in enumerate((GRANTED, GRANTED, REFUSED, GRANTED)):
        await registry.sign(patient, Purpose.TEXTS, decision, NOW + timedelta(minutes=minute))
        before, stored = stored, await all_of(registry.database, SIGNATURES)
        assert stored[:-1] == before
    assert [(each["number"], each["decision"], each["version"]) for each in stored] == [
        (1, "GRANTED", "1"),
        (2, "GRANTED", "1"),
        (3, "REFUSED", "1"),
        (4, "GRANTED", "1"),
    ]


async def test_a_request_that_is_sent_again_adds_nothing(registry: Registry) -> None:
    """The same id gives the first signature, whenever it comes; with another decision it is refused."""
    patient = await registry.joined()
    once = replace(signing(Purpose.TEXTS), id="6ad0a9c6-0d3b-4f13-93d4-2b6f2b5f6a01")
    first = await registry.consents.sign(patient, once, NOW)
    assert (first.already, first.signature.id) == (False, once.id)
    again = await asyncio.gather(
        *(registry.consents.sign(patient, once, NOW + timedelta(hours=hours)) for hours in range(5))
    )
    assert {each.already for each in again} == {True}
    assert {each.signature for each in again} == {first.signature}
    with pytest.raises(SignatureConflict):
        await registry.consents.sign(patient, replace(once, decision=REFUSED), NOW)
    assert len(await all_of(registry.database, SIGNATURES)) == 1


async def test_many_at_once_with_one_id_add_one(registry: Registry) -> None:
    """Of twelve requests at one moment one adds the signature, and all get it."""
    patient = await registry.joined()
    once = replace(signing(Purpose.TEXTS), id="6ad0a9c6-0d3b-4f13-93d4-2b6f2b5f6a01")
    done = await asyncio.gather(*(registry.consents.sign(patient, once, NOW) for _ in range(12)))
    assert sorted(each.already for each in done) == [False] + [True] * 11
    assert len({each.signature for each in done}) == 1


async def test_many_signatures_at_once_make_one_chain(registry: Registry) -> None:
    """Twelve decisions at one moment are twelve events, numbered without a gap."""
    patient = await registry.joined(Purpose.REGISTRY)
    await asyncio.gather(
        *(registry.sign(patient, Purpose.TEXTS, decision) for decision in (GRANTED, REFUSED) * 6)
    )
    chain = sorted(
        each["number"]
        for each in await all_of(registry.database, SIGNATURES)
        if each["purpose"] == Purpose.TEXTS
    )
    assert chain == list(range(1, 13))


async def test_history_is_readable_after_withdrawal(registry: Registry) -> None:
    """Every signature is there as it was given, newest first, whatever was taken back or ended since."""
    patient = await registry.joined(*Purpose)
    given = await registry.consents.history(patient.patient_id)
    await registry.sign(patient, Purpose.REGISTRY, REFUSED, NOW + timedelta(hours=1))
    by = actor_of(patient)
    await registry.taking_part.withdraw(patient.patient_id, Axis, NOW + timedelta(hours=2), by=by)
    known = await registry.consents.history(patient.patient_id)
    assert known[1:] == given
    assert (known[0].purpose, known[0].decision) == (Purpose.REGISTRY, REFUSED)
    assert len(known) == 7


async def test_each_signature_is_in_the_audit_trail(registry: Registry) -> None:
    """Who signed what, in the transaction of the signature; one that is refused or repeated adds no event."""
    patient = await registry.joined()
    once = replace(signing(Purpose.TEXTS, REFUSED), id="6ad0a9c6-0d3b-4f13-93d4-2b6f2b5f6a01")
    for _ in range(2):
        await registry.consents.sign(patient, once, NOW)
    with pytest.raises(ConsentTextChanged):
        await registry.consents.sign(patient, replace(once, version="7"), NOW)
    (entry,) = await registry.audit.about(patient.patient_id)
    assert (entry.event.action, entry.event.actor.id) == (Action.CONSENT_SIGNED, patient.patient_id)
    assert (entry.event.record, entry.event.reason) == ("TEXTS:1", "REFUSED version 1 in en")


async def test_what_is_required_is_missing_until_it_is_signed(registry: Registry) -> None:
    """The error names the purpose, and goes away with a yes."""
    patient = await registry.joined()
    with pytest.raises(ConsentMissing) as missing:
        await registry.permissions.require(patient.patient_id, Use.KEEP_DIARY, NOW)
    assert missing.value.purpose is Purpose.REGISTRY
    await registry.sign(patient, Purpose.REGISTRY)
    known = await registry.permissions.require(patient.patient_id, Use.KEEP_DIARY, NOW)
    assert known.scopes == {Purpose.REGISTRY: 1}
    standing = (await registry.consents.standings(patient.patient_id))[0]
    assert standing.state is ConsentState.GRANTED


async def test_one_persons_signature_is_not_anothers(registry: Registry) -> None:
    """A yes of one patient permits nothing about another."""
    await registry.joined(Purpose.REGISTRY)
    other = await registry.accounts.create_patient(PhoneNumber("+447700900456"), NOW)
    with pytest.raises(ConsentMissing):
        await registry.permissions.require(other, Use.KEEP_DIARY, NOW)


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
        found = await registry.permissions.permitting(asked, Use.ALERT_TRIALS, NOW)
        assert found == {patient.patient_id}
        await registry.sign(patient, taken_back, REFUSED)
        assert await registry.permissions.permitting(asked, Use.ALERT_TRIALS, NOW) == frozenset()
        await registry.sign(patient, taken_back)


async def test_nobody_signs_without_end(registry: Registry) -> None:
    """Sixty answers in a day are enough; taking a yes back works always, and a day later so does the rest."""
    patient = await registry.joined(Purpose.TEXTS)
    for _ in range(MOST_A_DAY - 1):
        await registry.sign(patient, Purpose.TEXTS)
    with pytest.raises(TooManyChanges) as refused:
        await registry.sign(patient, Purpose.TEXTS, now=NOW + timedelta(hours=1))
    assert refused.value.retry_after_seconds == 23 * 3600
    await registry.sign(patient, Purpose.TEXTS, REFUSED)
    with pytest.raises(TooManyChanges):
        await registry.sign(patient, Purpose.TEXTS, REFUSED)
    await registry.sign(patient, Purpose.TEXTS, now=NOW + timedelta(days=1))
