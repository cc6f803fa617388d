"""Starts the whole service, attacks it, and prints what each attack got; fails where one got too much."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.attack import guessing, lingering, nonsense, rebuilding, spending, timing
from tests.attack.findings import Finding
from tests.journeys.house import House

_ATTACKS = (
    timing.attack,
    guessing.attack,
    spending.attack,
    lingering.attack,
    rebuilding.attack,
    nonsense.attack,
)

Attack = Callable[[House], Awaitable[list[Finding]]]


async def main() -> bool:
    """Whether every attack stayed within its bound."""
    console = Console()
    table = Table("attack", "tried", "got", "may get", "seconds")
    findings: list[Finding] = []
    with tempfile.TemporaryDirectory(prefix="registry-attack-") as folder:
        # In development any document is taken, aliases too. The proxy that is trusted is whoever attacks, so
        # that every request can come from another network.
        changes = {
            "development": True,
            "trusted_proxies": "127.0.0.1/32",
            "sign_in_texts_per_network_hour": 60,
            "sign_in_tries_per_network_hour": 120,
        }
        async with House(Path(folder), changes) as house:
            for attack in chosen(sys.argv[1:]):
                console.print(f"{attack.__module__} …")
                findings += await attack(house)
    for each in findings:
        row = (each.attack, each.tried, each.got, each.may_get, f"{each.seconds:.0f}")
        table.add_row(*row, style=None if each.held else "bold red")
    console.print(table)
    return all(each.held for each in findings)


def chosen(names: Sequence[str]) -> list[Attack]:
    """All attacks, or those of the modules that are named."""
    return [each for each in _ATTACKS if not names or each.__module__.rsplit(".", 1)[-1] in names]


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main()) else 1)
