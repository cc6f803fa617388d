"""Whatever is killed, nothing that was acknowledged is lost, and nothing happens twice."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import httpx2
import pytest

from notifications.messages import TERMINAL
from tests.journeys.house import House
from tests.journeys.people import Patient, enrolled
from tests.journeys.processes import eventually
from tests.journeys.studies import open_trial, totals, trial_with_criteria

pytestmark = pytest.mark.journey

_PEOPLE = 30
_ENTRIES = 200
_SENDERS = 8
_DELIVERED = ["sent", "delivered"]


@pytest.fixture(scope="module")
async def crowd(house: House) -> list[Patient]:
    """Thirty people with every consent, who join at the same time."""
    return list(
        await asyncio.gather(
            *(enrolled(house, f"Person {number}", country="NO", forms=("LIMB",)) for number in range(_PEOPLE))
        )
    )


@asynccontextmanager
async def outbox(house: House) -> AsyncIterator[Any]:
    """The messages as the database has them."""
    async with house.services() as services:
        yield services.mongo.database["outbox"]


async def test_a_killed_worker_loses_no_alert_and_doubles_none(house: House, crowd: list[Patient]) -> None:
    """Killed with alerts queued, on their way, and taken by a carrier that never said so: one each."""
    coordinator = await house.coordinator()
    criteria = [{"country": {"in": ["NO"]}}, {"form": {"in": ["LIMB"]}}]
    trial = await trial_with_criteria(coordinator, "NCT90002001", criteria)
    for number, person in enumerate(crowd):
        if number % 3:
            await person.phone.fault("timeout_after_accept" if number % 3 == 1 else "timeout_before_accept")
    await open_trial(coordinator, "NCT90002001")
    async with outbox(house) as messages:
        await _kill_worker_amid(house, messages, {"trial": trial}, delivered=2, on_their_way=1)
        await _kill_worker_amid(house, messages, {"trial": trial}, delivered=10)
        await _kill_worker_amid(house, messages, {"trial": trial}, delivered=18)
        await eventually(lambda: totals(coordinator, trial), {"delivered": _PEOPLE}, "every alert")
    assert [len(await person.phone.texts("/t/")) for person in crowd] == [1] * _PEOPLE


async def _kill_worker_amid(
    house: House, messages: Any, ours: dict[str, Any], *, delivered: int, on_their_way: int = 0
) -> None:
    """Kills the worker when so many are out, so many between intent and answer, and more wait."""

    async def amid() -> bool:
        out = await messages.count_documents({**ours, "state": {"$in": _DELIVERED}})
        sending = await messages.count_documents({**ours, "state": "sending"})
        return bool(out >= delivered and sending >= on_their_way)

    await eventually(amid, True, f"{delivered} texts out and more on their way")  # noqa: FBT003 the expected value
    house.worker.kill()
    left = await messages.count_documents({**ours, "state": {"$nin": sorted(TERMINAL)}})
    assert left > 0, "everything was over before the kill"
    house.worker.start()


async def test_a_killed_worker_answers_every_text_once(house: House, crowd: list[Patient]) -> None:
    """Killed while prompts go out and while answers are worked on: one prompt, one entry, one reply each."""
    asked = crowd[:20]
    async with outbox(house) as messages:
        prompts, replies = await _count(messages, "prompt"), await _count(messages, "reply")
        await asyncio.gather(*(person.prompt_now() for person in asked))
        await _kill_at(house, lambda: _count(messages, "prompt"), prompts + 5)
        await asyncio.gather(*(person.phone.next_text("How is today") for person in asked))
        await asyncio.gather(*(person.phone.post_reply("6 4 2") for person in asked))
        await _kill_at(house, lambda: _count(messages, "reply"), replies + 4)
        await _kill_at(house, lambda: _count(messages, "reply"), replies + 12)
    await asyncio.gather(*(person.phone.next_text("Saved") for person in asked))
    await _everything_is_over(house)
    for person in asked:
        texts = [each["text"] for each in await person.phone.texts()]
        assert [sum(words in text for text in texts) for words in ("How is today", "Saved")] == [1, 1]
        [entry] = await person.days()
        assert [answer["rating"] for answer in entry["answers"]] == [6, 4, 2]
        today = (await person.client.ask("TodaysCheckIn"))["me"]["patient"]["today"]
        assert [each["number"] for each in today["checkIn"]["revisions"]] == [1]


async def _count(messages: Any, kind: str) -> int:
    return int(await messages.count_documents({"kind": kind, "state": {"$in": _DELIVERED}}))


async def _kill_at(house: House, count: Callable[[], Awaitable[int]], enough: int) -> None:
    """Kills the worker when so many are out, and starts another."""

    async def reached() -> bool:
        return await count() >= enough

    await eventually(reached, True, f"{enough} texts")  # noqa: FBT003 the expected value
    house.worker.kill()
    house.worker.start()


async def _everything_is_over(house: House) -> None:
    """Waits until no text is due or on its way: after that nothing can come twice."""
    async with outbox(house) as messages:
        open_ones = {"state": {"$nin": sorted(TERMINAL | {"sent"})}, "reason": {"$ne": "quiet_hours"}}
        await eventually(lambda: messages.count_documents(open_ones), 0, "the outbox to be done")


async def test_a_killed_api_loses_and_doubles_no_check_in(house: House, crowd: list[Patient]) -> None:
    """Two kills in a burst of 200 entries, each sent until it is acknowledged: each is there once."""

    async def kill() -> None:
        house.api.kill()
        house.api.start()

    await _burst(house, crowd[20:25], kill)


async def test_a_killed_database_keeps_what_was_acknowledged(house: House, crowd: list[Patient]) -> None:
    """The database is killed twice among the writes: what was acknowledged is there, and once."""
    await _burst(house, crowd[25:], house.kill_mongod)
    await house.ready()


async def _burst(house: House, people: Sequence[Patient], kill: Callable[[], Awaitable[None]]) -> None:
    """Sends 200 entries by eight senders, kills after 60 and after 130, and counts what is there."""
    burst = Burst(people)
    async with asyncio.TaskGroup() as group:
        for _ in range(_SENDERS):
            group.create_task(burst.send())
        for enough in (60, 130):
            await eventually(partial(burst.has_reached, enough), True, "the burst to go on")  # noqa: FBT003
            assert burst.in_flight > 0, "no request was hit by the kill"
            await kill()
    for person in people:
        entries = await person.days()
        assert {each["about"]: _ratings(each) for each in entries} == burst.wanted(person)
    async with house.services() as services:
        stored = services.mongo.database["check_ins"]
        for entry, person in burst.owners.items():
            query = {"patient": person.id, "receipts.key": entry}
            [found] = await stored.find(query).to_list(None)
            assert [each["number"] for each in found["revisions"]] == [1]


class Burst:
    """Two hundred entries of some people, forty days each back from today."""

    def __init__(self, people: Sequence[Patient]) -> None:
        chance = random.Random(7)
        self.owners: dict[str, Patient] = {}
        self._waiting: list[tuple[Patient, dict[str, Any]]] = []
        self.acknowledged: list[str] = []
        self.in_flight = 0
        for person in people:
            for back in range(_ENTRIES // len(people)):
                entry = person.entry(
                    person.today - timedelta(days=back),
                    [chance.randint(0, 10) for _ in range(3)],
                    str(uuid.UUID(int=chance.getrandbits(128), version=4)),
                )
                self.owners[entry["entryId"]] = person
                self._waiting.append((person, entry))
        chance.shuffle(self._waiting)
        self._all = list(self._waiting)

    def wanted(self, person: Patient) -> dict[str, list[int]]:
        mine = [entry for owner, entry in self._all if owner is person]
        return {entry["about"]: _ratings(entry) for entry in mine}

    async def has_reached(self, acknowledged: int) -> bool:
        return len(self.acknowledged) >= acknowledged

    async def send(self) -> None:
        """Sends one after the other, each again and again until the service says that it has it."""
        while self._waiting:
            person, entry = self._waiting.pop()
            self.in_flight += 1
            while not await self._accepted(person, entry):  # noqa: ASYNC110 it asks again
                await asyncio.sleep(0.1)
            self.in_flight -= 1
            self.acknowledged.append(entry["entryId"])

    async def _accepted(self, person: Patient, entry: dict[str, Any]) -> bool:
        try:
            answer = await person.client.do("RecordCheckIn", input=entry)
        except (httpx2.TransportError, AssertionError, ValueError):
            return False
        return bool(answer["__typename"] == "CheckInRecorded")


def _ratings(entry: dict[str, Any]) -> list[int]:
    return [answer["rating"] for answer in entry["answers"]]
