"""Data keys, the list of master keys, and epochs, in the database; each key in it is wrapped.

Whoever adds or destroys a data key also writes to the document of the master key that is in use, in the same
transaction. So the database orders it before or after a change of master keys: once another one is in use,
no data key can be stored under the former.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bson.binary import UUID_SUBTYPE, Binary
from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo.errors import BulkWriteError, DuplicateKeyError
from pymongo.read_concern import ReadConcern

from registry_api.vault.indexes import DESTROYED, EPOCHS, KEYS, MASTER_KEYS
from registry_api.vault.master_keys import MasterKey, MasterKeyState

LASTING = 0
"""The number of the epoch that never ends, and is none of those in which accounts are found."""

_DUPLICATE_KEY = 11000
_USUAL_PORT = ":443"  # which the library may add to a host

Document = dict[str, Any]
Database = AsyncIOMotorDatabase[Document]
Transaction = AsyncIOMotorClientSession


@dataclass(frozen=True, slots=True)
class Epoch:
    """A stretch of time with a look-up key of its own, which is sealed under the epoch's data key."""

    number: int
    lookup: bytes = field(repr=False)


class KeyStore:
    """Wrapped data keys, one an owner, and the names of owners whose key was destroyed for good."""

    def __init__(self, database: Database) -> None:
        # Encryption reads keys by majority, so a key that is seen earlier could not be used yet.
        self._keys = database.get_collection(KEYS, read_concern=ReadConcern("majority"))
        self._destroyed = database[DESTROYED]

    async def known(self, owners: Sequence[str]) -> set[str]:
        """Those of the owners who have a key."""
        found = self._keys.find({"keyAltNames": {"$in": list(owners)}}, {"keyAltNames": 1})
        return {owner async for key in found for owner in key["keyAltNames"]}

    async def destroyed(self, owners: Sequence[str], *, session: Transaction | None = None) -> set[str]:
        """Those of the owners whose key was destroyed for good."""
        found = self._destroyed.find({"_id": {"$in": list(owners)}}, session=session)
        return {each["_id"] async for each in found}

    async def insert(self, keys: Sequence[Document], *, session: Transaction) -> None:
        """Raises DuplicateKeyError where one of the owners has a key already."""
        try:
            await self._keys.insert_many(keys, session=session)
        except BulkWriteError as error:
            first = error.details["writeErrors"][0]
            if first["code"] != _DUPLICATE_KEY:
                raise
            raise DuplicateKeyError("an owner has a key already", _DUPLICATE_KEY) from None

    async def delete(self, owners: Sequence[str], *, session: Transaction) -> int:
        gone = await self._keys.delete_many({"keyAltNames": {"$in": list(owners)}}, session=session)
        return gone.deleted_count

    async def bury(self, owners: Sequence[str], at: datetime, *, session: Transaction) -> None:
        """Notes that these owners must never have a key again."""
        await self._destroyed.insert_many([{"_id": owner, "at": at} for owner in owners], session=session)

    async def wrapped_otherwise(
        self, master_key: Mapping[str, str], after: bytes | None, most: int
    ) -> list[bytes]:
        """The ids of the next data keys, in their order, that another master key than this one wraps."""
        found = self._keys.find(_not_by(master_key, after), {"_id": 1}, sort=[("_id", 1)], limit=most)
        return [bytes(key["_id"]) async for key in found]

    async def count_wrapped_otherwise(self, master_key: Mapping[str, str]) -> int:
        """How many data keys another master key than this one wraps; looks at each data key."""
        return int(await self._keys.count_documents(_not_by(master_key, None), hint=[("_id", 1)]))

    async def count(self) -> int:
        """About how many data keys there are."""
        return int(await self._keys.estimated_document_count())


class MasterKeyStore:
    """The master keys of this registry, whose secrets are elsewhere."""

    def __init__(self, database: Database) -> None:
        self._masters = database.get_collection(MASTER_KEYS, read_concern=ReadConcern("majority"))

    async def all(self) -> list[MasterKey]:
        """Every master key that there ever was, in the order of use."""
        found = self._masters.find({"_id": {"$gte": 0}}, sort=[("_id", 1)])
        return [_master_key_of(each) async for each in found]

    async def active(self, *, session: Transaction | None = None) -> MasterKey | None:
        found = await self._masters.find_one({"state": MasterKeyState.ACTIVE}, session=session)
        return _master_key_of(found) if found else None

    async def hold(self, number: int, *, session: Transaction) -> bool:
        """Ties the caller's transaction to this master key being in use; False where it no longer is."""
        held = await self._masters.update_one(
            {"_id": number, "state": MasterKeyState.ACTIVE}, {"$inc": {"held": 1}}, session=session
        )
        return held.matched_count == 1

    async def insert(self, key: MasterKey, *, session: Transaction | None = None) -> bool:
        """Adds a key that is in use from now on; False where another one is."""
        document = {
            "_id": key.number,
            "provider": key.provider,
            "options": key.options and dict(key.options),
            "state": key.state,
            "made_at": key.made_at,
            "held": 0,
        }
        try:
            await self._masters.insert_one(document, session=session)
        except DuplicateKeyError:
            if session is not None:
                raise
            return False
        return True

    async def retire(self, number: int, *, session: Transaction) -> bool:
        """Takes a key out of use; False where it was not in use."""
        done = await self._masters.update_one(
            {"_id": number, "state": MasterKeyState.ACTIVE},
            {"$set": {"state": MasterKeyState.RETIRING}},
            session=session,
        )
        return done.matched_count == 1

    async def mark_destroyed(self, number: int, at: datetime, *, session: Transaction) -> bool:
        """Notes that a retired key exists nowhere any more; False where that was noted before."""
        done = await self._masters.update_one(
            {"_id": number, "state": MasterKeyState.RETIRING},
            {"$set": {"state": MasterKeyState.DESTROYED, "destroyed_at": at}},
            session=session,
        )
        return done.matched_count == 1


class EpochStore:
    """The epoch that is in use and, while keys are rotated, the one before it."""

    def __init__(self, database: Database) -> None:
        self._epochs = database.get_collection(EPOCHS, read_concern=ReadConcern("majority"))

    async def all(self) -> list[Epoch]:
        """The newest first."""
        found = self._epochs.find({"_id": {"$gt": LASTING}}, sort=[("_id", -1)])
        return [Epoch(each["_id"], each["lookup"]) async for each in found]

    async def lasting(self) -> Epoch | None:
        found = await self._epochs.find_one({"_id": LASTING})
        return Epoch(found["_id"], found["lookup"]) if found else None

    async def hold(self, number: int, *, session: Transaction) -> bool:
        """Ties the caller's transaction to this epoch being in use; False where it no longer is."""
        held = await self._epochs.update_one(
            {"_id": number, "current": True}, {"$inc": {"held": 1}}, session=session
        )
        return held.matched_count == 1

    async def insert(self, epoch: Epoch, *, session: Transaction) -> None:
        """Starts an epoch and so ends the one before. Raises DuplicateKeyError where it was started."""
        await self._epochs.insert_one(
            {"_id": epoch.number, "lookup": epoch.lookup, "current": True, "held": 0}, session=session
        )
        await self._epochs.update_one(
            {"_id": epoch.number - 1}, {"$set": {"current": False}}, session=session
        )

    async def delete(self, number: int, *, session: Transaction) -> bool:
        """Deletes an epoch that was followed by another; False where it is gone."""
        gone = await self._epochs.delete_one({"_id": number, "current": False}, session=session)
        return gone.deleted_count == 1


def _not_by(master_key: Mapping[str, str], after: bytes | None) -> Document:
    """A query for data keys, by their ids from one on, that are not wrapped by this master key."""
    beyond = {} if after is None else {"$gt": Binary(after, UUID_SUBTYPE)}
    return {
        "_id": {"$gte": Binary(bytes(16), UUID_SUBTYPE), **beyond},
        "$or": [
            {f"masterKey.{name}": {"$nin": [value, f"{value}{_USUAL_PORT}"]}}
            for name, value in master_key.items()
        ],
    }


def _master_key_of(found: Document) -> MasterKey:
    return MasterKey(
        number=found["_id"],
        provider=found["provider"],
        options=found["options"],
        state=MasterKeyState(found["state"]),
        made_at=found["made_at"],
        destroyed_at=found.get("destroyed_at"),
    )
