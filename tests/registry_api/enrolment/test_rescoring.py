from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from diary.check_ins import Answer
from diary.checking_in import store as checking_in
from diary.checking_in.store import DiaryStore
from diary.errors import UnknownInstrument
from diary.instruments.catalogue import Instrument, daily, definition
from diary.rescoring.rules import newer
from diary.rescoring.store import RescoringStore
from registry_api.audit.events import SERVICE, command_actor
from registry_api.audit.store import Audit
from registry_api.enrolment.rescoring import Rescoring
from registry_api.mongo import Mongo
from tests.diary.examples import DAY, NOON, PATIENT, core, kept

LATER = NOON + timedelta(days=1)
NEWER = daily().model_copy(update={"version": "1.10.0"})
_DAYS = [DAY - timedelta(days=ago) for ago in range(5)]


def rescoring(mongo: Mongo, *definitions: Instrument) -> Rescoring:
    return Rescoring(
        mongo,
        DiaryStore(mongo.database),
        RescoringStore(mongo.database),
        Audit(mongo, bytes(32)),
        definitions=definitions,
    )


@pytest.fixture
async def diary(mongo: Mongo, monkeypatch: pytest.MonkeyPatch) -> DiaryStore:
    """Five days with scores, of which a batch takes two."""
    monkeypatch.setattr(checking_in, "_RESCORED_AT_ONCE", 2)
    store = DiaryStore(mongo.database)
    await store.insert_many(kept(day, *core(6, 4, 2), Answer.rated("distress", 6)) for day in _DAYS)
    return store


async def versions_of(diary: DiaryStore) -> set[tuple[str, ...]]:
    entries = [await diary.for_day(PATIENT, "daily", day) for day in _DAYS]
    return {tuple(row.version for row in entry.score_rows) for entry in entries if entry}


async def trail(mongo: Mongo) -> list[tuple[str, str | None]]:
    return [(each.event.action, each.event.record) for each in await Audit(mongo, bytes(32)).about(SERVICE)]


async def test_newer_rules_are_applied_a_batch_at_a_time(mongo: Mongo, diary: DiaryStore) -> None:
    """Every entry gets one row, former ones stay, it is on record once, and then there is nothing to do."""
    worker = rescoring(mongo, daily(), NEWER, definition("gad-7"))
    assert [await worker.next(LATER) for _ in range(4)] == [True, True, True, False]
    assert await versions_of(diary) == {("1.1.0", "1.10.0")}
    assert await trail(mongo) == [("INSTRUMENT_RESCORED", "daily 1.10.0")]
    assert not await rescoring(mongo, daily(), NEWER).next(LATER)


async def test_a_worker_that_died_is_replaced(mongo: Mongo, diary: DiaryStore) -> None:
    """Another begins anew, passes over what has its scores, and adds none twice."""
    assert await rescoring(mongo, daily(), NEWER).next(LATER)
    assert await versions_of(diary) == {("1.1.0", "1.10.0"), ("1.1.0",)}
    other = rescoring(mongo, daily(), NEWER)
    while await other.next(LATER):
        pass
    assert await versions_of(diary) == {("1.1.0", "1.10.0")}


async def test_a_command_does_the_same_at_once(mongo: Mongo, diary: DiaryStore) -> None:
    """It goes through all entries of the newest definition, says how many lacked scores, and is on record."""
    await mongo.database["check_ins"].update_many({"patient": PATIENT}, {"$set": {"scores": []}})
    desk = rescoring(mongo)
    assert await desk.all("daily", command_actor(), LATER) == 5
    assert await desk.all("daily", command_actor(), LATER) == 0
    assert await versions_of(diary) == {("1.1.0",)}
    assert await RescoringStore(mongo.database).finished(["daily"]) == {"daily": "1.1.0"}
    assert await trail(mongo) == [("INSTRUMENT_RESCORED", "daily 1.1.0")] * 2
    with pytest.raises(UnknownInstrument):
        await desk.all("sleep", command_actor(), LATER)


@pytest.mark.parametrize(
    ("shipped", "asks"),
    [
        (["1.0.0"], None),
        (["1.9.0", "1.10.0"], "1.10.0"),
        (["1.0.0", "2.0.0"], None),
        (["2.0.1", "1.0.0", "2.0.0"], "2.0.1"),
    ],
)
def test_only_a_newer_version_of_the_same_meaning_asks(shipped: Iterable[str], asks: str | None) -> None:
    """A first version does not, and neither does one by which answers mean something else."""
    known = [daily().model_copy(update={"version": version}) for version in shipped]
    assert {name: one.version for name, one in newer(known).items()} == ({"daily": asks} if asks else {})
