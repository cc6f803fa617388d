"""Where the project lies, and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("registry_api", "diary", "notifications")
CONTRACT = ROOT / "graphql"
OPERATIONS = sorted((CONTRACT / "operations").rglob("*.graphql"))


def source_files(*packages: str) -> Iterator[Path]:
    """Every file of the packages as they are in a checkout, without what the interpreter leaves behind."""
    for package in packages or PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
                yield path
