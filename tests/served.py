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
def served(folder: Path, mongodb_uri: str, **changes: object) -> Iterator[Settings]:
    """Runs `registry serve` with `changes`, on a free port, and on its own database if they name none."""
    port = free_port()
    settings = Settings(
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        data_dir=folder,
        mongodb_uri=mongodb_uri,
        mongodb_database=f"served_{port}",
    ).model_copy(update=changes)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MONGODB")}
    command = [sys.executable, "-m", "registry_api", "serve"]
    log = folder / f"api-{port}.log"
    process = Process("api", command, environment | settings.environment(), log)
    process.start()
    try:
        _wait(process, settings.public_url)
        yield settings
    finally:
        process.stop()
        if "mongodb_database" not in changes:
            with MongoClient[dict[str, object]](mongodb_uri) as client:
                client.drop_database(settings.mongodb_database)


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
