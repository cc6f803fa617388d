from __future__ import annotations

import pytest

from registry_api.mongo import Mongo
from registry_api.vault.vault import Vault
from tests.registry_api.trials.desk import Desk


@pytest.fixture
def desk(mongo: Mongo, vault: Vault) -> Desk:
    return Desk(mongo, vault)
