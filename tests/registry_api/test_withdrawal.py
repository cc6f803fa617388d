"""Nothing is sent after a withdrawal, even what was composed before: through the real relay to a carrier."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.ids import PatientId
from notifications.delivery.pace import Pace
from notifications.ids import RecipientId
from notifications.messages import Draft, Kind, State
from notifications.outbox import OUTBOX
from notifications.recipients import Recipient
from notifications.relay import Relay
from registry_api.enrolment.consents import Decision, Purpose
from registry_api.enrolment.participation import Axis
from registry_api.enrolment.recipients import RegistryRecipients
from registry_api.enrolment.uses import Use
from registry_api.identity.callers import actor_of
from registry_api.mongo import Mongo
from registry_api.vault.vault import Vault
from tests.registry_api.enrolment.people import FORM, NOW, caller
from tests.registry_api.local_service import Api, LocalService, consent
from tests.registry_api.stored_bytes import all_of
from tests.registry_api.texting_desk import TextingDesk
from tests.registry_api.trials.examples import study, with_status

ALERT = "There is news that may suit you. Read it here: x Reply STOP to end texts."
STARTED_BY_US = (Kind.PROMPT, Kind.TRIAL_ALERT, Kind.TRIAL_CORRECTION)
# 20:00 in New York on the day of NOW, and 9:00 on the next.
NIGHT = datetime(2031, 5, 15, 0, 0, tzinfo=UTC)
MORNING = datetime(2031, 5, 15, 13, 0, tzinfo=UTC)

Way = Callable[[TextingDesk, PatientId], Awaitable[object]]


@pytest.fixture
def desk(mongo: Mongo, vault: Vault) -> TextingDesk:
    return TextingDesk(mongo, vault)


def _draft(patient: PatientId, kind: Kind, number: int = 0) -> Draft:
    slots = {"items": "pain"} if kind is Kind.PROMPT else {"link": "x"}
    return Draft(
        recipient=RecipientId(patient),
        kind=kind,
        template=kind.value,
        language="en",
        slots=slots,
        reason_key=f"{kind}:{patient}:{number}",
        trial=None if kind is Kind.PROMPT else "NCT-1",
    )


def _refusing(purpose: Purpose) -> Way:
    return lambda desk, patient: desk.registry.sign(caller(patient), purpose, Decision.REFUSED)


def _withdrawing(*axes: Axis) -> Way:
    return lambda desk, patient: desk.registry.taking_part.withdraw(
        patient, axes, NOW, by=actor_of(caller(patient))
    )


WAYS: dict[str, Way] = {
    "a no to texts": _refusing(Purpose.TEXTS),
    "a no to the registry": _refusing(Purpose.REGISTRY),
    "no contact": _withdrawing(Axis.CONTACT),
    "no use of data": _withdrawing(Axis.DATA_USE),
    "neither": _withdrawing(*Axis),
}


@pytest.mark.parametrize("way", WAYS)
async def test_nothing_is_sent_after_withdrawal_even_when_composed_before(
    desk: TextingDesk, way: str
) -> None:
    """What waited is cancelled at once, and what is composed afterwards is cancelled when its turn comes."""
    patient = await desk.patient()
    for kind in STARTED_BY_US:
        await desk.outbox.enqueue(_draft(patient, kind), NOW)
    await WAYS[way](desk, patient)
    states = [(text["state"], text["reason"]) for text in await all_of(desk.mongo.database, OUTBOX)]
    assert states == [(State.CANCELLED, "no_consent")] * 3
    for kind in STARTED_BY_US:
        await desk.outbox.enqueue(_draft(patient, kind, 2), NOW)
    assert await desk.deliver(NOW) == []
    assert {text["state"] for text in await all_of(desk.mongo.database, OUTBOX)} == {State.CANCELLED}


async def test_what_the_person_asks_for_is_answered_after_withdrawal(desk: TextingDesk) -> None:
    """Who left and texts us gets the answer to that text, and nothing of their diary is kept any more."""
    patient, prompt = await desk.prompted()
    await _withdrawing(*Axis)(desk, patient)
    (answer,) = await desk.talk("help", at=NIGHT)
    assert answer.startswith("Your diary by text")
    await desk.talk("6 4 2", at=NIGHT)
    assert await desk.values(patient, prompt) == {}


async def test_an_answer_that_waited_is_not_kept_after_withdrawal(desk: TextingDesk) -> None:
    """A text that came before the withdrawal and is read after it adds nothing to the diary."""
    patient, prompt = await desk.prompted()
    await desk.text("6 4 2", at=NIGHT)
    await _withdrawing(*Axis)(desk, patient)
    await desk.work(NIGHT)
    assert await desk.values(patient, prompt) == {}


@dataclass
class Interrupted:
    """The registry's recipients; something happens once, just after somebody was found."""

    recipients: RegistryRecipients
    event: Callable[[], Awaitable[object]]
    asked: int = 0

    async def find(
        self, recipient: RecipientId, now: datetime, *, session: AsyncIOMotorClientSession | None = None
    ) -> Recipient | None:
        found = await self.recipients.find(recipient, now, session=session)
        self.asked += 1
        if self.asked == 1:
            await self.event()
        return found


@pytest.mark.parametrize("way", WAYS)
async def test_a_withdrawal_between_the_question_and_the_intent_wins(desk: TextingDesk, way: str) -> None:
    """The relay has read a yes, the withdrawal commits, and the intent to send has to ask again."""
    patient = await desk.patient()
    await desk.outbox.enqueue(_draft(patient, Kind.TRIAL_ALERT), NOW)
    registered = RegistryRecipients(desk.mongo, desk.vault, desk.accounts, desk.registry.permissions)
    interrupted = Interrupted(registered, lambda: WAYS[way](desk, patient))
    relay = Relay(desk.mongo, desk.vault, interrupted, desk.carrier, worker="w1", pace=Pace())
    while await relay.run_once(NOW):
        pass
    assert desk.carrier.carried == []
    (text,) = await all_of(desk.mongo.database, OUTBOX)
    assert text["state"] == State.CANCELLED


async def test_a_pause_between_the_question_and_the_intent_wins(desk: TextingDesk) -> None:
    """The text that was about to go out waits for the end of the pause."""
    patient = await desk.patient()
    await desk.outbox.enqueue(_draft(patient, Kind.TRIAL_ALERT), NOW)
    by = actor_of(caller(patient))
    registered = RegistryRecipients(desk.mongo, desk.vault, desk.accounts, desk.registry.permissions)
    paused = Interrupted(registered, lambda: desk.registry.taking_part.pause(patient, 14, NOW, by=by))
    await Relay(desk.mongo, desk.vault, paused, desk.carrier, worker="w1", pace=Pace()).run_once(NOW)
    (text,) = await all_of(desk.mongo.database, OUTBOX)
    assert (desk.carrier.carried, text["state"], text["reason"]) == ([], State.QUEUED, "paused")


async def test_a_text_that_is_composed_while_somebody_leaves_is_not_sent(desk: TextingDesk) -> None:
    """The withdrawal did not see it, and it did not see the withdrawal: the intent to send meets both."""
    patient = await desk.patient()
    by, asked, done = actor_of(caller(patient)), asyncio.Event(), asyncio.Event()

    async def leave() -> None:
        async def act(session: AsyncIOMotorClientSession) -> None:
            await desk.registry.taking_part.withdraw(patient, Axis, NOW, by=by, session=session)
            await desk.outbox.enqueue(_draft(patient, Kind.TRIAL_ALERT), NOW)
            sending.append(asyncio.create_task(relay.run_once(NOW)))
            await asked.wait()

        await desk.mongo.transact(act)
        done.set()

    async def commit() -> None:
        asked.set()
        await done.wait()

    sending: list[asyncio.Task[int]] = []
    registered = RegistryRecipients(desk.mongo, desk.vault, desk.accounts, desk.registry.permissions)
    interrupted = Interrupted(registered, commit)
    relay = Relay(desk.mongo, desk.vault, interrupted, desk.carrier, worker="w1", pace=Pace())
    await leave()
    await asyncio.gather(*sending)
    (text,) = await all_of(desk.mongo.database, OUTBOX)
    assert (desk.carrier.carried, text["state"]) == ([], State.CANCELLED)


async def test_a_race_between_withdrawal_and_send_has_an_order(desk: TextingDesk) -> None:
    """In twenty-four races nothing goes out whose intent is not older than the withdrawal."""
    patient, firsts = await desk.patient(), Counter[bool]()
    by = actor_of(caller(patient))
    for number in range(24):
        await desk.outbox.enqueue(_draft(patient, Kind.PROMPT, number), NOW)
        relay = Relay(desk.mongo, desk.vault, desk.recipients, desk.carrier, worker="w1", pace=Pace())
        before, sent = await _intents(desk), len(desk.carrier.carried)
        intended, _ = await asyncio.gather(_withdrawn(desk, patient), _later(number % 6, relay))
        assert len(desk.carrier.carried) - sent == intended - before
        firsts[intended > before] += 1
        await desk.registry.taking_part.rejoin(patient, {Axis.CONTACT}, NOW, by=by)
    assert set(firsts) == {True, False}


async def _later(steps: int, relay: Relay) -> None:
    await asyncio.sleep(steps * 0.004)
    await relay.run_once(NOW)


async def _withdrawn(desk: TextingDesk, patient: PatientId) -> int:
    """How many intents there were when the withdrawal was committed."""

    async def act(session: AsyncIOMotorClientSession) -> int:
        by = actor_of(caller(patient))
        await desk.registry.taking_part.withdraw(patient, {Axis.CONTACT}, NOW, by=by, session=session)
        return await _intents(desk, session)

    return await desk.mongo.transact(act)


async def _intents(desk: TextingDesk, session: AsyncIOMotorClientSession | None = None) -> int:
    found = await desk.mongo.database["text_addresses"].find_one({"_id": await desk.key()}, session=session)
    return int((found or {}).get("intents", 0))


async def test_a_worker_that_dies_between_intent_and_call_sends_nothing_after_withdrawal(
    desk: TextingDesk,
) -> None:
    """The next worker finds that the carrier never had the text, asks anew, and cancels."""
    patient = await desk.patient()
    await desk.outbox.enqueue(_draft(patient, Kind.TRIAL_ALERT), NOW)
    desk.carrier.faults.append("killed")
    assert await desk.deliver(NOW) == []
    await WAYS["neither"](desk, patient)
    for minutes in range(1, 6):
        assert await desk.deliver(NOW + timedelta(minutes=minutes)) == []
    (text,) = await all_of(desk.mongo.database, OUTBOX)
    assert (text["state"], desk.carrier.sends) == (State.CANCELLED, 1)


async def test_a_pause_holds_news_about_trials_until_it_ends(desk: TextingDesk) -> None:
    """Nothing goes out for as long as the pause lasts, then at the first hour that is not night."""
    patient = await desk.patient()
    assert await desk.talk("PAUSE 1", at=NIGHT - timedelta(hours=1)) != []
    await desk.outbox.enqueue(_draft(patient, Kind.TRIAL_ALERT), NIGHT)
    for hours in range(0, 23, 4):
        assert await desk.deliver(NIGHT + timedelta(hours=hours)) == []
    (alert,) = (text for text in await all_of(desk.mongo.database, OUTBOX) if "trial" in text)
    assert (alert["state"], alert["reason"]) == (State.QUEUED, "paused")
    assert alert["due_at"] == NIGHT + timedelta(hours=23)
    assert await desk.deliver(alert["due_at"]) == [ALERT]


async def test_ending_a_pause_lets_go_what_it_held(desk: TextingDesk) -> None:
    """The undo makes what waited due at once; a pause that was made longer holds it longer."""
    patient = await desk.patient()
    by = actor_of(caller(patient))
    await desk.registry.taking_part.pause(patient, 3, NOW, by=by)
    await desk.outbox.enqueue(_draft(patient, Kind.TRIAL_ALERT), NOW)
    assert await desk.deliver(NOW) == []
    await desk.registry.taking_part.pause(patient, 30, NOW, by=by)
    assert await desk.deliver(NOW + timedelta(days=4)) == []
    await desk.registry.taking_part.end_pause(patient, NOW + timedelta(days=4), by=by)
    assert await desk.deliver(NOW + timedelta(days=4)) == [ALERT]


async def test_a_prompt_that_meets_a_pause_is_left_out(local: LocalService) -> None:
    """What was due and not yet sent is not sent late: a question only disturbs by then."""
    _, patient = await local.patient(form=replace(FORM, prompt_time="13:00"))
    at_one = NOW + timedelta(minutes=30)
    assert await local.services.prompting.run_once(at_one, "w1") == 1
    await local.services.taking_part.pause(patient.patient_id, 14, at_one, by=actor_of(patient))
    desk = TextingDesk(local.services.mongo, local.services.vault)
    assert await desk.deliver(at_one) == []
    (text,) = await local.texts(Kind.PROMPT)
    assert text["state"] == State.EXPIRED


@pytest.mark.parametrize(
    ("starts", "days"),
    [
        ("2031-03-07T12:00-05:00", 3),
        ("2031-10-31T12:00-04:00", 3),
        ("2031-05-14T12:00-04:00", 1),
        ("2031-05-14T12:00-04:00", 14),
    ],
)
async def test_prompts_come_back_by_themselves(local: LocalService, starts: str, days: int) -> None:
    """For as many days as were asked for no prompt comes, also where clocks change; then one each day."""
    starts_at = datetime.fromisoformat(starts)
    local.clock.moment = starts_at - timedelta(hours=2)
    _, patient = await local.patient(form=replace(FORM, prompt_time="19:30"))
    by = actor_of(patient)
    await local.services.taking_part.pause(patient.patient_id, days, starts_at, by=by)
    prompted = []
    for hour in range(24 * (days + 3)):
        now = starts_at + timedelta(hours=hour)
        before = len(await local.texts(Kind.PROMPT))
        while await local.services.prompting.run_once(now + timedelta(minutes=30), "w1"):
            pass
        if len(await local.texts(Kind.PROMPT)) > before:
            prompted.append((now + timedelta(minutes=30)).astimezone(starts_at.tzinfo).date())
    first = starts_at.date() + timedelta(days=days)
    assert prompted == [first, first + timedelta(days=1), first + timedelta(days=2)]


async def test_a_schedule_that_outlived_a_withdrawal_prompts_nobody(local: LocalService) -> None:
    """A schedule only says when to look: whether to ask is decided at that moment."""
    _, patient = await local.patient(form=replace(FORM, prompt_time="13:00"))
    kept = await local.services.prompts.schedule(patient.patient_id)
    assert kept is not None
    await local.services.taking_part.withdraw(patient.patient_id, Axis, NOW, by=actor_of(patient))
    await local.services.prompts.set_schedule(
        patient.patient_id, kept.zone, kept.local_time, kept.core_items, NOW
    )
    assert await local.services.prompting.run_once(NOW + timedelta(minutes=30), "w1") == 1
    assert await local.texts(Kind.PROMPT) == []
    assert await local.services.prompts.latest(patient.patient_id) is None


async def test_who_leaves_is_not_matched_counted_or_introduced(local: LocalService) -> None:
    """The trial's coordinator sees nobody, a new trial alerts nobody, and no number holds the person."""
    coordinator, (api, patient) = await local.staff("coordinator"), await local.patient()
    first = await _opened(coordinator, 101)
    await local.rematch()
    await api.send("RequestIntroduction", trialId=first)
    await local.services.taking_part.withdraw(patient.patient_id, Axis, NOW, by=actor_of(patient))
    await _opened(coordinator, 102)
    await local.rematch()
    alerts = await local.texts(Kind.TRIAL_ALERT)
    assert [(text["trial"], text["state"]) for text in alerts] == [(first, State.CANCELLED)]
    assert (await coordinator.send("Trial", id=first))["introductionCount"] == 0
    assert (await api.send("TrialsForMe", first=10))["edges"] == []
    assert await local.services.permissions.permitting([patient.patient_id], Use.COUNT, NOW) == frozenset()


async def test_a_withdrawal_and_a_request_at_once_leave_no_request(local: LocalService) -> None:
    """In ten races nobody who has left stands on a coordinator's list when they come back."""
    coordinator, (api, patient) = await local.staff("coordinator"), await local.patient()
    trial, by = await _opened(coordinator, 101), actor_of(patient)
    for _ in range(10):
        asked, _ = await asyncio.gather(
            api.send("RequestIntroduction", trialId=trial),
            local.services.taking_part.withdraw(patient.patient_id, {Axis.CONTACT}, NOW, by=by),
        )
        assert asked["__typename"] in {"IntroductionRequested", "ParticipationEnded"}
        await local.services.taking_part.rejoin(patient.patient_id, {Axis.CONTACT}, NOW, by=by)
        assert (await coordinator.send("Trial", id=trial))["introductionCount"] == 0


async def test_refused_after_leaving_what_rests_on_it(local: LocalService) -> None:
    """The diary and introductions say which axis was ended; a session goes on."""
    trial = await _opened(await local.staff("coordinator"), 101)
    api, patient = await local.patient()
    await local.services.taking_part.withdraw(patient.patient_id, Axis, NOW, by=actor_of(patient))
    answer = await api.send("RequestIntroduction", trialId=trial)
    assert (answer["__typename"], answer["code"]) == ("ParticipationEnded", "PARTICIPATION_ENDED")
    assert (await api.send("Me"))["role"] == "PATIENT"
    assert (await api.send("SignConsent", input=consent(Purpose.TEXTS)))["__typename"] == "ConsentSigned"


async def _opened(coordinator: Api, number: int) -> str:
    record = with_status(study(number), "RECRUITING", posted="2031-05-01")
    trial = (await coordinator.send("ImportTrial", record=record))["trial"]["id"]
    await coordinator.send("SetTrialCriteria", trialId=trial, criteria={"form": {"in": ["CERVICAL"]}})
    return str(trial)
