from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from motor.motor_asyncio import AsyncIOMotorClientSession

from notifications.errors import SlotsWrong, TemplateUnknown
from notifications.ids import RecipientId
from notifications.messages import Kind, State
from notifications.outbox import OUTBOX, Outbox
from registry_api.mongo import Mongo
from registry_api.vault.vault import Vault
from tests.notifications.drafts import ANNA, NOON, alert, draft


@pytest.fixture
def outbox(mongo: Mongo, vault: Vault) -> Outbox:
    return Outbox(mongo.database, vault)


async def test_one_reason_one_message(outbox: Outbox, mongo: Mongo) -> None:
    """A second draft with the same reason key is refused, alone and in bulk."""
    assert await outbox.enqueue(draft("r1"), NOON)
    assert not await outbox.enqueue(draft("r1"), NOON)
    assert await outbox.enqueue_many([draft("r1"), draft("r2"), draft("r2")], NOON) == 1
    assert await outbox.enqueue_many([], NOON) == 0
    assert await mongo.database[OUTBOX].count_documents({"reason_key": {"$in": ["r1", "r2"]}}) == 2


async def test_many_at_once_queue_one(outbox: Outbox) -> None:
    """Twenty callers with one reason at the same moment queue one message."""
    assert sum(await asyncio.gather(*(outbox.enqueue(draft("r1"), NOON) for _ in range(20)))) == 1


async def test_a_duplicate_does_not_undo_the_transaction(outbox: Outbox, mongo: Mongo) -> None:
    """Inside a transaction a known reason is skipped and the rest is kept."""
    await outbox.enqueue(draft("r1"), NOON)

    async def act(session: AsyncIOMotorClientSession) -> tuple[bool, int]:
        first = await outbox.enqueue(draft("r1"), NOON, session=session)
        return first, await outbox.enqueue_many([draft("r1"), draft("r2")], NOON, session=session)

    assert await mongo.transact(act) == (False, 1)


async def test_a_transaction_that_fails_queues_nothing(outbox: Outbox, mongo: Mongo) -> None:
    """What is queued in a transaction shares its fate."""

    async def act(session: AsyncIOMotorClientSession) -> None:
        await outbox.enqueue(draft("r1"), NOON, session=session)
        raise LookupError

    with pytest.raises(LookupError):
        await mongo.transact(act)
    assert await outbox.enqueue(draft("r1"), NOON)


async def test_what_a_person_said_is_ciphertext(outbox: Outbox, mongo: Mongo) -> None:
    """The record of a reply and of a code holds neither the answers nor the code."""
    await outbox.enqueue(draft("r1", slots={"values": "8675309"}), NOON)
    code = draft("r2", kind=Kind.SIGN_IN_CODE, template="sign_in_code", slots={"code": "424242"})
    await outbox.enqueue(code, NOON)
    for reason in ("r1", "r2"):
        record = await mongo.database[OUTBOX].find_one({"reason_key": reason})
        assert record is not None
        assert b"8675309" not in record["sealed_slots"]
        assert not {"8675309", "424242"} & {str(value) for value in record.values()}


async def test_a_draft_that_cannot_be_rendered_is_refused_at_once(outbox: Outbox) -> None:
    """A wrong template or slot fails where the mistake is, not in the worker."""
    with pytest.raises(TemplateUnknown):
        await outbox.enqueue(draft(template="no_such"), NOON)
    with pytest.raises(SlotsWrong) as wrong:
        await outbox.enqueue(draft(slots={"code": "1"}), NOON)
    assert wrong.value.missing == frozenset({"values"})
    assert wrong.value.unexpected == frozenset({"code"})


async def test_cancelling_leaves_the_confirmation(outbox: Outbox, mongo: Mongo) -> None:
    """An opt-out cancels what waits for that person, but not its own confirmation, nor others' messages."""
    await outbox.enqueue(draft("r1"), NOON)
    await outbox.enqueue(alert("a1"), NOON)
    await outbox.enqueue(draft("c", kind=Kind.OPT_OUT_CONFIRMATION, template="stopped", slots={}), NOON)
    await outbox.enqueue(draft("other", recipient=RecipientId("patient-ben")), NOON)
    assert await outbox.cancel_queued(ANNA, "opted_out") == 2
    assert await outbox.cancel_queued([ANNA, RecipientId("nobody")], "opted_out") == 0
    states = {}
    for reason in ("r1", "a1", "c", "other"):
        record = await mongo.database[OUTBOX].find_one({"reason_key": reason})
        assert record is not None
        states[reason] = record["state"]
    assert states == {"r1": "cancelled", "a1": "cancelled", "c": "queued", "other": "queued"}


async def test_cancelling_can_be_narrowed_to_kinds(outbox: Outbox) -> None:
    """Withdrawing trial contact takes back alerts and leaves replies."""
    await outbox.enqueue_many([draft("r1"), alert("a1")], NOON)
    assert await outbox.cancel_queued(ANNA, "no_consent", kinds=[Kind.TRIAL_ALERT]) == 1


async def test_a_trial_can_be_called_off(outbox: Outbox) -> None:
    """Cancelling a trial ends its alerts only, and the totals say so."""
    await outbox.enqueue_many(
        [alert("a1"), alert("a2"), alert("b", trial="NCT-2"), alert("c", kind=Kind.TRIAL_CORRECTION)], NOON
    )
    assert await outbox.cancel_trial("NCT-1", "suspended") == 2
    totals = await outbox.totals("NCT-1")
    assert (dict(totals.by_state), totals.held) == ({State.CANCELLED: 2, State.QUEUED: 1}, 0)


async def test_waiting_counts_what_is_due(outbox: Outbox) -> None:
    """A message for later does not count as waiting until its moment."""
    later = NOON + timedelta(hours=1)
    await outbox.enqueue_many([draft("r1"), draft("r2", not_before=later)], NOON)
    assert (await outbox.waiting(NOON), await outbox.waiting(later)) == (1, 2)
