from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.registry_api.identity.desk import CountingHasher
from tests.registry_api.vault.keyed import Keyed, keyed_registry


@pytest.fixture
async def keyed(mongodb_uri: str, tmp_path: Path) -> AsyncIterator[Keyed]:
    async with keyed_registry(mongodb_uri, tmp_path / "secrets") as made:
        yield made


@pytest.fixture(scope="module")
def hasher() -> Iterator[CountingHasher]:
    made = CountingHasher()
    yield made
    made.close()
