from __future__ import annotations

import asyncio

from notifications.ids import AddressKey
from notifications.store import Addresses
from registry_api.mongo import Mongo
from tests.notifications.drafts import NOON

ANNA, BEN = AddressKey("key-of-anna"), AddressKey("key-of-ben")


async def test_stop_and_start(mongo: Mongo) -> None:
    """Each change is told once, so that it is confirmed once."""
    addresses = Addresses(mongo.database)
    assert [await addresses.opt_out(ANNA, NOON), await addresses.opt_out(ANNA, NOON)] == [True, False]
    assert await addresses.opted_out([ANNA, BEN]) == {ANNA}
    assert await addresses.is_opted_out(ANNA)
    assert [await addresses.opt_in(ANNA, NOON), await addresses.opt_in(ANNA, NOON)] == [True, False]
    assert not await addresses.opt_in(BEN, NOON)
    assert await addresses.opted_out([ANNA, BEN]) == frozenset()


async def test_many_stops_at_once_are_confirmed_once(mongo: Mongo) -> None:
    """Of ten STOPs at the same moment, one is the first."""
    addresses = Addresses(mongo.database)
    assert sum(await asyncio.gather(*(addresses.opt_out(ANNA, NOON) for _ in range(10)))) == 1
