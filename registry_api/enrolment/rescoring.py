"""Entries scored anew by newer rules: by command all at once, by the worker a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.checking_in.store import DiaryStore
from diary.instruments import catalogue
from diary.instruments.catalogue import Instrument
from diary.rescoring.rules import newer
from diary.rescoring.store import RescoringStore
from registry_api.audit.events import SERVICE, Action, Actor, AuditEvent, worker_actor
from registry_api.audit.store import Audit
from registry_api.mongo import Mongo

_BEGINNING = ""


class Rescoring:
    """Each batch is a transaction: a kill leaves nothing half done, and what has its scores is passed over.

    The place that a round has reached is kept here and not in the database, because it names a person.
    """

    def __init__(
        self,
        mongo: Mongo,
        diary: DiaryStore,
        store: RescoringStore,
        audit: Audit,
        *,
        definitions: Iterable[Instrument],
    ) -> None:
        self._mongo = mongo
        self._diary = diary
        self._store = store
        self._audit = audit
        self._newer = newer(definitions)
        self._places: dict[str, str] = {}

    async def all(self, instrument: str, by: Actor, now: datetime) -> int:
        """Adds scores by the newest rules to every entry that lacks them; how many did.

        Raises:
            UnknownInstrument: there is none.
        """
        definition, entries = catalogue.definition(instrument), 0
        await self._begin(definition, by, now)
        place: str | None = _BEGINNING
        while place is not None:
            added, place = await self._batch(definition, place, now)
            entries += added
        return entries

    async def next(self, now: datetime) -> bool:
        """A batch of an instrument whose rules are newer than its scores; whether there was one.

        Once through all of its entries, an instrument is left alone until its next version.
        """
        if not self._newer:
            return False
        finished = await self._store.finished(self._newer)
        for name, definition in self._newer.items():
            if finished.get(name) != definition.version:
                await self._go_on(definition, now)
                return True
        return False

    async def _go_on(self, definition: Instrument, now: datetime) -> None:
        if definition.id not in self._places:
            await self._begin(definition, worker_actor(), now)
        _, place = await self._batch(definition, self._places.get(definition.id, _BEGINNING), now)
        if place is None:
            self._places.pop(definition.id, None)
        else:
            self._places[definition.id] = place

    async def _begin(self, definition: Instrument, by: Actor, now: datetime) -> None:
        event = AuditEvent(
            actor=by,
            action=Action.INSTRUMENT_RESCORED,
            subject=SERVICE,
            record=f"{definition.id} {definition.version}",
            reason="",
            at=now,
        )
        await self._mongo.transact(lambda session: self._audit.record(event, session=session))

    async def _batch(self, definition: Instrument, place: str, now: datetime) -> tuple[int, str | None]:
        """How many entries of the batch got scores, and the place after it; None once that was the last."""

        async def act(session: AsyncIOMotorClientSession) -> tuple[int, str | None]:
            done = await self._diary.rescore(definition, place, now, session=session)
            if done.place is None:
                await self._store.finish(definition, now, session=session)
            return done.entries, done.place

        return await self._mongo.transact(act)
