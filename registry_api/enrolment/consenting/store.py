"""Signatures and changes of participation: inserted and read, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase

from diary.ids import PatientId
from registry_api.enrolment.consents import Answer, Decision, How, Purpose, Signature
from registry_api.enrolment.indexes import PARTICIPATION, SIGNATURES
from registry_api.enrolment.participation import Change, ParticipationEvent

Document = dict[str, Any]
Database = AsyncIOMotorDatabase[Document]
Transaction = AsyncIOMotorClientSession
_OF_AN_ANSWER = {"_id": 0, "patient": 1, "purpose": 1, "number": 1, "version": 1, "decision": 1}


class SignatureStore:
    def __init__(self, database: Database) -> None:
        self._signatures = database[SIGNATURES]

    async def of(self, patient: PatientId, *, session: Transaction | None = None) -> list[Signature]:
        """All signatures of a patient."""
        found = self._signatures.find({"patient": patient}, session=session)
        return [_signature_of(document) for document in await found.to_list(None)]

    async def answers_of_many(self, patients: Sequence[PatientId]) -> dict[PatientId, list[Answer]]:
        """What several patients answered, in one round trip that reads no more than that."""
        answers: dict[PatientId, list[Answer]] = {patient: [] for patient in patients}
        found = self._signatures.find({"patient": {"$in": list(patients)}}, _OF_AN_ANSWER)
        for each in await found.to_list(None):
            answer = Answer(
                Purpose(each["purpose"]), each["number"], each["version"], Decision(each["decision"])
            )
            answers[each["patient"]].append(answer)
        return answers

    async def insert(self, signature: Signature, *, session: Transaction) -> None:
        """Adds a signature; a number or an id that is taken is a DuplicateKeyError."""
        await self._signatures.insert_one(_signature_document(signature), session=session)

    async def insert_many(
        self, signatures: Iterable[Signature], *, session: Transaction | None = None
    ) -> None:
        """Adds many at once, for seeding."""
        documents = [_signature_document(signature) for signature in signatures]
        if documents:
            await self._signatures.insert_many(documents, ordered=False, session=session)


class ParticipationStore:
    def __init__(self, database: Database) -> None:
        self._events = database[PARTICIPATION]

    async def of(self, patient: PatientId, *, session: Transaction | None = None) -> list[ParticipationEvent]:
        """All changes of a patient's participation."""
        found = self._events.find({"patient": patient}, session=session)
        return [_event_of(document) for document in await found.to_list(None)]

    async def of_many(self, patients: Sequence[PatientId]) -> dict[PatientId, list[ParticipationEvent]]:
        """The changes of several patients in one round trip."""
        events: dict[PatientId, list[ParticipationEvent]] = {patient: [] for patient in patients}
        found = self._events.find({"patient": {"$in": list(patients)}})
        for document in await found.to_list(None):
            event = _event_of(document)
            events[event.patient].append(event)
        return events

    async def insert(self, event: ParticipationEvent, *, session: Transaction) -> None:
        """Adds a change; a number that is taken is a DuplicateKeyError."""
        await self._events.insert_one(_event_document(event), session=session)


def _signature_document(signature: Signature) -> Document:
    return {
        "_id": f"{signature.patient}:{signature.purpose}:{signature.number}",
        "id": signature.id,
        "patient": signature.patient,
        "purpose": signature.purpose,
        "number": signature.number,
        "version": signature.version,
        "language": signature.language,
        "text_sha256": signature.text_sha256,
        "decision": signature.decision,
        "how": signature.how,
        "at": signature.at,
    }


def _signature_of(found: Document) -> Signature:
    return Signature(
        id=str(found.get("id", found["_id"])),
        patient=PatientId(found["patient"]),
        purpose=Purpose(found["purpose"]),
        number=found["number"],
        version=found["version"],
        language=found["language"],
        text_sha256=found["text_sha256"],
        decision=Decision(found["decision"]),
        how=How(found["how"]),
        at=found["at"],
    )


def _event_document(event: ParticipationEvent) -> Document:
    document = {
        "_id": f"{event.patient}:{event.number}",
        "patient": event.patient,
        "number": event.number,
        "change": event.change,
        "how": event.how,
        "at": event.at,
    }
    return document if event.until is None else document | {"until": event.until}


def _event_of(found: Document) -> ParticipationEvent:
    return ParticipationEvent(
        patient=PatientId(found["patient"]),
        number=found["number"],
        change=Change(found["change"]),
        how=How(found["how"]),
        at=found["at"],
        until=found.get("until"),
    )
