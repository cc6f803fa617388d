from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo import MongoClient
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from diary.errors import UnknownTimeZone
from diary.ids import PatientId
from diary.indexes import PROMPT_SCHEDULES, PROMPTS
from diary.prompting.store import LEASE, PromptStore
from diary.prompts import DuePrompt, Prompt
from registry_api.mongo import Mongo
from tests.diary.examples import NEW_YORK, PATIENT, STRANGER, new_id

CORE = ("pulling", "pain", "fear_of_being_looked_at")
NINE = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def store(mongo: Mongo) -> PromptStore:
    return PromptStore(mongo.database)


async def scheduled(store: PromptStore, patient: PatientId = PATIENT, now: datetime = NINE) -> None:
    await store.set_schedule(patient, NEW_YORK, time(9), CORE, now)


async def opened(mongo: Mongo, due: DuePrompt, now: datetime) -> Prompt | None:
    async def act(session: AsyncIOMotorClientSession) -> Prompt | None:
        return await PromptStore(mongo.database).open_and_advance(due, now, session=session)

    return await mongo.transact(act)


async def run_once(mongo: Mongo, now: datetime, worker: str = "w1", limit: int = 100) -> list[Prompt]:
    """What a worker does at each turn."""
    leased = await PromptStore(mongo.database).claim_due(now, worker, limit)
    results = [await opened(mongo, due, now) for due in leased]
    return [prompt for prompt in results if prompt]


async def test_due_prompt_is_opened_and_the_schedule_moves_on(mongo: Mongo, store: PromptStore) -> None:
    """At the chosen minute one prompt opens, with the items in order, and the next is due tomorrow."""
    await scheduled(store, now=NINE - timedelta(hours=1))
    assert await run_once(mongo, NINE - timedelta(seconds=1)) == []
    (prompt,) = await run_once(mongo, NINE + timedelta(seconds=5))
    assert prompt.items == CORE
    assert prompt.about.isoformat() == "2026-03-04"
    assert prompt == await store.latest_open(PATIENT, NINE + timedelta(minutes=1))
    schedule = await store.schedule(PATIENT)
    assert schedule is not None
    assert schedule.next_at == NINE + DAY
    assert await run_once(mongo, NINE + timedelta(minutes=1)) == []
    assert len(await run_once(mongo, NINE + DAY)) == 1


async def test_two_workers_at_once_make_one_prompt_each_person(mongo: Mongo, store: PromptStore) -> None:
    """Workers side by side share the people who are due and prompt nobody twice."""
    people = [PatientId(new_id()) for _ in range(40)]
    await asyncio.gather(*(scheduled(store, person) for person in people))
    runs = await asyncio.gather(*(run_once(mongo, NINE, f"w{number}", 15) for number in range(5)))
    rest = await run_once(mongo, NINE)
    prompted = [prompt.patient for run in [*runs, rest] for prompt in run]
    assert sorted(prompted) == sorted(people)


class Rival(CommandListener):
    """Another worker, who leases all that is due just before the first worker's update is sent."""

    def __init__(self, uri: str, database: str) -> None:
        self._uri, self._database = uri, database

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name == "update":
            with MongoClient[dict[str, Any]](self._uri) as client:
                client[self._database][PROMPT_SCHEDULES].update_many(
                    {}, {"$set": {"lease_until": NINE + LEASE, "claim": "rival"}}
                )

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


async def test_a_lease_is_not_taken_over(mongo: Mongo, store: PromptStore, mongodb_uri: str) -> None:
    """What another worker leases between a worker's look and its own leasing stays with the other."""
    await scheduled(store)
    name = mongo.database.name
    watched = Mongo(mongodb_uri, name, listeners=[Rival(mongodb_uri, name)])
    claimed = await PromptStore(watched.database).claim_due(NINE, "slow", 10)
    watched.close()
    assert claimed == []


async def test_killed_worker_is_followed_when_its_lease_ends(mongo: Mongo, store: PromptStore) -> None:
    """What a worker leased and never opened goes to another after the lease, and the first comes too late."""
    await scheduled(store)
    (lost,) = await store.claim_due(NINE, "killed", 10)
    assert await run_once(mongo, NINE + LEASE - timedelta(seconds=1)) == []
    (again,) = await store.claim_due(NINE + LEASE, "other", 10)
    assert await opened(mongo, lost, NINE + LEASE) is None
    assert await opened(mongo, again, NINE + LEASE) is not None
    assert await opened(mongo, again, NINE + LEASE) is None
    assert await mongo.database[PROMPTS].estimated_document_count() == 1


async def test_transaction_that_fails_keeps_the_prompt_due(mongo: Mongo, store: PromptStore) -> None:
    """If the text cannot be handed over, neither the prompt nor the new time is kept."""
    await scheduled(store)
    (due,) = await store.claim_due(NINE, "w1", 10)

    async def act(session: AsyncIOMotorClientSession) -> None:
        assert await store.open_and_advance(due, NINE, session=session)
        raise LookupError

    with pytest.raises(LookupError):
        await mongo.transact(act)
    assert await store.latest(PATIENT) is None
    assert len(await run_once(mongo, NINE + LEASE)) == 1


async def test_change_of_time_takes_the_lease_away(mongo: Mongo, store: PromptStore) -> None:
    """A person who moves the hour while a worker holds the lease is prompted at the new hour."""
    await scheduled(store)
    (due,) = await store.claim_due(NINE, "w1", 10)
    await store.set_schedule(PATIENT, "America/Los_Angeles", time(9), CORE, NINE)
    assert await opened(mongo, due, NINE) is None
    assert [prompt.sent_at for prompt in await run_once(mongo, NINE + timedelta(hours=3))] == [
        NINE + timedelta(hours=3)
    ]


async def test_one_prompt_a_day_whatever_changes(mongo: Mongo, store: PromptStore) -> None:
    """A later hour chosen after today's prompt brings no second one today, but one tomorrow."""
    await scheduled(store)
    assert len(await run_once(mongo, NINE)) == 1
    await store.set_schedule(PATIENT, NEW_YORK, time(10), CORE, NINE)
    assert await run_once(mongo, NINE + timedelta(hours=1)) == []
    assert len(await run_once(mongo, NINE + DAY + timedelta(hours=1))) == 1


async def test_missed_prompt_is_not_made_up_for(mongo: Mongo, store: PromptStore) -> None:
    """After a long standstill nobody is asked hours late: the next prompt comes at its time."""
    await scheduled(store)
    late = NINE + timedelta(hours=3, seconds=1)
    assert await run_once(mongo, late) == []
    schedule = await store.schedule(PATIENT)
    assert schedule is not None
    assert schedule.next_at == NINE + DAY


async def test_answer_closes_the_prompt(store: PromptStore) -> None:
    """A prompt waits for one answer, for its own person, until the end of the day after."""
    await scheduled(store)
    prompt = await store.open_prompt(PATIENT, NEW_YORK, CORE, NINE)
    assert prompt is not None
    assert await store.open_prompt(PATIENT, NEW_YORK, CORE, NINE) is None
    assert await store.latest_open(STRANGER, NINE) is None
    just_before = prompt.answerable_until - timedelta(seconds=1)
    assert await store.latest_open(PATIENT, just_before) == prompt
    assert await store.latest_open(PATIENT, prompt.answerable_until) is None
    entry = new_id()
    assert not await store.mark_answered(STRANGER, prompt.about, entry, NINE)
    assert await store.mark_answered(PATIENT, prompt.about, entry, NINE)
    assert not await store.mark_answered(PATIENT, prompt.about, new_id(), NINE)
    assert await store.latest_open(PATIENT, NINE) is None
    latest = await store.latest(PATIENT)
    assert latest is not None
    assert latest == await store.for_day(PATIENT, prompt.about)
    assert (latest.answered_entry, latest.answered_at) == (entry, NINE)


async def test_an_older_prompt_does_not_come_back(store: PromptStore) -> None:
    """When today's prompt is answered, yesterday's open one takes no reply any more."""
    await store.open_prompt(PATIENT, NEW_YORK, CORE, NINE - DAY)
    today = await store.open_prompt(PATIENT, NEW_YORK, CORE, NINE)
    assert today is not None
    await store.mark_answered(PATIENT, today.about, new_id(), NINE)
    assert await store.latest_open(PATIENT, NINE) is None


async def test_pause_and_end(mongo: Mongo, store: PromptStore) -> None:
    """A pause moves the next prompt past its end; a cleared schedule prompts no more."""
    assert await store.pause(PATIENT, NINE) is None
    await scheduled(store)
    paused = await store.pause(PATIENT, NINE + 14 * DAY - timedelta(hours=2))
    assert paused is not None
    assert paused == await store.schedule(PATIENT)
    assert paused.next_at.astimezone(UTC) == datetime(2026, 3, 18, 13, 0, tzinfo=UTC)
    assert await run_once(mongo, NINE + DAY) == []
    await store.clear_schedule(PATIENT)
    assert await store.schedule(PATIENT) is None
    assert await run_once(mongo, NINE + 30 * DAY) == []


async def test_fifty_openings_at_once_make_one_prompt(store: PromptStore) -> None:
    """One of many that open a person's day at once succeeds, the others see that it is open."""
    results = await asyncio.gather(*(store.open_prompt(PATIENT, NEW_YORK, CORE, NINE) for _ in range(50)))
    assert sum(prompt is not None for prompt in results) == 1


async def test_unknown_zone_is_refused(store: PromptStore) -> None:
    """No schedule is kept in a zone that does not exist."""
    with pytest.raises(UnknownTimeZone):
        await store.set_schedule(PATIENT, "Mars/Olympus", time(9), CORE, NINE)
    assert await store.schedule(PATIENT) is None
