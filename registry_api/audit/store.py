"""Writing the trail, in the transaction of the act, and reading it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass

from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo import ReplaceOne

from registry_api.audit import chain
from registry_api.audit.chain import EMPTY, Document, Head
from registry_api.audit.events import LOOKS, AuditEvent
from registry_api.audit.indexes import EVENTS, HEADS
from registry_api.mongo import Mongo


@dataclass(frozen=True, slots=True)
class Entry:
    """One event with its place in the subject's chain, counted from 1."""

    number: int
    event: AuditEvent


class Audit:
    """Adds events to their subjects' chains. There is no way to change or remove one."""

    def __init__(self, mongo: Mongo, key: bytes) -> None:
        self._mongo = mongo
        self._key = key
        self._events = mongo.database[EVENTS]
        self._heads = mongo.database[HEADS]

    async def record(self, event: AuditEvent, *, session: AsyncIOMotorClientSession) -> None:
        """Adds an event, which stands or falls with the act in whose transaction it is written."""
        await self.record_many((event,), session=session)

    async def record_many(self, events: Iterable[AuditEvent], *, session: AsyncIOMotorClientSession) -> None:
        """Adds events, those of one subject in the order given; three round trips, however many they are."""
        by_subject: dict[str, list[AuditEvent]] = defaultdict(list)
        for event in events:
            by_subject[event.subject].append(event)
        if not by_subject:
            return
        heads = await self.heads_of(list(by_subject), session)
        links: list[Document] = []
        moved = []
        for subject, theirs in by_subject.items():
            head = heads.get(subject, EMPTY)
            for event in theirs:
                head, link = chain.add(self._key, head, event)
                links.append(link)
            document = {"_id": subject, "number": head.number, "seal": head.seal, "waiting": True}
            moved.append(ReplaceOne({"_id": subject}, document, upsert=True))
        await self._events.insert_many(links, session=session)
        await self._heads.bulk_write(moved, session=session)

    async def record_looks(self, events: Iterable[AuditEvent]) -> None:
        """Adds events of acts that write nothing else, before anything is shown."""
        looks = list(events)
        if looks:
            await self._mongo.transact(lambda session: self.record_many(looks, session=session))

    async def about(self, subject: str, *, before: int | None = None, limit: int = 100) -> list[Entry]:
        """The newest events about one record, or those before the one with this number; newest first."""
        below = chain.link_id(subject, chain.LAST if before is None else before)
        found = self._events.find(
            {"_id": {"$gte": chain.link_id(subject, 0), "$lt": below}}, sort=[("_id", -1)], limit=limit
        )
        return [_entry(link) for link in await found.to_list(limit)]

    async def looks_at(self, subject: str, *, before: int | None = None, limit: int = 20) -> list[Entry]:
        """The newest looks of others at one record, or those before the look with this number."""
        span = {"$lt": chain.link_id(subject, chain.LAST if before is None else before)}
        found = self._events.find(
            {"subject": subject, "action": {"$in": sorted(LOOKS)}, "_id": span, "actor": {"$ne": subject}},
            sort=[("_id", -1)],
            limit=limit,
        )
        return [_entry(link) for link in await found.to_list(limit)]

    async def links(self, subject: str | None = None) -> AsyncIterator[Document]:
        """Every link as it is stored, each chain in order; or those of one subject."""
        wanted: Document = {"$exists": True}
        if subject is not None:
            wanted = {"$gte": chain.link_id(subject, 0), "$lte": chain.link_id(subject, chain.LAST)}
        async for link in self._events.find({"_id": wanted}, sort=[("_id", 1)]):
            yield link

    async def links_after(self, subject: str, number: int) -> list[Document]:
        """The links of a chain behind a number, in order."""
        span = {"$gt": chain.link_id(subject, number), "$lte": chain.link_id(subject, chain.LAST)}
        return await self._events.find({"_id": span}, sort=[("_id", 1)]).to_list(None)

    async def seals_of(self, names: Iterable[str]) -> dict[str, bytes]:
        """The seals of those of the links that are there."""
        found = self._events.find({"_id": {"$in": list(names)}}, {"seal": 1})
        return {link["_id"]: link.get("seal") async for link in found}

    async def subjects(self) -> AsyncIterator[str]:
        """Everybody who has a chain, by its end."""
        async for head in self._heads.find({"_id": {"$exists": True}}, {"_id": 1}, sort=[("_id", 1)]):
            yield head["_id"]

    async def heads_of(
        self, subjects: Sequence[str], session: AsyncIOMotorClientSession | None = None
    ) -> dict[str, Head]:
        """The ends of those of the chains that there are."""
        found = self._heads.find({"_id": {"$in": list(subjects)}}, session=session)
        return {head["_id"]: Head(head["number"], head["seal"]) for head in await found.to_list(None)}


def _entry(link: Document) -> Entry:
    return Entry(chain.subject_and_number(link["_id"])[1], chain.event_of(link))
