from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from diary.ids import PatientId
from registry_api.trials.ids import TrialId


class JobKind(StrEnum):
    """MATCHING judges all patients, alerts them where the trial is open, and counts the reach.

    CLOSING cancels alerts that wait and, where `corrects` is set, tells those who were alerted.
    """

    MATCHING = "matching"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work on one trial over many patients; the jobs of a trial run one after the other, by `number`.

    `period` is the open period that it is about; None for the reach of a trial that is not open. `after` is
    the last patient done.
    """

    trial: TrialId
    number: int
    kind: JobKind
    period: int | None
    corrects: bool = False
    after: PatientId | None = None
    fitting: int = 0

    @property
    def id(self) -> str:
        return f"{self.trial}:{self.number}"
