"""Requests to be erased in the database, and the one list of where anything about a person is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import ReturnDocument

from diary.ids import PatientId
from diary.indexes import CHECK_INS, NOTES, PROMPT_SCHEDULES, PROMPTS, TREATMENTS
from notifications.ids import AddressKey, RecipientId
from notifications.inbox.store import INBOX, SENDERS
from notifications.outbox import OUTBOX
from notifications.store import ADDRESSES, FLAGS, RECEIPTS
from registry_api.conversations.indexes import CHATS, SAFETY_FLAGS
from registry_api.enrolment.indexes import PARTICIPATION, PROFILES, SIGNATURES
from registry_api.enrolment.participation import Axis
from registry_api.erasure.erasure import Erasure, ErasureId, ErasureState
from registry_api.erasure.indexes import ERASURES
from registry_api.exports.indexes import QUESTIONS
from registry_api.identity.indexes import PASSKEYS, SESSIONS
from registry_api.trials.alerting.store import MATCHES
from registry_api.trials.introducing.store import RESPONSES

Document = dict[str, Any]
Database = AsyncIOMotorDatabase[Document]
Transaction = AsyncIOMotorClientSession
_FREE = datetime(1970, 1, 1, tzinfo=UTC)


class ErasureStore:
    """One document a request. `due_at` is set while there is something to do."""

    def __init__(self, database: Database) -> None:
        self._erasures = database[ERASURES]

    async def find(self, request: ErasureId, *, session: Transaction) -> Erasure | None:
        found = await self._erasures.find_one({"_id": request}, session=session)
        return _erasure_of(found) if found else None

    async def asked(self, patient: PatientId, *, session: Transaction | None = None) -> Erasure | None:
        """The request of a patient that waits for its time."""
        found = await self._erasures.find_one(
            {"patient": patient, "state": ErasureState.ASKED}, session=session
        )
        return _erasure_of(found) if found else None

    async def insert(self, erasure: Erasure, *, session: Transaction) -> None:
        """Raises DuplicateKeyError where the id is taken or the patient has asked before."""
        document = {
            "_id": erasure.id,
            "patient": erasure.patient,
            "state": erasure.state,
            "asked_at": erasure.asked_at,
            "erases_at": erasure.erases_at,
            "ended": [str(axis) for axis in erasure.ended],
            "due_at": erasure.erases_at,
            "lease_until": _FREE,
        }
        await self._erasures.insert_one(document, session=session)

    async def cancel(self, request: ErasureId, now: datetime, *, session: Transaction) -> bool:
        """False where it is too late, or was done before."""
        done = await self._erasures.update_one(
            {"_id": request, "state": ErasureState.ASKED},
            {"$set": {"state": ErasureState.CANCELLED, "cancelled_at": now}, "$unset": {"due_at": ""}},
            session=session,
        )
        return done.matched_count == 1

    async def claim(self, now: datetime, worker: str, lease: timedelta) -> Erasure | None:
        """Takes the request that is longest due and that nobody holds."""
        found = await self._erasures.find_one_and_update(
            {"due_at": {"$lte": now}, "lease_until": {"$lte": now}},
            {"$set": {"lease_until": now + lease, "leased_by": worker}},
            sort=[("due_at", 1)],
            return_document=ReturnDocument.AFTER,
        )
        return _erasure_of(found) if found else None

    async def mark_erased(
        self,
        request: ErasureId,
        now: datetime,
        *,
        master_key: int,
        number: AddressKey | None,
        session: Transaction,
    ) -> None:
        values: Document = {"state": ErasureState.ERASED, "erased_at": now, "master_key": master_key}
        if number is not None:
            values["number"] = number
        await self._erasures.update_one(
            {"_id": request, "state": ErasureState.ASKED}, {"$set": values}, session=session
        )

    async def look_again(self, request: ErasureId, at: datetime) -> None:
        """Lets go of a request until a later moment."""
        await self._erasures.update_one({"_id": request}, {"$set": {"due_at": at, "lease_until": _FREE}})

    async def mark_cleared(self, request: ErasureId) -> None:
        await self._erasures.update_one(
            {"_id": request, "state": ErasureState.ERASED},
            {"$set": {"state": ErasureState.CLEARED}, "$unset": {"due_at": "", "number": ""}},
        )

    async def done_by_master_key(self) -> list[tuple[int, int]]:
        """How many were erased while each master key was in use, by the key's number."""
        groups = self._erasures.aggregate(
            [
                {"$match": {"state": {"$in": [ErasureState.ERASED, ErasureState.CLEARED]}}},
                {"$group": {"_id": "$master_key", "people": {"$sum": 1}}},
            ]
        )
        return [(group["_id"], group["people"]) async for group in groups]

    async def asked_count(self) -> int:
        return int(await self._erasures.count_documents({"state": ErasureState.ASKED}))


@dataclass(frozen=True, slots=True)
class Remains:
    """Where something about a person is kept, and the query for it."""

    collection: str
    about: Callable[[str], Document]


def _whole(patient: str) -> Document:
    return {"_id": patient}


def _prefixed(patient: str) -> Document:
    return {"_id": {"$gte": f"{patient}:", "$lt": f"{patient};"}}


def _field(name: str) -> Callable[[str], Document]:
    return lambda patient: {name: patient}


REMAINS = (
    Remains(CHECK_INS, _prefixed),
    Remains(NOTES, _prefixed),
    Remains(TREATMENTS, _field("patient")),
    Remains(PROMPTS, _prefixed),
    Remains(PROMPT_SCHEDULES, _whole),
    Remains(PROFILES, _whole),
    Remains(SIGNATURES, _field("patient")),
    Remains(PARTICIPATION, _field("patient")),
    Remains(MATCHES, _field("patient")),
    Remains(RESPONSES, _field("patient")),
    Remains(CHATS, _whole),
    Remains(QUESTIONS, _whole),
    Remains(SAFETY_FLAGS, _field("patient")),
    Remains(SESSIONS, _field("account")),
    Remains(PASSKEYS, _field("account")),
)
"""Every collection with rows about a patient, but for texts, which lead to others, and what is to stay."""


class RemainsStore:
    """Deletes what is about one person, a part at a time: each call is small and can be repeated."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def clear(self, remains: Remains, patient: PatientId, most: int, *, session: Transaction) -> int:
        """Deletes up to so many rows; how many there were."""
        collection = self._database[remains.collection]
        found = collection.find(remains.about(patient), {"_id": 1}, limit=most, session=session)
        ids = [each["_id"] async for each in found]
        if ids:
            await collection.delete_many({"_id": {"$in": ids}}, session=session)
        return len(ids)

    async def clear_texts(self, recipient: RecipientId, most: int, *, session: Transaction) -> int:
        """Deletes up to so many texts to somebody, with what the carrier said of them."""
        found = self._database[OUTBOX].find({"recipient": recipient}, {"_id": 1}, limit=most, session=session)
        ids = [each["_id"] async for each in found]
        for message in ids:
            of_message = _prefixed(message)
            await self._database[RECEIPTS].delete_many(of_message, session=session)
            await self._database[FLAGS].delete_many(of_message, session=session)
        if ids:
            await self._database[OUTBOX].delete_many({"_id": {"$in": ids}}, session=session)
        return len(ids)

    async def forget_inbound(self, number: AddressKey, *, session: Transaction) -> None:
        """Keeps of a number's texts only the carrier's names, so that none is ever taken twice."""
        await self._database[INBOX].update_many(
            {"address_key": number},
            {"$set": {"state": "done"}, "$unset": dict.fromkeys(_OF_INBOUND, "")},
            session=session,
        )
        await self._database[SENDERS].delete_one({"_id": number}, session=session)
        await self._database[ADDRESSES].delete_one({"_id": number}, session=session)


_OF_INBOUND = ("address_key", "sealed", "received_at", "attempts", "leased_by")


def _erasure_of(found: Document) -> Erasure:
    return Erasure(
        id=ErasureId(found["_id"]),
        patient=PatientId(found["patient"]),
        state=ErasureState(found["state"]),
        asked_at=found["asked_at"],
        erases_at=found["erases_at"],
        ended=tuple(Axis(axis) for axis in found["ended"]),
        erased_at=found.get("erased_at"),
        master_key=found.get("master_key"),
        number=found.get("number"),
    )
