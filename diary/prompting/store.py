"""Schedules and prompts in the database.

A worker leases what is due, then opens the prompt, moves the schedule on and hands over the text message in
one transaction: two workers, or a worker that is killed, make one prompt.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase

from diary import prompts
from diary.days import zone_named
from diary.documents import Document, own_key, to_milliseconds
from diary.ids import EntryId, PatientId, PromptId
from diary.indexes import PROMPT_SCHEDULES, PROMPTS
from diary.prompts import DuePrompt, Prompt, Schedule

LEASE = timedelta(minutes=2)
_FREE = datetime(1970, 1, 1, tzinfo=UTC)


class PromptStore:
    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]], *, lease: timedelta = LEASE) -> None:
        self._lease = lease
        self._schedules = database[PROMPT_SCHEDULES]
        self._prompts = database[PROMPTS]

    async def set_schedule(
        self,
        patient: PatientId,
        zone: str,
        local_time: time,
        core_items: Sequence[str],
        now: datetime,
        *,
        session: AsyncIOMotorClientSession | None = None,
    ) -> Schedule:
        """Sets, or changes, when and what a person is asked every day; `core_items` in the order of asking.

        Raises:
            UnknownTimeZone: there is no such zone.
        """
        next_at = prompts.next_prompt(now, zone_named(zone), local_time)
        schedule = Schedule(patient, zone, local_time, tuple(core_items), next_at)
        await self._schedules.replace_one(
            {"_id": patient}, _schedule_to_document(schedule), upsert=True, session=session
        )
        return schedule

    async def clear_schedule(
        self, patient: PatientId, *, session: AsyncIOMotorClientSession | None = None
    ) -> None:
        """Ends the daily prompts of a person; setting a schedule starts them again."""
        await self._schedules.delete_one({"_id": patient}, session=session)

    async def pause(
        self, patient: PatientId, until: datetime, *, session: AsyncIOMotorClientSession | None = None
    ) -> Schedule | None:
        """Sends no prompt before `until`; says how the schedule stands then, None where there is none."""
        schedule = await self.schedule(patient, session=session)
        if schedule is None:
            return None
        next_at = prompts.next_prompt(until, zone_named(schedule.zone), schedule.local_time)
        document = await self._schedules.find_one_and_update(
            {"_id": patient},
            {"$set": {"next_at": next_at, "lease_until": _FREE, "claim": None}},
            return_document=True,
            session=session,
        )
        return _schedule_from_document(document) if document else None

    async def schedule(
        self, patient: PatientId, *, session: AsyncIOMotorClientSession | None = None
    ) -> Schedule | None:
        document = await self._schedules.find_one({"_id": patient}, session=session)
        return _schedule_from_document(document) if document else None

    async def claim_due(self, now: datetime, worker: str, limit: int) -> list[DuePrompt]:
        """Leases up to `limit` schedules that are due, oldest first, to this worker for two minutes."""
        due = {"next_at": {"$lte": now}, "lease_until": {"$lte": now}}
        oldest = self._schedules.find(due, {"_id": 1}).sort("next_at", 1).limit(limit)
        patients = [document["_id"] for document in await oldest.to_list(limit)]
        if not patients:
            return []
        claim = f"{worker}/{uuid.uuid4()}"
        await self._schedules.update_many(
            {"_id": {"$in": patients}, **due},
            {"$set": {"lease_until": now + self._lease, "claim": claim}},
        )
        leased = self._schedules.find({"_id": {"$in": patients}, "claim": claim})
        schedules = [_schedule_from_document(document) for document in await leased.to_list(limit)]
        schedules.sort(key=lambda schedule: schedule.next_at)
        return [DuePrompt(schedule, claim) for schedule in schedules]

    async def open_and_advance(
        self, due: DuePrompt, now: datetime, *, session: AsyncIOMotorClientSession
    ) -> Prompt | None:
        """Opens the prompt of a lease and moves its schedule on, in the caller's transaction.

        None means that nothing is to be sent: the lease was lost, the schedule was changed meanwhile, the day
        was prompted before, or its time passed more than three hours ago. Commit in each case.
        """
        moved = await self.advance(due, now, session=session)
        if not moved or prompts.is_missed(due.due_at, now):
            return None
        schedule = due.schedule
        return await self.open_prompt(due.patient, schedule.zone, schedule.core_items, now, session=session)

    async def advance(self, due: DuePrompt, now: datetime, *, session: AsyncIOMotorClientSession) -> bool:
        """Moves the schedule of a lease on without a prompt; False where the lease was lost."""
        zone = zone_named(due.schedule.zone)
        next_at = prompts.after_prompt(due.due_at, now, zone, due.schedule.local_time)
        moved = await self._schedules.update_one(
            {"_id": due.patient, "claim": due.claim},
            {"$set": {"next_at": next_at, "lease_until": _FREE, "claim": None}},
            session=session,
        )
        return moved.matched_count == 1

    async def open_prompt(
        self,
        patient: PatientId,
        zone: str,
        items: Sequence[str],
        now: datetime,
        *,
        session: AsyncIOMotorClientSession | None = None,
    ) -> Prompt | None:
        """Opens the prompt of the day that is open now; None where that day was prompted already."""
        today = prompts.prompt_for(
            PromptId(""), patient, zone_named(zone), tuple(items), to_milliseconds(now)
        )
        key = own_key(patient, today.about.isoformat())
        fresh = _prompt_to_document(today)
        before = await self._prompts.find_one_and_update(
            {"_id": key}, {"$setOnInsert": fresh}, upsert=True, session=session
        )
        return None if before else _prompt_from_document({"_id": key, **fresh})

    async def latest(
        self, patient: PatientId, *, session: AsyncIOMotorClientSession | None = None
    ) -> Prompt | None:
        """The newest prompt of a person, answered or not."""
        of_patient = {"_id": {"$gte": own_key(patient, ""), "$lt": f"{patient};"}}
        document = await self._prompts.find_one(of_patient, sort=[("_id", -1)], session=session)
        return _prompt_from_document(document) if document else None

    async def latest_open(
        self, patient: PatientId, now: datetime, *, session: AsyncIOMotorClientSession | None = None
    ) -> Prompt | None:
        """The newest prompt, where it waits for its answer still; an older one is never asked for again."""
        prompt = await self.latest(patient, session=session)
        if prompt is None or prompt.answered_entry is not None or now >= prompt.answerable_until:
            return None
        return prompt

    async def for_day(
        self, patient: PatientId, about: date, *, session: AsyncIOMotorClientSession | None = None
    ) -> Prompt | None:
        key = own_key(patient, about.isoformat())
        document = await self._prompts.find_one({"_id": key}, session=session)
        return _prompt_from_document(document) if document else None

    async def mark_answered(
        self,
        patient: PatientId,
        about: date,
        entry: EntryId,
        now: datetime,
        *,
        session: AsyncIOMotorClientSession | None = None,
    ) -> bool:
        """Closes the prompt of a day with the entry that answers it; False where none waited.

        To be called for answers from the web as well, so that a text is not taken for the answer.
        """
        result = await self._prompts.update_one(
            {"_id": own_key(patient, about.isoformat()), "answered_entry": None},
            {"$set": {"answered_entry": entry, "answered_at": to_milliseconds(now)}},
            session=session,
        )
        return result.modified_count == 1


def _schedule_to_document(schedule: Schedule) -> Document:
    return {
        "_id": schedule.patient,
        "zone": schedule.zone,
        "local_time": schedule.local_time.strftime("%H:%M"),
        "core_items": list(schedule.core_items),
        "next_at": schedule.next_at,
        "lease_until": _FREE,
        "claim": None,
    }


def _schedule_from_document(document: Mapping[str, Any]) -> Schedule:
    return Schedule(
        patient=PatientId(document["_id"]),
        zone=document["zone"],
        local_time=time.fromisoformat(document["local_time"]),
        core_items=tuple(document["core_items"]),
        next_at=document["next_at"],
    )


def _prompt_to_document(prompt: Prompt) -> Document:
    return {
        "patient": prompt.patient,
        "about": prompt.about.isoformat(),
        "zone": prompt.zone,
        "items": list(prompt.items),
        "sent_at": prompt.sent_at,
        "expires_at": prompt.expires_at,
        "answerable_until": prompt.answerable_until,
        "answered_entry": None,
        "answered_at": None,
    }


def _prompt_from_document(document: Mapping[str, Any]) -> Prompt:
    return Prompt(
        id=PromptId(document["_id"]),
        patient=PatientId(document["patient"]),
        about=date.fromisoformat(document["about"]),
        zone=document["zone"],
        items=tuple(document["items"]),
        sent_at=document["sent_at"],
        expires_at=document["expires_at"],
        answerable_until=document["answerable_until"],
        answered_entry=EntryId(document["answered_entry"]) if document["answered_entry"] else None,
        answered_at=document["answered_at"],
    )
