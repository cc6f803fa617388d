"""What is known about numbers (opted out, in trouble), what the carrier reported, and what staff must see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import ASCENDING, ReturnDocument

from notifications.ids import AddressKey, CarrierSid, MessageId

ADDRESSES = "text_addresses"
RECEIPTS = "text_receipts"
FLAGS = "text_flags"

TROUBLE_LIMIT = 3
_KEPT_OF_RECEIPTS = ("MessageStatus", "SmsStatus", "ErrorCode", "MessagingServiceSid", "RawDlrDoneDate")


@dataclass(frozen=True)
class AddressState:
    """What is known about one number."""

    opted_out: bool
    suspended: bool


@dataclass(frozen=True)
class Flag:
    """Something about the carrier that a member of staff must look at."""

    message: MessageId
    code: int
    meaning: str
    at: datetime


class Addresses:
    """Opt-outs and number trouble, one document a number, by its name.

    Every intent to text a number, every opt-out of it and every withdrawal of its holder write this same
    document. So one of two that happen at once has to start again and then sees the other: a STOP that was
    committed before an intent is always seen by it, and an intent that was committed before a STOP was before
    it.
    """

    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]]) -> None:
        self._addresses = database[ADDRESSES]

    async def opt_out(
        self, key: AddressKey, at: datetime, *, session: AsyncIOMotorClientSession | None = None
    ) -> bool:
        """Records a STOP; False if the number was opted out already, so that it is confirmed only once."""
        return await self._set_opted_out(key, at, session, value=True)

    async def opt_in(
        self, key: AddressKey, at: datetime, *, session: AsyncIOMotorClientSession | None = None
    ) -> bool:
        """Records a START; False if the number was not opted out. Only START and UNSTOP may call it."""
        return await self._set_opted_out(key, at, session, value=False)

    async def opted_out(
        self, keys: Iterable[AddressKey], *, session: AsyncIOMotorClientSession | None = None
    ) -> frozenset[AddressKey]:
        """Those of the numbers that have opted out."""
        found = self._addresses.find(
            {"_id": {"$in": list(keys)}, "opted_out": True}, {"_id": 1}, session=session
        )
        return frozenset([document["_id"] async for document in found])

    async def is_opted_out(
        self, key: AddressKey, *, session: AsyncIOMotorClientSession | None = None
    ) -> bool:
        return bool(await self.opted_out([key], session=session))

    async def is_suspended(self, key: AddressKey) -> bool:
        """Whether texts to a number rest because three in a row could not reach it: ask for another one."""
        return _state(await self._addresses.find_one({"_id": key})).suspended

    async def intend(
        self, key: AddressKey, at: datetime, *, session: AsyncIOMotorClientSession
    ) -> AddressState:
        """Notes in the caller's transaction that this number is about to be texted; how it stands."""
        document = await self._addresses.find_one_and_update(
            {"_id": key},
            {"$set": {"intended_at": at}, "$inc": {"intents": 1}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
            session=session,
        )
        return _state(document)

    async def interrupt(self, key: AddressKey, *, session: AsyncIOMotorClientSession) -> None:
        """Makes an intent to text this number that is not committed yet start again, and ask anew.

        To be called in the transaction in which somebody withdraws what texting them rests on.
        """
        await self._addresses.update_one(
            {"_id": key}, {"$inc": {"interruptions": 1}}, upsert=True, session=session
        )

    async def record_trouble(
        self, key: AddressKey, message: MessageId, *, session: AsyncIOMotorClientSession | None = None
    ) -> None:
        """Counts a message that could not reach the number, once; after three the number is suspended."""
        await self._addresses.update_one(
            {"_id": key}, {"$addToSet": {"trouble": message}}, upsert=True, session=session
        )

    async def clear_trouble(
        self, key: AddressKey, *, session: AsyncIOMotorClientSession | None = None
    ) -> None:
        """Forgets trouble: a message was delivered, or the person has confirmed the number."""
        await self._addresses.update_one({"_id": key}, {"$unset": {"trouble": ""}}, session=session)

    async def forget(self, key: AddressKey, *, session: AsyncIOMotorClientSession) -> None:
        """Forgets all about a number, a STOP too: whoever calls this sees to it that it stays in force."""
        await self._addresses.delete_one({"_id": key}, session=session)

    async def _set_opted_out(
        self, key: AddressKey, at: datetime, session: AsyncIOMotorClientSession | None, *, value: bool
    ) -> bool:
        before = await self._addresses.find_one_and_update(
            {"_id": key},
            {"$set": {"opted_out": value, "opted_out_changed_at": at}, "$inc": {"changes": 1}},
            upsert=True,
            return_document=ReturnDocument.BEFORE,
            session=session,
        )
        return _state(before).opted_out is not value


class Receipts:
    """The carrier's status reports, each kept once, without numbers and texts."""

    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]]) -> None:
        self._receipts = database[RECEIPTS]

    async def keep(
        self,
        message: MessageId,
        sid: CarrierSid,
        status: str,
        raw: Mapping[str, str],
        at: datetime,
        *,
        session: AsyncIOMotorClientSession | None = None,
    ) -> bool:
        """Keeps a report; False if the same one was kept before."""
        result = await self._receipts.update_one(
            {"_id": f"{message}:{sid}:{status}"},
            {
                "$setOnInsert": {
                    "message": message,
                    "sid": sid,
                    "at": at,
                    "raw": {name: raw[name] for name in _KEPT_OF_RECEIPTS if name in raw},
                }
            },
            upsert=True,
            session=session,
        )
        return result.upserted_id is not None


class Flags:
    """Carrier errors that need a person: blocked words, filtered content."""

    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]]) -> None:
        self._flags = database[FLAGS]

    async def raise_flag(self, flag: Flag, *, session: AsyncIOMotorClientSession | None = None) -> None:
        await self._flags.update_one(
            {"_id": f"{flag.message}:{flag.code}"},
            {
                "$setOnInsert": {
                    "message": flag.message,
                    "code": flag.code,
                    "meaning": flag.meaning,
                    "at": flag.at,
                    "open": True,
                }
            },
            upsert=True,
            session=session,
        )

    async def open_flags(self, limit: int = 100) -> list[Flag]:
        """The oldest flags that nobody has closed."""
        found = self._flags.find({"open": True}).sort("at", ASCENDING).limit(limit)
        return [
            Flag(MessageId(each["message"]), each["code"], each["meaning"], each["at"])
            async for each in found
        ]

    async def close(self, flag: Flag) -> None:
        await self._flags.update_one({"_id": f"{flag.message}:{flag.code}"}, {"$set": {"open": False}})


def _state(document: Mapping[str, Any] | None) -> AddressState:
    found = document or {}
    return AddressState(
        opted_out=bool(found.get("opted_out", False)),
        suspended=len(found.get("trouble", ())) >= TROUBLE_LIMIT,
    )
