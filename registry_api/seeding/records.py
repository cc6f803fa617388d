"""Somebody made up as the records that the service keeps, by the service's own rules. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from diary.days import moment
from diary.treatments import Treatment
from registry_api.enrolment import documents
from registry_api.enrolment.consents import How, Signature
from registry_api.enrolment.enrolments import profile_after
from registry_api.enrolment.form import EnrolmentForm, checked_form
from registry_api.enrolment.profile import Profile
from registry_api.seeding.person import Person

_SIGNING_TIME = timedelta(minutes=10)
_NAMES = UUID("b6c1a3de-2f3b-5d0e-8a57-0f2f4ad7c9e1")


def signatures(person: Person) -> Iterator[Signature]:
    """The decisions, signed on the present texts shortly before enrolment."""
    current = {document.purpose: document for document in documents.published().current(person.language)}
    for purpose, decision in person.consents.items():
        document = current[purpose]
        yield Signature(
            id=str(uuid5(_NAMES, f"{person.patient}:{purpose}")),
            patient=person.patient,
            purpose=purpose,
            number=1,
            version=document.version,
            language=document.language,
            text_sha256=document.text_sha256,
            decision=decision,
            how=How.WEB,
            at=person.enrolled_at - _SIGNING_TIME,
        )


def profile(person: Person, sealed_postal_code: bytes | None) -> Profile:
    """The profile as enrolment would have made it.

    Raises:
        InvalidEnrolment: somebody was made up who could not enrol.
    """
    form = EnrolmentForm(
        name=person.name,
        birth_month=person.birth_month,
        sex=person.sex,
        forms=person.forms,
        country=person.country,
        time_zone=person.zone,
        language=person.language,
        distribution=person.distribution,
        isolated=person.isolated,
        toxin_ever=person.toxin_ever,
        dbs=person.dbs,
        postal_code=person.postal_code,
        prompt_time=person.prompt_time.isoformat("minutes") if person.prompt_time else None,
        core_items=person.core_items,
    )
    checked = checked_form(form, person.enrolled_at)
    return profile_after(None, person.patient, checked, sealed_postal_code, person.enrolled_at)


def treatments(person: Person, anchor: datetime) -> Iterator[Treatment]:
    """The treatments, each recorded on the last day that it speaks of, or at enrolment if that was later."""
    zone = ZoneInfo(person.zone)
    for treatment in person.treatments:
        told = moment(_last_day(treatment), time(20), zone)
        yield replace(treatment, recorded_at=min(anchor, max(person.enrolled_at, told)))


def _last_day(treatment: Treatment) -> date:
    days = [change.on.last_day for change in treatment.changes]
    days += [day for day in (treatment.benefit_noticed_on, treatment.wore_off_on) if day is not None]
    return max([treatment.started_on.last_day, *days])
