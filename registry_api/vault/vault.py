"""Seals what identifies a person before it leaves this process, and opens it.

The owner and the name of the record are inside the plaintext and are checked on reading, because a ciphertext
is not bound to its row.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any, TypeVar

from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo.errors import DuplicateKeyError

from registry_api.mongo import Mongo
from registry_api.vault.cipher import Cipher, UnknownMasterKey
from registry_api.vault.errors import (
    EpochEnded,
    KeyDestroyed,
    MasterKeyUnavailable,
    MasterKeyWrong,
    NotPrepared,
    SealBroken,
)
from registry_api.vault.indexes import KEYS
from registry_api.vault.master_keys import MasterKey, MasterKeys, MasterKeyState
from registry_api.vault.store import LASTING, Epoch, EpochStore, KeyStore, MasterKeyStore

SERVICE = "service"
"""Owns what belongs to nobody in particular, such as keys of our own."""

PASSING = "passing"
"""Owns what is about people without a record: codes on their way, numbers that texted us once.

Its data key is that of the epoch, so all of it becomes unreadable with the next change of keys.
"""

_LOOKUP = "lookup_key"
_LOOKUP_KEY_BYTES = 32
EPOCH_KNOWN_SECONDS = 2.0
"""How long a process may go without noticing that an epoch began or ended."""
_THREADS = 4
_LOOKS = 100
_BETWEEN_LOOKS_SECONDS = 0.05

T = TypeVar("T")
Value = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A ciphertext, and whose and what it must turn out to be."""

    owner: str
    record: str
    ciphertext: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class HeldEpoch:
    """An epoch with its look-up key opened."""

    number: int
    lookup_key: bytes = field(repr=False)

    def key_of(self, e164: str) -> str:
        """The epoch's hash of a phone number."""
        return hmac.new(self.lookup_key, e164.encode(), hashlib.sha256).hexdigest()


class Vault:
    """Keys are made at first use. `prepare` must have been called once on the database."""

    def __init__(
        self,
        mongo: Mongo,
        master_keys: MasterKeys,
        *,
        cache_seconds: float = 60.0,
        epoch_seconds: float = EPOCH_KNOWN_SECONDS,
    ) -> None:
        self._mongo = mongo
        self.master_keys = master_keys
        self._cache_seconds = cache_seconds
        self._epoch_seconds = epoch_seconds
        self._keys = KeyStore(mongo.database)
        self._masters = MasterKeyStore(mongo.database)
        self._epochs = EpochStore(mongo.database)
        self._threads = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="vault")
        self._cipher: Cipher | None = None
        self._lasting: HeldEpoch | None = None
        self._known_epochs: tuple[HeldEpoch, ...] = ()
        self._epochs_read_at = 0.0

    async def prepare(self, now: datetime) -> None:
        """Makes the first master key and the first epoch where there are none.

        Raises:
            MasterKeyMissing: a key is in use and is not on this machine.
            MasterKeyWrong: another key is, under its name.
            MasterKeyUnavailable: the key management service does not unwrap.
        """
        if not await self._masters.all():
            provider, options = self.master_keys.make(1)
            first = MasterKey(
                number=1, provider=provider, options=options, state=MasterKeyState.ACTIVE, made_at=now
            )
            await self._masters.insert(first)
        active = await self._active()
        if active.is_local:
            self.master_keys.files.read(active.number)
        self._reload()
        if not await self._epochs.all():
            await self._add_epoch(LASTING)
            await self._add_epoch(1)
        try:
            await self._epochs_now(fresh=True)
        except SealBroken:
            raise MasterKeyWrong from None

    async def seal(self, owner: str, record: str, value: Value) -> bytes:
        """Encrypts a text, or the fields of a record, under the owner's data key.

        Raises:
            KeyDestroyed: the owner was erased.
        """
        key_name = await self._key_name(owner)
        text = value if isinstance(value, str) else dict(value)
        plain = {"owner": owner, "record": record, "value": text}
        try:
            return await self._again_with_new_keys(lambda cipher: cipher.seal(key_name, plain))
        except SealBroken:
            await self.make_keys([key_name])
            return await self._again_with_new_keys(lambda cipher: cipher.seal(key_name, plain))

    async def open(self, owner: str, record: str, sealed: bytes) -> str:
        """Decrypts a text of this owner and record.

        Raises:
            SealBroken: it is of another owner or record, was altered, or its key was destroyed.
        """
        value = await self._open_one(Sealed(owner, record, sealed))
        if not isinstance(value, str):
            raise SealBroken
        return value

    async def open_record(self, owner: str, record: str, sealed: bytes) -> dict[str, str]:
        """Decrypts the fields of a record; raises as `open` does."""
        value = await self._open_one(Sealed(owner, record, sealed))
        if isinstance(value, str):
            raise SealBroken
        return dict(value)

    async def open_texts(self, sealed: Sequence[tuple[str, str, bytes]]) -> list[str]:
        """Decrypts texts, each given with its owner and record, with one fetch of keys; raises as `open`."""
        opened = await self._opened([Sealed(*each) for each in sealed])
        if not all(isinstance(each, str) for each in opened):
            raise SealBroken
        return [str(each) for each in opened]

    async def open_many(self, sealed: Sequence[Sealed]) -> list[Value | None]:
        """Decrypts values of many owners with one fetch of their keys; None for what cannot be opened."""
        try:
            return list(await self._opened(sealed))
        except SealBroken:
            return [await self._open_or_none(each) for each in sealed]

    async def make_keys(self, owners: Sequence[str]) -> None:
        """Makes the data keys that are missing; callers at once make one an owner.

        Raises:
            KeyDestroyed: one of the owners was erased.
        """
        for _ in range(_LOOKS):
            known = await self._keys.known(owners)
            missing = [owner for owner in owners if owner not in known]
            if not missing:
                return
            try:
                if await self._add_keys(missing):
                    return
            except DuplicateKeyError:  # somebody else made one; a majority of the servers will have it soon
                await asyncio.sleep(_BETWEEN_LOOKS_SECONDS)
        raise MasterKeyUnavailable

    async def destroy_keys(
        self, owners: Sequence[str], at: datetime, *, session: AsyncIOMotorClientSession
    ) -> int:
        """Destroys the data keys of owners, who will never have others.

        Says the number of the newest master key that may have wrapped them: copies of the database can be
        read with it and the ones before until they are destroyed as well.
        """
        active = await self._active(session=session)
        if not await self._masters.hold(active.number, session=session):
            raise MasterKeyUnavailable
        await self._keys.delete(owners, session=session)
        await self._keys.bury(owners, at, session=session)
        return active.number

    async def destroyed(self, owners: Sequence[str]) -> set[str]:
        """Those of the owners whose key was destroyed for good."""
        return await self._keys.destroyed(owners)

    async def phone_key(self, e164: str) -> str:
        """A keyed hash of a phone number: equal for equal numbers, and of no use without the look-up key."""
        return (await self.phone_keys(e164))[0]

    async def phone_keys(self, e164: str) -> list[str]:
        """The hashes of a phone number in all epochs that are alive, newest first: two during a rotation."""
        return [epoch.key_of(e164) for epoch in await self._epochs_now()]

    async def newest_epoch(self) -> int:
        return (await self._epochs_now(fresh=True))[0].number

    async def lasting_key(self, e164: str) -> str:
        """A hash of a phone number that stays the same for ever: for a STOP, which outlives all else."""
        if self._lasting is None:
            found = await self._epochs.lasting()
            if found is None:
                raise NotPrepared
            self._lasting = await self._opened_epoch(found)
        return self._lasting.key_of(e164)

    async def hold_epoch(self, *, session: AsyncIOMotorClientSession) -> HeldEpoch:
        """Ties the caller's transaction to the newest epoch.

        Raises:
            EpochEnded: there is a newer one; start the transaction again.
        """
        newest = (await self._epochs_now())[0]
        if not await self._epochs.hold(newest.number, session=session):
            self._epochs_read_at = 0.0
            raise EpochEnded
        return newest

    async def start_epoch(self, number: int) -> None:
        """Starts an epoch, unless it was started before."""
        if number not in {epoch.number for epoch in await self._epochs_now(fresh=True)}:
            await self._add_epoch(number)
            await self._epochs_now(fresh=True)

    async def end_epoch(self, number: int, at: datetime, *, session: AsyncIOMotorClientSession) -> bool:
        """Destroys an epoch's look-up key and all that passed in it; False where that was done before."""
        if not await self._epochs.delete(number, session=session):
            return False
        await self.destroy_keys([_epoch_owner(number)], at, session=session)
        return True

    async def rewrap(self, master_key: MasterKey, keys: Sequence[bytes]) -> int:
        """Wraps data keys by a master key, by their ids; how many of them were still there."""
        return await self._again_with_new_keys(
            lambda cipher: cipher.rewrap(master_key.provider, master_key.options, keys)
        )

    def let_go(self) -> None:
        """Forgets every master key that is not here any more, and every data key."""
        self._reload()

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)
        if self._cipher is not None:
            self._cipher.close()

    async def _add_epoch(self, number: int) -> None:
        owner = _epoch_owner(number)
        await self.make_keys([owner])
        plain = {"owner": owner, "record": _LOOKUP, "value": secrets.token_hex(_LOOKUP_KEY_BYTES)}
        lookup = await self._again_with_new_keys(lambda cipher: cipher.seal(owner, plain))
        with suppress(DuplicateKeyError):  # another process was first
            await self._mongo.transact(
                lambda session: self._epochs.insert(Epoch(number, lookup), session=session)
            )

    async def _key_name(self, owner: str) -> str:
        if owner != PASSING:
            return owner
        return _epoch_owner((await self._epochs_now())[0].number)

    async def _add_keys(self, owners: Sequence[str]) -> bool:
        """False where another master key came into use meanwhile."""
        active = await self._active()
        keys = await self._again_with_new_keys(
            lambda cipher: cipher.new_keys(active.provider, active.options, owners)
        )

        async def act(session: AsyncIOMotorClientSession) -> bool:
            if not await self._masters.hold(active.number, session=session):
                return False
            if await self._keys.destroyed(owners, session=session):
                raise KeyDestroyed
            await self._keys.insert(keys, session=session)
            return True

        return await self._mongo.transact(act)

    async def _active(self, *, session: AsyncIOMotorClientSession | None = None) -> MasterKey:
        active = await self._masters.active(session=session)
        if active is None:
            raise NotPrepared
        return active

    async def _epochs_now(self, *, fresh: bool = False) -> tuple[HeldEpoch, ...]:
        if fresh or monotonic() - self._epochs_read_at > self._epoch_seconds:
            known = {epoch.number: epoch for epoch in self._known_epochs}
            found = await self._epochs.all()
            if known.keys() - {epoch.number for epoch in found}:
                self._reload()  # keys were rotated and the former ones destroyed
            self._known_epochs = tuple(
                [known.get(epoch.number) or await self._opened_epoch(epoch) for epoch in found]
            )
            self._epochs_read_at = monotonic()
        if not self._known_epochs:
            raise NotPrepared
        return self._known_epochs

    async def _opened_epoch(self, epoch: Epoch) -> HeldEpoch:
        owner = _epoch_owner(epoch.number)
        return HeldEpoch(epoch.number, bytes.fromhex(await self.open(owner, _LOOKUP, epoch.lookup)))

    async def _open_one(self, sealed: Sealed) -> Value:
        (value,) = await self._opened([sealed])
        return value

    async def _open_or_none(self, sealed: Sealed) -> Value | None:
        try:
            return await self._open_one(sealed)
        except SealBroken:
            return None

    async def _opened(self, sealed: Sequence[Sealed]) -> list[Value]:
        plain = await self._again_with_new_keys(
            lambda cipher: cipher.open([each.ciphertext for each in sealed])
        )
        return [_checked(value, each) for value, each in zip(plain, sealed, strict=True)]

    async def _again_with_new_keys(self, work: Callable[[Cipher], Awaitable[T]]) -> T:
        """Does the work, and once more after a look for master keys that were made since the last look."""
        try:
            return await work(self._cipher or self._reload())
        except UnknownMasterKey:
            fresh = self._reload()
        try:
            return await work(fresh)
        except UnknownMasterKey:
            raise MasterKeyUnavailable from None

    def _reload(self) -> Cipher:
        """Takes up the master keys that are here now, and lets go of all others and of every data key."""
        providers = self.master_keys.providers()
        encryption = self._mongo.encryption(
            providers, KEYS, tls=self.master_keys.tls(), cache_seconds=self._cache_seconds
        )
        self._cipher = Cipher(encryption, providers, self._threads)
        return self._cipher


def _checked(value: Any, sealed: Sealed) -> Value:
    if not isinstance(value, dict) or (value.get("owner"), value.get("record")) != (
        sealed.owner,
        sealed.record,
    ):
        raise SealBroken
    found = value["value"]
    return found if isinstance(found, str) else dict(found)


def _epoch_owner(number: int) -> str:
    return f"epoch:{number}"
