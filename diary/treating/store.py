"""Treatments in the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo.errors import BulkWriteError
from pymongo.read_concern import ReadConcern

from diary.documents import own_key, to_milliseconds, treatment_from_document, treatment_to_document
from diary.errors import TreatmentConflict
from diary.ids import PatientId
from diary.indexes import TREATMENTS
from diary.treating import rules
from diary.treatments import RecordedTreatment, Treatment

_DUPLICATE_KEY = 11000
_MOST_LISTED = 2000


class TreatmentStore:
    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]]) -> None:
        self._treatments = database.get_collection(TREATMENTS, read_concern=ReadConcern("majority"))

    async def record(
        self,
        patient: PatientId,
        treatment: Treatment,
        now: datetime,
        *,
        session: AsyncIOMotorClientSession | None = None,
    ) -> RecordedTreatment:
        """Takes a treatment once: the same one again changes nothing.

        Raises:
            InvalidTreatment: it cannot be taken; nothing was stored.
            TreatmentConflict: its id was taken before with other content; nothing was stored.
        """
        at = to_milliseconds(now)
        wanted = replace(rules.checked(treatment, now), recorded_at=at)
        before = await self._treatments.find_one_and_update(
            {"_id": own_key(patient, treatment.id)},
            {"$setOnInsert": _without_id(treatment_to_document(patient, wanted))},
            upsert=True,
            session=session,
        )
        if before is None:
            return RecordedTreatment(wanted, already=False)
        existing = treatment_from_document(before)
        if replace(existing, recorded_at=at) != wanted:
            raise TreatmentConflict(existing)
        return RecordedTreatment(existing, already=True)

    async def list_for(
        self, patient: PatientId, *, session: AsyncIOMotorClientSession | None = None
    ) -> list[Treatment]:
        """All treatments of a person, latest start first."""
        found = self._treatments.find({"patient": patient}, session=session).sort(
            [("started_on", -1), ("_id", 1)]
        )
        return [treatment_from_document(document) for document in await found.to_list(_MOST_LISTED)]

    async def list_for_many(self, patients: Sequence[PatientId]) -> dict[PatientId, list[Treatment]]:
        """The treatments of several people in one round trip; who has none is left out."""
        listed: dict[PatientId, list[Treatment]] = {}
        async for document in self._treatments.find({"patient": {"$in": list(patients)}}):
            listed.setdefault(PatientId(document["patient"]), []).append(treatment_from_document(document))
        return listed

    async def insert_many(self, treatments: Iterable[tuple[PatientId, Treatment]]) -> int:
        """Puts treatments in, in bulk, for seeding; says how many were new."""
        documents = [treatment_to_document(patient, treatment) for patient, treatment in treatments]
        if not documents:
            return 0
        try:
            return len((await self._treatments.insert_many(documents, ordered=False)).inserted_ids)
        except BulkWriteError as error:
            if any(fault["code"] != _DUPLICATE_KEY for fault in error.details["writeErrors"]):
                raise
            return int(error.details["nInserted"])


def _without_id(document: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in document.items() if field != "_id"}
