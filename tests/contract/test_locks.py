from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.contract.project import ROOT

_LOCKS = sorted((ROOT / "requirements").glob("*.lock"))


def test_there_are_locks() -> None:
    """What is installed, what develops it and what installs them are each locked."""
    assert {path.name for path in _LOCKS} == {
        "attack.lock",
        "development.lock",
        "installer.lock",
        "service.lock",
    }


@pytest.mark.parametrize("lock", _LOCKS, ids=lambda path: path.stem)
def test_a_lock_pins_by_hash_and_names_no_address(lock: Path) -> None:
    """Every requirement is one exact version with its hashes; where to download it is not said."""
    text = lock.read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^--", text, re.MULTILINE), "options such as --index-url"
    requirements = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert requirements
    for requirement in requirements:
        assert re.match(r"[A-Za-z0-9._-]+==\S+", requirement), requirement.splitlines()[0]
        assert "--hash=sha256:" in requirement, requirement.splitlines()[0]


def test_the_web_lock_pins_by_hash_and_names_no_address() -> None:
    """Every package of the web app has its hash; where to download it is not said."""
    text = (ROOT / "web" / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in text
    packages = json.loads(text)["packages"]
    assert all("integrity" in package for path, package in packages.items() if path)
