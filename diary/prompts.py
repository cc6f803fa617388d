"""When a person is prompted, and what a prompt is. Pure: the present and the zone are passed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from diary.days import closes_at, moment, open_day
from diary.ids import EntryId, PatientId, PromptId

PROMPT_WINDOW = timedelta(hours=3)
_DAY = timedelta(days=1)


class Ask(StrEnum):
    """What a prompt says: it asks about the day, or about the day and whether to pause."""

    DAY = "DAY"
    WHETHER_TO_PAUSE = "WHETHER_TO_PAUSE"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When one person is prompted: `local_time` in `zone`, next at `next_at`.

    `heard_at` is when they were last heard of otherwise than by the answer to a prompt.
    """

    patient: PatientId
    zone: str
    local_time: time
    core_items: tuple[str, ...]
    next_at: datetime
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DuePrompt:
    """A schedule that is due and leased to one worker; `claim` proves the lease."""

    schedule: Schedule
    claim: str

    @property
    def patient(self) -> PatientId:
        return self.schedule.patient

    @property
    def due_at(self) -> datetime:
        return self.schedule.next_at


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a person was asked about a day, in which order, and with which entry they answered.

    An answer by text belongs to it until `answerable_until`, the end of the day after. `offered` are the
    questionnaires to which it leads besides.
    """

    id: PromptId
    patient: PatientId
    about: date
    zone: str
    items: tuple[str, ...]
    sent_at: datetime
    expires_at: datetime
    answerable_until: datetime
    answered_entry: EntryId | None = None
    answered_at: datetime | None = None
    ask: Ask = Ask.DAY
    offered: tuple[str, ...] = ()


def next_prompt(now: datetime, zone: ZoneInfo, local_time: time) -> datetime:
    """The next moment (UTC) at which clocks in `zone` show `local_time`, the present minute included.

    Once a day, on both changes of the clocks too: a time that occurs twice counts the first time, one that is
    skipped counts at the first moment after the gap.
    """
    this_minute = now.replace(second=0, microsecond=0)
    today = now.astimezone(zone).date()
    days = (today + step * _DAY for step in range(-1, 4))
    return next(at for day in days if (at := moment(day, local_time, zone)) >= this_minute)


def after_prompt(due_at: datetime, now: datetime, zone: ZoneInfo, local_time: time) -> datetime:
    """The moment of the prompt that follows the one due at `due_at`, dealt with at `now`."""
    return next_prompt(max(due_at, now) + timedelta(minutes=1), zone, local_time)


def is_missed(due_at: datetime, now: datetime) -> bool:
    """Whether it is too late to send what was due: hours after its time a question only disturbs."""
    return now > due_at + PROMPT_WINDOW


def prompt_for(
    prompt_id: PromptId, patient: PatientId, zone: ZoneInfo, items: tuple[str, ...], now: datetime
) -> Prompt:
    """The prompt of the day that is open now."""
    about = open_day(now, zone)
    return Prompt(
        id=prompt_id,
        patient=patient,
        about=about,
        zone=zone.key,
        items=items,
        sent_at=now,
        expires_at=min(now + PROMPT_WINDOW, closes_at(about, zone)),
        answerable_until=closes_at(about + _DAY, zone),
    )
