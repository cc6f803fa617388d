"""The values of a treatment: what was given, how it went, and the chain of what was said of it.

Everything is coded, because free text could identify a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
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


class DoseUnit(StrEnum):
    """What an amount of a medicine taken by mouth is counted in."""

    MILLIGRAMS = "MILLIGRAMS"
    MICROGRAMS = "MICROGRAMS"
    MILLILITRES = "MILLILITRES"
    TABLETS = "TABLETS"


class SideEffect(StrEnum):
    """What was unwanted. The first three can be the toxin's effect spreading, which is an emergency."""

    TROUBLE_SWALLOWING = "TROUBLE_SWALLOWING"
    TROUBLE_SPEAKING = "TROUBLE_SPEAKING"
    TROUBLE_BREATHING = "TROUBLE_BREATHING"
    MUSCLE_WEAKNESS = "MUSCLE_WEAKNESS"
    HEAD_DROP = "HEAD_DROP"
    DROOPING_EYELID = "DROOPING_EYELID"
    DOUBLE_OR_BLURRED_VISION = "DOUBLE_OR_BLURRED_VISION"
    DRY_OR_WATERING_EYES = "DRY_OR_WATERING_EYES"
    DRY_MOUTH = "DRY_MOUTH"
    PAIN_OR_BRUISING = "PAIN_OR_BRUISING"
    FLU_LIKE = "FLU_LIKE"
    HEADACHE = "HEADACHE"
    TIREDNESS = "TIREDNESS"
    DIZZINESS = "DIZZINESS"
    NAUSEA = "NAUSEA"
    CONSTIPATION = "CONSTIPATION"
    FORGETFULNESS = "FORGETFULNESS"
    LOW_MOOD = "LOW_MOOD"
    RESTLESSNESS = "RESTLESSNESS"
    TROUBLE_WALKING = "TROUBLE_WALKING"
    TINGLING = "TINGLING"
    INFECTION = "INFECTION"
    OTHER = "OTHER"


URGENT = frozenset({SideEffect.TROUBLE_SWALLOWING, SideEffect.TROUBLE_SPEAKING, SideEffect.TROUBLE_BREATHING})


class StopReason(StrEnum):
    """Why somebody stopped a treatment, or went over to another one after it."""

    DID_NOT_HELP = "DID_NOT_HELP"
    STOPPED_HELPING = "STOPPED_HELPING"
    SIDE_EFFECTS = "SIDE_EFFECTS"
    COST_OR_COVER = "COST_OR_COVER"
    HARD_TO_REACH = "HARD_TO_REACH"
    SWITCHED = "SWITCHED"
    DOCTORS_ADVICE = "DOCTORS_ADVICE"
    NOT_NEEDED = "NOT_NEEDED"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed in a treatment that goes on: the daily dose of a medicine, or the settings of DBS."""

    on: PartialDate
    dose: float | None = None


@dataclass(frozen=True, slots=True)
class Treatment:
    """One injection, one medicine over a time, or deep brain stimulation; `id` is made by the client.

    `product` is the id of a product, or one of its names (the store keeps the id): `diary.treating.products`.
    `dose` is in units of that product for an injection (units of different products are not interchangeable),
    and an amount a day in `dose_unit` for a medicine. `muscles` are ids of `diary.treating.muscles`.
    """

    id: TreatmentId
    kind: TreatmentKind
    started_on: PartialDate
    ended_on: PartialDate | None = None
    product: str | None = None
    response: ToxinResponse | None = None
    recorded_at: datetime | None = None
    dose: float | None = None
    dose_unit: DoseUnit | None = None
    muscles: tuple[str, ...] = ()
    benefit_noticed_on: date | None = None
    wore_off_on: date | None = None
    side_effects: tuple[SideEffect, ...] = ()
    stop_reason: StopReason | None = None
    changes: tuple[Change, ...] = ()

    @property
    def urgent(self) -> bool:
        """Whether a side effect was stated that needs emergency care when it is new."""
        return not URGENT.isdisjoint(self.side_effects)
