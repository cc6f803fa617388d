from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from motor.motor_asyncio import AsyncIOMotorClientSession

from registry_api.audit.events import Action
from registry_api.audit.verification import Fault, lines
from registry_api.mongo import Mongo
from tests.registry_api.audit.trails import NOW, SUBJECTS, Trail, event, tamper

TAMPERINGS = 200


@pytest.fixture
def trail(mongo: Mongo, tmp_path: Path) -> Trail:
    return Trail(mongo, tmp_path / "copy")


async def test_what_was_recorded_reads_back_newest_first(trail: Trail) -> None:
    """An event reads back as it was recorded, to the millisecond; older ones follow by their number."""
    await trail.add(*(event(minute=minute) for minute in range(5)), event("c4f7c0de", 7))
    newest, older = await trail.audit.about(SUBJECTS[0], limit=2)
    wanted = event(minute=4)
    assert newest.event.at == wanted.at.replace(microsecond=123000)
    assert (newest.number, newest.event.actor, newest.event.record) == (5, wanted.actor, wanted.record)
    assert [one.number for one in await trail.audit.about(SUBJECTS[0], before=older.number)] == [3, 2, 1]
    assert len(await trail.audit.about("c4f7c0de")) == 1


async def test_an_act_that_fails_leaves_no_event(trail: Trail) -> None:
    """The event is part of the act's transaction."""

    async def act(session: AsyncIOMotorClientSession) -> None:
        await trail.audit.record(event(), session=session)
        raise LookupError

    with pytest.raises(LookupError):
        await trail.mongo.transact(act)
    assert await trail.audit.about(SUBJECTS[0]) == []
    assert (await trail.verdict()).whole


async def test_many_acts_on_one_record_at_once_make_one_chain(trail: Trail) -> None:
    """Thirty transactions at the same time give thirty links, none twice and none left out."""
    await asyncio.gather(*(trail.add(event(minute=minute)) for minute in range(30)))
    entries = await trail.audit.about(SUBJECTS[0])
    assert [each.number for each in entries] == list(range(30, 0, -1))
    assert {each.event.at - NOW for each in entries} == {
        timedelta(minutes=minute, microseconds=-456) for minute in range(30)
    }
    verdict = await trail.verdict()
    assert (verdict.whole, verdict.events, verdict.chains) == (True, 30, 1)


async def test_a_whole_trail_is_said_to_be_whole(trail: Trail) -> None:
    """Events before, between and after anchors are no fault."""
    await trail.grow()
    verdict = await trail.verdict()
    assert verdict.whole, list(lines(verdict))
    assert (verdict.events, verdict.chains, verdict.anchors) == (41, 5, 2)
    assert verdict.compared_with_copy
    assert list(lines(verdict))[-1] == "The trail is whole."


async def test_every_tampering_is_found(trail: Trail) -> None:
    """Two hundred random ways to alter, remove, reorder, make up or cut off are each found."""
    await trail.grow()
    stored, chance, missed, ways = await trail.stored(), Random(7), [], set()
    for _ in range(TAMPERINGS):
        way, spoilt = tamper(chance, stored)
        await trail.put(spoilt)
        ways.add(way)
        if (await trail.verdict()).whole:
            missed.append(way)
    assert missed == []
    assert len(ways) == 8


async def test_a_database_wound_back_is_found_by_the_copy(trail: Trail) -> None:
    """Where the whole database is an older one, the copy of the newest anchor outside of it tells."""
    await trail.grow()
    older = await trail.stored()
    await trail.grow(start=20)
    await trail.put(older)
    verdict = await trail.verdict()
    assert [each.fault for each in verdict.found] == [Fault.ANCHORS_CUT_OFF]


async def test_two_workers_make_one_anchor(trail: Trail) -> None:
    """What two workers anchor at the same moment is anchored once."""
    await trail.add(*(event(subject) for subject in SUBJECTS))
    done = await asyncio.gather(*(trail.anchors.add_if_due(NOW) for _ in range(4)))
    assert sum(done) == len(SUBJECTS)
    verdict = await trail.verdict()
    assert verdict.whole
    assert await trail.anchors.add_if_due(NOW) == 0


async def test_an_event_of_an_unknown_kind_is_a_fault_and_no_crash(trail: Trail) -> None:
    """Documents that are no events are named, and the rest is still read."""
    await trail.grow()
    await trail.mongo.database["audit_events"].insert_one({"_id": "nonsense"})
    await trail.mongo.database["audit_events"].insert_one({"_id": f"x#{1:010d}", "seal": 3})
    verdict = await trail.verdict()
    assert verdict.events == 43
    assert Fault.UNREADABLE in {each.fault for each in verdict.found}
    assert Action.IDENTITY_READ in {each.event.action for each in await trail.audit.about(SUBJECTS[1])}
