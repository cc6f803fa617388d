"""Small builders that the diary's tests share."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

from diary.check_ins import Answer, Channel, CheckIn, NewCheckIn, Timeliness
from diary.checking_in import chain
from diary.ids import EntryId, PatientId, TreatmentId
from diary.instruments.catalogue import DAILY, definition
from diary.partial_dates import PartialDate
from diary.treatments import Treatment, TreatmentKind

PATIENT = PatientId("8a1f0f8e-6f0e-4b6c-9a55-0d7f3f6c2b11")
STRANGER = PatientId("c4f7c0de-30a1-4a53-8d8c-6a8a5cbb7d20")
NEW_YORK = "America/New_York"
DAY = date(2026, 3, 4)
NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)


def new_id() -> EntryId:
    return EntryId(str(uuid.uuid4()))


def core(pulling: int, pain: int, fear: int) -> tuple[Answer, ...]:
    """The three ratings of the daily core."""
    return (
        Answer.rated("pulling", pulling),
        Answer.rated("pain", pain),
        Answer.rated("fear_of_being_looked_at", fear),
    )


def check_in(
    *answers: Answer,
    entry_id: EntryId | None = None,
    about: date = DAY,
    channel: Channel = Channel.WEB,
    zone: str = NEW_YORK,
) -> NewCheckIn:
    return NewCheckIn(
        id=entry_id or new_id(),
        about=about,
        zone=zone,
        answers=answers or core(6, 4, 2),
        channel=channel,
        client_at=NOON,
    )


def injection(on: str, product: str | None = None) -> Treatment:
    return Treatment(
        TreatmentId(new_id()), TreatmentKind.TOXIN_INJECTION, PartialDate.parse(on), product=product
    )


def kept(
    about: date,
    *answers: Answer,
    timeliness: Timeliness = Timeliness.ON_THE_DAY,
    patient: PatientId = PATIENT,
    instrument: str = DAILY,
) -> CheckIn:
    """An entry as it stands in the database, written at noon of its day."""
    new = check_in(*answers, about=about)
    at = NOON + (about - DAY)
    new = replace(new, client_at=at, instrument=instrument)
    said = chain.recording(new, tuple(new.answers), patient, at)
    return replace(chain.opened(patient, new, definition(instrument), said), timeliness=timeliness)
