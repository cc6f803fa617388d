from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from diary.check_ins import Answer, NewCheckIn, Recorded
from diary.checking_in.store import DiaryStore
from diary.envelope import Envelope
from diary.ids import PatientId
from registry_api.mongo import Mongo


class Diary:
    """The store of check-ins as the service uses it: each write in a transaction of its own."""

    def __init__(self, mongo: Mongo, envelope: Envelope | None = None) -> None:
        store = DiaryStore(mongo.database, envelope)
        self._mongo, self._store = mongo, store
        self.find, self.for_day, self.page, self.insert_many = (
            store.find,
            store.for_day,
            store.page,
            store.insert_many,
        )

    async def record(self, patient: PatientId, entry: NewCheckIn, now: datetime) -> Recorded:
        return await self._mongo.transact(
            lambda session: self._store.record(patient, entry, now, session=session)
        )

    async def amend(
        self, patient: PatientId, check_in: str, amendment: str, answers: Sequence[Answer], **rest: Any
    ) -> Recorded:
        return await self._mongo.transact(
            lambda session: self._store.amend(patient, check_in, amendment, answers, session=session, **rest)
        )

    async def withdraw(self, patient: PatientId, check_in: str, withdrawal: str, **rest: Any) -> Recorded:
        return await self._mongo.transact(
            lambda session: self._store.withdraw(patient, check_in, withdrawal, session=session, **rest)
        )
