from __future__ import annotations

import asyncio

import pytest
from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo.errors import PyMongoError

from registry_api.mongo import Mongo, OtherSchema


async def test_a_transaction_that_fails_leaves_nothing(mongo: Mongo) -> None:
    """Both writes of a transaction vanish when its act raises."""
    events = mongo.database["audit_events"]

    async def act(session: AsyncIOMotorClientSession) -> None:
        await events.insert_one({"_id": "a"}, session=session)
        await events.insert_one({"_id": "b"}, session=session)
        raise LookupError

    with pytest.raises(LookupError):
        await mongo.transact(act)
    assert await events.find_one({"_id": "a"}) is None


async def test_colliding_transactions_are_run_again(mongo: Mongo) -> None:
    """Twenty transactions that change one document all take effect."""
    counters = mongo.database["audit_events"]
    await counters.insert_one({"_id": "counter", "n": 0})

    async def act(session: AsyncIOMotorClientSession) -> None:
        await counters.update_one({"_id": "counter"}, {"$inc": {"n": 1}}, session=session)

    await asyncio.gather(*(mongo.transact(act) for _ in range(20)))
    assert (await counters.find_one({"_id": "counter"}) or {})["n"] == 20


async def test_a_database_of_another_version_is_left_alone(mongodb_uri: str) -> None:
    """Nothing is made in it; the sentence says what to do."""
    mongo = Mongo(mongodb_uri, "test_other_schema")
    await mongo.drop()
    await mongo.database["registry_meta"].insert_one({"_id": "schema", "version": 1})
    with pytest.raises(OtherSchema, match="DATA_DIR"):
        await mongo.prepare({"things": ()})
    assert await mongo.database.list_collection_names() == ["registry_meta"]
    await mongo.drop()
    mongo.close()


async def test_the_schema_is_marked_as_current(mongo: Mongo) -> None:
    """A prepared database answers a ping and says that it is migrated."""
    await mongo.ping()
    await mongo.prepare({})
    assert await mongo.is_migrated()


async def test_a_database_that_is_gone_is_an_error_and_not_a_hang() -> None:
    """A ping to nobody ends with an error of the driver."""
    gone = Mongo("mongodb://127.0.0.1:1/?replicaSet=registry", "nowhere", patience_seconds=0.3)
    with pytest.raises(PyMongoError):
        await gone.ping()
    gone.close()
