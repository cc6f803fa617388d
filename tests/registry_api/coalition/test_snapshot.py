from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest
from bson import json_util

from diary.forms import Form
from diary.ids import PatientId
from registry_api.coalition.disclosure import Published, Suppressed
from registry_api.coalition.indexes import SNAPSHOTS
from registry_api.coalition.snapshot import Registrant, Snapshots
from registry_api.coalition.store import CoalitionStore, Organisation, OrganisationId
from registry_api.mongo import Mongo
from registry_api.vault.vault import Vault

NOVEMBER = datetime(2026, 11, 22, 9, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, 0, 5, tzinfo=UTC)


class ListedRegistrants:
    """Registrants as a list that a test changes between two snapshots."""

    def __init__(self) -> None:
        self.people: list[Registrant] = []

    def add(self, number: int, *forms: Form) -> None:
        start = len(self.people)
        self.people += [Registrant(PatientId(f"p{start + n}"), frozenset(forms)) for n in range(number)]

    async def batches(self, now: datetime, size: int) -> AsyncIterator[list[Registrant]]:  # noqa: ARG002
        for start in range(0, len(self.people), size):
            yield self.people[start : start + size]


@pytest.fixture
def registrants() -> ListedRegistrants:
    return ListedRegistrants()


@pytest.fixture
def store(mongo: Mongo) -> CoalitionStore:
    return CoalitionStore(mongo.database)


@pytest.fixture
def snapshots(mongo: Mongo, vault: Vault, store: CoalitionStore, registrants: ListedRegistrants) -> Snapshots:
    return Snapshots(mongo, vault, store, registrants)


async def test_the_first_snapshot_is_taken_at_once(
    snapshots: Snapshots, store: CoalitionStore, registrants: ListedRegistrants
) -> None:
    """Where there never was a snapshot one is taken on any day, and read back as it was taken."""
    registrants.add(40, Form.CERVICAL)
    registrants.add(20, Form.CERVICAL, Form.LARYNGEAL)
    registrants.add(3, Form.LIMB, Form.CERVICAL)
    taken = await snapshots.take_if_due(NOVEMBER)
    assert taken is not None
    assert taken == await store.newest()
    assert taken.taken_on == date(2026, 11, 22)
    assert taken.table.total == Published(65, rounded_to=5)
    assert taken.table.by_form[Form.LARYNGEAL] == Published(20, rounded_to=5)
    assert isinstance(taken.table.by_form[Form.LIMB], Suppressed)
    assert taken.table.by_form[Form.OTHER] == Published(0, rounded_to=5)


async def test_an_empty_registry_takes_none(snapshots: Snapshots, store: CoalitionStore) -> None:
    """Nobody registered: the month keeps its chance."""
    assert await snapshots.take_if_due(NOVEMBER) is None
    assert await store.newest() is None


async def test_a_month_has_one_snapshot(
    snapshots: Snapshots, store: CoalitionStore, registrants: ListedRegistrants
) -> None:
    """Whoever joins later in the month is counted in the next, from its first day."""
    registrants.add(20, Form.CERVICAL)
    first = await snapshots.take_if_due(NOVEMBER)
    registrants.add(30, Form.CERVICAL)
    assert await snapshots.take_if_due(datetime(2026, 11, 30, 23, 59, tzinfo=UTC)) is None
    assert await store.newest() == first
    second = await snapshots.take_if_due(DECEMBER)
    assert second is not None
    assert second.table.total == Published(50, rounded_to=5)


async def test_four_who_join_are_not_seen(snapshots: Snapshots, registrants: ListedRegistrants) -> None:
    """A month in which four joined shows the numbers of the month before, and the fifth moves them."""
    registrants.add(20, Form.CERVICAL)
    first = await snapshots.take_if_due(NOVEMBER)
    registrants.add(4, Form.CERVICAL)
    second = await snapshots.take_if_due(DECEMBER)
    registrants.add(1, Form.CERVICAL)
    third = await snapshots.take_if_due(datetime(2027, 1, 1, tzinfo=UTC))
    assert first is not None
    assert second is not None
    assert third is not None
    assert second.table == first.table
    assert third.table.total == Published(25, rounded_to=5)


async def test_workers_that_race_take_one(
    snapshots: Snapshots, store: CoalitionStore, registrants: ListedRegistrants
) -> None:
    """Several workers find the snapshot due at once: one takes it, the marks are kept once."""
    registrants.add(30, Form.CERVICAL)
    taken = await asyncio.gather(*(snapshots.take_if_due(NOVEMBER) for _ in range(4)))
    assert len([snapshot for snapshot in taken if snapshot]) == 1
    counted = await store.counted()
    assert len(counted["total"]) == len(counted[Form.CERVICAL]) == 30


async def test_what_is_published_holds_nobody(
    snapshots: Snapshots, mongo: Mongo, registrants: ListedRegistrants
) -> None:
    """The stored snapshot has no id, no mark and no true count of a withheld cell; marks are not ids."""
    registrants.add(30, Form.CERVICAL)
    registrants.add(7, Form.LIMB, Form.CERVICAL)
    await snapshots.take_if_due(NOVEMBER)
    stored = await mongo.database[SNAPSHOTS].find_one({"_id": "2026-11"})
    assert stored is not None
    assert stored["by_form"][Form.LIMB].keys() == {"suppressed"}
    assert stored.keys() == {"_id", "taken_on", "taken_at", "total", "by_form"}
    kept = CoalitionStore(mongo.database)
    assert not any(b"p1" in somebody for people in (await kept.counted()).values() for somebody in people)
    assert "p1" not in json_util.dumps(stored)


async def test_organisations_are_put_and_found(store: CoalitionStore) -> None:
    """Putting an organisation twice renames it; an unknown one is None."""
    await store.put_organisations([Organisation(OrganisationId("o1"), "First name")])
    await store.put_organisations([Organisation(OrganisationId("o1"), "Second name")])
    assert await store.organisation(OrganisationId("o1")) == Organisation(OrganisationId("o1"), "Second name")
    assert await store.organisation(OrganisationId("o2")) is None
