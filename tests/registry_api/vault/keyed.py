"""A registry of its own, with keys of its own, that a test may rotate and rob."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from notifications.phone import PhoneNumber
from registry_api.audit.events import command_actor
from registry_api.audit.store import Audit
from registry_api.identity.accounts import Accounts
from registry_api.identity.languages import Language
from registry_api.identity.numbers.rekeying import Rekeying
from registry_api.key_settings import KeyService
from registry_api.mongo import Mongo
from registry_api.vault.files import MasterKeyFiles
from registry_api.vault.master_keys import MasterKeys
from registry_api.vault.rotation import KeyReport, Progress, Rotation
from registry_api.vault.vault import Vault
from registry_api.wiring import INDEXES

NOW = datetime(2031, 5, 14, 16, 30, tzinfo=UTC)
QUICK = 0.05
_NEEDED = ("vault_", "accounts", "numbers", "stopped_", "sign_in_challenges", "audit_", "text_addresses")
DEPLOYER = command_actor()


def quiet(_what: str, _done: int, _total: int) -> None:
    pass


@dataclass
class Process:
    """An api, a worker or a command, with its own memory."""

    mongo: Mongo
    vault: Vault

    def __post_init__(self) -> None:
        self.accounts = Accounts(self.mongo, self.vault)
        self.audit = Audit(self.mongo, bytes(32))
        self.rotation = Rotation(
            self.mongo,
            self.vault,
            self.audit,
            rekey=Rekeying(self.mongo, self.vault, self.accounts).run,
            now=lambda: NOW,
            settle_seconds=2 * QUICK,
        )

    async def rotate(self, progress: Progress = quiet) -> KeyReport:
        return await self.rotation.run(DEPLOYER, progress, grace_seconds=0)

    async def joins(self, phone: str) -> str:
        """Somebody's first sign-in."""
        return (await self.accounts.for_sign_in(PhoneNumber(phone), Language.EN, NOW)).id

    async def whose(self, phone: str) -> str | None:
        """The account that a number has, after its number was read back from it."""
        account = await self.accounts.by_phone(PhoneNumber(phone))
        if account is None:
            return None
        assert (await self.accounts.holder_of(account)).phone == phone
        return account.id


class Keyed:
    """Makes processes on one database and one folder of secrets."""

    def __init__(self, uri: str, secrets: Path) -> None:
        self._uri = uri
        self._database = f"test_keyed_{uuid4().hex[:8]}"
        self.files = MasterKeyFiles(secrets)
        self._processes: list[Process] = []

    async def process(self, service: KeyService | None = None, *, cache_seconds: float = 1) -> Process:
        """One more process, which uses a key service where it is given one."""
        mongo = Mongo(self._uri, self._database)
        keys = MasterKeys(self.files, service)
        made = Process(mongo, Vault(mongo, keys, cache_seconds=cache_seconds, epoch_seconds=QUICK))
        self._processes.append(made)
        await made.vault.prepare(NOW)
        return made

    async def start(self) -> None:
        mongo = Mongo(self._uri, self._database)
        await mongo.prepare({name: models for name, models in INDEXES.items() if name.startswith(_NEEDED)})
        mongo.close()

    async def end(self) -> None:
        await self._processes[0].mongo.drop()
        for each in self._processes:
            await each.vault.close()
            each.mongo.close()


@asynccontextmanager
async def keyed_registry(uri: str, secrets: Path) -> AsyncIterator[Keyed]:
    made = Keyed(uri, secrets)
    await made.start()
    try:
        yield made
    finally:
        await made.end()
