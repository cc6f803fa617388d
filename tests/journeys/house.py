"""The whole house for a test session: database, carrier stand-in, api and worker as processes."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import httpx2
import psutil

from registry_api.identity.callers import Role
from registry_api.mongo import make_primary
from registry_api.mongod import EmbeddedMongod, free_port
from registry_api.seeding.seed import seed
from registry_api.settings import Settings
from registry_api.wiring import Services, open_services
from tests.journeys.clients import Client
from tests.journeys.numbers import next_number
from tests.journeys.phones import Desk, Phone
from tests.journeys.processes import Process, family, still_running
from tests.leaks import require_nobody

SERVICE_NUMBER = "+12025550199"
SEEDED = 50
_ACCOUNT = "AC" + "5" * 32
_TOKEN = "the journeys' own secret"
_PATIENCE_SECONDS = 40.0


class House:
    """What `registry demo` starts, with short times, so that what recovers does so in seconds."""

    def __init__(self, folder: Path, changes: Mapping[str, object] | None = None) -> None:
        self.folder = folder
        self.mongod = EmbeddedMongod(folder / "mongo", cache_gb=0.25, transaction_seconds=3)
        self.settings = Settings(
            port=free_port(),
            data_dir=folder,
            twilio_account_sid=_ACCOUNT,
            twilio_from=SERVICE_NUMBER,
            twilio_timeout_seconds=0.8,
            worker_pause_seconds=0.05,
            worker_lease_seconds=3.0,
            carrier_grace_seconds=1.0,
            sign_in_texts_per_network_hour=10_000,  # everybody calls from this machine
            sign_in_tries_per_network_hour=10_000,
            sign_in_passkeys_per_network_hour=10_000,
        ).model_copy(update=dict(changes or {}))
        self._phones_port = free_port()
        self._children: list[Process] = []
        self._clients: list[Client] = []
        self._seen: set[psutil.Process] = set()
        self.started_at = datetime.now(UTC)
        self.desk = Desk(f"http://127.0.0.1:{self._phones_port}")

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _start(self) -> None:
        self.mongod.start()
        await make_primary(self.mongod.direct_uri, self.mongod.port, self.mongod.check)
        url = f"http://localhost:{self.settings.port}"  # browsers make no passkeys for a bare address
        self.settings = self.settings.model_copy(
            update={
                "mongodb_uri": self.mongod.uri,
                "mongodb_database": "journeys",
                "public_url": url,
                "twilio_api_base": f"http://127.0.0.1:{self._phones_port}",
            }
        )
        self.phones = self._child("phones", "notifications.carrier_standin")
        self.api = self._child("api", "registry_api", "serve")
        self.worker = self._child("worker", "registry_api", "work")
        async with self.services() as services:  # makes the secrets that all of them share
            for child in self._children:
                child.start()
            await services.prepare()
            await seed(
                services,
                patients=SEEDED,
                days=1,
                seed=self.settings.demo_seed,
                now=services.now(),
                progress=lambda *_: None,
            )
        await self.ready()

    def _child(self, name: str, *module: str) -> Process:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MONGODB")}
        environment |= self.settings.environment() | {
            "TWILIO_AUTH_TOKEN": _TOKEN,
            "STANDIN_PORT": str(self._phones_port),
            "STANDIN_ACCOUNT_SID": _ACCOUNT,
            "STANDIN_AUTH_TOKEN": _TOKEN,
            "STANDIN_NUMBERS": SERVICE_NUMBER,
            "STANDIN_INBOUND_URL": self.settings.twilio_inbound_url,
            "STANDIN_JOURNAL": str(self.folder / "phones.jsonl"),
            "STANDIN_PACE": "0.03",
        }
        command = [sys.executable, "-m", *module]
        child = Process(name, command, environment, self.folder / f"{name}.log")
        self._children.append(child)
        return child

    async def ready(self) -> None:
        """Waits until database, api and a worker are well, and the phones answer."""

        async def answers() -> bool:
            for child in self._children:
                assert not child.ended(), f"{child.name}: {child.log.read_text()}"
            async with httpx2.AsyncClient(trust_env=False, timeout=5) as http:
                try:
                    health = await http.get(f"{self.url}/healthz/ready")
                    phones = await http.get(f"{self.desk.url}/phones?after={2**60}")
                except httpx2.HTTPError:
                    return False
            return health.status_code == phones.status_code == httpx2.codes.OK

        await self._until(answers, "the service to be ready")
        self._note_families()

    @property
    def url(self) -> str:
        return self.settings.public_url

    def client(self) -> Client:
        """Somebody's browser or program: its own cookies."""
        client = Client(self.url)
        self._clients.append(client)
        return client

    async def signed_in(self, phone: Phone) -> Client:
        """A client whose person has typed the code that came to their phone."""
        client = self.client()
        await client.sign_in(phone)
        return client

    async def coordinator(self) -> Client:
        """A coordinator nobody has met before."""
        return await self.signed_in(await self.staff_phone(Role.COORDINATOR, "Ada Quill"))

    async def staff_phone(self, role: Role, name: str) -> Phone:
        """The phone of a new member of staff; the deployer makes them, not anybody over HTTP."""
        number = next_number()
        async with self.services() as services:
            await services.accounts.create_staff(role, name, number, services.now())
        return await self.desk.phone(number, name)

    @asynccontextmanager
    async def services(self) -> AsyncIterator[Services]:
        """The service's own parts on the same database: to make staff, and to look with."""
        async with open_services(self.settings) as services:
            yield services

    async def kill_mongod(self) -> None:
        """SIGKILL in the middle of whatever it does, then the start after a power cut."""
        process_id = self.mongod.process_id
        assert process_id is not None
        os.kill(process_id, signal.SIGKILL)
        self.mongod.stop()
        self.mongod.start()
        await make_primary(self.mongod.direct_uri, self.mongod.port, self.mongod.check)
        self._note_families()

    async def stop(self) -> None:
        """Ends everything in reverse order, and makes sure that nothing is left."""
        for client in self._clients:
            await client.close()
        await self.desk.close()
        self._note_families()
        for child in reversed(self._children):
            child.stop()
        self.mongod.stop()
        left = still_running(self._seen)
        for process in left:
            process.kill()
        assert not left, f"processes left behind: {left}"
        for log in (self.api.log, self.worker.log):
            require_nobody(log.read_text(errors="replace"), log.name)
        for log in (self.folder / "mongo").rglob("*.log"):
            require_nobody(log.read_text(errors="replace"), log.name, codes=False)

    def _note_families(self) -> None:
        for child in self._children:
            self._seen.update(child.family())
        if self.mongod.process_id is not None:
            self._seen.update(family(self.mongod.process_id))

    async def _until(self, ready: Callable[[], Awaitable[bool]], what: str) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not await ready():
            assert time.monotonic() < deadline, f"waited in vain for {what}; logs are in {self.folder}"
            await asyncio.sleep(0.05)
