"""Numbers in the database: by name, and by a keyed hash that changes with the epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import UpdateOne

from notifications.ids import AddressKey
from registry_api.identity.indexes import NUMBERS, STOPPED_NUMBERS

Document = dict[str, Any]
Database = AsyncIOMotorDatabase[Document]
Transaction = AsyncIOMotorClientSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One phone number. Either an account has it, or it is kept for a while with the number itself sealed.

    `key` is the number's hash in the epoch `epoch`.
    """

    name: AddressKey
    key: str
    epoch: int
    account: str | None = None
    phone: bytes | None = field(default=None, repr=False)
    purge_at: datetime | None = None


class NumberStore:
    def __init__(self, database: Database) -> None:
        self._numbers = database[NUMBERS]
        self._stopped = database[STOPPED_NUMBERS]

    async def find(self, keys: Sequence[str], *, session: Transaction | None = None) -> Number | None:
        """The number with one of these hashes."""
        found = await self._numbers.find_one({"key": {"$in": list(keys)}}, session=session)
        return _number_of(found) if found else None

    async def find_many(self, keys: Sequence[str], *, session: Transaction | None = None) -> list[Number]:
        found = self._numbers.find({"key": {"$in": list(keys)}}, session=session)
        return [_number_of(each) async for each in found]

    async def named(self, name: AddressKey, *, session: Transaction | None = None) -> Number | None:
        found = await self._numbers.find_one({"_id": name}, session=session)
        return _number_of(found) if found else None

    async def insert(self, numbers: Sequence[Number], *, session: Transaction) -> None:
        """Raises DuplicateKeyError or BulkWriteError where one of them is here under another name."""
        documents = [_document(number) for number in numbers]
        if len(documents) == 1:
            await self._numbers.insert_one(documents[0], session=session)
        elif documents:
            await self._numbers.insert_many(documents, session=session)

    async def give(self, name: AddressKey, account: str, *, session: Transaction) -> None:
        """Gives a number to an account, which keeps it from now on."""
        await self._numbers.update_one(
            {"_id": name},
            {"$set": {"account": account}, "$unset": {"phone": "", "purge_at": ""}},
            session=session,
        )

    async def keep(self, name: AddressKey, until: datetime, *, session: Transaction) -> None:
        """Keeps a number without an account until a moment, or longer if that was said before."""
        await self._numbers.update_one(
            {"_id": name, "account": None}, {"$max": {"purge_at": until}}, session=session
        )

    async def overdue(self, now: datetime, most: int) -> list[Number]:
        """Numbers without an account whose time has passed."""
        found = self._numbers.find({"purge_at": {"$lte": now}}, sort=[("purge_at", 1)], limit=most)
        return [_number_of(each) async for each in found]

    async def delete(self, name: AddressKey, *, session: Transaction) -> None:
        await self._numbers.delete_one({"_id": name}, session=session)

    async def of_former_epochs(self, epoch: int, after: str, most: int) -> list[Number]:
        """The next numbers, in order of name, whose hash is older than an epoch."""
        found = self._numbers.find(
            {"_id": {"$gt": after}, "epoch": {"$lt": epoch}}, sort=[("_id", 1)], limit=most
        )
        return [_number_of(each) async for each in found]

    async def count(self) -> int:
        """About how many numbers there are."""
        return int(await self._numbers.estimated_document_count())

    async def renew(self, numbers: Sequence[Number], *, session: Transaction) -> None:
        """Stores new hashes, and numbers sealed anew, where the former ones are still as they were."""
        changes = []
        for number in numbers:
            values: Document = {"key": number.key, "epoch": number.epoch}
            if number.phone is not None:
                values["phone"] = number.phone
            chosen = {"_id": number.name, "account": number.account, "epoch": {"$lt": number.epoch}}
            changes.append(UpdateOne(chosen, {"$set": values}))
        if changes:
            await self._numbers.bulk_write(changes, ordered=False, session=session)

    async def stop_for_good(self, lasting_key: str, *, session: Transaction) -> None:
        """Remembers a STOP by a hash alone, when all else about the number is forgotten."""
        await self._stopped.replace_one({"_id": lasting_key}, {}, upsert=True, session=session)

    async def take_stop(self, lasting_key: str, *, session: Transaction) -> bool:
        """Whether such a STOP was remembered; from now on it is the caller's to keep."""
        gone = await self._stopped.delete_one({"_id": lasting_key}, session=session)
        return gone.deleted_count == 1


def _document(number: Number) -> Document:
    document: Document = {
        "_id": number.name,
        "key": number.key,
        "epoch": number.epoch,
        "account": number.account,
    }
    if number.account is None:
        document |= {"phone": number.phone, "purge_at": number.purge_at}
    return document


def _number_of(found: Document) -> Number:
    return Number(
        name=AddressKey(found["_id"]),
        key=found["key"],
        epoch=found["epoch"],
        account=found["account"],
        phone=found.get("phone"),
        purge_at=found.get("purge_at"),
    )
