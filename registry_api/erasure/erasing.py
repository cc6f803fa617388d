"""The worker's step: destroys a person's key, then deletes what is left of them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession

from notifications.ids import AddressKey, RecipientId
from notifications.phone import PhoneNumber
from registry_api.audit.events import Action, AuditEvent, worker_actor
from registry_api.audit.store import Audit
from registry_api.conversations.store import stranger_recipient
from registry_api.erasure.erasure import SECOND_LOOK, Erasure, ErasureState
from registry_api.erasure.store import REMAINS, ErasureStore, RemainsStore
from registry_api.identity.accounts import Accounts
from registry_api.identity.challenges.store import ChallengeStore
from registry_api.identity.store import Account, SessionStore
from registry_api.mongo import Mongo
from registry_api.vault.errors import SealBroken
from registry_api.vault.vault import Vault

_AT_ONCE = 200


class Erasing:
    """Any number of workers may do this: a request is leased, and its one step that counts happens once.

    That step is one transaction: the key is destroyed, the account and its number are gone, every session
    ends. From then on nobody can tell who the rows belong to that are left, which are deleted next, and once
    more a little later, because somebody may have been writing one just then.
    """

    def __init__(
        self, mongo: Mongo, vault: Vault, accounts: Accounts, audit: Audit, *, lease: timedelta
    ) -> None:
        self._mongo = mongo
        self._vault = vault
        self._accounts = accounts
        self._audit = audit
        self._lease = lease
        self._store = ErasureStore(mongo.database)
        self._remains = RemainsStore(mongo.database)
        self._sessions = SessionStore(mongo.database)
        self._challenges = ChallengeStore(mongo.database)

    async def run_once(self, now: datetime, worker: str) -> bool:
        """Works on the request that is longest due; False where none is."""
        erasure = await self._store.claim(now, worker, self._lease)
        if erasure is None:
            return False
        if erasure.state is ErasureState.ASKED:
            await self._erase(erasure, now)
        else:
            await self._clear(erasure)
            await self._store.mark_cleared(erasure.id)
        return True

    async def _erase(self, erasure: Erasure, now: datetime) -> None:
        account = await self._accounts.store.find(erasure.patient)
        phone = await self._phone(account)
        codes = await self._vault.phone_keys(phone) if phone else []
        number = account.number if account else None

        async def act(session: AsyncIOMotorClientSession) -> bool:
            there = await self._store.find(erasure.id, session=session)
            if there is None or there.state is not ErasureState.ASKED:
                return False  # they changed their mind, or another worker was first
            master_key = await self._vault.destroy_keys([erasure.patient], now, session=session)
            await self._store.mark_erased(
                erasure.id, now, master_key=master_key, number=number, session=session
            )
            if number is not None and phone is not None:
                await self._accounts.numbers.forget(number, phone, session=session)
                await self._challenges.forget(codes, session=session)
            await self._accounts.store.delete(erasure.patient, session=session)
            await self._sessions.delete_all(erasure.patient, session=session)
            await self._audit.record_many(
                (
                    AuditEvent(
                        actor=worker_actor(),
                        action=action,
                        subject=erasure.patient,
                        record=erasure.id,
                        at=now,
                    )
                    for action in (Action.KEY_DESTROYED, Action.ERASED)
                ),
                session=session,
            )
            return True

        if await self._mongo.transact(act):
            self._vault.let_go()
            await self._clear(erasure, number)
            await self._store.look_again(erasure.id, now + SECOND_LOOK)

    async def _phone(self, account: Account | None) -> PhoneNumber | None:
        if account is None:
            return None
        try:
            return (await self._accounts.holder_of(account)).phone
        except SealBroken:
            return None

    async def _clear(self, erasure: Erasure, number: AddressKey | None = None) -> None:
        """Deletes every row about the person, a few at a time; can be repeated."""
        number = number or erasure.number
        for recipient in (RecipientId(erasure.patient), *([stranger_recipient(number)] if number else [])):
            await self._until_none(partial(self._remains.clear_texts, recipient, _AT_ONCE))
        for remains in REMAINS:
            await self._until_none(partial(self._remains.clear, remains, erasure.patient, _AT_ONCE))
        if number is not None:
            await self._mongo.transact(lambda session: self._remains.forget_inbound(number, session=session))

    async def _until_none(self, delete_some: Callable[..., Coroutine[Any, Any, int]]) -> None:
        while await self._mongo.transact(lambda session: delete_some(session=session)):
            pass
