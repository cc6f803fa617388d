"""What could tell a known number from an unknown one by the time that an answer takes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from notifications.outbox import Outbox
from notifications.phone import PhoneNumber
from registry_api.audit.store import Audit
from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import Role
from registry_api.identity.errors import CodeRejected, IdentityError
from registry_api.identity.sessions import Sessions
from registry_api.mongo import Mongo
from registry_api.vault.master_keys import MasterKeys
from registry_api.vault.vault import Vault
from tests.registry_api.identity.desk import NOW, CountingHasher, Desk

PATIENT = PhoneNumber("+12025550101")
STAFF = PhoneNumber("+447700900102")
NOBODY = PhoneNumber("+33639980003")
NUMBERS = (PATIENT, STAFF, NOBODY)


class Work(CommandListener):
    """Every command of a client, by its kind and size; and every hashing."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, int]] = []

    def started(self, event: CommandStartedEvent) -> None:
        if str(event.command.get(event.command_name)).startswith("vault_"):
            return  # keys are looked up by the clock, whoever asks
        writes = [len(event.command.get(part, ())) for part in ("updates", "documents", "deletes")]
        self.commands.append((event.command_name, sum(writes)))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


class WatchedHasher(CountingHasher):
    """Counts every hashing, also those against nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.hashings = 0

    async def hash(self, code: str) -> str:
        self.hashings += 1
        return await super().hash(code)

    async def matches(self, hashed: str | None, code: str) -> bool:
        self.hashings += 1
        return await super().matches(hashed, code)


@pytest.fixture(scope="module")
def watched_hasher() -> Iterator[WatchedHasher]:
    made = WatchedHasher()
    yield made
    made.close()


@pytest.fixture
async def watched(
    mongo: Mongo, mongodb_uri: str, vault: Vault, master_keys: MasterKeys, watched_hasher: WatchedHasher
) -> AsyncIterator[tuple[Desk, Work]]:
    """Sign-in through a client that is watched, for a patient, a member of staff, and nobody."""
    work = Work()
    own = Mongo(mongodb_uri, mongo.database.name, listeners=[work])
    vault = Vault(own, master_keys)
    accounts = Accounts(own, vault)
    await accounts.create_patient(PATIENT, NOW)
    await accounts.create_staff(Role.COORDINATOR, "Ines Falk", STAFF, NOW)
    desk = Desk(
        mongo=own,
        vault=vault,
        outbox=Outbox(own.database, vault),
        accounts=accounts,
        sessions=Sessions(own, accounts, Audit(own, bytes(32))),
        audit=Audit(own, bytes(32)),
        hasher=watched_hasher,
    )
    await desk.ask(NOW - timedelta(days=1), PhoneNumber("+12025550199"))  # whatever is made at the first use
    yield desk, work
    await vault.close()
    own.close()


@contextmanager
def _noted(desk: Desk, work: Work, into: list[object]) -> Iterator[None]:
    assert isinstance(desk.hasher, WatchedHasher)
    before = desk.hasher.hashings
    work.commands.clear()
    yield
    into.append((tuple(work.commands), desk.hasher.hashings - before))


async def _asked(desk: Desk, phone: PhoneNumber) -> None:
    await desk.ask(NOW, phone)


async def _asked_again(desk: Desk, phone: PhoneNumber) -> None:
    await desk.ask(NOW + timedelta(minutes=1), phone)


async def _guessed(desk: Desk, phone: PhoneNumber) -> None:
    with pytest.raises(CodeRejected):
        await desk.sign_in.sign_in(phone, "000000", NOW)


async def _guessed_often(desk: Desk, phone: PhoneNumber) -> None:
    for _ in range(7):
        with suppress(IdentityError):
            await desk.sign_in.sign_in(phone, "000000", NOW)


Act = Callable[[Desk, PhoneNumber], Awaitable[None]]


@pytest.mark.parametrize(
    "acts",
    [
        (_asked, _asked_again, _guessed_often),
        (_guessed, _guessed),
        (_guessed_often, _asked),
    ],
    ids=["asks, then guesses", "guesses", "guesses, then asks"],
)
async def test_a_known_number_costs_what_an_unknown_one_costs(
    watched: tuple[Desk, Work], acts: tuple[Act, ...]
) -> None:
    """The same commands in the same order, with as many writes, and as many hashings: nothing to measure."""
    desk, work = watched
    for act in acts:
        costs: list[object] = []
        for phone in NUMBERS:
            with _noted(desk, work, costs):
                await act(desk, phone)
        assert costs[0] == costs[1] == costs[2]


async def test_a_first_request_costs_what_a_second_costs(watched: tuple[Desk, Work]) -> None:
    """Nobody can measure whether a number asked for a code, or was guessed at, in the last day."""
    desk, work = watched
    costs: list[object] = []
    for act in (_asked, _asked_again):
        with _noted(desk, work, costs):
            await act(desk, NOBODY)
    for phone in (NOBODY, PATIENT):
        with _noted(desk, work, costs):
            await _guessed(desk, phone)
    assert costs[0] == costs[1]
    assert costs[2] == costs[3]
