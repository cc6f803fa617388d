"""Enrolling, and what is kept of it."""

from __future__ import annotations

from typing import Annotated

import strawberry

from diary.errors import FieldFault, InvalidTreatment
from diary.forms import Form
from diary.partial_dates import PartialDate as KnownDate
from registry_api.enrolment.errors import InvalidEnrolment
from registry_api.enrolment.form import EnrolmentForm, SettingsChange
from registry_api.enrolment.profile import Distribution, FormWithOnset, Sex, YesNoUnknown
from registry_api.graph.asking_types import PlanInput
from registry_api.graph.context import Info
from registry_api.graph.patient import Patient, patient_of
from registry_api.graph.problems import (
    ConsentMissing,
    InvalidInput,
    NotAllowed,
    NotEnrolled,
    NotSignedIn,
    ParticipationEnded,
)
from registry_api.graph.scalars import LocalTime, PartialDate, TimeZone
from registry_api.graph.treatment_types import TreatmentInput, treatment_value
from registry_api.identity.access import as_patient
from registry_api.identity.languages import Language


@strawberry.input
class FormInput:
    form: Form
    onset: PartialDate | None = None


@strawberry.input
class EnrolmentInput:
    name: str
    birth_month: PartialDate = strawberry.field(description="YYYY-MM; adults only.")
    sex: Sex
    forms: list[FormInput] = strawberry.field(description="Empty for an unaffected gene carrier.")
    distribution: Distribution = Distribution.UNKNOWN
    isolated: YesNoUnknown = YesNoUnknown.UNKNOWN
    toxin_ever: YesNoUnknown = YesNoUnknown.UNKNOWN
    dbs: YesNoUnknown = YesNoUnknown.UNKNOWN
    country: str = strawberry.field(description="ISO 3166-1 alpha-2.")
    postal_code: str | None = None
    time_zone: TimeZone
    language: Language
    prompt_time: LocalTime | None = None
    core_items: list[strawberry.ID] | None = None
    treatments: list[TreatmentInput] = strawberry.field(default_factory=list)


@strawberry.input(description="What is left out stays as it is.")
class SettingsInput:
    language: Language | None = None
    time_zone: TimeZone | None = None
    prompt_time: LocalTime | None = None
    no_prompt: bool = strawberry.field(default=False, description="Turns the daily prompt off.")
    core_items: list[strawberry.ID] | None = None
    plans: list[PlanInput] = strawberry.field(
        default_factory=list, description="Only the questionnaires whose plan is to be another one."
    )
    daily_prompts_again: bool = strawberry.field(
        default=False, description="Brings the daily text back where it had become rarer for want of answers."
    )


@strawberry.type
class Enrolled:
    patient: Patient


@strawberry.type
class SettingsChanged:
    patient: Patient


EnrolResult = Annotated[
    Enrolled | ConsentMissing | ParticipationEnded | InvalidInput | NotSignedIn | NotAllowed,
    strawberry.union("EnrolResult"),
]
ChangeSettingsResult = Annotated[
    SettingsChanged | InvalidInput | NotEnrolled | NotSignedIn | NotAllowed,
    strawberry.union("ChangeSettingsResult"),
]


async def enrol(info: Info, input: EnrolmentInput) -> EnrolResult:  # noqa: A002
    patient = as_patient(info.context.caller)
    await info.context.services.enrolments.enrol(patient, _form(input), info.context.now)
    return Enrolled(patient=await patient_of(info, patient))


async def change_settings(info: Info, input: SettingsInput) -> ChangeSettingsResult:  # noqa: A002
    patient = as_patient(info.context.caller)
    change = SettingsChange(
        language=input.language,
        time_zone=input.time_zone,
        prompt_time=input.prompt_time,
        no_prompt=input.no_prompt,
        core_items=None if input.core_items is None else list(input.core_items),
        plans=[wish.to_domain() for wish in input.plans],
        daily_prompts_again=input.daily_prompts_again,
    )
    await info.context.services.enrolments.change_settings(patient, change, info.context.now)
    return SettingsChanged(patient=await patient_of(info, patient))


def _form(given: EnrolmentInput) -> EnrolmentForm:
    faults: list[FieldFault] = []
    birth_month = _date(given.birth_month, "birthMonth", faults)
    forms = [
        FormWithOnset(each.form, _date(each.onset, f"forms[{number}].onset", faults))
        for number, each in enumerate(given.forms)
    ]
    treatments = []
    for number, each in enumerate(given.treatments):
        try:
            treatments.append(treatment_value(each, f"treatments[{number}]."))
        except InvalidTreatment as invalid:
            faults += invalid.fields
    if faults or birth_month is None:
        raise InvalidEnrolment(faults)
    return EnrolmentForm(
        name=given.name,
        birth_month=birth_month,
        sex=given.sex,
        forms=forms,
        distribution=given.distribution,
        isolated=given.isolated,
        toxin_ever=given.toxin_ever,
        dbs=given.dbs,
        country=given.country,
        postal_code=given.postal_code,
        time_zone=given.time_zone,
        language=given.language,
        prompt_time=given.prompt_time,
        core_items=list(given.core_items or ()),
        treatments=treatments,
    )


def _date(text: str | None, path: str, faults: list[FieldFault]) -> KnownDate | None:
    if text is None:
        return None
    try:
        return KnownDate.parse(text)
    except ValueError as wrong:
        faults.append(FieldFault(path, str(wrong)))
        return None


@strawberry.type
class EnrolmentMutation:
    enrol: EnrolResult = strawberry.mutation(
        resolver=enrol, description="Enrols, or corrects what was enrolled."
    )
    change_settings: ChangeSettingsResult = strawberry.mutation(resolver=change_settings)
