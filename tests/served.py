"""The api alone, as a process of its own, for whoever must speak real HTTP to it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
from pymongo import MongoClient

from registry_api.mongod import free_port
from registry_api.settings import Settings
from tests.journeys.processes import Process

_PATIENCE_SECONDS = 40.0


@contextmanager
def served(folder: Path, mongodb_uri: str, **settings: object) -> Iterator[str]:
    """The address of `registry serve` with these settings, on a free port and a database of its own."""
    port = free_port()
    database = f"served_{port}"
    url = f"http://127.0.0.1:{port}"
    chosen = Settings.model_validate(
        {
            "port": port,
            "public_url": url,
            "data_dir": folder,
            "mongodb_uri": mongodb_uri,
            "mongodb_database": database,
            **settings,
        }
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MONGODB")}
    command = [sys.executable, "-m", "registry_api", "serve"]
    process = Process("api", command, environment | chosen.environment(), folder / "api.log")
    process.start()
    try:
        _wait(process, url)
        yield url
    finally:
        process.stop()
        with MongoClient[dict[str, object]](mongodb_uri) as client:
            client.drop_database(database)


def _wait(process: Process, url: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        assert not process.ended(), process.log.read_text()
        assert time.monotonic() < deadline, f"waited in vain for {url}; its log is {process.log}"
        try:
            if httpx2.get(f"{url}/healthz/live", timeout=5, trust_env=False).is_success:
                return
        except httpx2.TransportError:
            time.sleep(0.05)
