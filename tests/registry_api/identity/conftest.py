from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from notifications.outbox import Outbox
from registry_api.audit.store import Audit
from registry_api.identity.accounts import Accounts
from registry_api.identity.limits.rules import Limits
from registry_api.identity.sessions import Sessions
from registry_api.mongo import Mongo
from registry_api.vault.vault import Vault
from tests.registry_api.identity.desk import CountingHasher, Desk


@pytest.fixture
def accounts(mongo: Mongo, vault: Vault) -> Accounts:
    return Accounts(mongo, vault)


@pytest.fixture
def sessions(mongo: Mongo, accounts: Accounts, audit: Audit) -> Sessions:
    return Sessions(mongo, accounts, audit)


@pytest.fixture(scope="session")
def hasher() -> Iterator[CountingHasher]:
    made = CountingHasher()
    yield made
    made.close()


@pytest.fixture
def audit(mongo: Mongo) -> Audit:
    return Audit(mongo, bytes(32))


@pytest.fixture
def desk_with(  # noqa: PLR0917 fixtures are asked for by name
    mongo: Mongo, vault: Vault, accounts: Accounts, sessions: Sessions, audit: Audit, hasher: CountingHasher
) -> Callable[[Limits | None], Desk]:
    """Sign-in under other limits."""

    def made(limits: Limits | None) -> Desk:
        return Desk(
            mongo=mongo,
            vault=vault,
            outbox=Outbox(mongo.database, vault),
            accounts=accounts,
            sessions=sessions,
            audit=audit,
            hasher=hasher,
            limits=limits,
        )

    return made


@pytest.fixture
def desk(desk_with: Callable[[Limits | None], Desk]) -> Desk:
    """Sign-in with somebody who can read the texts that wait in the outbox."""
    return desk_with(None)
