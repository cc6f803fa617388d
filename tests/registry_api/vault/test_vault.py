from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from motor.motor_asyncio import AsyncIOMotorClientSession

from registry_api.mongo import Mongo
from registry_api.vault.errors import (
    KeyDestroyed,
    MasterKeyMissing,
    MasterKeyWrong,
    NotPrepared,
    SealBroken,
)
from registry_api.vault.indexes import INDEXES
from registry_api.vault.master_keys import MasterKeys
from registry_api.vault.vault import PASSING, Sealed, Vault
from tests.registry_api.vault.fetches import KeyFetches
from tests.registry_api.vault.keyed import Keyed

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


async def destroy(vault: Vault, mongo: Mongo, owner: str) -> int:
    async def act(session: AsyncIOMotorClientSession) -> int:
        return await vault.destroy_keys([owner], NOW, session=session)

    return await mongo.transact(act)


async def test_what_was_sealed_can_be_opened(vault: Vault) -> None:
    """A sealed text opens for its owner and does not hold the text in clear."""
    sealed = await vault.seal("patient-1", "name", "Ana Muñoz")
    assert b"Ana" not in sealed
    assert await vault.open("patient-1", "name", sealed) == "Ana Muñoz"


async def test_a_record_is_one_ciphertext(vault: Vault) -> None:
    """The fields of a record are sealed and opened together."""
    sealed = await vault.seal("patient-1", "identity", {"name": "Ana", "phone": "+12025550123"})
    assert b"Ana" not in sealed
    opened = await vault.open_record("patient-1", "identity", sealed)
    assert opened == {"name": "Ana", "phone": "+12025550123"}


@pytest.mark.parametrize(("owner", "record"), [("patient-2", "name"), ("patient-1", "phone")])
async def test_a_sealed_field_moved_elsewhere_does_not_open(vault: Vault, owner: str, record: str) -> None:
    """Ciphertext copied to another person or another record is refused, alone and among others."""
    sealed = await vault.seal("patient-1", "name", "Ana")
    with pytest.raises(SealBroken):
        await vault.open(owner, record, sealed)
    many = [Sealed("patient-1", "name", sealed), Sealed(owner, record, sealed)]
    assert await vault.open_many(many) == ["Ana", None]


@pytest.mark.parametrize("place", [0, 1, 20, -1])
async def test_altered_ciphertext_does_not_open(vault: Vault, place: int) -> None:
    """One changed byte is found, wherever it is."""
    sealed = bytearray(await vault.seal("patient-1", "name", "Ana"))
    sealed[place] ^= 1
    with pytest.raises(SealBroken):
        await vault.open("patient-1", "name", bytes(sealed))


async def test_text_and_record_are_not_taken_for_each_other(vault: Vault) -> None:
    """A record does not open as a text, nor a text as a record."""
    with pytest.raises(SealBroken):
        await vault.open("patient-1", "it", await vault.seal("patient-1", "it", {"name": "Ana"}))
    with pytest.raises(SealBroken):
        await vault.open_record("patient-1", "it", await vault.seal("patient-1", "it", "Ana"))


async def test_first_use_from_many_sides_makes_one_key(vault: Vault, mongo: Mongo) -> None:
    """Ten seals at once for a new owner share one data key."""
    fresh = uuid4().hex
    sealed = await asyncio.gather(*(vault.seal(fresh, "name", str(n)) for n in range(10)))
    assert [await vault.open(fresh, "name", each) for each in sealed] == [str(n) for n in range(10)]
    assert await mongo.database["vault_keys"].count_documents({"keyAltNames": fresh}) == 1


async def test_many_records_open_with_one_fetch_of_their_keys(
    vault: Vault, mongodb_uri: str, mongo: Mongo, master_keys: MasterKeys
) -> None:
    """A process that has no key in memory opens 60 people's records after one query for keys."""
    people = [uuid4().hex for _ in range(60)]
    await vault.make_keys(people)
    sealed = [Sealed(each, "name", await vault.seal(each, "name", f"Name {each}")) for each in people]
    fetches = KeyFetches()
    other = Mongo(mongodb_uri, mongo.database.name, listeners=[fetches])
    cold = Vault(other, master_keys)
    assert await cold.open_many(sealed) == [f"Name {each}" for each in people]
    assert fetches.count == 1
    await cold.close()
    other.close()


async def test_a_destroyed_key_opens_nothing_when_memory_has_forgotten_it(
    vault: Vault, mongo: Mongo, master_keys: MasterKeys
) -> None:
    """Other processes lose a destroyed key within the cache's time; the others' records still open."""
    other = Vault(mongo, master_keys, cache_seconds=0.2)
    gone, stays = uuid4().hex, uuid4().hex
    sealed = {each: await vault.seal(each, "name", "Ana") for each in (gone, stays)}
    assert await other.open(gone, "name", sealed[gone]) == "Ana"
    await destroy(vault, mongo, gone)
    await asyncio.sleep(0.25)
    with pytest.raises(SealBroken):
        await other.open(gone, "name", sealed[gone])
    many = [Sealed(each, "name", sealed[each]) for each in (gone, stays)]
    assert await other.open_many(many) == [None, "Ana"]
    await other.close()


async def test_who_was_erased_never_has_a_key_again(
    vault: Vault, mongo: Mongo, master_keys: MasterKeys
) -> None:
    """A late write of another process cannot bring a destroyed key back under the same name."""
    gone = uuid4().hex
    await vault.make_keys([gone])
    assert await destroy(vault, mongo, gone) == 1
    late = Vault(mongo, master_keys)
    with pytest.raises(KeyDestroyed):
        await late.seal(gone, "name", "Ana")
    assert await mongo.database["vault_keys"].count_documents({"keyAltNames": gone}) == 0
    await late.close()


async def test_the_phone_key_is_stable_and_says_nothing(vault: Vault) -> None:
    """Equal numbers have equal keys, others do not, and no digit run of the number is in it."""
    assert await vault.phone_key("+12025550123") == await vault.phone_key("+12025550123")
    assert await vault.phone_key("+12025550123") != await vault.phone_key("+12025550124")
    assert "2025550123" not in await vault.phone_key("+12025550123")


async def test_what_passes_is_sealed_under_the_epoch(vault: Vault, mongo: Mongo) -> None:
    """People without a record have no key of their own that would have to be found and destroyed."""
    sealed = await vault.seal(PASSING, "phone", "+12025550123")
    assert await vault.open(PASSING, "phone", sealed) == "+12025550123"
    assert await mongo.database["vault_keys"].count_documents({"keyAltNames": PASSING}) == 0


async def test_processes_that_start_at_once_share_one_master_key(
    mongodb_uri: str, master_keys: MasterKeys
) -> None:
    """Five vaults prepared at the same moment on an empty database agree on master key and look-up key."""
    mongo = Mongo(mongodb_uri, f"test_prepare_{uuid4().hex[:8]}")
    await mongo.prepare(INDEXES)
    vaults = [Vault(mongo, master_keys) for _ in range(5)]
    await asyncio.gather(*(vault.prepare(NOW) for vault in vaults))
    assert len({await vault.phone_key("+12025550123") for vault in vaults}) == 1
    for vault in vaults:
        await vault.close()
    await mongo.drop()
    mongo.close()


async def test_a_vault_that_was_not_prepared_says_so(mongodb_uri: str, master_keys: MasterKeys) -> None:
    """Nothing is sealed before there is a master key on record."""
    mongo = Mongo(mongodb_uri, f"test_unprepared_{uuid4().hex[:8]}")
    vault = Vault(mongo, master_keys)
    with pytest.raises(NotPrepared):
        await vault.seal("patient-1", "name", "Ana")
    await vault.close()
    mongo.close()


async def test_another_key_in_the_place_of_the_right_one_is_noticed_at_start(keyed: Keyed) -> None:
    """A start with the wrong secrets, or with none, ends with a sentence instead of unreadable names."""
    await keyed.process()
    right = keyed.files.read(1)
    keyed.files.path(1).write_bytes(bytes(96))
    with pytest.raises(MasterKeyWrong):
        await keyed.process()
    keyed.files.destroy(1)
    with pytest.raises(MasterKeyMissing):
        await keyed.process()
    keyed.files.path(1).write_bytes(right)
    await keyed.process()
