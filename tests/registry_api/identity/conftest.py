from __future__ import annotations

from collections.abc import Iterator

import pytest

from notifications.outbox import Outbox
from registry_api.identity.accounts import Accounts
from registry_api.identity.sessions import Sessions
from registry_api.mongo import Mongo
from registry_api.vault import Vault
from tests.registry_api.identity.desk import CountingHasher, Desk


@pytest.fixture
def accounts(mongo: Mongo, vault: Vault) -> Accounts:
    return Accounts(mongo, vault)


@pytest.fixture
def sessions(mongo: Mongo, accounts: Accounts) -> Sessions:
    return Sessions(mongo, accounts)


@pytest.fixture(scope="session")
def hasher() -> Iterator[CountingHasher]:
    made = CountingHasher()
    yield made
    made.close()


@pytest.fixture
def desk(mongo: Mongo, vault: Vault, accounts: Accounts, sessions: Sessions, hasher: CountingHasher) -> Desk:
    """Sign-in with somebody who can read the texts that wait in the outbox."""
    return Desk(
        mongo=mongo,
        vault=vault,
        outbox=Outbox(mongo.database, vault),
        accounts=accounts,
        sessions=sessions,
        hasher=hasher,
    )
