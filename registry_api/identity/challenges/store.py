"""Codes that were sent, and how often each number asked and tried. Phone numbers arrive here sealed.

All writing is in transactions: a plain write would wait inside the server for one that is under way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import ReplaceOne
from pymongo.errors import DuplicateKeyError

from registry_api.identity.ids import ChallengeId, new_challenge_id
from registry_api.identity.indexes import CHALLENGES, DECOYS
from registry_api.identity.languages import Language
from registry_api.identity.limits.store import Overtaken

Document = dict[str, Any]
Database = AsyncIOMotorDatabase[Document]
Transaction = AsyncIOMotorClientSession

_DECOYS_KEPT = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """A code that was sent. `phone` is sealed under the key of the epoch."""

    id: ChallengeId
    phone_key: str
    phone: bytes
    language: Language
    code_hash: str
    made_at: datetime
    expires_at: datetime
    tries: int = 0
    consumed_at: datetime | None = None

    def is_open(self, now: datetime, tries: int) -> bool:
        """Whether it can still be tried, when it may be tried so often."""
        return self.consumed_at is None and self.expires_at > now and self.tries < tries


@dataclass(frozen=True, kw_only=True)
class Number:
    """What is known of a number: when it asked and tried lately, newest first, and its last code."""

    requests: Sequence[datetime] = ()
    tried: Sequence[datetime] = ()
    challenge: Challenge | None = None


class ChallengeStore:
    """One document a number, so that a newer code takes the place of an older one."""

    def __init__(self, database: Database) -> None:
        self._numbers = database[CHALLENGES]

    async def number(self, phone_key: str, *, session: Transaction | None = None) -> Number:
        found = await self._numbers.find_one({"_id": phone_key}, session=session)
        if found is None:
            return Number()
        return Number(
            requests=found.get("requests", ()),
            tried=found.get("tried", ()),
            challenge=_challenge_of(found) if "code_hash" in found else None,
        )

    async def replace(
        self,
        challenge: Challenge,
        requests: Sequence[datetime],
        purge_at: datetime,
        *,
        session: Transaction,
    ) -> None:
        """Stores the challenge in place of the number's last one.

        Raises:
            Overtaken: another transaction made the number's document meanwhile; start this one again.
        """
        values = {
            "challenge": challenge.id,
            "phone": challenge.phone,
            "language": challenge.language,
            "code_hash": challenge.code_hash,
            "made_at": challenge.made_at,
            "expires_at": challenge.expires_at,
            "tries": challenge.tries,
            "consumed_at": challenge.consumed_at,
            "requests": list(requests),
            "purge_at": purge_at,
        }
        await self._put(challenge.phone_key, {"$set": values}, session)

    async def count_try(
        self,
        phone_key: str,
        tried: Sequence[datetime],
        tries: int,
        purge_at: datetime,
        *,
        session: Transaction,
    ) -> None:
        """Notes a try of a number, and of its open code, before anything is compared.

        Raises:
            Overtaken: as `replace`.
        """
        update: Document = {
            "$set": {"tried": list(tried), "tries": tries, "purge_at": purge_at},
            "$setOnInsert": {"challenge": new_challenge_id()},  # of no code, but unlike every other
        }
        await self._put(phone_key, update, session)

    async def consume(
        self, challenge: Challenge, tried: Sequence[datetime], now: datetime, *, session: Transaction
    ) -> bool:
        """Uses the code up; False where it was used, or replaced by a newer one, meanwhile."""
        taken = await self._numbers.update_one(
            {"_id": challenge.phone_key, "challenge": challenge.id, "consumed_at": None},
            {"$set": {"consumed_at": now, "tried": list(tried)}},
            session=session,
        )
        return taken.modified_count == 1

    async def find(self, challenge: ChallengeId, now: datetime) -> Challenge | None:
        """A challenge that is still open."""
        found = await self._numbers.find_one(
            {"challenge": challenge, "consumed_at": None, "expires_at": {"$gt": now}}
        )
        return _challenge_of(found) if found else None

    async def forget(self, keys: Sequence[str], *, session: Transaction) -> None:
        """Forgets codes, requests and tries of a number, by its hashes."""
        await self._numbers.delete_many({"_id": {"$in": list(keys)}}, session=session)

    async def with_phone(self, after: str, most: int) -> list[tuple[str, bytes]]:
        """The next numbers to which codes were sent, in order of their hash: hash and sealed number."""
        found = self._numbers.find(
            {"_id": {"$gt": after}, "phone": {"$exists": True}},
            {"phone": 1},
            sort=[("_id", 1)],
            limit=most,
        )
        return [(each["_id"], each["phone"]) async for each in found]

    async def move(self, former: str, key: str, phone: bytes, *, session: Transaction) -> None:
        """Keeps a number under another hash and sealed anew, unless it is there already."""
        found = await self._numbers.find_one_and_delete({"_id": former}, session=session)
        there = await self._numbers.find_one({"_id": key}, {"_id": 1}, session=session)
        if found and not there:
            await self._numbers.insert_one({**found, "_id": key, "phone": phone}, session=session)

    async def _put(self, phone_key: str, update: Document, session: Transaction) -> None:
        try:
            await self._numbers.update_one({"_id": phone_key}, update, upsert=True, session=session)
        except DuplicateKeyError as failure:
            raise Overtaken from failure


class Decoys:
    """Writes as much as one audit event, for a try on a number that has no account.

    So a wrong code takes as long whether or not its number is known. What is written says nothing.
    """

    def __init__(self, database: Database) -> None:
        self._decoys = database[DECOYS]

    async def write(self, phone_key: str, now: datetime, *, session: Transaction) -> None:
        found = await self._decoys.find({"_id": {"$in": [phone_key]}}, session=session).to_list(None)
        count = found[0]["count"] + 1 if found else 1
        purge_at = now + _DECOYS_KEPT
        link = {"_id": uuid4().hex, "count": count, "filling": bytes(_EVENT_BYTES), "purge_at": purge_at}
        head = {"_id": phone_key, "count": count, "purge_at": purge_at}
        await self._decoys.insert_many([link], session=session)
        await self._decoys.bulk_write([ReplaceOne({"_id": phone_key}, head, upsert=True)], session=session)


_EVENT_BYTES = 250


def _challenge_of(found: Document) -> Challenge:
    return Challenge(
        id=ChallengeId(found["challenge"]),
        phone_key=found["_id"],
        phone=found["phone"],
        language=Language(found["language"]),
        code_hash=found["code_hash"],
        made_at=found["made_at"],
        expires_at=found["expires_at"],
        tries=found["tries"],
        consumed_at=found["consumed_at"],
    )
