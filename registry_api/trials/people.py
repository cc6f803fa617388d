from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from diary.ids import PatientId
from registry_api.trials.facts import Person


class People(Protocol):
    """Those who may be alerted: enrolled patients who permit contact about trials now.

    Promises: `batches` yields every one of them exactly once, in ascending order of id, from the first id
    above `after`; nobody who stays reachable throughout is left out, whatever is written meanwhile. No batch
    is empty or larger than `size`.
    """

    def batches(self, size: int, *, after: PatientId | None = None) -> AsyncIterator[Sequence[Person]]: ...
