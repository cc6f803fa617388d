from __future__ import annotations

import asyncio
from collections import Counter, deque
from datetime import UTC, datetime, timedelta

import pytest

from notifications.delivery.pace import Pace
from notifications.delivery.store import Deliveries
from notifications.errors import CarrierError, OutcomeUnknown, Rejected, Throttled, Unreachable
from notifications.ids import RecipientId
from notifications.messages import Kind
from tests.notifications.conftest import Office
from tests.notifications.drafts import ANNA, NOON, alert, draft

SAVED = "Saved: 6 4 2. To correct it, text C and all the numbers, like C 6 5 2."
LATER = NOON + timedelta(minutes=2)
NIGHT = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
MORNING = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)  # 9:00 in Madrid


async def test_a_message_is_sent_once(office: Office) -> None:
    """A queued message goes out with its slots filled, and never again."""
    await office.queue(draft())
    assert [await office.run(), await office.run(), await office.run(LATER)] == [1, 0, 0]
    assert office.carrier.bodies == [SAVED]
    assert await office.state() == ("sent", None)


async def test_a_message_for_later_waits(office: Office) -> None:
    """Nothing goes out before its `not_before`."""
    await office.queue(draft(not_before=LATER))
    assert (await office.run(), await office.run(LATER)) == (0, 1)


async def test_a_worker_killed_before_the_intent_loses_nothing(office: Office) -> None:
    """A claim that nobody follows up runs out, and the message is sent once."""
    await office.queue(draft())
    deliveries = Deliveries(office.mongo.database, office.vault, lease=Pace().lease)
    assert await deliveries.claim_due(NOON, "killed") is not None
    assert await office.run(NOON + timedelta(seconds=30)) == 0
    await office.run(LATER)
    assert office.carrier.bodies == [SAVED]


@pytest.mark.parametrize("fault", ["killed", "killed_after", "lost", OutcomeUnknown()])
async def test_a_crash_around_the_call_neither_loses_nor_doubles(
    office: Office, fault: CarrierError | str
) -> None:
    """Killed before or after the carrier took it, or its answer lost: exactly one text in the end."""
    await office.queue(draft())
    office.carrier.faults.append(fault)
    await office.run()
    assert (await office.state())[0] in {"sending", "unknown"}
    for minutes in range(1, 6):
        await office.run(NOON + timedelta(minutes=minutes))
    assert office.carrier.bodies == [SAVED]
    assert await office.state() == ("sent", None)


async def test_a_doubtful_message_is_not_sent_before_the_carrier_can_tell(office: Office) -> None:
    """Until the grace time has passed, "not found" is not believed."""
    await office.queue(draft())
    office.carrier.faults.append(OutcomeUnknown())
    await office.run()
    assert await office.run(NOON + timedelta(seconds=20)) == 1
    assert (office.carrier.sends, (await office.state())[0]) == (1, "unknown")


async def test_nothing_is_sent_again_while_the_carrier_cannot_be_asked(office: Office) -> None:
    """Where the list fails, the message stays unknown."""
    await office.queue(draft())
    office.carrier.faults.append("lost")
    office.carrier.lists_fail = Unreachable()
    await office.run()
    await office.run(LATER)
    assert (len(office.carrier.carried), (await office.state())[0]) == (1, "unknown")
    office.carrier.lists_fail = None
    await office.run(LATER + timedelta(minutes=1))
    assert (len(office.carrier.carried), (await office.state())[0]) == (1, "sent")


async def test_two_equal_texts_in_doubt_find_one_each(office: Office) -> None:
    """Two messages with the same words do not take the same text of the carrier for their own."""
    await office.queue(draft("r1"), draft("r2"), draft("r3"))
    office.carrier.faults = deque(["lost", "lost", OutcomeUnknown()])
    await office.run()
    for minutes in range(1, 6):
        await office.run(NOON + timedelta(minutes=minutes))
    sids = [(await office.record(reason))["sids"] for reason in ("r1", "r2", "r3")]
    assert len(office.carrier.carried) == 3
    assert len({sid for (sid,) in sids}) == 3


async def test_a_doubtful_message_is_looked_up_at_the_number_it_went_to(office: Office) -> None:
    """A number that changes after the call does not lead to a second text."""
    await office.queue(draft())
    office.carrier.faults.append("lost")
    await office.run()
    office.people.add(ANNA, "+12025550199")
    await office.run(LATER)
    assert len(office.carrier.carried) == 1


async def test_workers_side_by_side_send_each_message_once(office: Office) -> None:
    """Four workers on forty messages send forty texts."""
    for number in range(8):
        office.people.add(f"p{number}", f"+1202555020{number}")
    await office.queue(
        *(
            draft(f"r{number}", recipient=RecipientId(f"p{number % 8}"), slots={"values": str(number)})
            for number in range(40)
        )
    )
    taken = await asyncio.gather(*(office.relay(f"w{number}").run_once(NOON) for number in range(4)))
    assert sum(taken) == 40
    assert set(Counter(office.carrier.bodies).values()) == {1}
    assert len(office.carrier.carried) == 40


@pytest.mark.parametrize("fault", [Throttled(), Unreachable(), Rejected(20429), Rejected(20003)])
async def test_a_passing_trouble_is_tried_again_later(office: Office, fault: CarrierError) -> None:
    """What the carrier did not take for a passing reason waits longer each time, and arrives."""
    await office.queue(draft())
    office.carrier.faults = deque([fault, fault, None])
    await office.run()
    first = (await office.record())["due_at"] - NOON
    assert await office.run(NOON + timedelta(seconds=5)) == 0
    await office.run(LATER)
    second = (await office.record())["due_at"] - LATER
    assert first < second
    await office.run(LATER + timedelta(minutes=1))
    assert (len(office.carrier.carried), (await office.record())["attempts"]) == (1, 3)


async def test_attempts_come_to_an_end(office: Office) -> None:
    """A carrier that is never there makes the message fail, visibly."""
    await office.queue(draft(expires_at=NOON + timedelta(days=10)))
    office.carrier.faults = deque([Unreachable()] * 50)
    for hours in range(20):
        await office.run(NOON + timedelta(hours=hours))
    assert await office.state() == ("failed", "too_many_attempts")
    assert office.carrier.sends == Pace().most_attempts


async def test_an_unknown_error_code_ends_the_message(office: Office) -> None:
    """A refusal that we do not know is final, with its code kept."""
    await office.queue(draft())
    office.carrier.faults.append(Rejected(21617))
    await office.run()
    assert await office.state() == ("failed", "refused")
    assert (await office.record())["error_code"] == 21617


async def test_an_opt_out_at_the_carrier_counts_as_ours(office: Office) -> None:
    """Error 21610 opts the number out and takes back all that waits for the person."""
    await office.queue(draft("r1"), draft("r2", not_before=LATER))
    office.carrier.faults.append(Rejected(21610))
    await office.run()
    assert await office.state("r1") == await office.state("r2") == ("cancelled", "opted_out")
    assert await office.addresses.is_opted_out(office.anna)


async def test_three_times_number_trouble_suspends_texts(office: Office) -> None:
    """After three failures the fourth text is not tried; a sign-in code still is, and delivery heals."""
    await office.queue(*(draft(f"r{number}") for number in range(3)))
    office.carrier.faults = deque([Rejected(21211), Rejected(21614), Rejected(30006)])
    await office.run()
    assert await office.addresses.is_suspended(office.anna)
    code = draft("code", kind=Kind.SIGN_IN_CODE, template="sign_in_code", slots={"code": "123456"})
    await office.queue(draft("r4"), code)
    await office.run()
    assert await office.state("r4") == ("cancelled", "number_trouble")
    sid = (await office.record("code"))["sids"][0]
    await office.reports.apply_status(await office.id_of("code"), "delivered", None, NOON, sid=sid)
    assert not await office.addresses.is_suspended(office.anna)


async def test_stop_before_sending_wins(office: Office) -> None:
    """A STOP after queueing, even at the very moment of the verdict, prevents the text."""
    await office.queue(draft("r1"))
    await office.stop()
    await office.queue(draft("r2"))

    async def stop_now() -> None:
        office.people.on_find = None
        await office.stop()

    await office.addresses.opt_in(office.anna, NOON)
    office.people.on_find = stop_now
    await office.run()
    assert office.carrier.carried == []
    assert await office.state("r2") == ("cancelled", "opted_out")


async def test_a_race_between_stop_and_send_has_an_order(office: Office) -> None:
    """In thirty races no text goes out whose intent is not older than the STOP."""
    firsts = Counter[bool]()
    for number in range(30):
        await office.addresses.opt_in(office.anna, NOON)
        before = (await office.mongo.database["text_addresses"].find_one({"_id": office.anna}) or {}).get(
            "intents", 0
        )
        sent_before = len(office.carrier.carried)
        await office.queue(draft(f"r{number}"))
        stop = asyncio.create_task(_after(number % 6, office))
        await office.run()
        intended_first = await stop > before
        firsts[intended_first] += 1
        assert len(office.carrier.carried) - sent_before == int(intended_first)
    assert set(firsts) == {True, False}


async def _after(milliseconds: int, office: Office) -> int:
    await asyncio.sleep(milliseconds * 0.002)
    return await office.stop()


async def test_a_doubtful_message_does_not_survive_a_stop(office: Office) -> None:
    """What the carrier never had is put back in the queue and then meets the STOP."""
    await office.queue(draft())
    office.carrier.faults.append(OutcomeUnknown())
    await office.run()
    await office.stop()
    for minutes in range(1, 4):
        await office.run(NOON + timedelta(minutes=minutes))
    assert (office.carrier.sends, await office.state()) == (1, ("cancelled", "opted_out"))


async def test_trial_messages_wait_for_the_morning(office: Office) -> None:
    """A trial alert at night is held until 9:00 and counted as held; a prompt is not."""
    prompt = draft("p1", kind=Kind.PROMPT, template="prompt", slots={"items": "pulling, pain"})
    await office.queue(alert(), prompt, now=NIGHT)
    await office.run(NIGHT)
    assert await office.state("alert:1") == ("queued", "quiet_hours")
    assert (await office.outbox.totals("NCT-1")).held == 1
    assert len(office.carrier.carried) == 1
    assert await office.run(MORNING - timedelta(seconds=1)) == 0
    assert await office.run(MORNING) == 1
    assert (await office.outbox.totals("NCT-1")).held == 0


async def test_the_cap_holds_with_many_workers(office: Office) -> None:
    """Of six alerts to one person, three go out, whoever sends them."""
    await office.queue(*(alert(f"a{number}") for number in range(6)))
    await asyncio.gather(*(office.relay(f"w{number}").run_once(NOON) for number in range(4)))
    states = Counter([await office.state(f"a{number}") for number in range(6)])
    assert states == {("sent", None): 3, ("cancelled", "cap"): 3}
    month_later = NOON + timedelta(days=30, minutes=1)
    await office.queue(alert("a7"), now=month_later)
    await office.run(month_later)
    assert await office.state("a7") == ("sent", None)


async def test_what_is_too_late_expires(office: Office) -> None:
    """A sign-in code is not sent when its ten minutes are over."""
    await office.queue(
        draft("code", kind=Kind.SIGN_IN_CODE, template="sign_in_code", slots={"code": "123456"})
    )
    await office.run(NOON + timedelta(minutes=10))
    assert await office.state("code") == ("expired", None)
    assert "sealed_slots" not in await office.record("code")


async def test_somebody_who_is_gone_gets_nothing(office: Office) -> None:
    """Without a recipient, or without the consent, a message is cancelled."""
    office.people.people.clear()
    await office.queue(draft("r1"))
    await office.run()
    office.people.add(ANNA, "+12025550101", trial_contact_permitted=False)
    await office.queue(alert("a1"))
    await office.run()
    assert await office.state("r1") == ("cancelled", "no_recipient")
    assert await office.state("a1") == ("cancelled", "no_consent")


async def test_a_message_that_breaks_something_does_not_stop_the_others(office: Office) -> None:
    """A record that cannot be opened is set aside again and again, then fails; the rest goes out."""
    await office.queue(draft("bad"), draft("good"))
    await office.mongo.database["outbox"].update_one(
        {"reason_key": "bad"}, {"$set": {"sealed_slots": b"no ciphertext"}}
    )
    quick = Pace(most_claims=3)
    for hours in range(4):
        await office.relay(pace=quick).run_once(NOON + timedelta(hours=hours))
    assert await office.state("bad") == ("failed", "not_handled")
    assert await office.state("good") == ("sent", None)


async def test_urgent_messages_go_first(office: Office) -> None:
    """A sign-in code does not wait behind a thousand alerts."""
    code = draft("code", kind=Kind.SIGN_IN_CODE, template="sign_in_code", slots={"code": "123456"})
    await office.queue(*(alert(f"a{number}") for number in range(5)))
    await office.queue(code, now=NOON + timedelta(seconds=1))
    await office.relay(pace=Pace(at_once=1)).run_once(NOON + timedelta(seconds=2), most=1)
    assert (await office.state("code"))[0] == "sent"
