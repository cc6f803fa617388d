"""Down to which version the entries of each instrument have been scored anew."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase

from diary.indexes import RESCORED
from diary.instruments.catalogue import Instrument


class RescoringStore:
    """One short document an instrument; nothing in it is about a person."""

    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]]) -> None:
        self._rescored = database.get_collection(RESCORED)

    async def finished(self, instruments: Collection[str]) -> dict[str, str]:
        """The version by which all entries were scored last, by instrument."""
        found = await self._rescored.find({"_id": {"$in": list(instruments)}}).to_list(None)
        return {document["_id"]: document["version"] for document in found}

    async def finish(
        self, instrument: Instrument, now: datetime, *, session: AsyncIOMotorClientSession
    ) -> None:
        done = {"_id": instrument.id, "version": instrument.version, "at": now}
        await self._rescored.replace_one({"_id": instrument.id}, done, upsert=True, session=session)
