"""The tools that attack; they live in an environment of their own, whose packages do not go with ours."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from tests.contract.project import ROOT

_ENVIRONMENT = ROOT / ".venv-attack"


class ToolMissing(Exception):
    """The environment of the tools was not made."""

    def __init__(self) -> None:
        super().__init__("The tools that attack are not here. Run `make attack`.")


def package_folder(name: str) -> Path:
    """Where a tool keeps its own files.

    Raises:
        ToolMissing: nothing was installed.
    """
    found = next((_ENVIRONMENT / "lib").glob(f"python*/site-packages/{name}"), None)
    if found is None:
        raise ToolMissing
    return found


async def run(
    tool: str, *arguments: str | Path, folder: Path, variables: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """The exit code of a tool, and what it said."""
    process = await asyncio.create_subprocess_exec(
        _ENVIRONMENT / "bin" / tool,
        *arguments,
        cwd=folder,
        env=os.environ | dict(variables or {}),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, said.decode(errors="replace")
