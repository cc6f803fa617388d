"""What a patient adds to their diary on the web: who may, and what else it settles."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.check_ins import Answer, Channel, CheckIn, NewCheckIn, Recorded
from diary.checking_in.store import DiaryStore
from diary.prompting.store import PromptStore
from registry_api.audit.events import Action, AuditEvent
from registry_api.audit.store import Audit
from registry_api.enrolment.enrolments import Enrolments
from registry_api.enrolment.listening import FixedReply, Listener
from registry_api.enrolment.permissions import Permissions
from registry_api.enrolment.uses import Use
from registry_api.identity.callers import Patient, actor_of
from registry_api.mongo import Mongo

Change = Callable[[AsyncIOMotorClientSession], Awaitable[Recorded]]


@dataclass(frozen=True, slots=True)
class Corrected:
    """The entry as it stands; `already` where nothing was written. A `reply` is shown before all else."""

    check_in: CheckIn
    already: bool
    reply: FixedReply | None


class CheckingIn:
    """One patient's own entries; each call needs an enrolment, and that a diary may be kept."""

    def __init__(
        self,
        mongo: Mongo,
        *,
        diary: DiaryStore,
        prompts: PromptStore,
        permissions: Permissions,
        enrolments: Enrolments,
        audit: Audit,
        listener: Listener,
    ) -> None:
        self._mongo = mongo
        self._listener = listener
        self._audit = audit
        self._diary = diary
        self._prompts = prompts
        self._permissions = permissions
        self._enrolments = enrolments

    async def record(self, patient: Patient, entry: NewCheckIn, now: datetime) -> Recorded:
        """Takes a check-in and closes the day's prompt, so that a later text is not taken for its answer.

        Raises:
            ConsentMissing, ParticipationEnded, NotEnrolled: the person may not, or not yet.
            DiaryError: the entry cannot be taken.
        """
        await self.require(patient, now)
        who = patient.patient_id

        async def act(session: AsyncIOMotorClientSession) -> Recorded:
            recorded = await self._diary.record(who, entry, now, session=session)
            check_in = recorded.check_in
            await self._prompts.mark_answered(who, check_in.about, check_in.id, now, session=session)
            if not recorded.already:
                await self._tell(patient, Action.CHECK_IN_RECORDED, check_in.id, now, session)
            return recorded

        return await self._mongo.transact(act)

    async def amend(
        self,
        patient: Patient,
        check_in: str,
        amendment: str,
        answers: Sequence[Answer],
        *,
        reason: str | None,
        now: datetime,
        client_at: datetime | None = None,
        builds_on: datetime | None = None,
    ) -> Corrected:
        """Lays answers over an entry, which brings it back if it was withdrawn; its reason is heard first.

        Raises as `record` does, and CheckInNotFound.
        """

        async def change(session: AsyncIOMotorClientSession) -> Recorded:
            return await self._diary.amend(
                patient.patient_id,
                check_in,
                amendment,
                answers,
                reason=reason,
                channel=Channel.WEB,
                author=patient.patient_id,
                now=now,
                client_at=client_at,
                builds_on=builds_on,
                session=session,
            )

        heard = await self._heard_of(patient, reason, amendment, now)
        return await self._corrected(patient, Action.CHECK_IN_AMENDED, change, heard, now)

    async def withdraw(
        self,
        patient: Patient,
        check_in: str,
        withdrawal: str,
        *,
        reason: str | None,
        now: datetime,
        client_at: datetime | None = None,
        builds_on: datetime | None = None,
    ) -> Corrected:
        """Withdraws an entry: its chain stays, and to amend it brings it back; raises as `amend` does."""

        async def change(session: AsyncIOMotorClientSession) -> Recorded:
            return await self._diary.withdraw(
                patient.patient_id,
                check_in,
                withdrawal,
                reason=reason,
                channel=Channel.WEB,
                author=patient.patient_id,
                now=now,
                client_at=client_at,
                builds_on=builds_on,
                session=session,
            )

        heard = await self._heard_of(patient, reason, withdrawal, now)
        return await self._corrected(patient, Action.CHECK_IN_WITHDRAWN, change, heard, now)

    async def require(self, patient: Patient, now: datetime) -> None:
        """Raises ConsentMissing, ParticipationEnded, or NotEnrolled where nothing else is wrong."""
        missing = await asyncio.gather(
            self._permissions.require(patient.patient_id, Use.KEEP_DIARY, now),
            self._enrolments.require(patient.patient_id),
            return_exceptions=True,
        )
        for each in missing:
            if isinstance(each, BaseException):
                raise each

    async def _corrected(
        self, patient: Patient, action: Action, change: Change, heard: FixedReply | None, now: datetime
    ) -> Corrected:
        async def act(session: AsyncIOMotorClientSession) -> Recorded:
            recorded = await change(session)
            if not recorded.already:
                await self._tell(patient, action, recorded.check_in.id, now, session)
            return recorded

        recorded = await self._mongo.transact(act)
        return Corrected(recorded.check_in, recorded.already, heard)

    async def _heard_of(
        self, patient: Patient, reason: str | None, key: str, now: datetime
    ) -> FixedReply | None:
        """The reply to words of danger in a reason, for those who may write one; raises as `require` does."""
        await self.require(patient, now)
        if reason is None:
            return None
        who = patient.patient_id
        return await self._listener.hear(who, reason, f"check_in:{who}:{key}", now)

    async def _tell(
        self, patient: Patient, action: Action, record: str, now: datetime, session: AsyncIOMotorClientSession
    ) -> None:
        event = AuditEvent(
            actor=actor_of(patient), action=action, subject=patient.patient_id, record=record, at=now
        )
        await self._audit.record(event, session=session)
