from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import DESCENDING, ReturnDocument

from diary.ids import PatientId
from registry_api.trials.cursors import read_cursor, write_cursor
from registry_api.trials.ids import IntroductionId, TrialId

RESPONSES = "trial_responses"

_MOST_ASKING = 10_000
_ANSWERS = {"introduction_requested_at", "declined_at"}

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a patient answered to a trial: at most one of the two is set."""

    trial: TrialId
    patient: PatientId
    introduction_requested_at: datetime | None = None
    declined_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """Somebody who asked to be introduced; who that is, the caller finds out through the audited door."""

    id: IntroductionId
    patient: PatientId
    requested_at: datetime
    cursor: str


@dataclass(frozen=True, slots=True)
class IntroductionPage:
    introductions: tuple[Introduction, ...]
    has_next: bool


class ResponseStore:
    """What patients answered to trials."""

    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]]) -> None:
        self._responses = database[RESPONSES]

    async def request(
        self,
        patient: PatientId,
        trial: TrialId,
        now: datetime,
        *,
        session: AsyncIOMotorClientSession | None = None,
    ) -> Response:
        """Asks for an introduction; asking again changes nothing, and takes back a "not this one"."""
        return await self._answer(patient, trial, {"introduction_requested_at": now}, session)

    async def decline(
        self,
        patient: PatientId,
        trial: TrialId,
        now: datetime,
        *,
        session: AsyncIOMotorClientSession | None = None,
    ) -> Response:
        """Says "not this one"; a request for an introduction is taken back."""
        return await self._answer(patient, trial, {"declined_at": now}, session)

    async def take_back(
        self, patient: PatientId, now: datetime, *, session: AsyncIOMotorClientSession
    ) -> int:
        """Takes back every request of a patient that stands: they no longer permit it. How many they were."""
        taken = await self._responses.update_many(
            {"patient": patient, "introduction_requested_at": {"$type": "date"}},
            {"$set": {"introduction_taken_back_at": now}, "$unset": {"introduction_requested_at": ""}},
            session=session,
        )
        return int(taken.modified_count)

    async def of_patient(self, patient: PatientId) -> dict[TrialId, Response]:
        """What this person answered, by trial; at most 1000."""
        found = self._responses.find({"patient": patient}, limit=1000)
        responses = [_response(each) async for each in found]
        return {response.trial: response for response in responses}

    async def declined(
        self,
        trial: TrialId,
        patients: Sequence[PatientId],
        *,
        session: AsyncIOMotorClientSession | None = None,
    ) -> set[PatientId]:
        """Who of these does not want to hear of this trial."""
        query = {"_id": {"$in": [_id(trial, patient) for patient in patients]}, "declined_at": {"$ne": None}}
        found = self._responses.find(query, {"patient": 1}, session=session)
        return {PatientId(each["patient"]) async for each in found}

    async def asking(self, trial: TrialId) -> list[PatientId]:
        """Everybody who asks to be introduced; at most 10,000."""
        query = {"trial": trial, "introduction_requested_at": {"$type": "date"}}
        found = self._responses.find(query, {"patient": 1}, limit=_MOST_ASKING)
        return [PatientId(each["patient"]) async for each in found]

    async def asking_as(self, trial: TrialId, introduction: IntroductionId) -> PatientId | None:
        """Who asks to be introduced under this id; None where nobody does."""
        asking = await self.asking(trial)
        return next((each for each in asking if _introduction_id(_id(trial, each)) == introduction), None)

    async def introductions(
        self, trial: TrialId, *, first: int, after: str | None = None
    ) -> IntroductionPage:
        """Who asks to be introduced, newest first; at most 100.

        Raises:
            InvalidCursor: `after` is no cursor.
        """
        limit = max(1, min(first, 100))
        asked: Document = {"$type": "date"}
        query: Document = {"trial": trial, "introduction_requested_at": asked}
        if after is not None:
            at, name = read_cursor(after)
            query["$or"] = [
                {"introduction_requested_at": {"$lt": at}},
                {"introduction_requested_at": at, "_id": {"$lt": name}},
            ]
        order = [("introduction_requested_at", DESCENDING), ("_id", DESCENDING)]
        found = await self._responses.find(query, sort=order, limit=limit + 1).to_list(limit + 1)
        return IntroductionPage(tuple(_introduction(each) for each in found[:limit]), len(found) > limit)

    async def _answer(
        self,
        patient: PatientId,
        trial: TrialId,
        said: dict[str, datetime],
        session: AsyncIOMotorClientSession | None,
    ) -> Response:
        document = await self._responses.find_one_and_update(
            {"_id": _id(trial, patient)},
            [
                {"$set": {"trial": trial, "patient": patient}},
                {"$set": {field: {"$ifNull": [f"${field}", at]} for field, at in said.items()}},
                {"$unset": sorted(_ANSWERS - said.keys())},
            ],
            upsert=True,
            return_document=ReturnDocument.AFTER,
            session=session,
        )
        return _response(document)


def _id(trial: TrialId, patient: PatientId) -> str:
    return f"{trial}:{patient}"


def _response(document: Document) -> Response:
    return Response(
        trial=TrialId(document["trial"]),
        patient=PatientId(document["patient"]),
        introduction_requested_at=document.get("introduction_requested_at"),
        declined_at=document.get("declined_at"),
    )


def _introduction_id(response: str) -> IntroductionId:
    return IntroductionId(hashlib.blake2b(response.encode(), digest_size=12).hexdigest())


def _introduction(document: Document) -> Introduction:
    at = document["introduction_requested_at"]
    return Introduction(
        id=_introduction_id(document["_id"]),
        patient=PatientId(document["patient"]),
        requested_at=at,
        cursor=write_cursor(at, document["_id"]),
    )
