from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from notifications.errors import LeaseLost
from notifications.ids import AddressKey, CarrierSid
from notifications.inbox.store import InboundMessage, Inbox
from registry_api.mongo import Mongo
from tests.notifications.drafts import NOON

ANNA, BEN = AddressKey("key-of-anna"), AddressKey("key-of-ben")
AFTER_LEASE = NOON + timedelta(minutes=2)


@pytest.fixture
def inbox(mongo: Mongo) -> Inbox:
    return Inbox(mongo.database)


async def _receive(inbox: Inbox, *texts: tuple[str, AddressKey]) -> None:
    for number, (sid, key) in enumerate(texts):
        moment = NOON + timedelta(milliseconds=number)
        assert await inbox.receive(CarrierSid(sid), key, b"sealed " + sid.encode(), moment)


def _sids(claimed: Sequence[InboundMessage | None]) -> list[str | None]:
    return [message.sid if message else None for message in claimed]


async def test_a_text_is_received_once_for_ever(inbox: Inbox) -> None:
    """The same MessageSid counts once: at once, ten times side by side, and after it was worked off."""
    results = await asyncio.gather(
        *(inbox.receive(CarrierSid("SM1"), ANNA, b"sealed", NOON) for _ in range(10))
    )
    assert sum(results) == 1
    message = await inbox.claim_next(AFTER_LEASE, "w1")
    assert message is not None
    assert message.sealed == b"sealed"
    await inbox.finish(message)
    assert not await inbox.receive(CarrierSid("SM1"), ANNA, b"sealed", AFTER_LEASE)
    assert await inbox.claim_next(AFTER_LEASE, "w1") is None


async def test_one_text_at_a_time_for_each_sender_in_order(inbox: Inbox) -> None:
    """While Anna's first text is worked on, Ben's is taken, and not Anna's second."""
    await _receive(inbox, ("SM1", ANNA), ("SM2", ANNA), ("SM3", BEN))
    first, other, none = [await inbox.claim_next(AFTER_LEASE, worker) for worker in ("w1", "w2", "w3")]
    assert _sids([first, other, none]) == ["SM1", "SM3", None]
    assert first is not None
    await inbox.finish(first)
    assert _sids([await inbox.claim_next(AFTER_LEASE, "w3")]) == ["SM2"]


async def test_workers_side_by_side_share_the_senders(inbox: Inbox) -> None:
    """Eight workers at once get eight senders' first texts, each once."""
    keys = [AddressKey(f"key-{number}") for number in range(8)]
    await _receive(inbox, *((f"SM{key}{turn}", key) for turn in range(2) for key in keys))
    claimed = await asyncio.gather(*(inbox.claim_next(AFTER_LEASE, f"w{number}") for number in range(8)))
    got = [message for message in claimed if message]
    assert len({message.address_key for message in got}) == len(got) >= 5
    assert {message.sid[-1] for message in got} == {"0"}


async def test_a_killed_worker_loses_its_text_to_the_next(inbox: Inbox) -> None:
    """After the lease another worker has the text, and the first can no longer finish it."""
    await _receive(inbox, ("SM1", ANNA))
    first = await inbox.claim_next(NOON + timedelta(seconds=1), "w1")
    assert await inbox.claim_next(NOON + timedelta(seconds=2), "w2") is None
    second = await inbox.claim_next(AFTER_LEASE, "w2")
    assert first is not None
    assert second is not None
    with pytest.raises(LeaseLost):
        await inbox.finish(first)
    await inbox.finish(second)
    with pytest.raises(LeaseLost):
        await inbox.finish(second)


async def test_a_text_that_breaks_every_worker_is_parked(inbox: Inbox) -> None:
    """After five attempts the sender's next text gets its turn."""
    await _receive(inbox, ("SM1", ANNA), ("SM2", ANNA))
    claimed = [await inbox.claim_next(NOON + timedelta(hours=hour), "w1") for hour in range(6)]
    assert _sids(claimed) == ["SM1"] * 5 + ["SM2"]
    assert await inbox.waiting() == 1


async def test_a_text_can_be_parked_or_need_no_work(inbox: Inbox) -> None:
    """Parked and already handled texts are not claimed."""
    await _receive(inbox, ("SM1", ANNA))
    assert await inbox.receive(CarrierSid("SM2"), ANNA, b"", NOON, handled=True)
    message = await inbox.claim_next(AFTER_LEASE, "w1")
    assert message is not None
    await inbox.park(message)
    assert await inbox.claim_next(AFTER_LEASE, "w1") is None
