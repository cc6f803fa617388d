"""The demo as a newcomer meets it: one command, whatever ends its processes."""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from registry_api.mongod import free_port
from tests.journeys.processes import eventually, family, still_running

pytestmark = pytest.mark.journey

_READY = "Ready after"


@dataclass
class Demo:
    """A running demo, and every process seen of it."""

    process: Process
    folder: Path
    seen: set[psutil.Process]

    @property
    def described(self) -> Any:
        return json.loads((self.folder / "demo.json").read_text())

    async def part(self, *words: str) -> psutil.Process:
        """The one process directly below the demo whose command holds the words."""

        async def found() -> int:
            return len(self._parts(words))

        await eventually(found, 1, f"the process of {words}")
        self.note()
        return self._parts(words)[0]

    def _parts(self, words: tuple[str, ...]) -> list[psutil.Process]:
        below = psutil.Process(self.process.pid).children()
        return [each for each in below if set(words) <= set(_command(each))]

    def note(self) -> None:
        self.seen.update(family(self.process.pid))

    async def said(self, words: str) -> str:
        """Reads what it prints until these words are there; they have to come."""
        assert self.process.stdout is not None
        lines = []
        while line := (await self.process.stdout.readline()).decode():
            lines.append(line)
            if words in line:
                return "".join(lines)
        raise AssertionError(f"the demo ended without saying {words!r}: {''.join(lines)}")

    async def well(self) -> bool:
        async with httpx2.AsyncClient(trust_env=False, timeout=5) as http:
            try:
                return (
                    await http.get(f"{self.described['url']}/healthz/ready")
                ).status_code == httpx2.codes.OK
            except httpx2.HTTPError:
                return False


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _two_free_ports() -> int:
    while True:
        port = free_port()
        with socket.socket() as next_one:
            try:
                next_one.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


async def _start(folder: Path) -> Process:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MONGODB")}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "registry_api", "demo",
        env=kept | {
            "DATA_DIR": str(folder), "PORT": str(_two_free_ports()), "DEMO_PATIENTS": "20", "DEMO_DAYS": "10",
        },
        stdout=PIPE, stderr=STDOUT, start_new_session=True,
    )  # fmt: skip


@asynccontextmanager
async def _running(folder: Path) -> AsyncIterator[Demo]:
    demo = Demo(await _start(folder), folder, set())
    try:
        yield demo
    finally:
        demo.note()
        if demo.process.returncode is None:
            os.killpg(demo.process.pid, signal.SIGINT)
        await asyncio.wait_for(demo.process.communicate(), 30)
        left = still_running(demo.seen, after=40)
        commands = [_command(process)[1:] for process in left]
        for process in left:
            process.kill()
        assert not left, f"processes left behind: {commands}"


async def test_the_demo_recovers_finds_its_data_again_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """A killed part comes back, Ctrl-C ends all of it, and so does killing it without a word."""
    async with _running(tmp_path) as demo:
        said = await demo.said(_READY)
        for word in (demo.described["url"], demo.described["phones"], "Rosalind Hart", "+1 212 555 0100"):
            assert word in said
        roles = [login["role"] for login in demo.described["logins"]]
        assert roles.count("PATIENT") >= 2
        assert roles.count("COALITION_MEMBER") == 2
        assert {"COORDINATOR", "APPROVER", "ADMINISTRATOR"} <= set(roles)
        carrier = demo.described["twilio"]

        refused = await _start(tmp_path)
        assert b"Another registry is running on the data folder" in (await refused.communicate())[0]
        assert refused.returncode == 1

        for words in (
            ("registry_api", "serve"),
            ("registry_api", "work"),
            ("notifications.carrier_standin",),
        ):
            (await demo.part(*words)).kill()
            await demo.said("ended by itself")
            await eventually(demo.well, expected=True, what=f"{words} to come back")
            await demo.part(*words)
    assert not (tmp_path / "demo.json").exists()

    async with _running(tmp_path) as demo:
        assert "20/20" in await demo.said(_READY)  # nobody was sown twice
        assert demo.described["twilio"] == carrier
        demo.note()
        demo.process.kill()
