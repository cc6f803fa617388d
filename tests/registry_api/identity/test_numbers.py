from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from registry_api.identity.accounts import Accounts
from registry_api.identity.numbers.naming import ASKED_FOR_A_CODE, WROTE_TO_US, Numbers
from registry_api.mongo import Mongo
from registry_api.vault.vault import Vault
from tests.registry_api.identity.desk import NOW, OTHER_PHONE, PHONE
from tests.registry_api.stored_bytes import stored_bytes


@pytest.fixture
def numbers(mongo: Mongo, vault: Vault) -> Numbers:
    return Numbers(mongo, vault)


async def test_a_number_has_one_name_whoever_asks(numbers: Numbers) -> None:
    """Ten who ask at once get the same name, and another number has another one."""
    found = await asyncio.gather(*(numbers.known(PHONE, NOW, WROTE_TO_US) for _ in range(10)))
    assert len({number.name for number in found}) == 1
    assert (await numbers.known(OTHER_PHONE, NOW, WROTE_TO_US)).name != found[0].name


async def test_a_name_says_nothing_about_the_number(numbers: Numbers, mongo: Mongo) -> None:
    """Nothing that is stored about a number holds its digits."""
    await numbers.known(PHONE, NOW, WROTE_TO_US)
    assert PHONE.removeprefix("+1").encode() not in await stored_bytes(mongo.database)


async def test_an_account_takes_the_number_over_with_its_name(numbers: Numbers, accounts: Accounts) -> None:
    """Who wrote to us before they joined keeps the name, with a STOP that goes by it."""
    before = await numbers.known(PHONE, NOW, WROTE_TO_US)
    patient = await accounts.create_patient(PHONE, NOW)
    after = await numbers.known(PHONE, NOW, WROTE_TO_US)
    assert (after.name, after.account, after.phone, after.purge_at) == (before.name, patient, None, None)


async def test_many_first_sign_ins_on_one_number_make_one_account(accounts: Accounts) -> None:
    """Ten at once get the same account."""
    made = await asyncio.gather(*(accounts.create_patient(PHONE, NOW) for _ in range(10)))
    assert len(set(made)) == 1


@pytest.mark.parametrize("keep", [ASKED_FOR_A_CODE, WROTE_TO_US])
async def test_a_number_without_an_account_is_forgotten_in_time(numbers: Numbers, keep: timedelta) -> None:
    """It goes after its time, not before, and being heard of again starts the time anew."""
    await numbers.known(PHONE, NOW, keep)
    later = NOW + keep * 3 / 4
    await numbers.known(PHONE, later, keep)
    assert await numbers.purge(NOW + keep) == 0
    assert await numbers.purge(later + keep) == 1
    assert await numbers.find(PHONE) is None


async def test_a_number_of_an_account_is_never_purged(numbers: Numbers, accounts: Accounts) -> None:
    """However long nobody heard of it."""
    await numbers.known(PHONE, NOW, ASKED_FOR_A_CODE)
    await accounts.create_patient(PHONE, NOW)
    assert await numbers.purge(NOW + timedelta(days=1000)) == 0
    assert await numbers.find(PHONE) is not None


async def test_without_a_stop_nothing_remains_of_a_forgotten_number(numbers: Numbers, mongo: Mongo) -> None:
    """No opt-out, no trouble, no hash."""
    number = await numbers.known(PHONE, NOW, WROTE_TO_US)
    await numbers.addresses.opt_out(number.name, NOW)
    await numbers.addresses.opt_in(number.name, NOW)
    await numbers.purge(NOW + WROTE_TO_US)
    for name in ("numbers", "text_addresses", "stopped_numbers"):
        assert await mongo.database[name].estimated_document_count() == 0
