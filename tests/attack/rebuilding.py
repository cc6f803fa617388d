"""Clairvoyance, which rebuilds a schema that is not handed out from what error messages let slip."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tests.attack.findings import Finding
from tests.attack.tools import package_folder, run
from tests.contract.project import CONTRACT
from tests.journeys.house import House
from tests.served import served

_PATIENCE_SECONDS = 180.0
_NAME = re.compile(r"\b[A-Za-z]\w*\b")


async def attack(house: House) -> list[Finding]:
    """In production, given its own words and every word of ours; and in development, to see that it can."""
    started = time.monotonic()
    own = (package_folder("clairvoyance") / "wordlist.txt").read_text("utf-8").split()
    ours = _NAME.findall((CONTRACT / "schema.graphql").read_text("utf-8"))
    database = house.settings.mongodb_database
    with served(house.folder, house.mongod.uri, mongodb_database=database) as production:
        hidden = await _fields_found(house.folder, production.public_url, {*own, *ours})
    here = f"http://127.0.0.1:{house.settings.port}"  # a name is looked up anew for each connection
    shown = await _fields_found(house.folder, here, set(ours))
    return [
        Finding(
            attack="a hidden schema: clairvoyance",
            tried=f"{len({*own, *ours}):,} words, all of ours among them",
            got=f"{hidden} fields; {shown} in development",
            may_get="0 fields; in development many",
            held=hidden == 0 and shown > 0,
            seconds=time.monotonic() - started,
        )
    ]


async def _fields_found(folder: Path, url: str, words: Iterable[str]) -> int:
    """How many fields it knows in the end, or when its time is over: it writes down what it has."""
    tried, rebuilt = folder / "words.txt", folder / "rebuilt.json"
    tried.write_text("\n".join(sorted(words)))
    rebuilt.unlink(missing_ok=True)
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await run("clairvoyance", f"{url}/graphql", "-w", tried, "-o", rebuilt, folder=folder)
    if not rebuilt.is_file():
        return 0
    types = json.loads(rebuilt.read_text("utf-8"))["data"]["__schema"]["types"]
    return sum(
        len(kind.get("fields") or ()) + len(kind.get("inputFields") or ())
        for kind in types
        if not kind["name"].startswith("__")
    )
