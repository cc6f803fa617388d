from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import ASCENDING, ReturnDocument
from pymongo.errors import DuplicateKeyError

from notifications.errors import LeaseLost
from notifications.ids import AddressKey, CarrierSid

INBOX = "inbox"
SENDERS = "inbox_senders"

_NO_LEASE = datetime(1970, 1, 1, tzinfo=UTC)
_ORDER = [("received_at", ASCENDING), ("_id", ASCENDING)]
_RACES = 5


class InboundState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    PARKED = "parked"


@dataclass(frozen=True)
class InboundMessage:
    """A text from outside, held by one worker; `lease` is its proof."""

    sid: CarrierSid
    address_key: AddressKey
    received_at: datetime
    attempts: int
    lease: str
    sealed: bytes = field(repr=False)


class Inbox:
    """Inbound texts: stored once for ever, worked off in order of arrival, one at a time per sender."""

    def __init__(
        self,
        database: AsyncIOMotorDatabase[dict[str, Any]],
        *,
        lease: timedelta = timedelta(seconds=60),
        most_attempts: int = 5,
    ) -> None:
        self._inbox = database[INBOX]
        self._senders = database[SENDERS]
        self._lease = lease
        self._most_attempts = most_attempts

    async def receive(
        self,
        sid: CarrierSid,
        address_key: AddressKey,
        sealed: bytes,
        at: datetime,
        *,
        handled: bool = False,
        session: AsyncIOMotorClientSession | None = None,
    ) -> bool:
        """Keeps a text; False if it was received before, whenever that was.

        `handled` keeps one that needs no further work, such as a STOP that took effect at once.
        """
        state = InboundState.DONE if handled else InboundState.WAITING
        result = await self._inbox.update_one(
            {"_id": sid},
            {
                "$setOnInsert": {
                    "address_key": address_key,
                    "sealed": sealed,
                    "received_at": at,
                    "state": state,
                    "attempts": 0,
                }
            },
            upsert=True,
            session=session,
        )
        return result.upserted_id is not None

    async def claim_next(self, now: datetime, worker: str) -> InboundMessage | None:
        """Leases the oldest text of a sender on whom nobody else works; None when there is nothing to do.

        A text that has been tried five times without an end is parked, so that its sender's later texts are
        not stuck behind it.
        """
        for _ in range(_RACES):
            busy = await self._busy_senders(now)
            oldest = await self._inbox.find_one(
                {"state": InboundState.WAITING, "address_key": {"$nin": busy}},
                {"address_key": 1},
                sort=_ORDER,
            )
            if oldest is None:
                return None
            lease = f"{worker}:{uuid4().hex}"
            if await self._lease_sender(oldest["address_key"], lease, now):
                claimed = await self._claim_oldest_of(oldest["address_key"], lease)
                if claimed is not None:
                    return claimed
                await self._release_sender(oldest["address_key"], lease, None)
        return None

    async def finish(
        self, message: InboundMessage, *, session: AsyncIOMotorClientSession | None = None
    ) -> None:
        """Ends the work on a text; to be called in the transaction that holds the text's effects.

        Raises:
            LeaseLost: the lease ran out and another worker has the text: let the transaction fail.
        """
        await self._end(message, InboundState.DONE, session)

    async def park(
        self, message: InboundMessage, *, session: AsyncIOMotorClientSession | None = None
    ) -> None:
        """Sets a text aside that cannot be worked on; it stays in the database for staff."""
        await self._end(message, InboundState.PARKED, session)

    async def waiting(self, *, at_most: int = 1000) -> int:
        """How many texts wait to be worked on, counted up to a limit; a measure of health."""
        return int(await self._inbox.count_documents({"state": InboundState.WAITING}, limit=at_most))

    async def _end(
        self, message: InboundMessage, state: InboundState, session: AsyncIOMotorClientSession | None
    ) -> None:
        result = await self._inbox.update_one(
            {"_id": message.sid, "state": InboundState.WAITING, "leased_by": message.lease},
            {"$set": {"state": state}, "$unset": {"leased_by": ""}},
            session=session,
        )
        if result.matched_count == 0:
            raise LeaseLost(f"the inbound text {message.sid}")
        await self._release_sender(message.address_key, message.lease, session)

    async def _busy_senders(self, now: datetime) -> list[AddressKey]:
        found = self._senders.find({"lease_until": {"$gt": now}}, {"_id": 1})
        return [AddressKey(document["_id"]) async for document in found]

    async def _lease_sender(self, key: AddressKey, lease: str, now: datetime) -> bool:
        try:
            await self._senders.update_one(
                {"_id": key, "lease_until": {"$lte": now}},
                {"$set": {"lease_until": now + self._lease, "leased_by": lease}},
                upsert=True,
            )
        except DuplicateKeyError:
            return False  # somebody else has just leased this sender
        return True

    async def _release_sender(
        self, key: AddressKey, lease: str, session: AsyncIOMotorClientSession | None
    ) -> None:
        await self._senders.update_one(
            {"_id": key, "leased_by": lease}, {"$set": {"lease_until": _NO_LEASE}}, session=session
        )

    async def _claim_oldest_of(self, key: AddressKey, lease: str) -> InboundMessage | None:
        while True:
            claimed = await self._inbox.find_one_and_update(
                {"address_key": key, "state": InboundState.WAITING},
                {"$set": {"leased_by": lease}, "$inc": {"attempts": 1}},
                sort=_ORDER,
                return_document=ReturnDocument.AFTER,
            )
            if claimed is None:
                return None
            message = InboundMessage(
                sid=CarrierSid(claimed["_id"]),
                address_key=key,
                received_at=claimed["received_at"],
                attempts=claimed["attempts"],
                lease=lease,
                sealed=claimed["sealed"],
            )
            if message.attempts <= self._most_attempts:
                return message
            await self._inbox.update_one(
                {"_id": message.sid, "leased_by": lease},
                {"$set": {"state": InboundState.PARKED}, "$unset": {"leased_by": ""}},
            )
