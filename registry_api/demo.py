"""The whole house on one machine: database, carrier stand-in, api and worker, with people made up in it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import httpx2
import phonenumbers
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from registry_api.mongo import make_primary
from registry_api.mongod import EmbeddedMongod, MongodFailed, die_with_parent
from registry_api.seeding.logins import LOGIN_DAYS, Login, demo_logins
from registry_api.seeding.seed import seed
from registry_api.settings import Settings
from registry_api.vault.files import secret_file
from registry_api.wiring import open_services

SERVICE_NUMBER = "+12025550100"
_READY_WITHIN_SECONDS = 60.0
_STOP_WITHIN_SECONDS = 10.0
_ALL_FROM_THIS_MACHINE = 100_000


@dataclass
class Child:
    """A process of ours, started again when it ends by itself."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        self._sweep()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 the command is ours
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,  # noqa: PLW1509 the call takes no lock
                start_new_session=True,
            )

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(_STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self._sweep()
            self.process.wait()
        self._sweep()

    def _sweep(self) -> None:
        """Ends what is left of the process and of all that it started, which may outlive it."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Demo:
    """Starts the processes one by one, and stops them in the reverse order."""

    def __init__(self, settings: Settings, console: Console) -> None:
        self._console = console
        self._phones_port = settings.port + 1
        secrets = settings.secrets_dir
        secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._settings = settings.model_copy(
            update={
                "public_url": f"http://localhost:{settings.port}",
                "twilio_account_sid": "AC" + secret_file(secrets / "carrier-account", 16).hex(),
                "twilio_api_base": f"http://localhost:{self._phones_port}",
                "twilio_from": SERVICE_NUMBER,
                "development": True,
                "sign_in_countries": "*",
                "sign_in_texts_per_network_hour": _ALL_FROM_THIS_MACHINE,
                "sign_in_tries_per_network_hour": _ALL_FROM_THIS_MACHINE,
                "sign_in_passkeys_per_network_hour": _ALL_FROM_THIS_MACHINE,
            }
        )
        self._auth_token = secret_file(secrets / "carrier-token", 16).hex()
        self._logs = settings.data_dir / "logs"
        self._logs.mkdir(parents=True, exist_ok=True)
        self._children: list[Child] = []
        self._description: Path | None = None
        self._stopping = False

    def run(self) -> None:
        """Runs until Ctrl-C or SIGTERM."""
        for port in (self._settings.port, self._phones_port):
            _require_free(port)
        signal.signal(signal.SIGINT, self._stop_soon)
        signal.signal(signal.SIGTERM, self._stop_soon)
        started = time.monotonic()
        server = None
        try:
            uri = self._settings.mongodb_uri
            if uri is None:
                self._console.print("Starting the database …")
                server = EmbeddedMongod(self._settings.data_dir / "mongo")
                server.start()
                asyncio.run(make_primary(server.direct_uri, server.port, server.check))
                uri = server.uri
            self._settings = self._settings.model_copy(update={"mongodb_uri": uri})
            logins = demo_logins(self._settings.demo_seed)
            asyncio.run(self._seed())
            self._start_children(logins)
            self._wait_until_ready()
            self._announce(logins, time.monotonic() - started)
            self._watch(server)
        finally:
            self._console.print("Stopping …")
            for child in reversed(self._children):
                child.stop()
            if self._description is not None:
                self._description.unlink(missing_ok=True)
            if server is not None:
                server.stop()
            self._console.print("Everything that this demo started has stopped.")

    async def _seed(self) -> None:
        bars = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        async with open_services(self._settings) as services:
            await services.prepare()
            people, days = self._settings.demo_patients, self._settings.demo_days
            self._console.print(
                f"Making up {people} people with {days} days of diary, unless they are there …"
            )
            with Progress(*bars, console=self._console) as progress:
                await seed(
                    services,
                    patients=self._settings.demo_patients,
                    days=self._settings.demo_days,
                    login_days=LOGIN_DAYS,
                    seed=self._settings.demo_seed,
                    now=datetime.now(UTC),
                    progress=progress_bars(progress),
                )

    def _start_children(self, logins: Sequence[Login]) -> None:
        environment = os.environ | self._settings.environment() | {"TWILIO_AUTH_TOKEN": self._auth_token}
        python = [sys.executable, "-m"]
        phones = json.dumps([{"name": login.name, "number": login.phone} for login in logins])
        standin = environment | {
            "STANDIN_PORT": str(self._phones_port),
            "STANDIN_ACCOUNT_SID": self._settings.twilio_account_sid,
            "STANDIN_AUTH_TOKEN": self._auth_token,
            "STANDIN_NUMBERS": SERVICE_NUMBER,
            "STANDIN_INBOUND_URL": self._settings.twilio_inbound_url,
            "STANDIN_PHONES": phones,
            "STANDIN_JOURNAL": str(self._settings.data_dir / "phones.jsonl"),
        }
        for name, command, env in (
            ("phones", [*python, "notifications.carrier_standin"], standin),
            ("api", [*python, "registry_api", "serve"], environment),
            ("worker", [*python, "registry_api", "work"], environment),
        ):
            child = Child(name, command, env, self._logs / f"{name}.log")
            child.start()
            self._children.append(child)

    def _wait_until_ready(self) -> None:
        asked = (f"http://127.0.0.1:{self._settings.port}/healthz/ready", f"{self._phones_url}/")
        deadline = time.monotonic() + _READY_WITHIN_SECONDS
        with self._console.status("Waiting for the service …"):
            while not all(_answers(url) for url in asked):
                for child in self._children:
                    if child.ended():
                        raise ChildFailed(child)
                if time.monotonic() > deadline:
                    raise NotReady(self._logs)
                if self._stopping:
                    return
                time.sleep(0.1)

    @property
    def _phones_url(self) -> str:
        return f"http://localhost:{self._phones_port}"

    def _announce(self, logins: Sequence[Login], seconds: float) -> None:
        if self._stopping:
            return
        url = self._settings.public_url
        described = {
            "url": url,
            "graphql": f"{url}/graphql",
            "phones": self._phones_url,
            "twilio_api_base": self._settings.twilio_api_base,
            "twilio": {"account_sid": self._settings.twilio_account_sid, "auth_token": self._auth_token},
            "logins": [{"role": login.role, "phone": login.phone, "name": login.name} for login in logins],
        }
        target = self._settings.data_dir / "demo.json"
        fresh = target.with_suffix(".new")
        fresh.write_text(json.dumps(described, indent=2))
        fresh.chmod(0o600)
        self._description = fresh.rename(target)
        self._print_lines(
            "",
            "Sign in with one of these numbers. The code arrives on that person's phone, in the simulator.",
        )
        self._console.print(_table_of(logins))
        self._print_lines(
            f"Web app          {url}",
            f"GraphiQL         {url}/graphql",
            f"Phone simulator  {self._phones_url}",
            f"Data and logs    {self._settings.data_dir}",
            "",
            f"Ready after {seconds:.1f} s. Ctrl-C stops everything.",
        )

    def _print_lines(self, *lines: str) -> None:
        for line in lines:
            self._console.print(line, soft_wrap=True, markup=False)

    def _watch(self, server: EmbeddedMongod | None) -> None:
        while not self._stopping:
            if server is not None and server.ended():
                self._console.print("The database ended by itself; starting it again.")
                server.stop()
                server.start()
                with contextlib.suppress(MongodFailed):  # it ended once more: the next round starts it
                    asyncio.run(make_primary(server.direct_uri, server.port, server.check))
            for child in self._children:
                if child.ended():
                    self._console.print(f"The {child.name} process ended by itself; starting it again.")
                    child.start()
            time.sleep(0.5)

    def _stop_soon(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True


class DemoError(Exception):
    """The demo cannot go on; the sentence says where to look."""


class PortTaken(DemoError):
    """Somebody listens where the demo would."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is in use. Stop what uses it, or choose another pair of ports: PORT=9000 make demo"
        )


class ChildFailed(DemoError):
    """A process ended while the demo was starting."""

    def __init__(self, child: Child) -> None:
        super().__init__(f"The {child.name} process ended at start. Its log says why: {child.log}")


class NotReady(DemoError):
    """The service did not become ready in time."""

    def __init__(self, logs: Path) -> None:
        super().__init__(f"The service did not become ready in time. The logs say why: {logs}")


def progress_bars(progress: Progress) -> Callable[[str, int, int], None]:
    """A callback (what, done, total) that keeps one bar for each kind of work."""
    tasks = {}

    def report(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = progress.add_task(what, total=total)
        progress.update(tasks[what], completed=done, total=total)

    return report


def _table_of(logins: Sequence[Login]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("name", "number", "role"):
        table.add_column(heading)
    for login in logins:
        number = phonenumbers.format_number(
            phonenumbers.parse(login.phone), phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
        table.add_row(login.name, number.replace("-", " "), login.role.replace("_", " ").lower())
    return table


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise PortTaken(port) from None


def _answers(url: str) -> bool:
    try:
        return httpx2.get(url, timeout=2).status_code == httpx2.codes.OK
    except httpx2.HTTPError:
        return False
