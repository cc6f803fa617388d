"""What a patient writes into their diary in their own words: who may, and help where it speaks of danger."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.check_ins import Channel
from diary.errors import DiaryError
from diary.notes import NewNote, Note, RecordedNote
from diary.noting.store import NoteStore
from registry_api.audit.events import Action, AuditEvent
from registry_api.audit.store import Audit
from registry_api.conversations.errors import NoteNotKept
from registry_api.enrolment.checking_in import CheckingIn
from registry_api.enrolment.errors import EnrolmentError
from registry_api.enrolment.listening import FixedReply, Listener
from registry_api.identity.callers import Patient, actor_of
from registry_api.mongo import Mongo

Write = Callable[[AsyncIOMotorClientSession], Coroutine[Any, Any, RecordedNote]]


@dataclass(frozen=True, slots=True)
class Noted:
    """The note as it stands; `already` where nothing was written. A `reply` is shown before anything else."""

    note: Note
    already: bool
    reply: FixedReply | None


class Noting:
    """One patient's own notes; each call but `withdraw` is screened for words of danger before all else."""

    def __init__(
        self,
        mongo: Mongo,
        *,
        notes: NoteStore,
        checking_in: CheckingIn,
        listener: Listener,
        audit: Audit,
    ) -> None:
        self._mongo = mongo
        self._notes = notes
        self._checking_in = checking_in
        self._listener = listener
        self._audit = audit

    async def record(self, patient: Patient, note: NewNote, now: datetime) -> Noted:
        """Keeps a note, and answers it where it speaks of danger.

        Raises:
            NoteNotKept: one of the others would be raised for words of danger; the reply is there.
            ConsentMissing, ParticipationEnded, NotEnrolled: the person may not, or not yet.
            DiaryError: the note cannot be taken.
        """
        reply = await self._answered(patient, note.text, note.id, now)

        async def write(session: AsyncIOMotorClientSession) -> RecordedNote:
            return await self._notes.record(patient.patient_id, note, now, session=session)

        return await _beside(reply, self._written(patient, Action.NOTE_RECORDED, write, now))

    async def amend(
        self,
        patient: Patient,
        note: str,
        amendment: str,
        text: str,
        *,
        now: datetime,
        client_at: datetime | None = None,
        builds_on: datetime | None = None,
    ) -> Noted:
        """Puts other words in the place of a note's, which brings it back if it was withdrawn.

        Raises as `record` does, and NoteNotFound.
        """
        reply = await self._answered(patient, text, amendment, now)
        change = _Change(note, amendment, text, client_at, builds_on)
        return await _beside(reply, self._changed(patient, Action.NOTE_AMENDED, change, now))

    async def withdraw(
        self,
        patient: Patient,
        note: str,
        withdrawal: str,
        *,
        now: datetime,
        client_at: datetime | None = None,
        builds_on: datetime | None = None,
    ) -> RecordedNote:
        """Withdraws a note: its chain stays, and to amend it brings it back; raises as `amend` does."""
        change = _Change(note, withdrawal, None, client_at, builds_on)
        return await self._changed(patient, Action.NOTE_WITHDRAWN, change, now)

    async def _answered(self, patient: Patient, text: str, key: str, now: datetime) -> FixedReply | None:
        who = patient.patient_id
        return await self._listener.hear(who, text, f"note:{who}:{key}", now)

    async def _changed(
        self, patient: Patient, action: Action, change: _Change, now: datetime
    ) -> RecordedNote:
        async def write(session: AsyncIOMotorClientSession) -> RecordedNote:
            return await self._notes.amend(
                patient.patient_id,
                change.note,
                change.key,
                change.text,
                channel=Channel.WEB,
                now=now,
                client_at=change.client_at,
                builds_on=change.builds_on,
                session=session,
            )

        return await self._written(patient, action, write, now)

    async def _written(self, patient: Patient, action: Action, write: Write, now: datetime) -> RecordedNote:
        await self._checking_in.require(patient, now)

        async def act(session: AsyncIOMotorClientSession) -> RecordedNote:
            recorded = await write(session)
            if not recorded.already:
                event = AuditEvent(
                    actor=actor_of(patient),
                    action=action,
                    subject=patient.patient_id,
                    record=recorded.note.id,
                    at=now,
                )
                await self._audit.record(event, session=session)
            return recorded

        return await self._mongo.transact(act)


@dataclass(frozen=True, slots=True)
class _Change:
    note: str
    key: str
    text: str | None = field(repr=False)
    client_at: datetime | None
    builds_on: datetime | None


async def _beside(reply: FixedReply | None, writing: Awaitable[RecordedNote]) -> Noted:
    """What was written with its reply, which is given even where nothing could be written."""
    try:
        recorded = await writing
    except (DiaryError, EnrolmentError) as refusal:
        if reply is None:
            raise
        raise NoteNotKept(reply, refusal) from refusal
    return Noted(recorded.note, recorded.already, reply)
