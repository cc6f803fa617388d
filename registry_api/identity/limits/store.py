"""Counting what allowances permit, and flags for staff where one is used up."""

from __future__ import annotations

import random
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import ASCENDING, UpdateOne
from pymongo.errors import BulkWriteError

from registry_api.identity.indexes import ALLOWANCES, SIGN_IN_FLAGS
from registry_api.identity.limits.rules import Allowance, Scope
from registry_api.mongo import Mongo

T = TypeVar("T")
_STARTS = 20
_KEPT_AFTER_THE_WINDOW = timedelta(days=2)  # for whoever looks into what happened


class Overtaken(Exception):
    """Another transaction counted first in the same document. Nothing was written; begin again."""


async def counting(mongo: Mongo, act: Callable[[AsyncIOMotorClientSession], Coroutine[Any, Any, T]]) -> T:
    """Runs `act` in one transaction, and anew where it was overtaken: by then the document is there."""
    for _ in range(_STARTS - 1):
        try:
            return await mongo.transact(act)
        except Overtaken:
            continue
    return await mongo.transact(act)


class Counters:
    """How much of each allowance is used, in documents that end by themselves.

    All writing is in the transaction of what is counted: what fails is not counted, and what is counted
    cannot exceed, however many processes count at once.
    """

    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]]) -> None:
        self._counts = database[ALLOWANCES]

    async def exhausted(
        self, allowances: Sequence[Allowance], *, session: AsyncIOMotorClientSession | None = None
    ) -> Allowance | None:
        """The first of the allowances with nothing left."""
        used = await self._used(allowances, session)
        return next((each for each in allowances if not _with_room(each, used)), None)

    async def take(
        self, allowances: Sequence[Allowance], *, session: AsyncIOMotorClientSession
    ) -> Allowance | None:
        """Uses one of each; where one has nothing left, returns it and uses none.

        Raises:
            Overtaken: the transaction is lost; start it again.
        """
        used = await self._used(allowances, session)
        writes = []
        for each in allowances:
            room = _with_room(each, used)
            if not room:
                return each
            writes.append(
                UpdateOne(
                    {"_id": random.choice(room)},  # noqa: S311 it spreads load, no secret depends on it
                    {
                        "$inc": {"count": 1},
                        "$setOnInsert": {"purge_at": each.ends_at + _KEPT_AFTER_THE_WINDOW},
                    },
                    upsert=True,
                )
            )
        try:
            await self._counts.bulk_write(writes, session=session)
        except BulkWriteError as failure:
            raise Overtaken from failure
        return None

    async def _used(
        self, allowances: Sequence[Allowance], session: AsyncIOMotorClientSession | None
    ) -> dict[str, int]:
        names = [name for each in allowances for name in each.parts]
        found = self._counts.find({"_id": {"$in": names}}, {"count": 1}, session=session)
        return {each["_id"]: each["count"] for each in await found.to_list(None)}


def _with_room(allowance: Allowance, used: dict[str, int]) -> list[str]:
    return [name for name, most in allowance.parts.items() if used.get(name, 0) < most]


@dataclass(frozen=True)
class SignInFlag:
    """Codes are no longer texted, to a country or to anybody, until `until`: staff must look."""

    allowance: str
    scope: Scope
    at: datetime
    until: datetime


class SignInFlags:
    """Flags, one for each allowance that was used up."""

    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]]) -> None:
        self._flags = database[SIGN_IN_FLAGS]

    async def raise_flag(self, flag: SignInFlag) -> bool:
        """Whether it is a new one."""
        result = await self._flags.update_one(
            {"_id": flag.allowance},
            {"$setOnInsert": {"scope": flag.scope, "at": flag.at, "until": flag.until, "open": True}},
            upsert=True,
        )
        return result.upserted_id is not None

    async def open_flags(self, limit: int = 100) -> list[SignInFlag]:
        """The oldest flags that nobody has closed."""
        found = self._flags.find({"open": True}).sort("at", ASCENDING).limit(limit)
        return [
            SignInFlag(each["_id"], Scope(each["scope"]), each["at"], each["until"])
            for each in await found.to_list(limit)
        ]

    async def close(self, allowance: str) -> None:
        await self._flags.update_one({"_id": allowance}, {"$set": {"open": False}})
