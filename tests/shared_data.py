"""Real records that lie beside the project and are never copied into it."""

import os
from pathlib import Path

import pytest

_FOLDER = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))


def shared_data(relative: str) -> Path:
    """The path of a shared record; the calling test is skipped where the folder is absent."""
    path = _FOLDER / relative
    if not path.exists():
        pytest.skip(f"shared data is absent: {relative} (name its folder with SHARED_DATA)")
    return path
