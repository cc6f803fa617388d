"""What somebody can read who stole everything."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pymongo import MongoClient

from registry_api.app import create_app
from registry_api.audit.events import command_actor
from registry_api.identity.numbers.rekeying import Rekeying
from registry_api.mongo import Mongo, make_primary
from registry_api.mongod import EmbeddedMongod
from registry_api.settings import Settings
from registry_api.vault.files import MasterKeyFiles
from registry_api.vault.master_keys import MasterKeys
from registry_api.vault.rotation import Rotation
from registry_api.vault.vault import Vault
from registry_api.wiring import wired
from tests.conftest import memory
from tests.registry_api.enrolment.people import FORM
from tests.registry_api.erasure.life import PHONE, WORDS, lived
from tests.registry_api.erasure.thief import Haul, stolen_keys
from tests.registry_api.local_service import ADDRESS, Clock, LocalService
from tests.registry_api.vault.keyed import quiet


@dataclass
class OwnHouse:
    """A service on a database server of its own, whose files can be stolen."""

    server: EmbeddedMongod
    folder: Path
    settings: Settings
    local: LocalService

    def stolen(self) -> Haul:
        return Haul.stolen_from(self.server.direct_uri)

    def todays_keys(self) -> dict[str, bytes]:
        return stolen_keys(self.settings.secrets_dir)

    def files(self) -> list[bytes]:
        """What lies on the disk, as it is."""
        with MongoClient[dict[str, Any]](self.server.direct_uri) as client:
            client.admin.command("fsync")
        return [path.read_bytes() for path in self.folder.rglob("*") if path.is_file()]

    async def rotate_keys(self) -> None:
        services = self.local.services
        rekey = Rekeying(services.mongo, services.vault, services.accounts).run
        await Rotation(
            services.mongo,
            services.vault,
            services.audit,
            rekey=rekey,
            now=self.local.clock,
            settle_seconds=0.1,
        ).run(command_actor(), quiet, grace_seconds=0)


@pytest.fixture
async def house() -> AsyncIterator[OwnHouse]:
    folder = Path(tempfile.mkdtemp(prefix="registry-thief-", dir=memory()))
    server = EmbeddedMongod(folder / "mongo", cache_gb=0.25)
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        server.start()
        stack.callback(server.stop)
        await make_primary(server.direct_uri, server.port, server.check)
        settings = Settings(
            data_dir=folder,
            public_url=ADDRESS,
            twilio_account_sid="AC" + "0" * 32,
            twilio_auth_token=SecretStr("token"),
            twilio_from="+12025550100",
        )
        mongo = Mongo(server.uri, "registry")
        stack.callback(mongo.close)
        vault = Vault(mongo, MasterKeys(MasterKeyFiles(settings.secrets_dir)), epoch_seconds=0.05)
        stack.push_async_callback(vault.close)
        clock = Clock()
        services = wired(settings, mongo, vault, clock)
        stack.callback(services.sign_in.close)
        await services.prepare()
        apps = [
            create_app(settings.model_copy(update={"development": each}), services) for each in (False, True)
        ]
        local = LocalService(apps[0], apps[1], services, clock)
        for app in apps:
            await stack.enter_async_context(app.router.lifespan_context(app))
        yield OwnHouse(server, folder, settings, local)
        for api in local.apis:
            await api.close()


async def test_a_thief_with_everything_reads_nothing_of_who_was_erased(
    house: OwnHouse, mongodb_uri: str
) -> None:
    """Data folder, oplog, a backup from before, and today's keys: all of it, before; after, nothing."""
    life = await lived(house.local)
    _, stays = await house.local.patient()
    backup, first_keys = house.stolen(), house.todays_keys()
    before = backup.opened_with(first_keys, mongodb_uri)
    assert [word for word in WORDS if not before.have(word)] == []
    assert before.have_the_hash_of(PHONE)
    assert not any(word.encode() in before.clear for word in WORDS), "something was never sealed"

    await life.ask_to_be_erased()
    await life.be_erased()
    erased = house.stolen().opened_with(house.todays_keys(), mongodb_uri)
    assert [word for word in WORDS if not erased.have(word)] == [], "the oplog alone should give it away"

    await house.rotate_keys()
    keys = house.todays_keys()
    assert keys.keys() == {"local:2"}
    for haul in (house.stolen(), backup):
        after = haul.opened_with(keys, mongodb_uri)
        assert [word for word in WORDS if after.have(word)] == []
        assert not after.have_the_hash_of(PHONE)
    # The thief has not become blind: who stays can be read by whoever has the keys.
    everything = house.stolen().opened_with(keys, mongodb_uri)
    assert everything.have(FORM.name)
    assert (await house.local.services.accounts.own_name(stays.patient_id)) == FORM.name

    needles = [*(word.encode() for word in WORDS), *first_keys.values()]
    assert not [needle for needle in needles if any(needle in file for file in house.files())]
