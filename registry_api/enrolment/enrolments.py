"""Enrolling, correcting what was enrolled, and changing settings."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.days import open_day
from diary.errors import FieldFault, InvalidTreatment, TreatmentConflict
from diary.ids import PatientId
from diary.instruments.catalogue import Instrument
from diary.planning.plans import changed_plans, rhythms_for
from diary.questionnaires.store import QuestionnaireStore
from diary.treating import rules
from diary.treating.store import TreatmentStore
from diary.treatments import Treatment
from registry_api.audit.events import Action, AuditEvent
from registry_api.audit.store import Audit
from registry_api.enrolment import places
from registry_api.enrolment.contact import Contact
from registry_api.enrolment.errors import InvalidEnrolment, NotEnrolled
from registry_api.enrolment.form import (
    CheckedForm,
    EnrolmentForm,
    SettingsChange,
    changed_settings,
    checked_form,
    default_settings,
)
from registry_api.enrolment.permissions import Permissions
from registry_api.enrolment.profile import Profile, Settings, planned, with_fact
from registry_api.enrolment.store import EnrolmentStore
from registry_api.enrolment.uses import Use
from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import Patient, actor_of
from registry_api.mongo import Mongo
from registry_api.vault.vault import Vault

_POSTAL_CODE = "postal_code"


class Enrolments:
    """The profile of each patient and all that must change with it."""

    def __init__(
        self,
        mongo: Mongo,
        vault: Vault,
        accounts: Accounts,
        *,
        permissions: Permissions,
        contact: Contact,
        treatments: TreatmentStore,
        audit: Audit,
    ) -> None:
        self._audit = audit
        self._mongo = mongo
        self._vault = vault
        self._accounts = accounts
        self._permissions = permissions
        self._contact = contact
        self._treatments = treatments
        self._store = EnrolmentStore(mongo.database)
        self._instruments = QuestionnaireStore(mongo.database)

    async def enrol(self, caller: Patient, form: EnrolmentForm, now: datetime) -> Profile:
        """Enrols, or corrects what was enrolled, in one transaction.

        A correction keeps what was said before for questions about earlier days. Treatments are added; one
        that is on record already changes nothing.

        Raises:
            ConsentMissing, ParticipationEnded: a diary may not be kept.
            InvalidEnrolment: with a fault for each field that cannot be right.
        """
        patient = caller.patient_id
        await self._permissions.require(patient, Use.KEEP_DIARY, now)
        await asyncio.to_thread(places.load)
        checked = _checked(form, now)
        postal_code = await self._sealed_postal_code(patient, checked.postal_code)

        async def act(session: AsyncIOMotorClientSession) -> Profile:
            await self._accounts.store.take_turn(patient, session=session)
            await self._permissions.require(patient, Use.KEEP_DIARY, now, session=session)
            former = await self._store.find(patient, session=session)
            profile = profile_after(former, patient, checked, postal_code, now)
            await self._store.save(profile, session=session)
            await self._accounts.set_name(patient, checked.name, session=session)
            await self._record_treatments(patient, form.treatments, now, session)
            await self._contact.follow(patient, now, session=session)
            await self._tell(caller, Action.ENROLLED, "corrected" if former else "", now, session)
            return profile

        return await self._mongo.transact(act)

    async def change_settings(self, caller: Patient, change: SettingsChange, now: datetime) -> Profile:
        """Changes language, zone, prompt time, core items or plans of questionnaires.

        Raises:
            NotEnrolled: there are no settings yet.
            InvalidEnrolment, InvalidPlans: with a fault for each field that cannot be right.
        """
        patient = caller.patient_id
        published = await self._instruments.published() if change.plans else {}

        async def act(session: AsyncIOMotorClientSession) -> Profile:
            await self._accounts.store.take_turn(patient, session=session)
            former = await self._store.find(patient, session=session)
            if former is None:
                raise NotEnrolled
            profile = with_settings(former, settings_after(former, change, published, now), now)
            if profile != former:
                await self._store.save(profile, session=session)
                await self._contact.follow(patient, now, session=session)
            again = change.daily_prompts_again and await self._contact.prompt_daily(
                patient, now, session=session
            )
            if again or profile != former:
                reason = "daily prompts again" if again else ""
                await self._tell(caller, Action.SETTINGS_CHANGED, reason, now, session)
            return profile

        return await self._mongo.transact(act)

    async def profile(self, patient: PatientId) -> Profile | None:
        """What is on record; None before enrolment."""
        return await self._store.find(patient)

    async def profiles(self, patients: Sequence[PatientId]) -> dict[PatientId, Profile]:
        """Those of the patients who are enrolled."""
        return await self._store.find_many(patients)

    async def require(self, patient: PatientId) -> Profile:
        """Raises NotEnrolled where there is no profile."""
        profile = await self._store.find(patient)
        if profile is None:
            raise NotEnrolled
        return profile

    async def settings(self, patient: PatientId) -> Settings:
        """The settings in force; before enrolment the language of sign-in and no prompt."""
        profile = await self._store.find(patient)
        if profile is not None:
            return profile.settings
        return default_settings(await self._accounts.language_of(patient))

    async def postal_code(self, profile: Profile) -> str | None:
        """The full postal code, for the person alone."""
        if profile.postal_code is None:
            return None
        return await self._vault.open(profile.patient, _POSTAL_CODE, profile.postal_code)

    async def _tell(
        self, caller: Patient, action: Action, reason: str, now: datetime, session: AsyncIOMotorClientSession
    ) -> None:
        event = AuditEvent(
            actor=actor_of(caller), action=action, subject=caller.patient_id, reason=reason, at=now
        )
        await self._audit.record(event, session=session)

    async def _sealed_postal_code(self, patient: PatientId, postal_code: str | None) -> bytes | None:
        return None if postal_code is None else await self._vault.seal(patient, _POSTAL_CODE, postal_code)

    async def _record_treatments(
        self,
        patient: PatientId,
        treatments: Sequence[Treatment],
        now: datetime,
        session: AsyncIOMotorClientSession,
    ) -> None:
        for number, treatment in enumerate(treatments):
            try:
                await self._treatments.record(patient, treatment, now, session=session)
            except TreatmentConflict as conflict:
                fault = FieldFault(f"treatments[{number}].treatment_id", str(conflict))
                raise InvalidEnrolment([fault]) from conflict


def profile_after(
    former: Profile | None,
    patient: PatientId,
    checked: CheckedForm,
    postal_code: bytes | None,
    now: datetime,
) -> Profile:
    """The profile after a form, with the history of the former one. `postal_code` is sealed."""
    form, today = checked.form, checked.today
    return Profile(
        patient=patient,
        enrolled_at=former.enrolled_at if former else now,
        birth_month=form.birth_month,
        sex=form.sex,
        forms=with_fact(former.forms if former else (), tuple(form.forms), today),
        distribution=with_fact(former.distribution if former else (), form.distribution, today),
        isolated=with_fact(former.isolated if former else (), form.isolated, today),
        toxin_ever=with_fact(former.toxin_ever if former else (), form.toxin_ever, today),
        dbs=with_fact(former.dbs if former else (), form.dbs, today),
        residence=with_fact(former.residence if former else (), checked.residence, today),
        languages=with_fact(former.languages if former else (), form.language, today),
        settings=replace(checked.settings, plans=former.settings.plans if former else ()),
        postal_code=postal_code,
    )


def settings_after(
    profile: Profile, change: SettingsChange, published: Mapping[str, Instrument], now: datetime
) -> Settings:
    """The settings after a change; raises InvalidEnrolment and InvalidPlans."""
    settings = changed_settings(profile.settings, change)
    plannable = {
        plan.instrument: rhythms_for(published[plan.instrument])
        for plan in planned(profile, published.values())
    }
    today = open_day(now, ZoneInfo(settings.time_zone))
    return replace(settings, plans=changed_plans(settings.plans, change.plans, today, plannable))


def with_settings(profile: Profile, settings: Settings, now: datetime) -> Profile:
    """The profile with other settings; a new language is a dated fact as well."""
    today = now.astimezone(ZoneInfo(settings.time_zone)).date()
    return replace(
        profile, settings=settings, languages=with_fact(profile.languages, settings.language, today)
    )


def _checked(form: EnrolmentForm, now: datetime) -> CheckedForm:
    faults: list[FieldFault] = []
    for number, treatment in enumerate(form.treatments):
        try:
            rules.checked(treatment, now)
        except InvalidTreatment as invalid:
            faults += [
                FieldFault(f"treatments[{number}].{fault.path}", fault.message) for fault in invalid.fields
            ]
    try:
        checked = checked_form(form, now)
    except InvalidEnrolment as invalid:
        raise InvalidEnrolment([*invalid.fields, *faults]) from None
    if faults:
        raise InvalidEnrolment(faults)
    return checked
