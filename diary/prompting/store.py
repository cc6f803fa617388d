"""Schedules and prompts in the database.

A worker leases what is due, then opens the prompt, moves the schedule on and hands over the text message in
one transaction: two workers, or a worker that is killed, make one prompt.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import UpdateOne

from diary import prompts
from diary.days import open_day, zone_named
from diary.ids import EntryId, PatientId, PromptId
from diary.indexes import PROMPT_SCHEDULES, PROMPTS
from diary.keys import own_key, to_milliseconds
from diary.planning.dues import Due
from diary.prompting.documents import (
    FREE,
    prompt_from_document,
    prompt_to_document,
    schedule_from_document,
    schedule_to_document,
)
from diary.prompting.fading import LONGEST_RUN, Fading, fading, to_offer
from diary.prompts import Ask, DuePrompt, Prompt, Schedule

LEASE = timedelta(minutes=2)


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

        Whoever changes it is there: prompts that had become fewer are daily again.

        Raises:
            UnknownTimeZone: there is no such zone.
        """
        next_at = prompts.next_prompt(now, zone_named(zone), local_time)
        heard_at = to_milliseconds(now)
        schedule = Schedule(patient, zone, local_time, tuple(core_items), next_at, heard_at)
        await self._schedules.replace_one(
            {"_id": patient}, schedule_to_document(schedule), upsert=True, session=session
        )
        return schedule

    async def clear_schedule(
        self, patient: PatientId, *, session: AsyncIOMotorClientSession | None = None
    ) -> None:
        """Ends the daily prompts of a person; setting a schedule starts them again."""
        await self._schedules.delete_one({"_id": patient}, session=session)

    async def heard(
        self, patient: PatientId, now: datetime, *, session: AsyncIOMotorClientSession | None = None
    ) -> None:
        """Notes that a person was heard of: prompts that had become fewer are daily again."""
        await self._schedules.update_one(
            {"_id": patient}, {"$set": {"heard_at": to_milliseconds(now)}}, session=session
        )

    async def pause(
        self,
        patient: PatientId,
        until: datetime,
        *,
        session: AsyncIOMotorClientSession | None = None,
    ) -> Schedule | None:
        """Sends no prompt before `until`; says how the schedule stands then, None where there is none."""
        schedule = await self.schedule(patient, session=session)
        if schedule is None:
            return None
        next_at = prompts.next_prompt(until, zone_named(schedule.zone), schedule.local_time)
        document = await self._schedules.find_one_and_update(
            {"_id": patient},
            {"$set": {"next_at": next_at, "lease_until": FREE, "claim": None}},
            return_document=True,
            session=session,
        )
        return schedule_from_document(document) if document else None

    async def schedule(
        self, patient: PatientId, *, session: AsyncIOMotorClientSession | None = None
    ) -> Schedule | None:
        document = await self._schedules.find_one({"_id": patient}, session=session)
        return schedule_from_document(document) if document else None

    async def pace(
        self, patient: PatientId, *, session: AsyncIOMotorClientSession | None = None
    ) -> Fading | None:
        """How prompts have become fewer; None for who has no schedule."""
        schedule = await self.schedule(patient, session=session)
        if schedule is None:
            return None
        return fading(await self.newest(patient, LONGEST_RUN, session=session), schedule.heard_at)

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
        schedules = [schedule_from_document(document) for document in await leased.to_list(limit)]
        schedules.sort(key=lambda schedule: schedule.next_at)
        return [DuePrompt(schedule, claim) for schedule in schedules]

    async def open_and_advance(
        self, due: DuePrompt, now: datetime, dues: Iterable[Due] = (), *, session: AsyncIOMotorClientSession
    ) -> Prompt | None:
        """Opens the prompt of a lease and moves its schedule on, in the caller's transaction.

        `dues` is what else is asked of the person; the prompt offers what no prompt has offered before it.
        None means that nothing is to be sent: the lease was lost, the schedule was changed meanwhile, the day
        was prompted before, its time passed more than three hours ago, or prompts have become fewer because
        nobody answers them. Commit in each case.
        """
        schedule = await self.advance(due, now, session=session)
        if schedule is None or prompts.is_missed(due.due_at, now):
            return None
        newest = await self.newest(due.patient, LONGEST_RUN, session=session)
        today = open_day(now, zone_named(schedule.zone))
        ask = fading(newest, schedule.heard_at).ask_on(today)
        if ask is None:
            return None
        offered = to_offer(dues, newest) if ask is Ask.DAY else ()
        return await self.open_prompt(
            due.patient, schedule.zone, schedule.core_items, now, ask=ask, offered=offered, session=session
        )

    async def advance(
        self, due: DuePrompt, now: datetime, *, session: AsyncIOMotorClientSession
    ) -> Schedule | None:
        """Moves the schedule of a lease on without a prompt; None where the lease was lost."""
        zone = zone_named(due.schedule.zone)
        next_at = prompts.after_prompt(due.due_at, now, zone, due.schedule.local_time)
        moved = await self._schedules.find_one_and_update(
            {"_id": due.patient, "claim": due.claim},
            {"$set": {"next_at": next_at, "lease_until": FREE, "claim": None}},
            return_document=True,
            session=session,
        )
        return schedule_from_document(moved) if moved else None

    async def open_prompt(
        self,
        patient: PatientId,
        zone: str,
        items: Sequence[str],
        now: datetime,
        *,
        ask: Ask = Ask.DAY,
        offered: Sequence[str] = (),
        session: AsyncIOMotorClientSession | None = None,
    ) -> Prompt | None:
        """Opens the prompt of the day that is open now; None where that day was prompted already."""
        plain = prompts.prompt_for(
            PromptId(""), patient, zone_named(zone), tuple(items), to_milliseconds(now)
        )
        today = replace(plain, ask=ask, offered=tuple(offered))
        key = own_key(patient, today.about.isoformat())
        fresh = prompt_to_document(today)
        before = await self._prompts.find_one_and_update(
            {"_id": key}, {"$setOnInsert": fresh}, upsert=True, session=session
        )
        return None if before else prompt_from_document({"_id": key, **fresh})

    async def insert_many(self, prompts: Iterable[Prompt]) -> None:
        """Puts prompts of the past in, in bulk, for seeding; the day of one that is there keeps it."""
        writes = [
            UpdateOne({"_id": prompt.id}, {"$setOnInsert": prompt_to_document(prompt)}, upsert=True)
            for prompt in prompts
        ]
        if writes:
            await self._prompts.bulk_write(writes, ordered=False)

    async def latest(
        self, patient: PatientId, *, session: AsyncIOMotorClientSession | None = None
    ) -> Prompt | None:
        """The newest prompt of a person, answered or not."""
        return next(iter(await self.newest(patient, 1, session=session)), None)

    async def newest(
        self, patient: PatientId, most: int, *, session: AsyncIOMotorClientSession | None = None
    ) -> list[Prompt]:
        """The newest prompts of a person, answered or not, newest first."""
        of_patient = {"_id": {"$gte": own_key(patient, ""), "$lt": f"{patient};"}}
        found = self._prompts.find(of_patient, session=session).sort("_id", -1).limit(most)
        return [prompt_from_document(document) for document in await found.to_list(most)]

    async def between(self, patient: PatientId, since: date, until: date) -> list[Prompt]:
        """The prompts about the days from `since` to `until`, both included, oldest first."""
        days = {"$gte": own_key(patient, since.isoformat()), "$lte": own_key(patient, until.isoformat())}
        found = self._prompts.find({"_id": days}).sort("_id", 1)
        return [prompt_from_document(document) async for document in found]

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
        return prompt_from_document(document) if document else None

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

        To be called for answers from the web as well, so that a text is not taken for the answer, and so that
        the person counts as heard of, prompted or not.
        """
        result = await self._prompts.update_one(
            {"_id": own_key(patient, about.isoformat()), "answered_entry": None},
            {"$set": {"answered_entry": entry, "answered_at": to_milliseconds(now)}},
            session=session,
        )
        if result.modified_count == 0:
            await self.heard(patient, now, session=session)
        return result.modified_count == 1
