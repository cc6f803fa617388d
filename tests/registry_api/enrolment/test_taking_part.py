from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from notifications.ids import RecipientId
from notifications.messages import Draft, Kind, State
from notifications.outbox import OUTBOX
from registry_api.audit.events import Action, Actor, Channel, Origin
from registry_api.audit.indexes import EVENTS
from registry_api.enrolment.consents import How, Purpose
from registry_api.enrolment.errors import ConsentMissing, ParticipationEnded, PauseTooLong, TooManyChanges
from registry_api.enrolment.indexes import PARTICIPATION, PROFILES, SIGNATURES
from registry_api.enrolment.pace import MOST_A_DAY
from registry_api.enrolment.participation import Axis, Change
from registry_api.enrolment.taking_part import BOTH
from registry_api.enrolment.uses import REACHES_OUT, Use, may
from registry_api.identity.callers import Patient, actor_of
from tests.registry_api.enrolment.people import FORM, NOW, REFUSED, Registry
from tests.registry_api.stored_bytes import all_of

AT_SIX = replace(FORM, prompt_time="18:00")
# 18:00 in New York on the day of NOW.
SIX = datetime(2031, 5, 14, 22, 0, tzinfo=UTC)


async def _may(registry: Registry, patient: Patient, now: datetime = NOW) -> set[Use]:
    uses = await registry.permissions.of(patient.patient_id, now)
    return {use for use in Use if may(uses, use)}


async def _marks(registry: Registry) -> tuple[bool, bool]:
    (profile,) = await all_of(registry.database, PROFILES)
    return profile["matchable"], profile["counted"]


async def _waiting(registry: Registry, patient: Patient, kind: Kind = Kind.TRIAL_ALERT) -> None:
    draft = Draft(
        recipient=RecipientId(patient.patient_id),
        kind=kind,
        template="trial_alert",
        language="en",
        slots={"link": "x"},
        reason_key=f"{kind}:{patient.patient_id}",
    )
    await registry.outbox.enqueue(draft, NOW)


async def test_ending_contact_leaves_the_use_of_data(registry: Registry) -> None:
    """Prompts end, what waits is cancelled, nobody is matched to be told; diary and counts go on."""
    patient = await registry.joined(*Purpose, form=AT_SIX)
    await _waiting(registry, patient)
    done = await registry.taking_part.withdraw(patient.patient_id, {Axis.CONTACT}, NOW, by=actor_of(patient))
    assert done.changes == (Change.CONTACT_ENDED,)
    assert done.participation.contact_ended_at == NOW
    assert await _may(registry, patient) == set(Use) - REACHES_OUT
    assert await registry.prompts.schedule(patient.patient_id) is None
    assert [text["state"] for text in await all_of(registry.database, OUTBOX)] == [State.CANCELLED]
    assert await _marks(registry) == (False, True)
    with pytest.raises(ParticipationEnded) as ended:
        await registry.permissions.require(patient.patient_id, Use.INTRODUCE, NOW)
    assert ended.value.axis is Axis.CONTACT


async def test_ending_the_use_of_data_ends_everything(registry: Registry) -> None:
    """Nothing is done with the person's data any more, and no signature was touched."""
    patient = await registry.joined(*Purpose, form=AT_SIX)
    before = await all_of(registry.database, SIGNATURES)
    await registry.taking_part.withdraw(patient.patient_id, BOTH, NOW, by=actor_of(patient))
    assert await _may(registry, patient) == set()
    assert await _marks(registry) == (False, False)
    assert await all_of(registry.database, SIGNATURES) == before
    for use in Use:
        with pytest.raises(ParticipationEnded):
            await registry.permissions.require(patient.patient_id, use, NOW)


async def test_a_signature_does_not_bring_back_who_left(registry: Registry) -> None:
    """A yes signed after leaving is kept, and counts only from the return on."""
    patient = await registry.joined(*Purpose, form=AT_SIX)
    by = actor_of(patient)
    await registry.taking_part.withdraw(patient.patient_id, BOTH, NOW, by=by)
    await registry.sign(patient, Purpose.REGISTRY)
    assert await _may(registry, patient) == set()
    await registry.taking_part.rejoin(patient.patient_id, BOTH, NOW, by=by)
    assert await _may(registry, patient) == set(Use)


async def test_rejoining_is_as_it_was(registry: Registry) -> None:
    """Prompts, marks and everything that is still signed come back; what was refused does not."""
    patient = await registry.joined(*Purpose, form=AT_SIX)
    by = actor_of(patient)
    await registry.sign(patient, Purpose.RECONTACT, REFUSED)
    await registry.taking_part.withdraw(patient.patient_id, BOTH, NOW, by=by)
    back = await registry.taking_part.rejoin(patient.patient_id, BOTH, NOW + timedelta(days=1), by=by)
    assert back.changes == (Change.CONTACT_RESUMED, Change.DATA_USE_RESUMED)
    assert await _may(registry, patient) == set(Use) - {Use.RECONTACT}
    schedule = await registry.prompts.schedule(patient.patient_id)
    assert schedule is not None
    assert (schedule.local_time, schedule.next_at) == (time(18), SIX + timedelta(days=1))
    assert await _marks(registry) == (True, True)


async def test_repeating_a_wish_changes_nothing(registry: Registry) -> None:
    """Twelve at one moment make one event each; what was so already is left as it was."""
    patient = await registry.joined(*Purpose, form=AT_SIX)
    by = actor_of(patient)
    wishes = (registry.taking_part.withdraw(patient.patient_id, BOTH, NOW, by=by) for _ in range(12))
    done = await asyncio.gather(*wishes)
    assert sorted(len(each.changes) for each in done) == [0] * 11 + [2]
    assert len(await all_of(registry.database, PARTICIPATION)) == 2
    assert (await registry.taking_part.end_pause(patient.patient_id, NOW, by=by)).changes == ()
    await registry.taking_part.rejoin(patient.patient_id, BOTH, NOW, by=by)
    assert (await registry.taking_part.rejoin(patient.patient_id, BOTH, NOW, by=by)).changes == ()


async def test_each_change_is_kept_and_audited(registry: Registry) -> None:
    """In one transaction, with who, how and when; a pause says until when."""
    patient = await registry.joined(Purpose.REGISTRY, form=AT_SIX)
    network = Origin(Channel.WEB, "203.0.113.0/24")
    web = Actor(patient.patient_id, "PATIENT", network)
    texted = Actor(patient.patient_id, "PATIENT", Origin(Channel.SMS))
    signed = len(await all_of(registry.database, EVENTS))
    await registry.taking_part.pause(patient.patient_id, 14, NOW, by=texted)
    await registry.taking_part.end_pause(patient.patient_id, NOW, by=web)
    await registry.taking_part.withdraw(patient.patient_id, BOTH, NOW, by=web)
    await registry.taking_part.rejoin(patient.patient_id, BOTH, NOW, by=web)
    history = await registry.taking_part.history(patient.patient_id)
    assert [event.number for event in history] == list(range(1, 7))
    assert [event.how for event in history] == [How.SMS, *[How.WEB] * 5]
    entries = (await registry.audit.about(patient.patient_id))[:-signed][::-1]
    assert [entry.event.action for entry in entries] == [Action(event.change.value) for event in history]
    assert [entry.event.actor for entry in entries] == [texted, *[web] * 5]
    assert entries[0].event.reason == "until 2031-05-28T16:30+00:00"


@pytest.mark.parametrize("days", [0, -3, 366, 10**9])
async def test_a_pause_of_no_length_is_refused(registry: Registry, days: int) -> None:
    """A pause takes 1 to 365 days."""
    patient = await registry.joined(*Purpose, form=AT_SIX)
    with pytest.raises(PauseTooLong):
        await registry.taking_part.pause(patient.patient_id, days, NOW, by=actor_of(patient))
    assert await all_of(registry.database, PARTICIPATION) == []


async def test_a_pause_holds_prompts_and_lets_go_by_itself(registry: Registry) -> None:
    """No prompt for fourteen days, then at the chosen time as before; the diary is kept all along."""
    patient = await registry.joined(*Purpose, form=AT_SIX)
    done = await registry.taking_part.pause(patient.patient_id, 14, NOW, by=actor_of(patient))
    assert done.participation.paused_until == NOW + timedelta(days=14)
    schedule = await registry.prompts.schedule(patient.patient_id)
    assert schedule is not None
    assert schedule.next_at == SIX + timedelta(days=14)
    assert Use.TEXT_PROMPTS not in await _may(registry, patient)
    assert Use.KEEP_DIARY in await _may(registry, patient)
    assert await _may(registry, patient, NOW + timedelta(days=14)) == set(Use)


async def test_a_pause_can_be_changed_and_undone(registry: Registry) -> None:
    """A newer pause replaces the one under way, a change of settings does not end it, an undo does."""
    patient = await registry.joined(*Purpose, form=AT_SIX)
    by, seen = actor_of(patient), []
    for days in (14, 3):
        await registry.taking_part.pause(patient.patient_id, days, NOW, by=by)
        await registry.enrolments.enrol(patient, replace(AT_SIX, prompt_time="18:00"), NOW)
        seen.append(await registry.prompts.schedule(patient.patient_id))
    await registry.taking_part.end_pause(patient.patient_id, NOW, by=by)
    seen.append(await registry.prompts.schedule(patient.patient_id))
    assert [schedule and schedule.next_at for schedule in seen] == [
        SIX + timedelta(days=14),
        SIX + timedelta(days=3),
        SIX,
    ]


async def test_nobody_who_left_is_asked_for_more(registry: Registry) -> None:
    """A purpose that was never signed is named as missing only to those who take part."""
    patient = await registry.joined(Purpose.REGISTRY, form=AT_SIX)
    with pytest.raises(ConsentMissing):
        await registry.permissions.require(patient.patient_id, Use.INTRODUCE, NOW)
    await registry.taking_part.withdraw(patient.patient_id, {Axis.CONTACT}, NOW, by=actor_of(patient))
    with pytest.raises(ParticipationEnded):
        await registry.permissions.require(patient.patient_id, Use.INTRODUCE, NOW)


async def test_nobody_leaves_and_comes_back_without_end(registry: Registry) -> None:
    """Sixty changes in a day are enough; leaving works always."""
    patient = await registry.joined(Purpose.REGISTRY)
    by = actor_of(patient)
    for days in range(1, MOST_A_DAY + 1):
        await registry.taking_part.pause(patient.patient_id, days, NOW, by=by)
    for wish in (
        registry.taking_part.pause(patient.patient_id, 300, NOW, by=by),
        registry.taking_part.end_pause(patient.patient_id, NOW, by=by),
    ):
        with pytest.raises(TooManyChanges):
            await wish
    await registry.taking_part.withdraw(patient.patient_id, BOTH, NOW, by=by)
    with pytest.raises(TooManyChanges):
        await registry.taking_part.rejoin(patient.patient_id, BOTH, NOW, by=by)
    await registry.taking_part.rejoin(patient.patient_id, BOTH, NOW + timedelta(days=1), by=by)
