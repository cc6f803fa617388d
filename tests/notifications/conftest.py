"""One office per test: a real database, people, a carrier in memory, and relays that work for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClientSession

from notifications.carrier import Carrier
from notifications.delivery.pace import Pace
from notifications.ids import AddressKey, MessageId
from notifications.messages import Draft
from notifications.outbox import OUTBOX, Outbox
from notifications.relay import Relay
from notifications.status_reports import StatusReports
from notifications.store import Addresses, Flags
from registry_api.mongo import Mongo
from registry_api.vault.vault import Vault
from tests.notifications.drafts import ANNA, NOON
from tests.notifications.in_memory_carrier import Directory, InMemoryCarrier


@dataclass
class Office:
    mongo: Mongo
    vault: Vault
    outbox: Outbox
    addresses: Addresses
    flags: Flags
    reports: StatusReports
    carrier: InMemoryCarrier
    people: Directory
    anna: AddressKey

    def relay(self, worker: str = "w1", carrier: Carrier | None = None, pace: Pace | None = None) -> Relay:
        return Relay(
            self.mongo, self.vault, self.people, carrier or self.carrier, worker=worker, pace=pace or Pace()
        )

    async def run(self, now: datetime = NOON) -> int:
        self.carrier.clock = now
        return await self.relay().run_once(now)

    async def queue(self, *drafts: Draft, now: datetime = NOON) -> None:
        assert await self.outbox.enqueue_many(drafts, now) == len(drafts)

    async def record(self, reason_key: str = "reply:1") -> Mapping[str, Any]:
        found = await self.mongo.database[OUTBOX].find_one({"reason_key": reason_key})
        assert found is not None
        return found

    async def state(self, reason_key: str = "reply:1") -> tuple[str, str | None]:
        record = await self.record(reason_key)
        return record["state"], record.get("reason")

    async def id_of(self, reason_key: str = "reply:1") -> MessageId:
        return MessageId((await self.record(reason_key))["_id"])

    async def stop(self, at: datetime = NOON) -> int:
        """A STOP of Anna as the webhook does it; how many intents to text her came before it."""

        async def act(session: AsyncIOMotorClientSession) -> int:
            await self.addresses.opt_out(self.anna, at, session=session)
            await self.outbox.cancel_queued(ANNA, "opted_out", session=session)
            found = await self.mongo.database["text_addresses"].find_one({"_id": self.anna}, session=session)
            return int(found.get("intents", 0)) if found else 0

        return await self.mongo.transact(act)


@pytest.fixture
def office(mongo: Mongo, vault: Vault) -> Office:
    people = Directory()
    anna = people.add(ANNA, "+12025550101")
    return Office(
        mongo,
        vault,
        Outbox(mongo.database, vault),
        Addresses(mongo.database),
        Flags(mongo.database),
        StatusReports(mongo, vault),
        InMemoryCarrier(NOON),
        people,
        anna,
    )
