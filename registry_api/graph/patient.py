"""A patient's own view of what the registry keeps about them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import strawberry

from diary.days import closes_at, open_day
from diary.forms import Form
from diary.instruments import catalogue
from diary.treating.chain import TreatmentChain
from diary.treating.store import standing
from registry_api.enrolment import profile as facts
from registry_api.enrolment.form import default_settings
from registry_api.enrolment.profile import Distribution, Sex, YesNoUnknown
from registry_api.erasure import erasure as erasing
from registry_api.graph.asking_types import DailyPrompt, Plan, daily_prompt, plans_as_of
from registry_api.graph.connections import Connection, page_of
from registry_api.graph.consent_types import (
    Consent,
    ConsentSignature,
    Participation,
    ParticipationEvent,
    PermittedUse,
    consent,
    consent_signature,
    participation_event,
    participation_state,
    permitted_uses,
)
from registry_api.graph.context import Info
from registry_api.graph.diary_types import CheckIn, check_in
from registry_api.graph.scalars import LocalTime, PartialDate, TimeZone
from registry_api.graph.treatment_types import Treatment, treatment
from registry_api.identity import callers
from registry_api.identity.errors import NotSignedIn
from registry_api.identity.languages import Language
from registry_api.identity.phones import ending


@strawberry.type
class FormWithOnset:
    form: Form
    onset: PartialDate | None


@strawberry.type
class Enrolment:
    enrolled_at: datetime
    forms: list[FormWithOnset]
    distribution: Distribution
    isolated: YesNoUnknown
    sex: Sex
    birth_month: PartialDate
    country: str
    postal_code: str | None
    toxin_ever: YesNoUnknown
    dbs: YesNoUnknown


@dataclass(frozen=True)
class Known:
    """What plans are worked out from; the profile is None before enrolment."""

    profile: facts.Profile | None
    treatments: list[TreatmentChain]
    today: date


@strawberry.type
class Settings:
    language: Language
    time_zone: TimeZone
    prompt_time: LocalTime | None = strawberry.field(
        description="When the daily prompt is texted, local time; null for no prompt."
    )
    core_items: list[strawberry.ID] = strawberry.field(
        description="The two daily items this person chose to follow, besides fear of being looked at."
    )
    caller: strawberry.Private[callers.Patient]
    known: strawberry.Private[Known]

    @strawberry.field(
        description="How often each questionnaire besides the daily ratings is asked; none before enrolment."
    )
    async def plans(self, info: Info) -> list[Plan]:
        # access: not asked, whoever holds a Patient acts as that person.
        if self.known.profile is None:
            return []
        published = await info.context.services.instruments.published()
        return plans_as_of(self.known.profile, published, standing(self.known.treatments), self.known.today)

    @strawberry.field(description="The daily text as it comes at present; null for no text.")
    async def daily_prompt(self, info: Info) -> DailyPrompt | None:
        # access: not asked, whoever holds a Patient acts as that person.
        prompts, patient = info.context.services.prompts, self.caller.patient_id
        schedule, fading = await asyncio.gather(prompts.schedule(patient), prompts.pace(patient))
        return daily_prompt(schedule, fading) if schedule and fading else None


@strawberry.type(description="The day that is open for check-in; it lasts until 03:00 next morning.")
class Today:
    date: date
    closes_at: datetime
    check_in: CheckIn | None


@strawberry.type(description="A wish to be erased that waits for its time; until then it can be taken back.")
class Erasure:
    id: strawberry.ID
    asked_at: datetime
    erases_at: datetime


@strawberry.type
class Patient:
    id: strawberry.ID
    phone_ending: str = strawberry.field(description="The last four digits only.")
    consents: list[Consent]
    participation: Participation
    uses: list[PermittedUse] = strawberry.field(
        description="What may be done with this person's data at this moment, and what may not."
    )
    erasure: Erasure | None = strawberry.field(description="Null unless this person asked to be erased.")
    enrolment: Enrolment | None
    settings: Settings
    texts_stopped: bool = strawberry.field(
        description="True after STOP: only the text START brings texts back."
    )
    today: Today
    known_name: strawberry.Private[str | None]
    known_treatments: strawberry.Private[list[TreatmentChain]]
    caller: strawberry.Private[callers.Patient]

    @strawberry.field(description="Every signature that was ever given, newest first.")
    async def consent_history(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[ConsentSignature]:
        # access: not asked, whoever holds a Patient acts as that person.
        services = info.context.services
        signatures = await services.consents.history(self.caller.patient_id)
        nodes = [(each.id, consent_signature(self.caller, each, services.library)) for each in signatures]
        return page_of(nodes, first, after)

    @strawberry.field(description="One of these signatures; null where it is not this person's.")
    async def consent_signature(self, info: Info, id: strawberry.ID) -> ConsentSignature | None:  # noqa: A002
        # access: not asked, whoever holds a Patient acts as that person.
        services = info.context.services
        found = await services.consents.signature(self.caller.patient_id, id)
        return consent_signature(self.caller, found, services.library) if found else None

    @strawberry.field(description="Every change of participation, newest first.")
    async def participation_history(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[ParticipationEvent]:
        # access: not asked, whoever holds a Patient acts as that person.
        events = await info.context.services.taking_part.history(self.caller.patient_id)
        nodes = [(str(event.number), participation_event(event)) for event in reversed(events)]
        return page_of(nodes, first, after)

    @strawberry.field(description="Treatments, newest first.")
    def treatments(self, first: int = 50, after: str | None = None) -> Connection[Treatment]:
        nodes = [(known.id, treatment(known)) for known in self.known_treatments if not known.withdrawn]
        return page_of(nodes, first, after)


async def patient_of(info: Info, caller: callers.Patient) -> Patient:
    """Everything at once: few reads, side by side."""
    # access: not asked, whoever holds a Patient acts as that person.
    services, now, patient = info.context.services, info.context.now, caller.patient_id
    account, standings, uses, profile, treatments, erasure = await asyncio.gather(
        services.accounts.store.find(patient),
        services.consents.standings(patient),
        services.permissions.of(patient, now),
        services.enrolments.profile(patient),
        services.treatments.chains_for(patient),
        services.erasures.of(patient),
    )
    if account is None:
        raise NotSignedIn
    settings = profile.settings if profile else default_settings(account.language)
    zone = ZoneInfo(settings.time_zone)
    today = open_day(now, zone)
    holder, entry, stopped, postal_code = await asyncio.gather(
        services.accounts.holder_of(account),
        services.diary.for_day(patient, catalogue.DAILY, today),
        services.addresses.is_opted_out(account.number),
        services.enrolments.postal_code(profile) if profile else _nothing(),
    )
    return Patient(
        id=strawberry.ID(patient),
        phone_ending=ending(holder.phone),
        consents=[consent(standing, services.library) for standing in standings],
        participation=participation_state(uses.participation),
        uses=permitted_uses(uses),
        erasure=_erasure(erasure) if erasure else None,
        enrolment=_enrolment(profile, postal_code) if profile else None,
        settings=_settings(settings, Known(profile, treatments, today), caller),
        texts_stopped=stopped,
        today=Today(
            date=today,
            closes_at=closes_at(today, zone),
            check_in=check_in(entry, standing(treatments)) if entry and not entry.withdrawn else None,
        ),
        known_name=holder.name,
        known_treatments=treatments,
        caller=caller,
    )


async def _nothing() -> None:
    return None


def _erasure(wish: erasing.Erasure) -> Erasure:
    return Erasure(id=strawberry.ID(wish.id), asked_at=wish.asked_at, erases_at=wish.erases_at)


def _enrolment(profile: facts.Profile, postal_code: str | None) -> Enrolment:
    return Enrolment(
        enrolled_at=profile.enrolled_at,
        forms=[
            FormWithOnset(form=stated.form, onset=PartialDate(str(stated.onset)) if stated.onset else None)
            for stated in profile.current_forms
        ],
        distribution=profile.distribution[-1].value,
        isolated=profile.isolated[-1].value,
        sex=profile.sex,
        birth_month=PartialDate(str(profile.birth_month)),
        country=profile.country,
        postal_code=postal_code,
        toxin_ever=profile.toxin_ever[-1].value,
        dbs=profile.dbs[-1].value,
    )


def _settings(settings: facts.Settings, known: Known, caller: callers.Patient) -> Settings:
    return Settings(
        language=settings.language,
        time_zone=TimeZone(settings.time_zone),
        prompt_time=LocalTime(settings.prompt_time.isoformat("minutes")) if settings.prompt_time else None,
        core_items=[strawberry.ID(item) for item in settings.core_items],
        caller=caller,
        known=known,
    )
