"""Stores numbers anew for the newest epoch: their hashes, and the numbers of those without an account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog
from motor.motor_asyncio import AsyncIOMotorClientSession

from notifications.ids import AddressKey
from notifications.phone import PhoneNumber
from registry_api.identity.accounts import Accounts
from registry_api.identity.challenges.store import ChallengeStore
from registry_api.identity.numbers.naming import PHONE, Numbers
from registry_api.identity.numbers.store import Number
from registry_api.identity.sign_in import CHALLENGE_PHONE
from registry_api.mongo import Mongo
from registry_api.vault.vault import PASSING, Sealed, Vault

_AT_ONCE = 100
_WHAT = "Numbers found by another key"

Progress = Callable[[str, int, int], None]
_log = structlog.get_logger("rekeying")


class Rekeying:
    """Can be repeated, and does again only what is not done: a number is changed by what it was."""

    def __init__(self, mongo: Mongo, vault: Vault, accounts: Accounts) -> None:
        self._mongo = mongo
        self._vault = vault
        self._accounts = accounts
        self._numbers = Numbers(mongo, vault)
        self._challenges = ChallengeStore(mongo.database)

    async def run(self, progress: Progress) -> None:
        """Everything that is found by the hash of a number; `progress` counts numbers."""
        await self._rekey_challenges()
        total, done, last = await self._numbers.store.count(), 0, ""
        progress(_WHAT, 0, total)
        newest = await self._vault.newest_epoch()
        while batch := await self._numbers.store.of_former_epochs(newest, last, _AT_ONCE):
            await self._renew(batch)
            last, done = batch[-1].name, done + len(batch)
            progress(_WHAT, min(done, total), total)
        progress(_WHAT, total, total)

    async def _renew(self, batch: Sequence[Number]) -> None:
        phones = await self._phones(batch)
        sealed = {
            number.name: await self._vault.seal(PASSING, PHONE, phones[number.name])
            for number in batch
            if number.account is None and number.name in phones
        }
        lost = len(batch) - len(phones)
        if lost:
            _log.error("numbers_unreadable", number=lost)

        async def act(session: AsyncIOMotorClientSession) -> None:
            epoch = await self._vault.hold_epoch(session=session)
            renewed = [
                replace(
                    number,
                    key=epoch.key_of(phones[number.name]),
                    epoch=epoch.number,
                    phone=sealed.get(number.name),
                )
                for number in batch
                if number.name in phones
            ]
            await self._numbers.store.renew(renewed, session=session)

        await self._numbers.transact(act)

    async def _phones(self, batch: Sequence[Number]) -> dict[AddressKey, PhoneNumber]:
        """The numbers themselves, by name; who was erased meanwhile is left out."""
        owners = {number.account: number.name for number in batch if number.account is not None}
        accounts = await self._accounts.store.find_many(list(owners))
        holders = await self._accounts.holders_of(list(accounts.values()))
        phones = {owners[account]: holder.phone for account, holder in holders.items()}
        kept = [number for number in batch if number.phone is not None]
        opened = await self._vault.open_many([Sealed(PASSING, PHONE, number.phone or b"") for number in kept])
        for number, phone in zip(kept, opened, strict=True):
            if isinstance(phone, str):
                phones[number.name] = PhoneNumber(phone)
        return phones

    async def _rekey_challenges(self) -> None:
        """Codes that were texted a moment ago work on, and what was counted of each number counts on."""
        last = ""
        while batch := await self._challenges.with_phone(last, _AT_ONCE):
            last = batch[-1][0]
            sealed = [Sealed(PASSING, CHALLENGE_PHONE, phone) for _, phone in batch]
            opened = await self._vault.open_many(sealed)
            for (key, _), phone in zip(batch, opened, strict=True):
                if isinstance(phone, str):
                    await self._move_challenge(key, phone)

    async def _move_challenge(self, former: str, phone: str) -> None:
        sealed = await self._vault.seal(PASSING, CHALLENGE_PHONE, phone)

        async def act(session: AsyncIOMotorClientSession) -> None:
            key = (await self._vault.hold_epoch(session=session)).key_of(phone)
            if key != former:
                await self._challenges.move(former, key, sealed, session=session)

        await self._numbers.transact(act)
