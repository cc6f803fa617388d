from __future__ import annotations

import pytest

from registry_api.mongo import Mongo
from registry_api.vault.vault import Vault
from tests.registry_api.enrolment.people import Registry, registry_on


@pytest.fixture
def registry(mongo: Mongo, vault: Vault) -> Registry:
    """Accounts, consents and enrolments on a real, empty database."""
    return registry_on(mongo, vault)
