from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.check_ins import Answer, Channel, NewCheckIn, Timeliness
from diary.ids import EntryId
from notifications.ids import AddressKey, RecipientId
from notifications.inbox.store import InboundMessage
from notifications.messages import Draft, Kind
from notifications.outbox import OUTBOX
from registry_api.chatbot.safety import Danger
from registry_api.conversations.indexes import CHATS
from registry_api.enrolment.consents import Decision, Purpose
from registry_api.identity.callers import Role
from registry_api.identity.store import Account
from registry_api.mongo import Mongo
from registry_api.vault.vault import Vault
from tests.diary.transacting import Diary
from tests.registry_api.enrolment.people import caller
from tests.registry_api.stored_bytes import all_of, stored_bytes
from tests.registry_api.texting_desk import EVENING, LEASE_OVER, PHONE, STRANGER, TextingDesk, sid


@pytest.fixture
def desk(mongo: Mongo, vault: Vault) -> TextingDesk:
    return TextingDesk(mongo, vault)


async def test_an_answer_is_saved_and_confirmed(desk: TextingDesk) -> None:
    """Three numbers become the day's entry, from SMS and on the day, and are read back."""
    patient, prompt = await desk.prompted()
    assert await desk.talk("6 4 2") == [
        "Saved: 6 4 2. To correct it, text C and all the numbers, like C 6 5 2."
    ]
    entry = await desk.diary.for_day(patient, "daily", prompt.about)
    assert entry is not None
    assert await desk.values(patient, prompt) == {"pulling": 6, "pain": 4, "fear_of_being_looked_at": 2}
    assert (entry.channel, entry.timeliness) == (Channel.SMS, Timeliness.ON_THE_DAY)
    assert entry.prompted_at == prompt.sent_at
    answered = await desk.prompts.for_day(patient, prompt.about)
    assert answered is not None
    assert answered.answered_entry == entry.id


async def test_a_correction_adds_a_revision(desk: TextingDesk) -> None:
    """A correction lays new values over the entry; what was said before stays in the chain."""
    patient, prompt = await desk.prompted()
    await desk.talk("6 4 2")
    assert await desk.talk("C pain 9") == ["Corrected: 6 9 2. Thank you."]
    entry = await desk.diary.for_day(patient, "daily", prompt.about)
    assert entry is not None
    assert len(entry.revisions) == 2
    assert await desk.values(patient, prompt) == {"pulling": 6, "pain": 9, "fear_of_being_looked_at": 2}


async def test_a_second_answer_changes_nothing(desk: TextingDesk) -> None:
    """Other numbers after the answer was saved are not taken: the person is told what stands, and the way."""
    patient, prompt = await desk.prompted()
    await desk.talk("6 4 2")
    assert await desk.talk("5 5 5") == [
        "This day is saved as 6 4 2. To correct it, text C and all the numbers, like C 6 5 2."
    ]
    assert (await desk.values(patient, prompt))["pain"] == 4


async def test_parts_of_an_answer_make_one_entry(desk: TextingDesk) -> None:
    """What was clear is kept at once, the rest is laid over it."""
    patient, prompt = await desk.prompted()
    await desk.talk("pain 4")
    await desk.talk("6 2")
    assert await desk.values(patient, prompt) == {"pulling": 6, "pain": 4, "fear_of_being_looked_at": 2}
    assert len(await all_of(desk.mongo.database, "check_ins")) == 1


async def test_skipped_is_neither_zero_nor_missing(desk: TextingDesk) -> None:
    """A skipped day is recorded as skipped for each item."""
    patient, prompt = await desk.prompted()
    assert await desk.talk("SKIP") == ["All right, skipped. Thank you for telling us."]
    assert set((await desk.values(patient, prompt)).values()) == {"SKIPPED"}


async def test_a_late_answer_belongs_to_its_prompt(desk: TextingDesk) -> None:
    """An answer of next morning is about the evening before, and marked as recalled."""
    patient, prompt = await desk.prompted()
    await desk.talk("6 4 2", at=EVENING + timedelta(hours=12))
    entry = await desk.diary.for_day(patient, "daily", prompt.about)
    assert entry is not None
    assert entry.timeliness is Timeliness.RECALLED


async def test_an_answer_counts_from_when_it_came(desk: TextingDesk) -> None:
    """A text that waited while no worker ran belongs to the prompt that was open when it came."""
    patient, prompt = await desk.prompted()
    await desk.text("6 4 2", at=EVENING + timedelta(minutes=5))
    tomorrow = EVENING + timedelta(days=1)
    await desk.prompt(patient, tomorrow)
    await desk.work(tomorrow + timedelta(minutes=1))
    entry = await desk.diary.for_day(patient, "daily", prompt.about)
    assert entry is not None
    assert entry.timeliness is Timeliness.ON_THE_DAY


async def test_without_a_prompt_nothing_is_recorded(desk: TextingDesk) -> None:
    """Numbers that nobody asked for become no entry."""
    await desk.patient()
    assert (await desk.talk("6 4 2"))[0].startswith("No question is open right now.")
    assert await all_of(desk.mongo.database, "check_ins") == []


async def test_after_withdrawal_nothing_is_recorded(desk: TextingDesk) -> None:
    """Without the consent to the registry an open prompt takes no answer."""
    patient, _ = await desk.prompted()
    later = EVENING + timedelta(minutes=1)
    await desk.registry.sign(caller(patient), Purpose.REGISTRY, Decision.REFUSED, later)
    await desk.talk("6 4 2", at=later + timedelta(minutes=1))
    assert await all_of(desk.mongo.database, "check_ins") == []


async def test_a_web_answer_and_a_text_at_once_make_one_entry(desk: TextingDesk) -> None:
    """The same answers from both sides at the same moment give one entry with one revision."""
    patient, prompt = await desk.prompted()
    await desk.text("6 4 2")
    answers = [Answer(item, rating=rating) for item, rating in zip(prompt.items, (6, 4, 2), strict=True)]
    web = NewCheckIn(
        EntryId("7b0c3f0e-8a74-4d5e-9a51-0d9a6f3e2c11"), prompt.about, prompt.zone, answers, Channel.WEB
    )
    await asyncio.gather(desk.work(), Diary(desk.mongo).record(patient, web, EVENING))
    entry = await desk.diary.for_day(patient, "daily", prompt.about)
    assert entry is not None
    assert len(entry.revisions) == 1
    assert len(await all_of(desk.mongo.database, "check_ins")) == 1


async def test_what_was_done_by_text_is_on_record(desk: TextingDesk) -> None:
    """An answer, a correction, a pause, STOP and START are each in the trail, as done by text."""
    patient, _ = await desk.prompted()
    await desk.schedule(patient)
    for minutes, text in enumerate(("6 4 2", "C pain 5", "PAUSE 14", "STOP", "STOP", "START"), start=1):
        await desk.talk(text, at=EVENING + timedelta(minutes=minutes))
    events = await all_of(desk.mongo.database, "audit_events")
    done = [each for each in events if each["subject"] == patient and each["channel"] == "SMS"]
    assert [each["action"] for each in sorted(done, key=lambda each: str(each["_id"]))] == [
        "CHECK_IN_RECORDED",
        "CHECK_IN_AMENDED",
        "PAUSED",
        "OPTED_OUT",
        "OPTED_IN",
    ]
    assert {each["actor"] for each in done} == {patient}


async def test_a_text_counts_once_for_ever(desk: TextingDesk) -> None:
    """The same MessageSid again, at once or after the work, is no new text."""
    await desk.prompted()
    message = sid()
    at_once = await asyncio.gather(*(desk.text("6 4 2", message=message) for _ in range(4)))
    assert sorted(at_once) == [False, False, False, True]
    assert await desk.work() == 1
    assert await desk.text("C 1 1 1", message=message, at=EVENING + timedelta(days=40)) is False
    assert await desk.work() == 0


async def test_two_workers_answer_in_order_and_once(desk: TextingDesk) -> None:
    """Two workers side by side take one person's texts one after the other."""
    patient, prompt = await desk.prompted()
    for second, text in enumerate(("6 4 2", "C pain 5", "C pain 7")):
        await desk.text(text, at=EVENING + timedelta(seconds=second))
    while await desk.inbox.waiting():
        await asyncio.gather(desk.work(worker="w1"), desk.work(worker="w2"))
    assert (await desk.values(patient, prompt))["pain"] == 7
    entry = await desk.diary.for_day(patient, "daily", prompt.about)
    assert entry is not None
    assert [revision.number for revision in entry.revisions] == [1, 2, 3]
    bodies = await desk.deliver()
    assert len(bodies) == 3
    assert {"Corrected: 6 5 2. Thank you.", "Corrected: 6 7 2. Thank you."} <= set(bodies)


async def test_a_worker_killed_after_claiming_loses_nothing(desk: TextingDesk) -> None:
    """A claim without a commit leaves the text for another worker, when the lease has run out."""
    patient, prompt = await desk.prompted()
    await desk.text("6 4 2")
    assert await desk.inbox.claim_next(EVENING, "killed") is not None
    assert await desk.work(EVENING) == 0
    assert await desk.work(EVENING + LEASE_OVER) == 1
    assert (await desk.values(patient, prompt))["pain"] == 4
    assert len(await desk.deliver(EVENING + LEASE_OVER)) == 1


async def test_a_worker_killed_before_its_commit_leaves_nothing_half_done(
    desk: TextingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Death after the entry was written but before the commit: no entry, no confirmation, then both once."""
    patient, prompt = await desk.prompted()
    await desk.text("6 4 2")

    async def killed(
        _: object, message: InboundMessage, *, session: AsyncIOMotorClientSession | None = None
    ) -> None:
        raise asyncio.CancelledError(message.sid, session)

    with monkeypatch.context() as patched:
        patched.setattr(type(desk.inbox), "finish", killed)
        with pytest.raises(asyncio.CancelledError):
            await desk.work()
    assert await all_of(desk.mongo.database, "check_ins") == []
    assert await desk.deliver() == []
    assert await desk.work(EVENING + LEASE_OVER) == 1
    assert (await desk.values(patient, prompt))["pain"] == 4
    assert len(await desk.deliver(EVENING + LEASE_OVER)) == 1
    chats = await all_of(desk.mongo.database, CHATS)
    assert len(chats) == 1


async def test_a_worker_that_comes_too_late_does_nothing(
    desk: TextingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever lost the lease while working commits nothing: the other's work stands alone."""
    patient, prompt = await desk.prompted()
    await desk.text("6 4 2")
    store, by_number = desk.accounts.store, desk.accounts.store.by_number
    overtaken: list[int] = []

    async def slowly(key: AddressKey) -> Account | None:
        if not overtaken:
            overtaken.append(1)
            overtaken.append(await desk.work(EVENING + LEASE_OVER, "quick"))
        return await by_number(key)

    monkeypatch.setattr(store, "by_number", slowly)
    assert await desk.conversations.work_one(EVENING, "slow") is True
    assert overtaken == [1, 1]
    entry = await desk.diary.for_day(patient, "daily", prompt.about)
    assert entry is not None
    assert len(entry.revisions) == 1
    assert len(await desk.deliver(EVENING + LEASE_OVER)) == 1


async def test_stop_takes_effect_at_the_webhook(desk: TextingDesk) -> None:
    """A STOP opts out and cancels what waits before any worker runs; it is confirmed once."""
    patient, prompt = await desk.prompted()
    draft = Draft(
        recipient=RecipientId(patient),
        kind=Kind.TRIAL_ALERT,
        template="trial_alert",
        language="en",
        slots={"link": "https://registry.example/t"},
        reason_key="alert:1",
        trial="t",
    )
    await desk.outbox.enqueue(draft, EVENING)
    await desk.text("Stop.")
    assert await desk.addresses.is_opted_out(await desk.key())
    states = {each["kind"]: each["state"] for each in await all_of(desk.mongo.database, OUTBOX)}
    assert states == {"trial_alert": "cancelled", "opt_out_confirmation": "queued"}
    assert await desk.work() == 0
    assert await desk.deliver() == [
        "You are unsubscribed and will get no more texts from your diary. To come back, text START."
    ]
    await desk.text("STOP")
    assert await desk.deliver() == []
    assert await desk.prompts.latest_open(patient, EVENING) == prompt


async def test_only_start_brings_back(desk: TextingDesk) -> None:
    """After STOP an answer is still saved, silently; START brings the texts back, and is confirmed."""
    patient, prompt = await desk.prompted()
    await desk.talk("STOP")
    assert await desk.talk("6 4 2") == []
    assert (await desk.values(patient, prompt))["pain"] == 4
    assert await desk.talk("HELP") == []
    back = await desk.talk("start")
    assert back[0].startswith("Texts from your diary are on again.")
    assert not await desk.addresses.is_opted_out(await desk.key())
    assert await desk.talk("C pain 5") == ["Corrected: 6 5 2. Thank you."]


@pytest.mark.parametrize(("text", "kind"), [("STOP", "STOP"), ("START", "START"), ("HELP", "HELP")])
async def test_what_the_carrier_has_answered_is_not_answered_twice(
    desk: TextingDesk, text: str, kind: str
) -> None:
    """A webhook with an OptOutType changes what it must, without another text."""
    await desk.patient()
    await desk.text(text, opt_out_type=kind)
    assert await desk.work() == 0
    assert await desk.deliver() == []
    assert await desk.addresses.is_opted_out(await desk.key()) is (kind == "STOP")


async def test_a_crisis_gets_the_reply_and_a_flag_and_nothing_else(desk: TextingDesk) -> None:
    """Words of danger take no answer and ask nothing; staff see a flag that holds no text."""
    patient, _ = await desk.prompted()
    said = await desk.talk("6 4 2 but I want to die")
    assert len(said) == 1
    assert said[0].startswith("You matter, and people are there for you now: 988.")
    assert await all_of(desk.mongo.database, "check_ins") == []
    flags = await desk.flags.open_flags()
    assert [(flag.patient, flag.danger) for flag in flags] == [(patient, Danger.SELF_HARM)]


async def test_a_crisis_is_answered_even_after_stop(desk: TextingDesk) -> None:
    """Somebody who has opted out and writes of danger gets the line; a STOP beside it is honoured."""
    await desk.patient()
    await desk.talk("STOP")
    assert "988" in (await desk.talk("I can't go on, I want to die"))[0]
    await desk.talk("START")
    assert "988" in (await desk.talk("STOP. I want to die"))[0]
    assert await desk.addresses.is_opted_out(await desk.key())


async def test_a_stranger_gets_one_polite_word_a_day(desk: TextingDesk) -> None:
    """A number without an account is told so once a day, and never asked anything."""
    first = await desk.talk("hello", sender=STRANGER)
    assert first[0].startswith("This phone does not belong to an account.")
    assert await desk.talk("6 4 2", sender=STRANGER) == []
    assert len(await desk.talk("hello?", sender=STRANGER, at=EVENING + timedelta(days=1))) == 1
    assert {number for number, _ in desk.carrier.carried} == {STRANGER}


async def test_a_stranger_can_stop_and_is_helped_in_danger(desk: TextingDesk) -> None:
    """STOP holds for any number, and the line in a crisis is that of the number's country."""
    assert "116 123" in (await desk.talk("I want to kill myself", sender=STRANGER))[0]
    assert (await desk.talk("STOP", sender=STRANGER))[0].startswith("You are unsubscribed")
    assert await desk.talk("hello", sender=STRANGER) == []


async def test_staff_are_asked_nothing(desk: TextingDesk) -> None:
    """A coordinator who texts the service gets help when asked for, else silence."""
    await desk.accounts.create_staff(Role.COORDINATOR, "Kim", PHONE, EVENING)
    assert await desk.talk("6 4 2") == []
    assert (await desk.talk("help"))[0].startswith("Your diary by text")


async def test_a_pause_moves_the_next_prompt(desk: TextingDesk) -> None:
    """After PAUSE 14 no prompt comes for fourteen days."""
    patient = await desk.patient()
    await desk.schedule(patient)
    assert await desk.talk("PAUSE 14") == ["All right, a pause of 14 days. You can end it sooner in the app."]
    schedule = await desk.prompts.schedule(patient)
    assert schedule is not None
    assert schedule.next_at >= EVENING + timedelta(days=14)


async def test_the_list_of_trials_is_a_link(desk: TextingDesk) -> None:
    """TRIALS answers with the address of the person's list, and no title of a study."""
    await desk.patient()
    assert await desk.talk("TRIALS") == ["Your list is here: https://registry.example/trials"]


async def test_texts_and_numbers_are_stored_sealed(desk: TextingDesk) -> None:
    """Neither a text nor a number stands in the database in clear, whoever sent it."""
    await desk.prompted()
    await desk.talk("6 4 2 xylophone")
    await desk.talk("xylophone again", sender=STRANGER)
    stored = await stored_bytes(desk.mongo.database)
    assert b"xylophone" not in stored
    for phone in (PHONE, STRANGER):
        assert phone.encode() not in stored
        assert phone.lstrip("+").encode() not in stored


async def test_a_text_from_before_the_account_is_still_read(desk: TextingDesk) -> None:
    """Somebody who signs up between their text and the work on it is answered as a patient."""
    await desk.text("TRIALS")
    await desk.patient()
    await desk.work()
    assert await desk.deliver() == ["Your list is here: https://registry.example/trials"]


async def test_a_text_that_nobody_can_open_is_set_aside(desk: TextingDesk) -> None:
    """A text whose seal is broken is parked, and the sender's later texts are not stuck behind it."""
    patient, prompt = await desk.prompted()
    await desk.inbox.receive(sid(), await desk.key(), await desk.vault.seal("somebody", "x", "y"), EVENING)
    await desk.text("6 4 2", at=EVENING + timedelta(seconds=1))
    await desk.work(EVENING + timedelta(seconds=2))
    assert (await desk.values(patient, prompt))["pain"] == 4
