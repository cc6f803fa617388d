"""The values of a treatment, and the products that one may name: free text is never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from diary.ids import TreatmentId
from diary.partial_dates import PartialDate


class TreatmentKind(StrEnum):
    TOXIN_INJECTION = "TOXIN_INJECTION"
    ORAL_MEDICINE = "ORAL_MEDICINE"
    DBS = "DBS"


class ToxinResponse(StrEnum):
    GOOD = "GOOD"
    PARTIAL = "PARTIAL"
    POOR = "POOR"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Treatment:
    """One injection, one medicine over a time, or deep brain stimulation; `id` is made by the client.

    `product` is the id of a product, or one of its names (the store keeps the id): `diary.treating.products`.
    """

    id: TreatmentId
    kind: TreatmentKind
    started_on: PartialDate
    ended_on: PartialDate | None = None
    product: str | None = None
    response: ToxinResponse | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecordedTreatment:
    """The treatment as it stands; `already` where it was here and nothing was written."""

    treatment: Treatment
    already: bool
