from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

from diary.check_ins import Answer, Channel, CheckIn, NewCheckIn, Recorded
from diary.checking_in.store import DiaryStore
from diary.errors import EntryConflict
from diary.indexes import CHECK_INS
from registry_api.mongo import Mongo
from tests.diary.examples import DAY, NOON, PATIENT, check_in, core, new_id
from tests.diary.transacting import Diary


async def the_entry(mongo: Mongo) -> CheckIn:
    assert await mongo.database[CHECK_INS].estimated_document_count() == 1
    entry = await Diary(mongo).for_day(PATIENT, "daily", DAY)
    assert entry is not None
    assert [one.number for one in entry.revisions] == list(range(1, len(entry.revisions) + 1))
    assert len({receipt.key for receipt in entry.receipts}) == len(entry.receipts)
    return entry


def writers(answers: Sequence[tuple[Answer, ...]]) -> list[NewCheckIn]:
    """One client an answer, from web and text in turn."""
    channels = (Channel.WEB, Channel.SMS)
    return [check_in(*one, channel=channels[number % 2]) for number, one in enumerate(answers)]


async def test_fifty_clients_with_the_same_answers(mongo: Mongo) -> None:
    """Fifty ids with the same answers at once are one entry and one revision."""
    diary, entries = Diary(mongo), writers([core(6, 4, 2)] * 50)
    results = await asyncio.gather(*(diary.record(PATIENT, entry, NOON) for entry in entries))
    entry = await the_entry(mongo)
    assert len(entry.revisions) == 1
    assert sum(not result.already for result in results) == 1
    assert {receipt.key for receipt in entry.receipts} == {one.id for one in entries}
    assert {result.check_in.id for result in results} == {entry.id}


async def test_one_id_sent_fifty_times_at_once(mongo: Mongo) -> None:
    """Fifty copies of one request make one revision, and one of them is told that it is new."""
    diary, entry = Diary(mongo), check_in()
    results = await asyncio.gather(*(diary.record(PATIENT, entry, NOON) for _ in range(50)))
    assert sum(not result.already for result in results) == 1
    assert len((await the_entry(mongo)).receipts) == 1


async def test_fifty_clients_with_mixed_answers(mongo: Mongo) -> None:
    """No acknowledged answer is lost: each is a link of one chain, and sending all again adds nothing."""
    diary, entries = Diary(mongo), writers([core(number % 5, 4, 2) for number in range(25)])
    results = await asyncio.gather(*(diary.record(PATIENT, one, NOON) for one in [*entries, *entries]))
    entry = await the_entry(mongo)
    receipts = {receipt.key: receipt.revision for receipt in entry.receipts}
    assert set(receipts) == {one.id for one in entries}
    for one in entries:
        revision = entry.revisions[receipts[one.id] - 1]
        assert (revision.said if revision.key == one.id else revision.answers) == tuple(one.answers)
    assert sum(not result.already for result in results) == len(entry.revisions)
    again = await asyncio.gather(*(diary.record(PATIENT, one, NOON) for one in entries))
    assert all(result.already and result.check_in == entry for result in again)


async def test_one_id_for_two_days_at_once(mongo: Mongo) -> None:
    """One id that comes for two days at the same time is accepted for one of them only."""
    diary, entry = Diary(mongo), check_in()
    yesterday = NewCheckIn(entry.id, DAY.replace(day=DAY.day - 1), entry.zone, entry.answers, entry.channel)
    results = await asyncio.gather(
        *(diary.record(PATIENT, one, NOON) for one in [entry, yesterday] * 5),
        return_exceptions=True,
    )
    assert sum(isinstance(result, EntryConflict) for result in results) == 5
    assert sum(isinstance(result, Recorded) for result in results) == 5
    assert await mongo.database[CHECK_INS].estimated_document_count() == 1


async def test_amendments_of_different_items_at_once(mongo: Mongo) -> None:
    """Corrections of different items at the same time are all kept."""
    diary, entry = Diary(mongo), check_in()
    await diary.record(PATIENT, entry, NOON)

    async def amend(item: str) -> Recorded:
        return await diary.amend(
            PATIENT,
            entry.id,
            new_id(),
            [Answer.rated(item, 9)],
            reason=None,
            channel=Channel.WEB,
            author=PATIENT,
            now=NOON,
        )

    items = ["pulling", "pain", "fear_of_being_looked_at", "distress", "stopped_doing"]
    await asyncio.gather(*(amend(item) for item in items))
    assert {answer.item: answer.rating for answer in (await the_entry(mongo)).answers} == dict.fromkeys(
        items, 9
    )


@pytest.mark.parametrize("same_day", [True, False])
async def test_overtaken_transaction_is_told_to_try_again(mongo: Mongo, *, same_day: bool) -> None:
    """Where another writer commits between a transaction's reading and writing, it is told to try again."""
    store, entry = DiaryStore(mongo.database), check_in()
    diary = Diary(mongo)
    rival = check_in() if same_day else replace(entry, about=DAY - timedelta(days=1))
    async with await mongo.database.client.start_session() as session:
        session.start_transaction(read_concern=ReadConcern("snapshot"))
        assert await store.find(PATIENT, entry.id, session=session) is None
        await diary.record(PATIENT, rival, NOON)
        with pytest.raises(PyMongoError) as refusal:
            await store.record(PATIENT, entry, NOON, session=session)
        assert refusal.value.has_error_label("TransientTransactionError")
        await session.abort_transaction()


async def test_overtaken_amendment_in_a_transaction_is_told_to_try_again(mongo: Mongo) -> None:
    """A revision that came between reading and writing is never written over."""
    store, diary, entry = DiaryStore(mongo.database), Diary(mongo), check_in()
    await diary.record(PATIENT, entry, NOON)
    async with await mongo.database.client.start_session() as session:
        session.start_transaction(read_concern=ReadConcern("snapshot"))
        await store.find(PATIENT, entry.id, session=session)
        await diary.record(PATIENT, check_in(*core(1, 1, 1)), NOON)
        with pytest.raises(PyMongoError) as refusal:
            await store.record(PATIENT, check_in(*core(2, 2, 2)), NOON, session=session)
        assert refusal.value.has_error_label("TransientTransactionError")
        await session.abort_transaction()
    assert [one.number for one in (await the_entry(mongo)).revisions] == [1, 2]


async def test_a_transaction_that_fails_leaves_nothing(mongo: Mongo) -> None:
    """An entry written in a transaction that ends in an error is not there, and can be sent again."""
    store, entry = DiaryStore(mongo.database), check_in()

    async def act(session: AsyncIOMotorClientSession) -> None:
        await store.record(PATIENT, entry, NOON, session=session)
        raise LookupError

    with pytest.raises(LookupError):
        await mongo.transact(act)
    assert await store.find(PATIENT, entry.id) is None
    assert not (await Diary(mongo).record(PATIENT, entry, NOON)).already
