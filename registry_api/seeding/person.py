"""The values that describe somebody made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from diary.check_ins import Channel
from diary.forms import Form
from diary.ids import PatientId
from diary.partial_dates import PartialDate
from diary.treatments import Treatment
from notifications.phone import PhoneNumber
from registry_api.enrolment.consents import Decision, Purpose
from registry_api.enrolment.profile import Distribution, FormWithOnset, Sex, YesNoUnknown
from registry_api.identity.languages import Language


@dataclass(frozen=True, kw_only=True)
class Course:
    """How somebody's symptoms go, on the scale of the ratings, 0 to 10.

    `depth` is the share of `severity` that an injection takes away at its peak; `adherence` the share of days
    with an entry; `away` the days without any.
    """

    severity: float
    pain: float
    looked_at: float
    depth: float
    injections: tuple[date, ...]
    adherence: float
    away: range
    channel: Channel


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody made up, before anything is sealed; `key` names them within the seed."""

    key: str
    patient: PatientId
    phone: PhoneNumber = field(repr=False)
    name: str = field(repr=False)
    language: Language
    country: str
    zone: str
    postal_code: str | None
    birth_month: PartialDate
    sex: Sex
    forms: tuple[FormWithOnset, ...]
    distribution: Distribution
    isolated: YesNoUnknown
    toxin_ever: YesNoUnknown
    dbs: YesNoUnknown
    enrolled_at: datetime
    consents: Mapping[Purpose, Decision]
    prompt_time: time | None
    core_items: tuple[str, ...]
    treatments: tuple[Treatment, ...]
    course: Course

    @property
    def form_names(self) -> frozenset[Form]:
        return frozenset(stated.form for stated in self.forms)
