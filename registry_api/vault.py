"""Field encryption: what identifies a person is ciphertext before it leaves this process.

One data key per owner (a patient, a member of staff, or the service itself), wrapped by the master key. The
owner and the name of the field are inside the plaintext and are checked on reading, because the ciphertext
itself is not bound to its row.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bson.binary import UUID_SUBTYPE, Binary
from motor.motor_asyncio import AsyncIOMotorClientEncryption
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError, EncryptionError
from pymongo.read_concern import ReadConcern

from registry_api.mongo import Document, Mongo

KEYS = "vault_keys"
SERVICE = "service"
INDEXES = {
    KEYS: (
        IndexModel(
            [("keyAltNames", 1)],
            unique=True,
            partialFilterExpression={"keyAltNames": {"$exists": True}},
        ),
    )
}
_RANDOMISED = "AEAD_AES_256_CBC_HMAC_SHA_512-Random"
_MASTER_KEY_BYTES = 96
_LOOKUP_KEY_BYTES = 32
_LOOKS = 100
_BETWEEN_LOOKS_SECONDS = 0.05


class SealBroken(Exception):
    """A sealed value does not belong to the record and field where it was found, or its key is gone."""

    def __init__(self) -> None:
        super().__init__("A sealed value could not be opened.")


@dataclass(frozen=True)
class VaultSecrets:
    """The master key (96 bytes) and the key of the phone look-up (32 bytes)."""

    master_key: bytes
    lookup_key: bytes

    @classmethod
    def load_or_make(cls, folder: Path) -> VaultSecrets:
        """Reads both keys from files, making them at first start, readable by their owner only."""
        return cls(
            master_key=secret_file(folder / "vault-master-key", _MASTER_KEY_BYTES),
            lookup_key=secret_file(folder / "phone-lookup-key", _LOOKUP_KEY_BYTES),
        )


def secret_file(path: Path, size: int) -> bytes:
    """The content of a secret file, made of `size` random bytes where it is not there yet.

    Processes that start at once read the same: the file appears whole or not at all.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent) as made:  # readable by its owner only
            made.write(secrets.token_bytes(size))
            made.flush()
            with suppress(FileExistsError):
                os.link(made.name, path)
    return path.read_bytes()


class Vault:
    """Seals and opens the fields that identify a person."""

    def __init__(self, mongo: Mongo, keys: VaultSecrets) -> None:
        # Encryption reads keys by majority, so a key that is seen earlier could not be used yet.
        self._keys = mongo.database.get_collection(KEYS, read_concern=ReadConcern("majority"))
        self._lookup_key = keys.lookup_key
        self._encryption: AsyncIOMotorClientEncryption[Document] = mongo.encryption(keys.master_key, KEYS)
        self._key_ids: dict[str, Binary] = {}

    async def seal(self, owner: str, field: str, text: str) -> bytes:
        """Encrypts `text` under the owner's data key, which is made at the first use."""
        sealed: bytes = await self._encryption.encrypt(
            {"owner": owner, "field": field, "text": text},
            _RANDOMISED,
            key_id=await self._key_of(owner),
        )
        return sealed

    async def open(self, owner: str, field: str, sealed: bytes) -> str:
        """Decrypts a value of this owner and field.

        Raises:
            SealBroken: the value is of another owner or field, was altered, or its key was destroyed.
        """
        try:
            plain = await self._encryption.decrypt(Binary(sealed, 6))
        except EncryptionError as broken:
            raise SealBroken from broken
        if not isinstance(plain, dict) or (plain.get("owner"), plain.get("field")) != (owner, field):
            raise SealBroken
        return str(plain["text"])

    def phone_key(self, e164: str) -> str:
        """A keyed hash of a phone number: equal for equal numbers, and of no use without the look-up key."""
        return hmac.new(self._lookup_key, e164.encode(), hashlib.sha256).hexdigest()

    async def close(self) -> None:
        await self._encryption.close()

    async def _key_of(self, owner: str) -> Binary:
        known = self._key_ids.get(owner)
        if known is None:
            known = await self._found(owner) or await self._made(owner)
            self._key_ids[owner] = known
        return known

    async def _made(self, owner: str) -> Binary:
        try:
            return await self._encryption.create_data_key("local", key_alt_names=[owner])
        except (DuplicateKeyError, EncryptionError):
            for _ in range(_LOOKS):  # somebody else made it; a majority of the servers will have it soon
                found = await self._found(owner)
                if found is not None:
                    return found
                await asyncio.sleep(_BETWEEN_LOOKS_SECONDS)
            raise

    async def _found(self, owner: str) -> Binary | None:
        found = await self._keys.find_one({"keyAltNames": owner}, {"_id": 1})
        return None if found is None else Binary(found["_id"], UUID_SUBTYPE)
