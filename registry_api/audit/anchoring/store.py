"""Anchors tie all chains together, and the newest is copied to where a thief of the database does not reach.

A chain alone cannot tell that its newest links are gone, together with its head, or that it never was. An
anchor names the head of each chain that grew since the anchor before it, and is sealed over that one. What
came after the newest anchor is covered by the heads alone.
"""

from __future__ import annotations

import hashlib
import hmac
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from motor.motor_asyncio import AsyncIOMotorClientSession

from registry_api.audit.chain import GENESIS, Head
from registry_api.audit.indexes import ANCHORS, HEADS
from registry_api.mongo import Mongo

_MOST_IN_AN_ANCHOR = 1000


@dataclass(frozen=True, slots=True)
class Anchor:
    """`heads` are the newest links, by subject, of the chains that had grown."""

    number: int
    at: datetime
    heads: dict[str, Head]
    seal: bytes


@dataclass(frozen=True, slots=True)
class Copy:
    """The newest anchor as it was written outside the database."""

    number: int
    seal: bytes


class Anchors:
    """Adds anchors and reads them back; any number of workers may ask at once."""

    def __init__(self, mongo: Mongo, key: bytes, copy: Path) -> None:
        self._mongo = mongo
        self._anchors = mongo.database[ANCHORS]
        self._heads = mongo.database[HEADS]
        self._key = key
        self._copy = copy

    async def add_if_due(self, now: datetime) -> int:
        """Anchors what has grown since the last anchor; how many chains that were."""
        made = await self._mongo.transact(lambda session: self._add(now, session))
        if made is None:
            return 0
        self._write_copy(Copy(made.number, made.seal))
        return len(made.heads)

    async def _add(self, now: datetime, session: AsyncIOMotorClientSession) -> Anchor | None:
        waiting = await self._heads.find(
            {"waiting": True}, limit=_MOST_IN_AN_ANCHOR, session=session
        ).to_list(None)
        if not waiting:
            return None
        newest = await self._anchors.find_one(
            {"_id": {"$gt": 0}}, {"seal": 1}, sort=[("_id", -1)], session=session
        )
        heads = {head["_id"]: Head(head["number"], head["seal"]) for head in waiting}
        number, at = (newest["_id"] + 1 if newest else 1), _milliseconds(now)
        made = Anchor(number, at, heads, self.seal(number, at, heads, newest["seal"] if newest else GENESIS))
        await self._anchors.insert_one(_document(made), session=session)
        await self._heads.update_many(
            {"_id": {"$in": list(heads)}}, {"$unset": {"waiting": ""}}, session=session
        )
        return made

    async def all(self) -> AsyncIterator[Anchor]:
        """Every anchor, oldest first."""
        async for document in self._anchors.find({"_id": {"$gt": 0}}, sort=[("_id", 1)]):
            yield Anchor(
                document["_id"],
                document["at"],
                {each["subject"]: Head(each["number"], each["seal"]) for each in document["heads"]},
                document["seal"],
            )

    def seal(self, number: int, at: datetime, heads: dict[str, Head], previous: bytes) -> bytes:
        """32 bytes over everything that an anchor says, and the anchor before it."""
        said = [[subject, heads[subject].number, heads[subject].seal.hex()] for subject in sorted(heads)]
        content = orjson.dumps([number, previous.hex(), at.astimezone(UTC).isoformat(), said])
        return hmac.digest(self._key, content, hashlib.sha256)

    def copy(self) -> Copy | None:
        """The copy outside the database; None where nothing was anchored from this machine."""
        try:
            number, seal = self._copy.read_text("ascii").split()
        except FileNotFoundError:
            return None
        return Copy(int(number), bytes.fromhex(seal))

    def _write_copy(self, copy: Copy) -> None:
        self._copy.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=self._copy.parent, delete=False) as file:
            file.write(f"{copy.number} {copy.seal.hex()}\n")
        Path(file.name).replace(self._copy)


def _document(anchor: Anchor) -> dict[str, Any]:
    return {
        "_id": anchor.number,
        "at": anchor.at,
        "heads": [
            {"subject": subject, "number": head.number, "seal": head.seal}
            for subject, head in anchor.heads.items()
        ],
        "seal": anchor.seal,
    }


def _milliseconds(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)
