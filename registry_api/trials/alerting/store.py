from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import ReturnDocument

from diary.ids import PatientId
from registry_api.trials.alerting.jobs import Job, JobKind
from registry_api.trials.ids import TrialId
from registry_api.trials.trial import match_id

JOBS = "trial_jobs"
MATCHES = "trial_matches"
_FREE = datetime(1970, 1, 1, tzinfo=UTC)
_RETRY_BEHIND_ANOTHER = timedelta(seconds=1)
_MOST_SKIPPED = 100
_OF_WORK = ("lease_until", "leased_by", "fitting", "after")

Document = dict[str, Any]


class Alerted(NamedTuple):
    """Somebody who is told of a trial, and the language of the text."""

    patient: PatientId
    language: str


class Step(NamedTuple):
    """How far one batch takes a job: the last patient done, and how many of the batch may fit."""

    last: PatientId
    fitting: int = 0


class AlertStore:
    """Jobs with their leases, and who was alerted of what.

    A job that is still to do has `lease_until`: the moment from which anybody may take it.
    """

    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]]) -> None:
        self._jobs = database[JOBS]
        self._matches = database[MATCHES]

    async def add_job(self, job: Job, now: datetime, *, session: AsyncIOMotorClientSession) -> None:
        """Adds a job, inside the transaction that gives the reason for it."""
        document = {
            "_id": job.id,
            "trial": job.trial,
            "number": job.number,
            "kind": job.kind.value,
            "period": job.period,
            "corrects": job.corrects,
            "after": None,
            "fitting": 0,
            "created_at": now,
            "lease_until": _FREE,
        }
        await self._jobs.insert_one(document, session=session)

    async def drop_matching(
        self, trial: TrialId, now: datetime, *, session: AsyncIOMotorClientSession
    ) -> None:
        """Ends the matching of a trial that is under way: criteria, sites or status have changed."""
        await self._jobs.update_many(
            {"trial": trial, "lease_until": {"$exists": True}, "kind": JobKind.MATCHING.value},
            {"$set": {"dropped_at": now}, "$unset": dict.fromkeys(_OF_WORK, "")},
            session=session,
        )

    async def has_work(self, trial: TrialId) -> bool:
        """Whether a job of this trial is still to do."""
        found = await self._jobs.find_one({"trial": trial, "lease_until": {"$exists": True}}, {"_id": 1})
        return found is not None

    async def claim(self, now: datetime, worker: str, lease: timedelta) -> Job | None:
        """Takes a job that nobody holds and that no earlier job of the same trial holds up."""
        for _ in range(_MOST_SKIPPED):
            taken = await self._jobs.find_one_and_update(
                {"lease_until": {"$lte": now}},
                {"$set": {"lease_until": now + lease, "leased_by": worker}},
                sort=[("lease_until", 1)],
                return_document=ReturnDocument.AFTER,
            )
            if taken is None:
                return None
            job = _job(taken)
            if not await self._is_behind_another(job):
                return job
            await self.release(job, worker, now + _RETRY_BEHIND_ANOTHER)
        return None

    async def release(self, job: Job, worker: str, at: datetime) -> None:
        """Lets others take the job from a moment on."""
        await self._jobs.update_one(
            {"_id": job.id, "leased_by": worker, "lease_until": {"$exists": True}},
            {"$set": {"lease_until": at}},
        )

    async def advance(
        self,
        job: Job,
        step: Step,
        until: datetime,
        worker: str,
        *,
        session: AsyncIOMotorClientSession,
    ) -> bool:
        """Moves a job on behind a patient and keeps its lease; False where another has it or moved it."""
        result = await self._jobs.update_one(
            {"_id": job.id, "leased_by": worker, "lease_until": {"$exists": True}, "after": job.after},
            {"$set": {"after": step.last, "lease_until": until}, "$inc": {"fitting": step.fitting}},
            session=session,
        )
        return bool(result.modified_count)

    async def finish(
        self, job: Job, now: datetime, worker: str, *, session: AsyncIOMotorClientSession
    ) -> bool:
        """Ends a job and forgets its count; False where another has it or moved it."""
        result = await self._jobs.update_one(
            {"_id": job.id, "leased_by": worker, "lease_until": {"$exists": True}, "after": job.after},
            {"$set": {"done_at": now}, "$unset": dict.fromkeys(_OF_WORK, "")},
            session=session,
        )
        return bool(result.modified_count)

    async def alerted(
        self,
        trial: TrialId,
        period: int,
        patients: Sequence[PatientId],
        *,
        session: AsyncIOMotorClientSession | None = None,
    ) -> set[PatientId]:
        """Who of these was alerted of this trial in this period."""
        ids = [match_id(trial, period, patient) for patient in patients]
        found = self._matches.find({"_id": {"$in": ids}}, {"patient": 1}, session=session)
        return {PatientId(each["patient"]) async for each in found}

    async def add_matches(
        self,
        trial: TrialId,
        period: int,
        alerted: Sequence[Alerted],
        now: datetime,
        *,
        session: AsyncIOMotorClientSession,
    ) -> None:
        """Records who is alerted, inside the transaction that queues the texts."""
        rows = [
            {
                "_id": match_id(trial, period, each.patient),
                "trial": trial,
                "period": period,
                "patient": each.patient,
                "language": each.language,
                "alerted_at": now,
            }
            for each in alerted
        ]
        await self._matches.insert_many(rows, ordered=False, session=session)

    async def alerted_after(
        self, trial: TrialId, period: int, after: PatientId | None, size: int
    ) -> list[Alerted]:
        """The next people in order of id who were alerted of a trial in a period."""
        query: Document = {"trial": trial, "period": period, "patient": {"$gt": after or ""}}
        found = self._matches.find(query, {"patient": 1, "language": 1}, sort=[("patient", 1)], limit=size)
        return [Alerted(PatientId(each["patient"]), each["language"]) async for each in found]

    async def alerts_of(self, patient: PatientId) -> dict[tuple[TrialId, int], datetime]:
        """When this person was alerted of which trial and period; the newest 1000."""
        found = self._matches.find({"patient": patient}, sort=[("alerted_at", -1)], limit=1000)
        return {(TrialId(each["trial"]), each["period"]): each["alerted_at"] async for each in found}

    async def _is_behind_another(self, job: Job) -> bool:
        earlier = {"trial": job.trial, "number": {"$lt": job.number}, "lease_until": {"$exists": True}}
        return await self._jobs.find_one(earlier, {"_id": 1}) is not None


def _job(document: Document) -> Job:
    return Job(
        trial=TrialId(document["trial"]),
        number=document["number"],
        kind=JobKind(document["kind"]),
        period=document["period"],
        corrects=document["corrects"],
        after=document["after"],
        fitting=document.get("fitting", 0),
    )
