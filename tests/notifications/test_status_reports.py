from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.errors import OutcomeUnknown
from notifications.ids import CarrierSid, MessageId
from notifications.messages import (
    TERMINAL,
    Kind,
    State,
    after_report,
    before_report,
    reported_state,
)
from notifications.store import RECEIPTS
from tests.notifications.conftest import Office
from tests.notifications.drafts import NOON, draft
from tests.notifications.test_relay import LATER

REPORTED = [State.SENT, State.DELIVERED, State.UNDELIVERED, State.FAILED]
RANK = {State.QUEUED: 0, State.SENDING: 1, State.UNKNOWN: 2, State.SENT: 3} | dict.fromkeys(TERMINAL, 4)
FORM = {"MessageStatus": "delivered", "To": "+12025550101", "From": "+15550100001", "Body": "6 4 2"}


@given(st.sampled_from(list(State)), st.lists(st.sampled_from(REPORTED)))
def test_states_only_move_forward(start: State, reports: list[State]) -> None:
    """Whatever is reported in whatever order: never back, and an end stays the end."""
    state = start
    for reported in reports:
        after = after_report(state, reported)
        assert RANK[after] > RANK[state] or after is state
        assert state not in TERMINAL or after is state
        assert (state in before_report(reported)) == (after is not state)
        state = after


@given(st.sampled_from(list(State)), st.sampled_from(REPORTED), st.integers(1, 4))
def test_repeating_a_report_changes_nothing(start: State, reported: State, times: int) -> None:
    """A report counts once, however often it comes."""
    once = state = after_report(start, reported)
    for _ in range(times):
        state = after_report(state, reported)
    assert state is once


def test_the_carrier_cannot_report_our_own_states() -> None:
    """Cancelled and expired are ours to say."""
    with pytest.raises(ValueError, match="cancelled"):
        after_report(State.SENT, State.CANCELLED)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("accepted", State.SENT),
        ("queued", State.SENT),
        ("sending", State.SENT),
        ("sent", State.SENT),
        ("delivered", State.DELIVERED),
        ("read", State.DELIVERED),
        ("undelivered", State.UNDELIVERED),
        ("failed", State.FAILED),
        ("canceled", State.FAILED),
        ("receiving", None),
    ],
)
def test_the_words_of_the_carrier(word: str, state: State | None) -> None:
    """Each of the carrier's words has one meaning for us."""
    assert reported_state(word) is state


async def _report(office: Office, status: str, code: int | None = None, sid: str = "") -> bool:
    message = await office.id_of()
    sids = (await office.record()).get("sids", ["SMunknown"])
    return await office.reports.apply_status(
        message, status, code, NOON, sid=CarrierSid(sid or sids[0]), raw=FORM
    )


async def test_reports_in_any_order_end_the_same(office: Office) -> None:
    """All orders of queued, sent and delivered, each twice, end in delivered."""
    for number, order in enumerate(permutations(["queued", "sent", "delivered"])):
        await office.queue(draft(f"r{number}"))
        await office.run()
        record = await office.record(f"r{number}")
        for status in (*order, *order):
            await office.reports.apply_status(
                MessageId(record["_id"]), status, None, NOON, sid=record["sids"][0]
            )
        assert (await office.state(f"r{number}"))[0] == "delivered"


async def test_a_report_can_overtake_the_answer(office: Office) -> None:
    """A report that comes before the answer of the API already moves the message, and is not undone."""

    async def overtake(message: MessageId, sid: CarrierSid) -> None:
        assert await office.reports.apply_status(message, "delivered", None, NOON, sid=sid)

    office.carrier.before_answer = overtake
    await office.queue(draft())
    await office.run()
    record = await office.record()
    assert (record["state"], record["sids"]) == ("delivered", [office.carrier.carried[0][1].sid])


async def test_a_report_resolves_a_doubt(office: Office) -> None:
    """A message whose answer was lost is known to be sent as soon as a report comes."""
    await office.queue(draft())
    office.carrier.faults.append("lost")
    await office.run()
    assert await _report(office, "sent", sid=office.carrier.carried[0][1].sid)
    await office.run(LATER)
    assert (await office.state(), len(office.carrier.carried)) == (("sent", None), 1)


async def test_a_report_stops_a_second_sending(office: Office) -> None:
    """A message that waits to be sent again is not sent when a report says that it was."""
    await office.queue(draft())
    office.carrier.faults.append("lost")
    await office.run()
    found, office.carrier.carried = office.carrier.carried, []
    office.carrier.faults.append(OutcomeUnknown())
    await office.run(LATER)
    assert (await office.state())[0] == "queued"
    assert await _report(office, "delivered", sid=found[0][1].sid)
    for _ in range(3):
        await office.run(LATER)
    assert (office.carrier.sends, await office.state()) == (1, ("delivered", None))


async def test_a_full_queue_is_a_new_attempt(office: Office) -> None:
    """30001 sends again; what still comes about the first attempt changes nothing."""
    await office.queue(draft())
    await office.run()
    first = (await office.record())["sids"][0]
    await _report(office, "undelivered", 30001)
    assert (await office.state())[0] == "queued"
    await _report(office, "sent", sid=first)
    assert (await office.state())[0] == "queued"
    await office.run(LATER)
    assert (len(office.carrier.carried), (await office.state())[0]) == (2, "sent")
    await _report(office, "delivered", sid=(await office.record())["sids"][1])
    assert (await office.state())[0] == "delivered"


async def test_an_opt_out_in_a_report_counts(office: Office) -> None:
    """21610 in a report opts out and cancels what waits."""
    await office.queue(draft())
    await office.run()
    await office.queue(draft("r2"))
    await _report(office, "undelivered", 21610)
    assert await office.addresses.is_opted_out(office.anna)
    assert await office.state("r2") == ("cancelled", "opted_out")


@pytest.mark.parametrize("code", [30004, 30007])
async def test_blocked_and_filtered_texts_are_shown_to_staff(office: Office, code: int) -> None:
    """A blocked text raises one flag, that can be closed."""
    await office.queue(draft())
    await office.run()
    await _report(office, "undelivered", code)
    await _report(office, "undelivered", code)
    (flag,) = await office.flags.open_flags()
    assert (flag.code, flag.message) == (code, await office.id_of())
    await office.flags.close(flag)
    assert await office.flags.open_flags() == []


async def test_number_trouble_counts_once_a_message(office: Office) -> None:
    """Three reports about one message are one trouble, three messages are three."""
    for number in range(3):
        assert not await office.addresses.is_suspended(office.anna)
        await office.queue(draft(f"r{number}"))
        await office.run()
        record = await office.record(f"r{number}")
        for status in ("undelivered", "undelivered", "failed"):
            await office.reports.apply_status(
                MessageId(record["_id"]), status, 30003, NOON, sid=record["sids"][0]
            )
    assert await office.addresses.is_suspended(office.anna)
    await office.addresses.clear_trouble(office.anna)
    assert not await office.addresses.is_suspended(office.anna)


async def test_receipts_hold_no_number_and_no_text(office: Office) -> None:
    """The kept report lacks To, From and Body."""
    await office.queue(draft())
    await office.run()
    await _report(office, "delivered")
    found = await office.mongo.database[RECEIPTS].find_one({"_id": {"$gt": ""}})
    assert found is not None
    assert found["raw"] == {"MessageStatus": "delivered"}


async def test_reports_about_nothing_change_nothing(office: Office) -> None:
    """An unknown message, one never handed over, and an unknown word are dropped."""
    await office.queue(draft())
    assert not await _report(office, "delivered", sid="SM1")
    assert not await _report(office, "on holiday", sid="SM1")
    assert not await office.reports.apply_status(
        MessageId("no such"), "sent", None, NOON, sid=CarrierSid("SM1")
    )
    assert await office.state() == ("queued", None)


async def test_a_code_is_forgotten_when_it_is_done(office: Office) -> None:
    """After the end nothing in the record opens to the code."""
    code = draft(kind=Kind.SIGN_IN_CODE, template="sign_in_code", slots={"code": "123456"})
    await office.queue(code)
    await office.run()
    await _report(office, "delivered")
    assert not {"sealed_slots", "call"} & set(await office.record())
