from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import time, timedelta

import pytest

from diary.ids import PatientId
from notifications.ids import RecipientId
from notifications.messages import Draft, Kind, State
from notifications.outbox import OUTBOX
from registry_api.enrolment.consents import Purpose
from registry_api.enrolment.form import EnrolmentForm, SettingsChange
from registry_api.enrolment.indexes import PROFILES
from registry_api.identity.callers import Patient, actor_of
from tests.registry_api.enrolment.people import FORM, GRANTED, NOW, REFUSED, Registry
from tests.registry_api.stored_bytes import all_of

AT_SIX = replace(FORM, prompt_time="18:00")
REGISTRY, TEXTS, TRIALS = Purpose.REGISTRY, Purpose.TEXTS, Purpose.TRIAL_CONTACT


async def _prompted_at(registry: Registry, patient: Patient) -> time | None:
    schedule = await registry.prompts.schedule(patient.patient_id)
    return schedule.local_time if schedule else None


async def test_a_prompt_needs_a_time_and_both_consents(registry: Registry) -> None:
    """Enrolment with a time and the text consent makes a schedule of the three core items in that zone."""
    patient = await registry.joined(REGISTRY, TEXTS, form=AT_SIX)
    schedule = await registry.prompts.schedule(patient.patient_id)
    assert schedule is not None
    assert (schedule.zone, schedule.local_time) == ("America/New_York", time(18))
    assert schedule.core_items == ("pulling", "pain", "fear_of_being_looked_at")


@pytest.mark.parametrize(
    ("signed", "form"), [((REGISTRY,), AT_SIX), ((REGISTRY, TRIALS), AT_SIX), ((REGISTRY, TEXTS), FORM)]
)
async def test_without_one_of_them_nobody_is_prompted(
    registry: Registry, signed: tuple[Purpose, ...], form: EnrolmentForm
) -> None:
    """No text consent or no time means no schedule."""
    patient = await registry.joined(*signed, form=form)
    assert await _prompted_at(registry, patient) is None


@pytest.mark.parametrize("withdrawn", [TEXTS, REGISTRY])
async def test_the_schedule_follows_consent_out_and_in(registry: Registry, withdrawn: Purpose) -> None:
    """Taking back the text or the registry consent ends prompts at once; giving it again brings them back."""
    patient = await registry.joined(REGISTRY, TEXTS, form=AT_SIX)
    await registry.sign(patient, withdrawn, REFUSED)
    assert await _prompted_at(registry, patient) is None
    await registry.sign(patient, withdrawn)
    assert await _prompted_at(registry, patient) == time(18)


async def test_the_schedule_follows_settings(registry: Registry) -> None:
    """Another time, zone or symptom changes the schedule; no prompt ends it."""
    patient = await registry.joined(REGISTRY, TEXTS, form=FORM)
    change = SettingsChange(
        prompt_time="07:30", time_zone="Europe/Madrid", core_items=["pain", "voice_effort"]
    )
    await registry.enrolments.change_settings(patient, change, NOW)
    schedule = await registry.prompts.schedule(patient.patient_id)
    assert schedule is not None
    assert (schedule.zone, schedule.local_time) == ("Europe/Madrid", time(7, 30))
    assert schedule.core_items[:2] == ("pain", "voice_effort")
    await registry.enrolments.change_settings(patient, SettingsChange(no_prompt=True), NOW)
    assert await _prompted_at(registry, patient) is None


async def test_what_does_not_concern_prompts_leaves_them_alone(registry: Registry) -> None:
    """A pause survives another consent and a change of language."""
    patient = await registry.joined(REGISTRY, TEXTS, form=AT_SIX)
    await registry.taking_part.pause(patient.patient_id, 14, NOW, by=actor_of(patient))
    paused = await registry.prompts.schedule(patient.patient_id)
    assert paused is not None
    assert paused.next_at > NOW + timedelta(days=14)
    await registry.sign(patient, Purpose.RESEARCH_SHARING)
    await registry.enrolments.enrol(patient, AT_SIX, NOW)
    assert await registry.prompts.schedule(patient.patient_id) == paused


def _draft(patient: PatientId, kind: Kind) -> Draft:
    templates = {
        Kind.PROMPT: ("prompt", {"items": "x"}),
        Kind.TRIAL_ALERT: ("trial_alert", {"link": "x"}),
        Kind.HELP: ("help", {}),
        Kind.OPT_OUT_CONFIRMATION: ("stopped", {}),
    }
    template, slots = templates[kind]
    return Draft(
        recipient=RecipientId(patient),
        kind=kind,
        template=template,
        language="en",
        slots=slots,
        reason_key=f"{kind}:{patient}",
    )


@pytest.mark.parametrize(
    ("withdrawn", "cancelled"),
    [
        (TEXTS, {Kind.PROMPT, Kind.TRIAL_ALERT}),
        (TRIALS, {Kind.TRIAL_ALERT}),
        (REGISTRY, {Kind.PROMPT, Kind.TRIAL_ALERT}),
        (Purpose.RECONTACT, set()),
    ],
)
async def test_waiting_texts_that_lost_their_consent_are_cancelled(
    registry: Registry, withdrawn: Purpose, cancelled: set[Kind]
) -> None:
    """Only what needs the withdrawn consent is cancelled; answers to the person's own texts stay."""
    patient = await registry.joined(REGISTRY, TEXTS, TRIALS, form=AT_SIX)
    for kind in (Kind.PROMPT, Kind.TRIAL_ALERT, Kind.HELP, Kind.OPT_OUT_CONFIRMATION):
        await registry.outbox.enqueue(_draft(patient.patient_id, kind), NOW)
    await registry.sign(patient, withdrawn, REFUSED)
    states = {each["kind"]: each["state"] for each in await all_of(registry.database, OUTBOX)}
    assert {kind for kind, state in states.items() if state == State.CANCELLED} == cancelled
    assert len(states) == 4


async def test_refusing_while_a_time_is_chosen_never_leaves_a_schedule(registry: Registry) -> None:
    """Ten races of a refusal with a chosen time end without a schedule, whoever comes last."""
    patient = await registry.joined(REGISTRY, TEXTS, form=FORM)
    for minute in range(10):
        now = NOW + timedelta(minutes=minute)
        await registry.sign(patient, TEXTS, GRANTED, now)
        change = SettingsChange(prompt_time=f"18:{minute:02d}")
        await asyncio.gather(
            registry.sign(patient, TEXTS, REFUSED, now),
            registry.enrolments.change_settings(patient, change, now),
        )
        assert await _prompted_at(registry, patient) is None


async def test_the_profile_is_marked_as_is_permitted(registry: Registry) -> None:
    """Matching and counting can choose by an index that follows each signature."""
    patient = await registry.joined(REGISTRY, form=FORM)
    seen = []
    for purpose, decision in ((TRIALS, GRANTED), (TRIALS, REFUSED), (TRIALS, GRANTED), (REGISTRY, REFUSED)):
        await registry.sign(patient, purpose, decision)
        (profile,) = await all_of(registry.database, PROFILES)
        seen.append((profile["matchable"], profile["counted"]))
    assert seen == [(True, True), (False, True), (True, True), (False, False)]
