"""Changing the master key: all data keys are wrapped anew, and the former master key is destroyed.

What was destroyed before lies in the oplog and in backups still, wrapped by the former master key: only when
that one is gone too can nobody read it any more. Every step can be repeated, so whoever starts a rotation
that was killed goes on with it. Api and workers go on meanwhile and take up the new key by themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo.errors import DuplicateKeyError

from registry_api.audit.events import SERVICE as OWN_RECORD
from registry_api.audit.events import Action, Actor, AuditEvent
from registry_api.audit.store import Audit
from registry_api.mongo import Mongo
from registry_api.vault.errors import MasterKeyInUse, NoSuchMasterKey, SameMasterKey
from registry_api.vault.master_keys import MasterKey, MasterKeyState
from registry_api.vault.store import EpochStore, KeyStore, MasterKeyStore
from registry_api.vault.vault import EPOCH_KNOWN_SECONDS, Vault

_REWRAPPED_AT_ONCE = 100
_SIDE_BY_SIDE = 4

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is."""

Rekey = Callable[[Progress], Awaitable[None]]
"""Stores everything that depends on the epoch anew, for the newest one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyReport:
    """How keys stand. `waiting` are data keys that another master key than the active one wraps."""

    master_keys: tuple[MasterKey, ...]
    data_keys: int
    waiting: int

    @property
    def active(self) -> MasterKey:
        return next(key for key in self.master_keys if key.state is MasterKeyState.ACTIVE)

    @property
    def to_destroy(self) -> tuple[MasterKey, ...]:
        """Former master keys that a key management service keeps still: its owner must destroy them there."""
        return tuple(key for key in self.master_keys if key.state is MasterKeyState.RETIRING)

    @property
    def unreadable_up_to(self) -> int:
        """The number of the last master key before which, and with which, all are destroyed; 0 for none."""
        reached = 0
        for key in self.master_keys:
            if key.state is not MasterKeyState.DESTROYED:
                break
            reached = key.number
        return reached


class Rotation:
    """Rotates the master key; `now` is the clock, `by` who asked for it."""

    def __init__(
        self,
        mongo: Mongo,
        vault: Vault,
        audit: Audit,
        *,
        rekey: Rekey,
        now: Callable[[], datetime],
        settle_seconds: float = 1.5 * EPOCH_KNOWN_SECONDS,
    ) -> None:
        self._mongo = mongo
        self._vault = vault
        self._master_keys = vault.master_keys
        self._audit = audit
        self._rekey = rekey
        self._now = now
        self._settle_seconds = settle_seconds
        self._keys = KeyStore(mongo.database)
        self._masters = MasterKeyStore(mongo.database)
        self._epochs = EpochStore(mongo.database)

    async def report(self) -> KeyReport:
        masters = tuple(await self._masters.all())
        active = next(key for key in masters if key.state is MasterKeyState.ACTIVE)
        return KeyReport(
            master_keys=masters,
            data_keys=await self._keys.count(),
            waiting=await self._keys.count_wrapped_otherwise(active.wrapped),
        )

    async def run(self, by: Actor, progress: Progress, *, grace_seconds: float = 60.0) -> KeyReport:
        """Begins a rotation, or goes on with one that was begun, to its end.

        `grace_seconds` is how long what is on its way to people without an account may take to get there;
        after that it cannot be read any more.

        Raises:
            SameMasterKey: the settings name the key that is in use, or one that was used before.
        """
        active = await self._begun(by)
        await self._change_epoch(active, by, progress, grace_seconds)
        await self._rewrap(active, progress)
        await self._destroy_local(by)
        return await self.report()

    async def confirm_destroyed(self, number: int, by: Actor) -> KeyReport:
        """Notes that the owner of a key management service has destroyed a former master key there.

        Raises:
            NoSuchMasterKey: there is no former master key of this number that still exists.
            MasterKeyInUse: data keys are wrapped by it.
        """
        report = await self.report()
        if number not in {key.number for key in report.to_destroy}:
            raise NoSuchMasterKey(number)
        if report.waiting:
            raise MasterKeyInUse(number)
        await self._mark_destroyed(number, by)
        return await self.report()

    async def _begun(self, by: Actor) -> MasterKey:
        """The master key of the rotation under way, which is begun where there is none."""
        while True:
            masters = await self._masters.all()
            active = next(key for key in masters if key.state is MasterKeyState.ACTIVE)
            epochs = await self._epochs.all()
            unfinished = await self._keys.wrapped_otherwise(active.wrapped, None, 1)
            local = [key for key in masters if key.state is MasterKeyState.RETIRING and key.is_local]
            if local or unfinished or epochs[0].number < active.number or len(epochs) > 1:
                return active
            next_key = self._next_key(masters, active)
            if await self._exchange(active, next_key, by):
                return next_key

    def _next_key(self, masters: list[MasterKey], active: MasterKey) -> MasterKey:
        number = active.number + 1
        provider, options = self._master_keys.make(number)
        if any((key.provider, key.options) == (provider, options) for key in masters):
            raise SameMasterKey
        return MasterKey(
            number=number,
            provider=provider,
            options=options,
            state=MasterKeyState.ACTIVE,
            made_at=self._now(),
        )

    async def _exchange(self, active: MasterKey, next_key: MasterKey, by: Actor) -> bool:
        """False where somebody else did so meanwhile."""

        async def act(session: AsyncIOMotorClientSession) -> bool:
            if not await self._masters.retire(active.number, session=session):
                return False
            await self._masters.insert(next_key, session=session)
            await self._tell(Action.MASTER_KEY_ROTATED, f"master-key:{next_key.number}", by, session)
            return True

        try:
            return await self._mongo.transact(act)
        except DuplicateKeyError:
            return False

    async def _change_epoch(
        self, active: MasterKey, by: Actor, progress: Progress, grace_seconds: float
    ) -> None:
        """Finds people by another look-up key from now on, and destroys the former one."""
        await self._vault.start_epoch(active.number)
        former = [epoch.number for epoch in await self._epochs.all() if epoch.number < active.number]
        if not former:
            return
        await asyncio.sleep(self._settle_seconds)  # until every process knows the new epoch
        await self._rekey(progress)
        await _wait(grace_seconds, progress)
        await self._rekey(progress)  # what was stored for the former epoch at the very last moment
        for number in former:

            async def act(session: AsyncIOMotorClientSession, number: int = number) -> None:
                if await self._vault.end_epoch(number, self._now(), session=session):
                    await self._tell(Action.KEY_DESTROYED, f"epoch:{number}", by, session)

            await self._mongo.transact(act)

    async def _rewrap(self, active: MasterKey, progress: Progress) -> None:
        """Wraps every data key by the active master key; those that are wrapped so already cost a look."""
        what = "Keys wrapped anew"
        total, done = await self._keys.count_wrapped_otherwise(active.wrapped), 0
        progress(what, 0, total)
        last: bytes | None = None
        while batch := await self._keys.wrapped_otherwise(
            active.wrapped, last, _REWRAPPED_AT_ONCE * _SIDE_BY_SIDE
        ):
            parts = [batch[at : at + _REWRAPPED_AT_ONCE] for at in range(0, len(batch), _REWRAPPED_AT_ONCE)]
            await asyncio.gather(*(self._vault.rewrap(active, part) for part in parts))
            last, done = batch[-1], done + len(batch)
            progress(what, min(done, total), total)

    async def _destroy_local(self, by: Actor) -> None:
        """Destroys former master keys that are files of this machine, unless a data key needs one."""
        masters = await self._masters.all()
        active = next(key for key in masters if key.state is MasterKeyState.ACTIVE)
        if await self._keys.wrapped_otherwise(active.wrapped, None, 1):
            raise MasterKeyInUse(active.number)
        for key in masters:
            if key.is_local and key.state is MasterKeyState.RETIRING:
                self._master_keys.files.destroy(key.number)
                await self._mark_destroyed(key.number, by)
        self._vault.let_go()

    async def _mark_destroyed(self, number: int, by: Actor) -> None:
        async def act(session: AsyncIOMotorClientSession) -> None:
            if await self._masters.mark_destroyed(number, self._now(), session=session):
                await self._tell(Action.MASTER_KEY_DESTROYED, f"master-key:{number}", by, session)

        await self._mongo.transact(act)

    async def _tell(self, action: Action, record: str, by: Actor, session: AsyncIOMotorClientSession) -> None:
        event = AuditEvent(actor=by, action=action, subject=OWN_RECORD, record=record, at=self._now())
        await self._audit.record(event, session=session)


async def _wait(seconds: float, progress: Progress) -> None:
    what, whole = "Seconds for what is on its way", max(1, round(seconds))
    if seconds <= 0:
        return
    for second in range(whole):
        progress(what, second, whole)
        await asyncio.sleep(seconds / whole)
    progress(what, whole, whole)
