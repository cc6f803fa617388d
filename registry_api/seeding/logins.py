"""Those whom a newcomer can be: described in logins.toml, sown like all the others, named in demo.json."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from diary.check_ins import Channel
from diary.days import moment
from diary.forms import Form
from diary.ids import PatientId
from diary.instruments.catalogue import daily
from diary.partial_dates import PartialDate
from diary.treatments import DoseUnit, SideEffect, ToxinResponse, Treatment, TreatmentKind
from notifications.phone import PhoneNumber
from registry_api.coalition.store import Organisation, OrganisationId
from registry_api.enrolment.consents import Decision, Purpose
from registry_api.enrolment.profile import Distribution, FormWithOnset, Sex, YesNoUnknown
from registry_api.identity.callers import Role
from registry_api.identity.ids import StaffId
from registry_api.identity.languages import Language
from registry_api.seeding.care import treatment_id
from registry_api.seeding.chance import identifier
from registry_api.seeding.person import Course, Person
from registry_api.seeding.remarks import with_remarks

LOGIN_DAYS = 345
"""How many days of diary a demo's logins have at least: four injection cycles, and two weeks before."""

_YEAR = 365.25
_JOINED_BEFORE_DAYS = 40
_CONSENTS = {
    Purpose.REGISTRY: Decision.GRANTED,
    Purpose.TEXTS: Decision.GRANTED,
    Purpose.TRIAL_CONTACT: Decision.GRANTED,
    Purpose.RECONTACT: Decision.GRANTED,
    Purpose.RESEARCH_SHARING: Decision.REFUSED,
}


@dataclass(frozen=True)
class Login:
    """Somebody whose phone the newcomer holds."""

    role: Role
    phone: PhoneNumber
    name: str


@dataclass(frozen=True)
class StaffLogin:
    """A member of staff to be sown; `organisation` for coalition members only."""

    id: StaffId
    role: Role
    phone: PhoneNumber = field(repr=False)
    name: str = field(repr=False)
    organisation: OrganisationId | None


def demo_logins(seed: int) -> list[Login]:
    """Patients first, then staff; the same whatever the seed, so that notes about the demo stay true."""
    del seed
    found = _described()
    patients = [Login(Role.PATIENT, PhoneNumber(each.phone), each.name) for each in found.patient]
    return patients + [Login(each.role, PhoneNumber(each.phone), each.name) for each in found.staff]


def staff(seed: int) -> list[StaffLogin]:
    """The staff, the administrator last."""
    return [
        StaffLogin(
            id=StaffId(identifier(seed, "staff", each.phone).hex),
            role=each.role,
            phone=PhoneNumber(each.phone),
            name=each.name,
            organisation=OrganisationId(each.organisation) if each.organisation else None,
        )
        for each in _described().staff
    ]


def organisations() -> list[Organisation]:
    return [Organisation(OrganisationId(each.id), each.name) for each in _described().organisation]


def login_patients(seed: int, days: int, anchor: datetime) -> list[Person]:
    """The patients among the logins, with a diary of all `days`."""
    return [_person(seed, each, days, anchor) for each in _described().patient]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Medicine(_Frozen):
    """One by mouth, so many milligrams a day, begun that many days ago and taken still."""

    product: str
    milligrams: float
    since: int
    unwanted: SideEffect


class _Patient(_Frozen):
    name: str
    phone: str
    language: Language
    country: str
    zone: str
    sex: Sex
    age: int
    forms: Mapping[Form, float]
    injections: tuple[int, ...]
    prompt_time: time
    postal_code: str | None = None
    core_items: tuple[str, ...] = ()
    medicine: _Medicine | None = None
    unwanted: SideEffect | None = None


class _Staff(_Frozen):
    role: Role
    name: str
    phone: str
    organisation: str | None = None


class _Organisation(_Frozen):
    id: str
    name: str


class _Described(_Frozen):
    patient: tuple[_Patient, ...]
    staff: tuple[_Staff, ...]
    organisation: tuple[_Organisation, ...]


@cache
def _described() -> _Described:
    text = resources.files("registry_api.seeding").joinpath("logins.toml").read_text("utf-8")
    return _Described.model_validate(tomllib.loads(text))


def _person(seed: int, login: _Patient, days: int, anchor: datetime) -> Person:
    key, zone = login.phone, ZoneInfo(login.zone)
    today = anchor.astimezone(zone).date()
    born = today - timedelta(days=round(login.age * _YEAR))
    injections = tuple(today - timedelta(days=ago) for ago in reversed(login.injections))
    onsets = {form: today - timedelta(days=round(years * _YEAR)) for form, years in login.forms.items()}
    given = [
        Treatment(
            id=treatment_id(seed, key, "toxin", number),
            kind=TreatmentKind.TOXIN_INJECTION,
            started_on=PartialDate.of_day(day),
            product="onabotulinumtoxinA",
            response=ToxinResponse.GOOD,
        )
        for number, day in enumerate(injections)
    ]
    return Person(
        key=key,
        patient=PatientId(identifier(seed, "patient", key).hex),
        phone=PhoneNumber(login.phone),
        name=login.name,
        language=login.language,
        country=login.country,
        zone=login.zone,
        postal_code=login.postal_code,
        birth_month=PartialDate(born.year, born.month),
        sex=login.sex,
        forms=tuple(FormWithOnset(form, PartialDate(day.year, day.month)) for form, day in onsets.items()),
        distribution=Distribution.FOCAL if len(onsets) == 1 else Distribution.SEGMENTAL,
        isolated=YesNoUnknown.YES,
        toxin_ever=YesNoUnknown.YES,
        dbs=YesNoUnknown.NO,
        enrolled_at=moment(today - timedelta(days=days + _JOINED_BEFORE_DAYS), time(11), zone),
        consents=_CONSENTS,
        prompt_time=login.prompt_time,
        core_items=login.core_items or daily().default_core,
        treatments=(*_remarked(seed, login, given, today), *_medicines(seed, login, today)),
        course=Course(
            severity=7.0,
            pain=0.7,
            looked_at=4.5,
            depth=0.65,
            injections=injections,
            adherence=0.97,
            away=range(0),
            channel=Channel.SMS,
        ),
    )


def _remarked(seed: int, login: _Patient, given: list[Treatment], today: date) -> tuple[Treatment, ...]:
    """The injections with what is said of them; `unwanted` is what came with the last one."""
    told = with_remarks(seed, login.phone, given, tuple(login.forms), today, attentive=0.8)
    if login.unwanted is None:
        return told
    return (*told[:-1], replace(told[-1], side_effects=(login.unwanted,)))


def _medicines(seed: int, login: _Patient, today: date) -> tuple[Treatment, ...]:
    if login.medicine is None:
        return ()
    return (
        Treatment(
            id=treatment_id(seed, login.phone, "medicine", 0),
            kind=TreatmentKind.ORAL_MEDICINE,
            started_on=PartialDate.of_day(today - timedelta(days=login.medicine.since)),
            product=login.medicine.product,
            dose=login.medicine.milligrams,
            dose_unit=DoseUnit.MILLIGRAMS,
            side_effects=(login.medicine.unwanted,),
        ),
    )
