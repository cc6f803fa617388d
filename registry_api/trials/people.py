from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.ids import PatientId
from registry_api.trials.facts import Person


class People(Protocol):
    """Those who may be alerted: enrolled patients who permit alerts about trials, now or after a pause.

    Promises: `batches` yields every one of them exactly once, in ascending order of id, from the first id
    above `after`; nobody who stays reachable throughout is left out, whatever is written meanwhile. No batch
    is empty or larger than `size`.
    """

    def batches(
        self, size: int, now: datetime, *, after: PatientId | None = None
    ) -> AsyncIterator[Sequence[Person]]: ...

    async def admit(self, patient: PatientId, now: datetime, *, session: AsyncIOMotorClientSession) -> None:
        """Raises where a patient may not be introduced; until the transaction ends, that cannot change."""
        ...
