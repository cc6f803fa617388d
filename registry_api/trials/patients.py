"""The registry's patients as matching sees them: dated facts from the profile and the diary's treatments."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.forms import Form
from diary.ids import PatientId
from diary.treating.store import TreatmentStore
from diary.treatments import ToxinResponse, Treatment, TreatmentKind
from registry_api.enrolment.errors import NotEnrolled
from registry_api.enrolment.permissions import Permissions
from registry_api.enrolment.profile import Dated, FormWithOnset, Profile, Sex
from registry_api.enrolment.store import EnrolmentStore
from registry_api.enrolment.uses import Use, may_in_time
from registry_api.identity.store import AccountStore
from registry_api.trials.facts import (
    FormOnset,
    Injection,
    Medicine,
    Person,
    Residence,
    Spoken,
    Stated,
    ToxinStatement,
)


class RegistryPeople:
    """`People`: those who are enrolled and permit alerts about trials; a pause only makes alerts wait."""

    def __init__(
        self,
        enrolments: EnrolmentStore,
        accounts: AccountStore,
        permissions: Permissions,
        treatments: TreatmentStore,
    ) -> None:
        self._enrolments = enrolments
        self._accounts = accounts
        self._permissions = permissions
        self._treatments = treatments

    async def batches(
        self, size: int, now: datetime, *, after: PatientId | None = None
    ) -> AsyncIterator[Sequence[Person]]:
        async for profiles in self._enrolments.enrolled_batches(after, size):
            ids = [profile.patient for profile in profiles]
            permitting, treatments = await asyncio.gather(
                self._permissions.permitting(ids, Use.ALERT_TRIALS, now), self._treatments.list_for_many(ids)
            )
            people = [
                person_of(profile, treatments.get(profile.patient, ()))
                for profile in profiles
                if profile.patient in permitting
            ]
            if people:
                yield people

    async def admit(self, patient: PatientId, now: datetime, *, session: AsyncIOMotorClientSession) -> None:
        """Keeps the promise of `People`; raises as `Permissions.require` does."""
        await self._accounts.take_turn(patient, session=session)
        await self._permissions.require(patient, Use.INTRODUCE, now, session=session)

    async def permitting(self, patient: PatientId, use: Use, now: datetime) -> Person | None:
        """One patient's facts, where they are enrolled and permit this use now, or when their pause ends."""
        if not may_in_time(await self._permissions.of(patient, now), use):
            return None
        return await self.find(patient)

    async def find(self, patient: PatientId) -> Person | None:
        """One patient's facts, for what they ask for themselves; None before enrolment."""
        profile = await self._enrolments.find(patient)
        if profile is None:
            return None
        return person_of(profile, await self._treatments.list_for(patient))

    async def require(self, patient: PatientId) -> Person:
        """Raises NotEnrolled where there are no facts yet."""
        person = await self.find(patient)
        if person is None:
            raise NotEnrolled
        return person


def person_of(profile: Profile, treatments: Sequence[Treatment]) -> Person:
    """What is known of a patient. Nobody is asked whether they listed all injections, so the list is open."""
    return Person(
        id=profile.patient,
        birth=profile.birth_month,
        sex=None if profile.sex is Sex.UNDISCLOSED else profile.sex.value,
        residences=[
            Residence(
                fact.since,
                fact.value.country,
                fact.value.place.latitude if fact.value.place else None,
                fact.value.place.longitude if fact.value.place else None,
            )
            for fact in profile.residence
        ],
        languages=[Spoken(fact.since, (fact.value.value,)) for fact in profile.languages],
        forms_stated_on=profile.forms[0].since,
        forms=_forms(profile.forms),
        distribution=[Stated(fact.since, fact.value.value) for fact in profile.distribution],
        isolated=[Stated(fact.since, fact.value.value) for fact in profile.isolated],
        dbs=[*(Stated(fact.since, fact.value.value) for fact in profile.dbs), *_implanted(treatments)],
        toxin=[ToxinStatement(fact.since, fact.value.value) for fact in profile.toxin_ever],
        injections=[
            Injection(treatment.started_on, _response(treatment))
            for treatment in treatments
            if treatment.kind is TreatmentKind.TOXIN_INJECTION
        ],
        medicines=_medicines(treatments),
        zone=ZoneInfo(profile.settings.time_zone),
        text_language=profile.settings.language.value,
    )


def _forms(history: Sequence[Dated[tuple[FormWithOnset, ...]]]) -> list[FormOnset]:
    """The forms of the newest statement, each from the day since which it has been stated without a break."""
    since: dict[Form, date] = {}
    for fact in history:
        stated = {each.form for each in fact.value}
        since = {form: since.get(form, fact.since) for form in stated}
    return [FormOnset(since[each.form], each.form, each.onset) for each in history[-1].value]


def _implanted(treatments: Sequence[Treatment]) -> list[Stated]:
    return [
        Stated(treatment.started_on.last_day, "YES")
        for treatment in treatments
        if treatment.kind is TreatmentKind.DBS
    ]


def _response(treatment: Treatment) -> str | None:
    if treatment.response in {None, ToxinResponse.UNKNOWN}:
        return None
    return str(treatment.response)


def _medicines(treatments: Sequence[Treatment]) -> list[Medicine]:
    """Medicines are stable since the last start, change of dose or end.

    Who listed none has not said that they take none.
    """
    listed = [treatment for treatment in treatments if treatment.kind is TreatmentKind.ORAL_MEDICINE]
    if not listed:
        return []
    changes = [
        each
        for treatment in listed
        for each in (treatment.started_on, treatment.ended_on, *(change.on for change in treatment.changes))
        if each
    ]
    last = max(changes, key=lambda change: change.last_day)
    taken = any(treatment.ended_on is None for treatment in listed)
    return [Medicine(last.last_day, "SOME" if taken else "NONE", last)]
