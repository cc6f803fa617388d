"""What a patient has told, with the day from which each fact holds.

Coarse facts only: whoever reads a profile cannot tell who it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from diary.forms import Form
from diary.ids import PatientId
from diary.instruments.catalogue import Instrument
from diary.partial_dates import PartialDate
from diary.planning.plans import Plan, plans_of
from registry_api.enrolment.places import Place
from registry_api.identity.languages import Language

T = TypeVar("T")


class Distribution(StrEnum):
    FOCAL = "FOCAL"
    SEGMENTAL = "SEGMENTAL"
    MULTIFOCAL = "MULTIFOCAL"
    GENERALISED = "GENERALISED"
    HEMIDYSTONIA = "HEMIDYSTONIA"
    UNKNOWN = "UNKNOWN"


class Sex(StrEnum):
    FEMALE = "FEMALE"
    MALE = "MALE"
    OTHER = "OTHER"
    UNDISCLOSED = "UNDISCLOSED"


class YesNoUnknown(StrEnum):
    YES = "YES"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class FormWithOnset:
    form: Form
    onset: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class Residence:
    """`area` is the first three digits of an American ZIP code, `place` its coarse position."""

    country: str
    area: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A fact that holds from a local day on, until the next one of its kind."""

    since: date
    value: T


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`prompt_time` is local; None for no prompt. `core_items` are the two symptoms followed every day.

    `plans` are those that this person chose; other questionnaires have their usual ones.
    """

    language: Language
    time_zone: str
    prompt_time: time | None
    core_items: tuple[str, ...]
    plans: tuple[Plan, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One enrolled patient. `postal_code` is sealed; the histories are oldest first and never empty."""

    patient: PatientId
    enrolled_at: datetime
    birth_month: PartialDate
    sex: Sex
    forms: tuple[Dated[tuple[FormWithOnset, ...]], ...]
    distribution: tuple[Dated[Distribution], ...]
    isolated: tuple[Dated[YesNoUnknown], ...]
    toxin_ever: tuple[Dated[YesNoUnknown], ...]
    dbs: tuple[Dated[YesNoUnknown], ...]
    residence: tuple[Dated[Residence], ...]
    languages: tuple[Dated[Language], ...]
    settings: Settings
    postal_code: bytes | None = field(default=None, repr=False)

    @property
    def current_forms(self) -> tuple[FormWithOnset, ...]:
        return self.forms[-1].value

    @property
    def country(self) -> str:
        return self.residence[-1].value.country


def planned(profile: Profile, published: Iterable[Instrument]) -> tuple[Plan, ...]:
    """The plan of each questionnaire that can be planned for this person, of those that are published."""
    since = profile.enrolled_at.astimezone(ZoneInfo(profile.settings.time_zone)).date()
    return plans_of(profile.settings.plans, since, [each.form for each in profile.current_forms], published)


def as_of(history: Sequence[Dated[T]], day: date) -> T | None:
    """The fact as it was known on a day; None where nothing was known yet."""
    return next((fact.value for fact in reversed(history) if fact.since <= day), None)


def with_fact(history: Sequence[Dated[T]], value: T, today: date) -> tuple[Dated[T], ...]:
    """The history after a statement made today.

    What was said before stays, for questions about earlier days; twice on one day, the last word counts.
    """
    if history and history[-1].value == value:
        return tuple(history)
    since = max(today, history[-1].since) if history else today
    kept = [fact for fact in history if fact.since < since]
    if kept and kept[-1].value == value:
        return tuple(kept)
    return (*kept, Dated(since, value))
