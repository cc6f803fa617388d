"""The only file that makes a Motor client.

What differs between Motor and its successor, PyMongo Async, is hidden here, so that the change will be one
file (docs/decisions/0001).
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

os.environ.setdefault("MOTOR_MAX_WORKERS", "32")  # Motor reads it when it is imported

from bson.codec_options import CodecOptions
from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorDatabase,
)
from pymongo import IndexModel
from pymongo.encryption import ClientEncryption
from pymongo.errors import CollectionInvalid, OperationFailure, PyMongoError
from pymongo.monitoring import CommandListener
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from registry_api.mongod import REPLICA_SET, MongodError

SCHEMA_VERSION = 3
_META = "registry_meta"
_HEARTBEATS = "worker_heartbeats"
_NOT_YET_INITIALIZED, _ALREADY_INITIALIZED = 94, 23
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.002, 0.2
_ELECTION_PATIENCE_SECONDS = 60.0  # a server that has moved may first ask at its former port for 30 s

Document = dict[str, Any]
T = TypeVar("T")


class OtherSchema(MongodError):
    """What is stored has another shape than this program reads and writes."""

    def __init__(self) -> None:
        super().__init__(
            "This database was made by another version of the program, and this one cannot use it. "
            "Name another one, or for the demo another folder with DATA_DIR, or remove the old one."
        )


class Mongo:
    """One database on a MongoDB replica set; no call waits longer than `patience_seconds`."""

    def __init__(
        self,
        uri: str,
        database: str,
        *,
        patience_seconds: float = 12.0,
        listeners: Sequence[CommandListener] = (),
    ) -> None:
        self._client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
            uri,
            tz_aware=True,
            w="majority",
            journal=True,
            retryWrites=True,
            timeoutMS=int(patience_seconds * 1000),
            serverSelectionTimeoutMS=int(patience_seconds * 750),
            event_listeners=list(listeners),
        )
        self.database: AsyncIOMotorDatabase[Document] = self._client[database]

    async def transact(self, act: Callable[[AsyncIOMotorClientSession], Coroutine[Any, Any, T]]) -> T:
        """Runs `act` in one transaction, and again from its beginning when the server asks for that.

        `act` must therefore be repeatable: no text is sent and nothing in memory is changed inside it.
        Transactions that keep overtaking each other drift apart by random pauses.
        """
        pause = 0.0

        async def act_apart(session: AsyncIOMotorClientSession) -> T:
            nonlocal pause
            await asyncio.sleep(pause * random.random())  # noqa: S311 no secret depends on it
            pause = min(2 * pause or _FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS)
            return await act(session)

        async with await self._client.start_session() as session:
            result: T = await session.with_transaction(
                act_apart,
                read_concern=ReadConcern("snapshot"),
                write_concern=WriteConcern("majority", j=True),
            )
            return result

    async def prepare(self, indexes: Mapping[str, Sequence[IndexModel]]) -> None:
        """Makes each collection and index that is declared and missing, then marks the schema as current.

        Raises:
            OtherSchema: another version of this program has written here.
        """
        await self._require_our_schema()
        there = set(await self.database.list_collection_names())
        for name in (*indexes, _META, _HEARTBEATS):
            if name not in there:
                await self._make_collection(name)
        for name, models in indexes.items():
            if models:
                await self.database[name].create_indexes(list(models))
        await self.database[_META].update_one(
            {"_id": "schema"}, {"$set": {"version": SCHEMA_VERSION}}, upsert=True
        )

    async def ping(self) -> None:
        """Raises a PyMongoError where the database does not answer."""
        await self._client.admin.command("ping")

    async def is_migrated(self) -> bool:
        schema = await self.database[_META].find_one({"_id": "schema"})
        return bool(schema and schema["version"] == SCHEMA_VERSION)

    async def beat(self, worker: str, now: datetime) -> None:
        """Records that a worker is alive."""
        await self.database[_HEARTBEATS].update_one({"_id": worker}, {"$set": {"at": now}}, upsert=True)

    async def last_beat(self) -> datetime | None:
        """When a worker was last alive, whichever it was."""
        newest = await self.database[_HEARTBEATS].find_one(
            {"_id": {"$exists": True}}, sort=[("at", -1)], hint=[("at", -1)]
        )
        return newest["at"] if newest else None

    def encryption(
        self, providers: Mapping[str, Any], keys: str, *, tls: Mapping[str, Any], cache_seconds: float
    ) -> ClientEncryption[Document]:
        """Client-side encryption that blocks: data keys in the collection `keys`, wrapped by these providers.

        Motor's own wrapper can neither limit how long data keys are kept in memory nor open many values.
        """
        return ClientEncryption(
            providers,
            f"{self.database.name}.{keys}",
            self._client.delegate,
            CodecOptions(),
            kms_tls_options=tls,
            key_expiration_ms=int(cache_seconds * 1000),
        )

    async def drop(self) -> None:
        """Deletes the whole database."""
        await self._client.drop_database(self.database.name)

    def close(self) -> None:
        self._client.close()

    async def _require_our_schema(self) -> None:
        schema = await self.database[_META].find_one({"_id": "schema"})
        if schema and schema["version"] != SCHEMA_VERSION:
            raise OtherSchema

    async def _make_collection(self, name: str) -> None:
        try:
            await self.database.create_collection(name)
        except CollectionInvalid:
            pass  # another process was first
        except OperationFailure as failure:
            if failure.code != 48:  # noqa: PLR2004 NamespaceExists: another process was first
                raise
        if name == _HEARTBEATS:
            await self.database[name].create_indexes([IndexModel([("at", -1)])])


async def make_primary(direct_uri: str, port: int, still_running: Callable[[], None]) -> None:
    """Makes a freshly started embedded server the primary of its own one-node replica set.

    `still_running` raises where the server has ended meanwhile.

    Raises:
        TimeoutError: the server did not become primary in 60 seconds.
    """
    client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(direct_uri, serverSelectionTimeoutMS=500)
    member = {"_id": 0, "host": f"127.0.0.1:{port}"}
    try:
        async with asyncio.timeout(_ELECTION_PATIENCE_SECONDS):
            await _first_answer(client, still_running)
            config = await _configuration(client, member, still_running)
            if config["members"][0]["host"] != member["host"]:
                config |= {"members": [config["members"][0] | member], "version": config["version"] + 1}
                await client.admin.command("replSetReconfig", config, force=True)
            while not (await client.admin.command("hello")).get("isWritablePrimary"):
                still_running()
                await asyncio.sleep(0.05)
    finally:
        client.close()


async def _first_answer(client: AsyncIOMotorClient[Document], still_running: Callable[[], None]) -> None:
    while True:
        try:
            await client.admin.command("ping")
        except PyMongoError:
            still_running()
            await asyncio.sleep(0.05)
        else:
            return


async def _configuration(
    client: AsyncIOMotorClient[Document], member: Document, still_running: Callable[[], None]
) -> Document:
    """The replica set's configuration, made where there is none; reading a stored one takes a server time."""
    while True:
        try:
            return dict((await client.admin.command("replSetGetConfig"))["config"])
        except OperationFailure as failure:
            if failure.code != _NOT_YET_INITIALIZED:
                raise
        try:
            await client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [member]})
        except OperationFailure as failure:
            if failure.code != _ALREADY_INITIALIZED:
                raise
            still_running()
            await asyncio.sleep(0.05)
