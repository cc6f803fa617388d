"""The monthly snapshot: counts contributors, moves what enough people changed, and protects the table."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo.errors import DuplicateKeyError

from diary.forms import Form
from diary.ids import PatientId
from registry_api.coalition.disclosure import RULES, Counts, Rules, protect
from registry_api.coalition.marks import KEY_BYTES, mark
from registry_api.coalition.stability import settle
from registry_api.coalition.store import CoalitionStore, Snapshot
from registry_api.mongo import Mongo
from registry_api.vault.vault import SERVICE, Vault

_TOTAL = "total"
_BATCH = 1000
_KEY_FIELD = "coalition_marks"

Contributors = dict[str, AbstractSet[bytes]]


@dataclass(frozen=True)
class Registrant:
    """Somebody who may be counted; `forms` is empty for an unaffected carrier."""

    patient: PatientId
    forms: frozenset[Form]


class Registrants(Protocol):
    def batches(self, now: datetime, size: int) -> AsyncIterator[list[Registrant]]:
        """Everybody enrolled whose registry consent permits the use of data at `now`, each exactly once.

        Reads by an index, `size` people at a time, and holds no more than that in memory.
        """
        ...


class Snapshots:
    """Takes snapshots. Any number of workers may ask at once: a month gets one, and it never changes."""

    def __init__(
        self,
        mongo: Mongo,
        vault: Vault,
        store: CoalitionStore,
        registrants: Registrants,
        rules: Rules = RULES,
    ) -> None:
        self._mongo = mongo
        self._vault = vault
        self._store = store
        self._registrants = registrants
        self._rules = rules

    async def take_if_due(self, now: datetime) -> Snapshot | None:
        """Takes the month's snapshot where it is missing; None where it is not, or nobody has registered.

        Due from the first of the month (UTC), and at once where there never was one.
        """
        newest = await self._store.newest()
        month = f"{now:%Y-%m}"
        if newest is not None and newest.month >= month:
            return None
        present = await self._present(now)
        if newest is None and not present[_TOTAL]:
            return None
        counted = settle(await self._store.counted(), present, self._rules.must_change)
        snapshot = Snapshot(
            month=month, taken_on=now.date(), taken_at=now, table=protect(_counts(counted), self._rules)
        )

        async def keep(session: AsyncIOMotorClientSession) -> None:
            await self._store.insert(snapshot, session=session)
            await self._store.replace_counted(counted, session=session)

        try:
            await self._mongo.transact(keep)
        except DuplicateKeyError:
            return None  # another worker took this month's
        return snapshot

    async def _present(self, now: datetime) -> Contributors:
        key = await self._marks_key()
        names = (_TOTAL, *(form.value for form in Form))
        present: dict[str, set[bytes]] = {name: set() for name in names}
        async for batch in self._registrants.batches(now, _BATCH):
            for registrant in batch:
                somebody = mark(key, registrant.patient)
                present[_TOTAL].add(somebody)
                for form in registrant.forms:
                    present[form.value].add(somebody)
        return dict(present)

    async def _marks_key(self) -> bytes:
        sealed = await self._store.sealed_key()
        if sealed is None:
            made = secrets.token_hex(KEY_BYTES)
            await self._store.keep_key(await self._vault.seal(SERVICE, _KEY_FIELD, made))
            sealed = await self._store.sealed_key()
        if sealed is None:
            msg = "the key of the contributors' marks was deleted while a snapshot was taken"
            raise RuntimeError(msg)
        return bytes.fromhex(await self._vault.open(SERVICE, _KEY_FIELD, sealed))


def _counts(counted: Contributors) -> Counts:
    return Counts(total=len(counted[_TOTAL]), by_form={form: len(counted[form.value]) for form in Form})
