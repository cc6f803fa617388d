"""Ending and resuming contact and the use of data, and pausing: by the person, or by what they asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.ids import PatientId
from registry_api.audit.events import Action, Actor, AuditEvent, Channel
from registry_api.audit.store import Audit
from registry_api.enrolment.consenting.store import ParticipationStore
from registry_api.enrolment.consents import How
from registry_api.enrolment.contact import Contact
from registry_api.enrolment.errors import PauseTooLong
from registry_api.enrolment.pace import require_pace
from registry_api.enrolment.participation import (
    ENDED,
    LONGEST_PAUSE_DAYS,
    RESUMED,
    Axis,
    Change,
    Participation,
    ParticipationEvent,
    participation,
    pause_end,
)
from registry_api.enrolment.store import EnrolmentStore
from registry_api.identity.store import AccountStore
from registry_api.mongo import Mongo

BOTH = frozenset(Axis)
LEAVES = frozenset(ENDED.values())
_UTC = ZoneInfo("UTC")

_Wish = Callable[[Participation], Iterable[tuple[Change, datetime | None]]]


@dataclass(frozen=True, slots=True)
class TakesPart:
    """How somebody takes part after a wish, and the changes that it made; none where it was so already."""

    participation: Participation
    changes: tuple[Change, ...]


class TakingPart:
    """Each wish, what follows from it and its audit events are one transaction; repeating it changes nothing.

    `by` is whoever acts; their channel is kept as how it was said. With a session, a wish belongs to the
    caller's transaction.
    """

    def __init__(self, mongo: Mongo, contact: Contact, audit: Audit) -> None:
        self._mongo = mongo
        self._contact = contact
        self._audit = audit
        self._events = ParticipationStore(mongo.database)
        self._accounts = AccountStore(mongo.database)
        self._enrolments = EnrolmentStore(mongo.database)

    async def of(
        self, patient: PatientId, now: datetime, *, session: AsyncIOMotorClientSession | None = None
    ) -> Participation:
        """How somebody takes part now."""
        return participation(await self._events.of(patient, session=session), now)

    async def history(self, patient: PatientId) -> list[ParticipationEvent]:
        """Every change, oldest first."""
        return sorted(await self._events.of(patient), key=lambda event: event.number)

    async def withdraw(
        self,
        patient: PatientId,
        axes: Iterable[Axis],
        now: datetime,
        *,
        by: Actor,
        session: AsyncIOMotorClientSession | None = None,
    ) -> TakesPart:
        """Ends contact, the use of data, or both.

        What waits to be sent is cancelled, prompts end, requests to be introduced are taken back. Signatures
        and sessions stay.
        """
        wished = _in_order(axes)

        def wish(now_is: Participation) -> Iterable[tuple[Change, datetime | None]]:
            return [(ENDED[axis], None) for axis in wished if now_is.ended_at(axis) is None]

        return await self._carry_out(patient, wish, now, by, session)

    async def rejoin(
        self,
        patient: PatientId,
        axes: Iterable[Axis],
        now: datetime,
        *,
        by: Actor,
        session: AsyncIOMotorClientSession | None = None,
    ) -> TakesPart:
        """Resumes contact, the use of data, or both, as far as the signatures permit.

        Raises:
            TooManyChanges: 60 in a day.
        """
        wished = _in_order(axes)

        def wish(now_is: Participation) -> Iterable[tuple[Change, datetime | None]]:
            return [(RESUMED[axis], None) for axis in wished if now_is.ended_at(axis) is not None]

        return await self._carry_out(patient, wish, now, by, session)

    async def pause(
        self,
        patient: PatientId,
        days: int,
        now: datetime,
        *,
        by: Actor,
        session: AsyncIOMotorClientSession | None = None,
    ) -> TakesPart:
        """Pauses contact for 1 to 365 days of the person's own calendar; a pause under way is replaced.

        Raises:
            PauseTooLong: fewer or more days.
            TooManyChanges: 60 in a day.
        """
        if not 1 <= days <= LONGEST_PAUSE_DAYS:
            raise PauseTooLong
        profile = await self._enrolments.find(patient, session=session)
        until = pause_end(now, days, ZoneInfo(profile.settings.time_zone) if profile else _UTC)

        def wish(now_is: Participation) -> Iterable[tuple[Change, datetime | None]]:
            return [] if now_is.paused_until == until else [(Change.PAUSED, until)]

        return await self._carry_out(patient, wish, now, by, session)

    async def end_pause(
        self,
        patient: PatientId,
        now: datetime,
        *,
        by: Actor,
        session: AsyncIOMotorClientSession | None = None,
    ) -> TakesPart:
        """Ends a pause before its time."""

        def wish(now_is: Participation) -> Iterable[tuple[Change, datetime | None]]:
            return [(Change.RESUMED, None)] if now_is.paused_until else []

        return await self._carry_out(patient, wish, now, by, session)

    async def _carry_out(
        self,
        patient: PatientId,
        wish: _Wish,
        now: datetime,
        by: Actor,
        session: AsyncIOMotorClientSession | None,
    ) -> TakesPart:
        paced = session is None  # what is part of another act stands or falls with that act

        async def act(session: AsyncIOMotorClientSession) -> TakesPart:
            await self._accounts.take_turn(patient, session=session)
            events = await self._events.of(patient, session=session)
            made = [
                ParticipationEvent(
                    patient=patient,
                    number=number,
                    change=change,
                    how=How.SMS if by.origin.channel is Channel.SMS else How.WEB,
                    at=now,
                    until=until,
                )
                for number, (change, until) in enumerate(
                    wish(participation(events, now)), start=len(events) + 1
                )
            ]
            if paced and any(event.change not in LEAVES for event in made):
                require_pace((event.at for event in events), now)
            for event in made:
                await self._events.insert(event, session=session)
            if made:
                await self._audit.record_many((_audited(event, by) for event in made), session=session)
                await self._contact.follow(patient, now, session=session)
            return TakesPart(participation(events + made, now), tuple(event.change for event in made))

        return await (act(session) if session else self._mongo.transact(act))


def _in_order(axes: Iterable[Axis]) -> list[Axis]:
    wished = set(axes)
    return [axis for axis in Axis if axis in wished]


def _audited(event: ParticipationEvent, by: Actor) -> AuditEvent:
    return AuditEvent(
        actor=by,
        action=Action(event.change.value),
        subject=event.patient,
        record=f"participation:{event.number}",
        reason="" if event.until is None else f"until {event.until.isoformat(timespec='minutes')}",
        at=event.at,
    )
