from __future__ import annotations

import asyncio

import pytest

from registry_api.mongo import Mongo
from registry_api.vault import SealBroken, Vault


async def test_what_was_sealed_can_be_opened(vault: Vault) -> None:
    """A sealed field opens for its owner and does not hold the text in clear."""
    sealed = await vault.seal("patient-1", "name", "Ana Muñoz")
    assert b"Ana" not in sealed
    assert await vault.open("patient-1", "name", sealed) == "Ana Muñoz"


@pytest.mark.parametrize(("owner", "field"), [("patient-2", "name"), ("patient-1", "phone")])
async def test_a_sealed_field_moved_elsewhere_does_not_open(vault: Vault, owner: str, field: str) -> None:
    """Ciphertext copied to another person or another field is refused."""
    sealed = await vault.seal("patient-1", "name", "Ana")
    with pytest.raises(SealBroken):
        await vault.open(owner, field, sealed)


async def test_altered_ciphertext_does_not_open(vault: Vault) -> None:
    """One changed byte is found."""
    sealed = bytearray(await vault.seal("patient-1", "name", "Ana"))
    sealed[-1] ^= 1
    with pytest.raises(SealBroken):
        await vault.open("patient-1", "name", bytes(sealed))


async def test_first_use_from_many_sides_makes_one_key(vault: Vault, mongo: Mongo) -> None:
    """Ten seals at once for a new owner share one data key."""
    sealed = await asyncio.gather(*(vault.seal("fresh", "name", str(n)) for n in range(10)))
    assert [await vault.open("fresh", "name", each) for each in sealed] == [str(n) for n in range(10)]
    assert await mongo.database["vault_keys"].count_documents({"keyAltNames": "fresh"}) == 1


async def test_the_phone_key_is_stable_and_says_nothing(vault: Vault) -> None:
    """Equal numbers have equal keys, others do not, and no digit run of the number is in it."""
    assert vault.phone_key("+12025550123") == vault.phone_key("+12025550123")
    assert vault.phone_key("+12025550123") != vault.phone_key("+12025550124")
    assert "2025550123" not in vault.phone_key("+12025550123")
