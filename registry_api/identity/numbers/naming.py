"""Finds, names and forgets phone numbers."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo.errors import DuplicateKeyError

from notifications.ids import AddressKey
from notifications.phone import PhoneNumber
from notifications.store import Addresses
from registry_api.identity.errors import NumberTaken
from registry_api.identity.numbers.store import Number, NumberStore
from registry_api.mongo import Mongo
from registry_api.vault.errors import EpochEnded
from registry_api.vault.vault import PASSING, HeldEpoch, Vault

ASKED_FOR_A_CODE = timedelta(days=2)
WROTE_TO_US = timedelta(days=30)
PHONE = "number.phone"
_RACES = 20
_PURGED_AT_ONCE = 100

T = TypeVar("T")


class Numbers:
    """One name a number, whoever asks first; the name is random and never changes."""

    def __init__(self, mongo: Mongo, vault: Vault) -> None:
        self.store = NumberStore(mongo.database)
        self._mongo = mongo
        self._vault = vault
        self.addresses = Addresses(mongo.database)

    async def find(self, phone: PhoneNumber) -> Number | None:
        return await self.store.find(await self._vault.phone_keys(phone))

    async def known(self, phone: PhoneNumber, now: datetime, keep: timedelta) -> Number:
        """The number, named now where it was not; without an account it is kept for so long at least."""
        found = await self.find(phone)
        if found is not None and (found.account is not None or _is_kept(found, now + keep / 2)):
            return found
        sealed = await self._vault.seal(PASSING, PHONE, phone)

        async def act(session: AsyncIOMotorClientSession) -> Number:
            there = await self.store.find(await self._vault.phone_keys(phone), session=session)
            if there is not None:
                await self.store.keep(there.name, now + keep, session=session)
                return there
            epoch = await self._vault.hold_epoch(session=session)
            fresh = replace(_fresh(epoch, phone), phone=sealed, purge_at=now + keep)
            await self._add(fresh, phone, now, session)
            return fresh

        return await self.transact(act)

    async def claim(
        self, phone: PhoneNumber, account: str, now: datetime, *, session: AsyncIOMotorClientSession
    ) -> Number:
        """Gives a number to an account, unless another one has it; whose it is then.

        Raises:
            EpochEnded, DuplicateKeyError: somebody else was quicker; start the transaction again.
        """
        there = await self.store.find(await self._vault.phone_keys(phone), session=session)
        if there is None:
            epoch = await self._vault.hold_epoch(session=session)
            fresh = replace(_fresh(epoch, phone), account=account)
            await self._add(fresh, phone, now, session)
            return fresh
        if there.account is None:
            await self.store.give(there.name, account, session=session)
            return replace(there, account=account, phone=None, purge_at=None)
        return there

    async def claim_many(
        self, claims: Mapping[str, PhoneNumber], *, session: AsyncIOMotorClientSession
    ) -> dict[str, AddressKey]:
        """Gives numbers to accounts, by account, for seeding; the names of the numbers.

        Raises:
            NumberTaken: an account has one of them.
        """
        epoch = await self._vault.hold_epoch(session=session)
        keys = {epoch.key_of(phone): account for account, phone in claims.items()}
        names: dict[str, AddressKey] = {}
        for known in await self.store.find_many(list(keys), session=session):
            account = keys[known.key]
            if known.account not in {None, account}:
                raise NumberTaken
            await self.store.give(known.name, account, session=session)
            names[account] = known.name
        fresh = [
            replace(_fresh(epoch, phone), account=account)
            for account, phone in claims.items()
            if account not in names
        ]
        await self.store.insert(fresh, session=session)
        return names | {number.account: number.name for number in fresh if number.account}

    async def phone_of(self, number: Number) -> PhoneNumber | None:
        """The number itself; None where an account has it, or nobody any more."""
        if number.phone is None:
            return None
        return PhoneNumber(await self._vault.open(PASSING, PHONE, number.phone))

    async def forget(
        self,
        name: AddressKey,
        phone: PhoneNumber,
        *,
        session: AsyncIOMotorClientSession,
    ) -> None:
        """Forgets all about a number but a STOP, which stays in force under a hash."""
        stopped = await self.addresses.is_opted_out(name, session=session)
        if stopped:
            await self.store.stop_for_good(await self._vault.lasting_key(phone), session=session)
        await self.addresses.forget(name, session=session)
        await self.store.delete(name, session=session)

    async def purge(self, now: datetime) -> int:
        """Forgets numbers without an account whose time has passed; how many they were."""
        overdue = await self.store.overdue(now, _PURGED_AT_ONCE)
        for number in overdue:
            await self._purge(number, now)
        return len(overdue)

    async def transact(self, act: Callable[[AsyncIOMotorClientSession], Coroutine[Any, Any, T]]) -> T:
        """One transaction, started again where somebody else named the number or changed the epoch."""
        for _ in range(_RACES):
            try:
                return await self._mongo.transact(act)
            except (DuplicateKeyError, EpochEnded):
                continue
        return await self._mongo.transact(act)

    async def _purge(self, number: Number, now: datetime) -> None:
        phone = await self.phone_of(number)

        async def act(session: AsyncIOMotorClientSession) -> None:
            there = await self.store.named(number.name, session=session)
            if there is not None and there.purge_at is not None and there.purge_at <= now and phone:
                await self.forget(number.name, phone, session=session)

        await self._mongo.transact(act)

    async def _add(
        self, number: Number, phone: PhoneNumber, now: datetime, session: AsyncIOMotorClientSession
    ) -> None:
        await self.store.insert([number], session=session)
        if await self.store.take_stop(await self._vault.lasting_key(phone), session=session):
            await self.addresses.opt_out(number.name, now, session=session)


def _fresh(epoch: HeldEpoch, phone: PhoneNumber) -> Number:
    return Number(name=AddressKey(uuid4().hex), key=epoch.key_of(phone), epoch=epoch.number)


def _is_kept(number: Number, until: datetime) -> bool:
    return number.purge_at is not None and number.purge_at >= until
