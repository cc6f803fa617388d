"""Shows that writing and reading one diary reads no more of the database as others fill it.

`BENCH_PATIENTS` and `BENCH_ENTRIES` say how large the large database is: 5,000 and 500,000 unless set.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from diary.indexes import CHECK_INS
from registry_api.settings import Settings
from tests.bench.crowd import load

FEW = 1000
_PATIENTS, _ENTRIES = "BENCH_PATIENTS", "BENCH_ENTRIES"
Act = Callable[[int], Awaitable[None]]
Timed = Callable[[Act], Awaitable[float]]


class Reads(CommandListener):
    """The last read of check-ins that was sent."""

    def __init__(self) -> None:
        self.last: dict[str, Any] | None = None

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name == "find" and event.command["find"] == CHECK_INS:
            fields = ("find", "filter", "sort", "limit", "projection")
            self.last = {name: event.command[name] for name in fields if name in event.command}

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


@dataclass(frozen=True)
class Cost:
    """What one operation reads of check-ins, and its median seconds beside those of one indexed find."""

    returned: int
    keys: int
    documents: int
    seconds: float


@dataclass(frozen=True)
class Size:
    """How full the database is."""

    patients: int
    entries: int
    average_bytes: float
    stored_bytes: int
    index_bytes: int


def large() -> tuple[int, int]:
    """Patients and entries of each in the large database."""
    patients = int(os.environ.get(_PATIENTS, "5000"))
    entries = int(os.environ.get(_ENTRIES, "500000"))
    return max(patients, FEW + 1), max(1, entries // patients)


async def growth(
    database: AsyncIOMotorDatabase[dict[str, Any]],
    settings: Settings,
    operations: dict[str, Act],
    *,
    reads: Reads,
    timed: Timed,
) -> None:
    """Measures each operation with 1,000 patients and with many, and prints both beside each other."""
    patients, days = large()
    found: list[tuple[Size, dict[str, Cost]]] = []
    for people in (range(FEW), range(FEW, patients)):
        await _filled(settings, people, days)
        size = await _size(database, people.stop)
        costs = {name: await _cost(database, act, reads, timed) for name, act in operations.items()}
        found.append((size, costs))
    _print(found)


async def _filled(settings: Settings, people: range, days: int) -> None:
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(f"{len(people):,} patients x {days:,} entries", total=len(people) * days)
        await asyncio.to_thread(
            load,
            str(settings.mongodb_uri),
            settings.mongodb_database,
            people,
            days,
            lambda count: progress.advance(task, count),
        )


async def _size(database: AsyncIOMotorDatabase[dict[str, Any]], patients: int) -> Size:
    found = await database.command("collStats", CHECK_INS)
    return Size(patients, found["count"], found["avgObjSize"], found["storageSize"], found["totalIndexSize"])


async def _cost(database: AsyncIOMotorDatabase[dict[str, Any]], act: Act, reads: Reads, timed: Timed) -> Cost:
    seconds = await timed(act)
    if reads.last is None:
        raise LookupError(CHECK_INS)
    explained = await database.command("explain", reads.last, verbosity="executionStats")
    stats = explained["executionStats"]
    return Cost(stats["nReturned"], stats["totalKeysExamined"], stats["totalDocsExamined"], seconds)


def _print(found: list[tuple[Size, dict[str, Cost]]]) -> None:
    (small, before), (full, after) = found
    console = Console()
    for size in (small, full):
        console.print(
            f"{size.patients:,} patients, {size.entries:,} entries of {size.average_bytes:.0f} bytes; "
            f"stored {size.stored_bytes / 1e9:.2f} GB, indexes {size.index_bytes / 1e9:.2f} GB"
        )
    table = Table("operation", "reads", f"with {small.entries:,}", f"with {full.entries:,}", "ratio")
    for name, cost in after.items():
        was = before[name]
        rows = (
            ("documents returned", was.returned, cost.returned, "d"),
            ("documents examined", was.documents, cost.documents, "d"),
            ("index keys examined", was.keys, cost.keys, "d"),
            ("median ms", was.seconds * 1e3, cost.seconds * 1e3, ".3f"),
        )
        for what, first, second, form in rows:
            ratio = second / first if first else float(second != 0)
            table.add_row(name, what, format(first, form), format(second, form), f"{ratio:.2f}")
    console.print(table)
