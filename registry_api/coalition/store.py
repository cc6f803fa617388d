"""Organisations, published snapshots, and the restricted marks of whom each count last counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NewType

from bson.binary import Binary
from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import UpdateOne

from diary.forms import Form
from registry_api.coalition.disclosure import Cell, Published, Suppressed, Table
from registry_api.coalition.indexes import CONTRIBUTORS, ORGANISATIONS, SECRETS, SNAPSHOTS
from registry_api.coalition.marks import pack, unpack

Document = dict[str, Any]
OrganisationId = NewType("OrganisationId", str)
_KEY = "marks"


@dataclass(frozen=True)
class Organisation:
    id: OrganisationId
    name: str


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What every caller sees until the next one: `month` is YYYY-MM, `taken_on` the day in UTC."""

    month: str
    taken_on: date
    taken_at: datetime
    table: Table


class CoalitionStore:
    def __init__(self, database: AsyncIOMotorDatabase[Document]) -> None:
        self._organisations = database[ORGANISATIONS]
        self._snapshots = database[SNAPSHOTS]
        self._contributors = database[CONTRIBUTORS]
        self._secrets = database[SECRETS]

    async def put_organisations(self, organisations: Iterable[Organisation]) -> None:
        """Adds organisations, or renames those that are there."""
        await self._organisations.bulk_write(
            [
                UpdateOne({"_id": organisation.id}, {"$set": {"name": organisation.name}}, upsert=True)
                for organisation in organisations
            ],
            ordered=False,
        )

    async def organisation(self, organisation: OrganisationId) -> Organisation | None:
        found = await self._organisations.find_one({"_id": organisation})
        return Organisation(OrganisationId(found["_id"]), found["name"]) if found else None

    async def newest(self) -> Snapshot | None:
        """The snapshot that holds now; None until the first is taken."""
        found = await self._snapshots.find_one({"_id": {"$gt": ""}}, sort=[("_id", -1)])
        return _snapshot_of(found) if found else None

    async def insert(self, snapshot: Snapshot, *, session: AsyncIOMotorClientSession | None = None) -> None:
        """Adds a month's snapshot, which never changes again.

        Raises:
            DuplicateKeyError: the month has one.
        """
        await self._snapshots.insert_one(_snapshot_document(snapshot), session=session)

    async def counted(self) -> dict[str, AbstractSet[bytes]]:
        """The marks of whom each count counted when it last moved."""
        chunks: dict[str, list[bytes]] = defaultdict(list)
        async for found in self._contributors.find({"_id": {"$gt": ""}}):
            chunks[found["count"]].append(found["marks"])
        return {count: unpack(parts) for count, parts in chunks.items()}

    async def replace_counted(
        self,
        counted: Mapping[str, AbstractSet[bytes]],
        *,
        session: AsyncIOMotorClientSession | None = None,
    ) -> None:
        """Puts the marks of these counts in place of all marks there are."""
        await self._contributors.delete_many({"_id": {"$gt": ""}}, session=session)
        for count, people in counted.items():
            for number, chunk in enumerate(pack(people)):
                await self._contributors.insert_one(
                    {"_id": f"{count}:{number}", "count": count, "marks": Binary(chunk)}, session=session
                )

    async def sealed_key(self) -> bytes | None:
        found = await self._secrets.find_one({"_id": _KEY})
        return found["sealed"] if found else None

    async def keep_key(self, sealed: bytes) -> None:
        """Stores the sealed key of the marks, unless another process was first."""
        await self._secrets.update_one({"_id": _KEY}, {"$setOnInsert": {"sealed": sealed}}, upsert=True)


def _snapshot_document(snapshot: Snapshot) -> Document:
    return {
        "_id": snapshot.month,
        "taken_on": snapshot.taken_on.isoformat(),
        "taken_at": snapshot.taken_at,
        "total": _cell_document(snapshot.table.total),
        "by_form": {form.value: _cell_document(cell) for form, cell in snapshot.table.by_form.items()},
    }


def _snapshot_of(found: Document) -> Snapshot:
    return Snapshot(
        month=found["_id"],
        taken_on=date.fromisoformat(found["taken_on"]),
        taken_at=found["taken_at"],
        table=Table(
            total=_cell_of(found["total"]),
            by_form={Form(form): _cell_of(cell) for form, cell in found["by_form"].items()},
        ),
    )


def _cell_document(cell: Cell) -> Document:
    if isinstance(cell, Published):
        return {"value": cell.value, "rounded_to": cell.rounded_to}
    return {"suppressed": cell.reason}


def _cell_of(found: Document) -> Cell:
    if "suppressed" in found:
        return Suppressed(found["suppressed"])
    return Published(found["value"], found["rounded_to"])
