"""Treatments in the database: chains that only grow; changes run in the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo.errors import BulkWriteError
from pymongo.read_concern import ReadConcern

from diary.errors import TreatmentNotFound
from diary.ids import PatientId
from diary.indexes import TREATMENTS
from diary.keys import Document, own_key, to_milliseconds
from diary.treating import chain as chains
from diary.treating import rules
from diary.treating.chain import ChangedTreatment, TreatmentChain
from diary.treating.documents import (
    REVISIONS,
    acceptance_to_document,
    chain_from_document,
    chain_to_document,
    revision_to_document,
)
from diary.treatments import Treatment

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
    ) -> ChangedTreatment:
        """Takes a treatment once: the same one again changes nothing, also after it was amended.

        Raises:
            InvalidTreatment: it cannot be taken; nothing was stored.
            TreatmentConflict: its id was taken before with other content; nothing was stored.
        """
        wanted = chains.opened(patient, rules.checked(treatment, now), to_milliseconds(now))
        before = await self._treatments.find_one_and_update(
            {"_id": own_key(patient, treatment.id)},
            {"$setOnInsert": _without_id(chain_to_document(wanted))},
            upsert=True,
            session=session,
        )
        if before is None:
            return ChangedTreatment(wanted, already=False)
        existing = chain_from_document(before)
        chains.again(existing, wanted.treatment)
        return ChangedTreatment(existing, already=True)

    async def amend(
        self,
        patient: PatientId,
        treatment_id: str,
        amendment_id: str,
        changes: Mapping[str, Any],
        now: datetime,
        *,
        session: AsyncIOMotorClientSession,
    ) -> ChangedTreatment:
        """Lays new values over some fields, as a new revision; `changes` as `diary.treating.chain.amended`.

        Raises:
            TreatmentNotFound: this person has no such treatment.
            InvalidTreatment: it cannot be like that, or the amendment's id was used for something else;
                nothing was stored.
        """

        def grown(chain: TreatmentChain) -> TreatmentChain:
            return chains.amended(chain, amendment_id, changes, to_milliseconds(now))

        return await self._change(patient, treatment_id, grown, session)

    async def withdraw(
        self,
        patient: PatientId,
        treatment_id: str,
        withdrawal_id: str,
        now: datetime,
        *,
        session: AsyncIOMotorClientSession,
    ) -> ChangedTreatment:
        """Takes a treatment out by a revision; what was said of it stays in the chain. Raises as `amend`."""
        return await self._change(
            patient,
            treatment_id,
            lambda chain: chains.withdrawn(chain, withdrawal_id, to_milliseconds(now)),
            session,
        )

    async def restore(
        self,
        patient: PatientId,
        treatment_id: str,
        restoration_id: str,
        now: datetime,
        *,
        session: AsyncIOMotorClientSession,
    ) -> ChangedTreatment:
        """Brings a treatment back that was taken out. Raises as `amend`."""
        return await self._change(
            patient,
            treatment_id,
            lambda chain: chains.restored(chain, restoration_id, to_milliseconds(now)),
            session,
        )

    async def list_for(
        self, patient: PatientId, *, session: AsyncIOMotorClientSession | None = None
    ) -> list[Treatment]:
        """All treatments of a person that stand, latest start first."""
        return standing(await self.chains_for(patient, session=session))

    async def chains_for(
        self, patient: PatientId, *, session: AsyncIOMotorClientSession | None = None
    ) -> list[TreatmentChain]:
        """All treatments of a person with their revisions, also those taken out, latest start first."""
        found = self._treatments.find({"patient": patient}, session=session).sort(
            [("started_on", -1), ("_id", 1)]
        )
        return [chain_from_document(document) for document in await found.to_list(_MOST_LISTED)]

    async def list_for_many(self, patients: Sequence[PatientId]) -> dict[PatientId, list[Treatment]]:
        """The treatments of several people in one round trip; who has none is left out."""
        listed: dict[PatientId, list[Treatment]] = {}
        async for document in self._treatments.find({"patient": {"$in": list(patients)}}):
            chain = chain_from_document(document)
            if not chain.withdrawn:
                listed.setdefault(chain.patient, []).append(chain.treatment)
        return listed

    async def insert_many(self, treatments: Iterable[tuple[PatientId, Treatment]]) -> int:
        """Puts treatments in, in bulk, for seeding; says how many were new."""
        documents = [
            chain_to_document(chains.opened(patient, treatment, _recorded_at(treatment)))
            for patient, treatment in treatments
        ]
        if not documents:
            return 0
        try:
            return len((await self._treatments.insert_many(documents, ordered=False)).inserted_ids)
        except BulkWriteError as error:
            if any(fault["code"] != _DUPLICATE_KEY for fault in error.details["writeErrors"]):
                raise
            return int(error.details["nInserted"])

    async def _change(
        self,
        patient: PatientId,
        treatment_id: str,
        grown: Callable[[TreatmentChain], TreatmentChain],
        session: AsyncIOMotorClientSession,
    ) -> ChangedTreatment:
        """Adds to the chain as it was read: a transaction that was overtaken may not write."""
        here = {"_id": own_key(patient, treatment_id)}
        document = await self._treatments.find_one(here, session=session)
        if document is None:
            raise TreatmentNotFound
        before = chain_from_document(document)
        after = grown(before)
        if after is before:
            return ChangedTreatment(before, already=True)
        await self._treatments.update_one(here, _growth(document, before, after), session=session)
        return ChangedTreatment(after, already=len(after.revisions) == len(before.revisions))


def standing(known: Iterable[TreatmentChain]) -> list[Treatment]:
    """The treatments that were not taken out, as they stand now."""
    return [chain.treatment for chain in known if not chain.withdrawn]


def _growth(document: Document, before: TreatmentChain, after: TreatmentChain) -> Document:
    """Pushes what is new; of a document from before there were revisions, its first is new as well."""
    known = (len(before.revisions), len(before.receipts)) if REVISIONS in document else (0, 0)
    revisions = [revision_to_document(revision) for revision in after.revisions[known[0] :]]
    receipts = [acceptance_to_document(receipt) for receipt in after.receipts[known[1] :]]
    return {
        "$push": {REVISIONS: {"$each": revisions}, "receipts": {"$each": receipts}},
        "$set": {"started_on": str(after.treatment.started_on)},
    }


def _recorded_at(treatment: Treatment) -> datetime:
    if treatment.recorded_at is None:
        raise ValueError("a treatment that is put in says when it was recorded")
    return treatment.recorded_at


def _without_id(document: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in document.items() if field != "_id"}
