"""Whether somebody takes part: two axes and a pause, as a chain of events that only grows. Pure.

*Contact* is whether we may write to somebody first, or let others call them. *Data use* is whether what they
told may be used for anything but showing it to themselves. Each is ended and resumed by the person alone,
whatever they signed: signatures stay as they are, and count again after a return. A pause is an end of
contact that knows its own end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from diary.days import moment
from diary.ids import PatientId
from registry_api.enrolment.consents import How

LONGEST_PAUSE_DAYS = 365
_ALMOST_A_MINUTE = timedelta(seconds=59, microseconds=999_999)


class Axis(StrEnum):
    CONTACT = "CONTACT"
    DATA_USE = "DATA_USE"


class Change(StrEnum):
    """What happened; the audit trail has the same words."""

    CONTACT_ENDED = "CONTACT_ENDED"
    CONTACT_RESUMED = "CONTACT_RESUMED"
    DATA_USE_ENDED = "DATA_USE_ENDED"
    DATA_USE_RESUMED = "DATA_USE_RESUMED"
    PAUSED = "PAUSED"
    RESUMED = "RESUMED"


ENDED = {Axis.CONTACT: Change.CONTACT_ENDED, Axis.DATA_USE: Change.DATA_USE_ENDED}
RESUMED = {Axis.CONTACT: Change.CONTACT_RESUMED, Axis.DATA_USE: Change.DATA_USE_RESUMED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipationEvent:
    """One change; `number` counts a patient's changes from 1. Only a pause has `until`."""

    patient: PatientId
    number: int
    change: Change
    how: How
    at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """How somebody takes part now: since when each axis is ended, and until when contact is paused."""

    contact_ended_at: datetime | None = None
    data_use_ended_at: datetime | None = None
    paused_until: datetime | None = None

    def ended_at(self, axis: Axis) -> datetime | None:
        return self.contact_ended_at if axis is Axis.CONTACT else self.data_use_ended_at


def participation(events: Iterable[ParticipationEvent], now: datetime) -> Participation:
    """How a chain of events leaves somebody; a pause whose time has come is over, without an event."""
    contact = data_use = until = None
    for event in sorted(events, key=lambda each: each.number):
        match event.change:
            case Change.CONTACT_ENDED:
                contact = event.at
            case Change.CONTACT_RESUMED:
                contact = None
            case Change.DATA_USE_ENDED:
                data_use = event.at
            case Change.DATA_USE_RESUMED:
                data_use = None
            case Change.PAUSED:
                until = event.until
            case Change.RESUMED:
                until = None
    paused = until is not None and until > now
    return Participation(
        contact_ended_at=contact, data_use_ended_at=data_use, paused_until=until if paused else None
    )


def pause_end(now: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which a pause of 1 to 365 days ends: the same time on the clock, so many days on.

    Counted on the person's own calendar and in full minutes, so that as many daily prompts are left out as
    days were asked for, on changes of the clocks too.

    Raises:
        ValueError: fewer or more days.
    """
    if not 1 <= days <= LONGEST_PAUSE_DAYS:
        raise ValueError(days)
    local = (now + _ALMOST_A_MINUTE).astimezone(zone)
    return moment(local.date() + timedelta(days=days), local.time().replace(second=0), zone)
