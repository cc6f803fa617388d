import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.notifications.carrier_standin.conftest import ACCOUNT, ANA, SERVICE, TOKEN
from tests.notifications.carrier_standin.served import free_port

Start = Callable[..., "Running"]


class Running:
    """The stand-in as a process of its own."""

    def __init__(self, settings: dict[str, str]) -> None:
        port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "notifications.carrier_standin"],
            env={**os.environ, **settings, "STANDIN_PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.http = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False)

    def ready(self) -> "Running":
        end = time.monotonic() + 20
        while True:
            try:
                self.http.get("/phones")
            except httpx2.TransportError:
                assert self.process.poll() is None, self.process.communicate()[0]
                assert time.monotonic() < end
                time.sleep(0.05)
            else:
                return self

    def phone(self) -> dict[str, Any]:
        return dict(self.http.get("/phones/p1").json()["phone"])

    def send(self, body: str) -> httpx2.Response:
        return self.http.post(
            f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
            data={"To": ANA, "From": SERVICE, "Body": body},
            auth=(ACCOUNT, TOKEN),
        )

    def end(self, by: signal.Signals) -> str:
        self.process.send_signal(by)
        return self.process.communicate(timeout=10)[0]


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    return {
        "STANDIN_ACCOUNT_SID": ACCOUNT,
        "STANDIN_AUTH_TOKEN": TOKEN,
        "STANDIN_NUMBERS": SERVICE,
        "STANDIN_INBOUND_URL": f"http://127.0.0.1:{free_port()}/inbound",
        "STANDIN_PHONES": json.dumps([{"name": "Ana", "number": ANA}]),
        "STANDIN_JOURNAL": str(tmp_path / "desk" / "journal.jsonl"),
        "STANDIN_PACE": "0.02",
    }


@pytest.fixture
def start(settings: dict[str, str]) -> Iterator[Start]:
    started: list[Running] = []

    def run(**more: str) -> Running:
        running = Running({**settings, **more})
        started.append(running)
        return running

    yield run
    for running in started:
        if running.process.poll() is None:
            running.end(signal.SIGKILL)
        running.http.close()


def test_a_stop_is_quiet_and_clean(start: Start) -> None:
    """Asked to stop, it leaves at once with 0 and has written nothing personal, even while somebody waits."""
    running = start().ready()
    running.send("hello")
    running.http.post("/phones/p1/replies", json={"text": "secret words"})
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(running.http.get, f"/phones?after={2**60}&wait=30")
        time.sleep(0.3)
        output = running.end(signal.SIGTERM)
        assert waiting.result().status_code == 200
    assert running.process.returncode == 0
    assert ANA not in output
    assert "secret words" not in output


def test_the_journal_brings_everything_back_after_a_kill(start: Start, settings: dict[str, str]) -> None:
    """A killed stand-in shows its texts again, and takes those under way to their end."""
    running = start(STANDIN_PACE="5").ready()
    sid = running.send("hold on").json()["sid"]
    running.http.post("/phones", json={"name": "Ben", "number": "+447700900102"})
    running.end(signal.SIGKILL)
    journal = Path(settings["STANDIN_JOURNAL"])
    journal.write_text(journal.read_text() + '{"message": {"sid": "cut sho')
    again = start().ready()
    path = "/phones/p1/messages?status=delivered&wait=10"
    [message] = again.http.get(path).json()["messages"]
    assert (message["sid"], message["text"]) == (sid, "hold on")
    assert again.http.get("/phones/p2").json()["phone"]["name"] == "Ben"
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600


def test_a_missing_setting_is_named(start: Start) -> None:
    """Without its secret it says which setting is missing and leaves with 2."""
    running = start(STANDIN_AUTH_TOKEN="")
    output = running.process.communicate(timeout=20)[0]
    assert (running.process.returncode, output) == (
        2,
        "Set STANDIN_AUTH_TOKEN to the account's secret.\n",
    )


@pytest.mark.parametrize(
    ("name", "value"), [("STANDIN_PACE", "soon"), ("STANDIN_PHONES", "[1]"), ("STANDIN_PORT", "eighty")]
)
def test_an_unreadable_setting_is_named(settings: dict[str, str], name: str, value: str) -> None:
    """The message says which one."""
    process = subprocess.run(
        [sys.executable, "-m", "notifications.carrier_standin"],
        env={**os.environ, **settings, name: value},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert process.returncode == 2
    assert process.stderr.startswith(f"Set {name} to ")
