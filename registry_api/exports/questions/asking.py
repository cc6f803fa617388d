"""Putting a question on the list for the next visit, and taking it off again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.ids import PatientId
from registry_api.audit.events import Action, AuditEvent
from registry_api.audit.store import Audit
from registry_api.enrolment.errors import NotEnrolled
from registry_api.enrolment.listening import FixedReply, Listener
from registry_api.enrolment.permissions import Permissions
from registry_api.enrolment.store import EnrolmentStore
from registry_api.enrolment.uses import Use
from registry_api.exports.errors import InvalidQuestion, QuestionConflict, TooManyQuestions
from registry_api.exports.questions.question import (
    MOST_QUESTIONS,
    Question,
    QuestionId,
    faults,
    tidy,
)
from registry_api.exports.questions.store import QuestionStore
from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import Patient, actor_of
from registry_api.mongo import Mongo
from registry_api.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Added:
    """The list as it is now; `already` where nothing changed, `reply` after words of danger."""

    questions: tuple[Question, ...]
    already: bool
    reply: FixedReply | None = None


class VisitQuestions:
    """One patient's own questions, kept until they take them off."""

    def __init__(
        self,
        mongo: Mongo,
        vault: Vault,
        accounts: Accounts,
        *,
        permissions: Permissions,
        audit: Audit,
        listener: Listener,
    ) -> None:
        self._mongo = mongo
        self._accounts = accounts
        self._permissions = permissions
        self._audit = audit
        self._listener = listener
        self._profiles = EnrolmentStore(mongo.database)
        self._store = QuestionStore(mongo.database, vault)

    async def of(self, patient: PatientId) -> tuple[Question, ...]:
        """The questions in the person's order."""
        return await self._store.of(patient)

    async def add(
        self, caller: Patient, question: Question, now: datetime, place: int | None = None
    ) -> Added:
        """Puts a question on the list, at a place (0 is the first) or at its end.

        Own words are screened before all else, as every free text is: staff are told of words of danger also
        where the question is refused, and the reply comes as often as it is sent. It is kept even then: a
        doctor should read it.

        Raises:
            ConsentMissing, ParticipationEnded, NotEnrolled: the person may not, or not yet.
            InvalidQuestion: it is both or neither, unknown, empty or too long.
            QuestionConflict: its id is on the list with another question.
            TooManyQuestions: five are there.
        """
        patient = caller.patient_id
        await self._permissions.require(patient, Use.KEEP_DIARY, now)
        reply = await self._heard(patient, question, now)
        wanted = question if question.text is None else replace(question, text=tidy(question.text))
        found = faults(wanted)
        if found:
            raise InvalidQuestion(found)

        async def act(session: AsyncIOMotorClientSession) -> Added:
            await self._accounts.store.take_turn(patient, session=session)
            if await self._profiles.find(patient, session=session) is None:
                raise NotEnrolled
            kept = await self._store.of(patient, session=session)
            same = next((each for each in kept if each.id == wanted.id), None)
            if same is not None:
                if same != wanted:
                    raise QuestionConflict
                return Added(kept, already=True, reply=reply)
            if len(kept) >= MOST_QUESTIONS:
                raise TooManyQuestions
            at = len(kept) if place is None else min(max(place, 0), len(kept))
            questions = (*kept[:at], wanted, *kept[at:])
            await self._store.save(patient, questions, session=session)
            await self._tell(caller, Action.QUESTION_ADDED, wanted.id, now, session)
            return Added(questions, already=False, reply=reply)

        return await self._mongo.transact(act)

    async def remove(self, caller: Patient, question: QuestionId, now: datetime) -> tuple[Question, ...]:
        """Takes a question off the list, because it was asked or is of no use; the list as it is then.

        One that is not there changes nothing. To bring one back, it is added again under its id.
        """
        patient = caller.patient_id

        async def act(session: AsyncIOMotorClientSession) -> tuple[Question, ...]:
            await self._accounts.store.take_turn(patient, session=session)
            kept = await self._store.of(patient, session=session)
            left = tuple(each for each in kept if each.id != question)
            if len(left) < len(kept):
                await self._store.save(patient, left, session=session)
                await self._tell(caller, Action.QUESTION_REMOVED, question, now, session)
            return left

        return await self._mongo.transact(act)

    async def _heard(self, patient: PatientId, question: Question, now: datetime) -> FixedReply | None:
        if question.text is None or await self._profiles.find(patient) is None:
            return None
        # Clients make the ids: another person's may be the same, and its flag would hide this one.
        return await self._listener.hear(patient, question.text, f"question:{patient}:{question.id}", now)

    async def _tell(
        self,
        caller: Patient,
        action: Action,
        question: QuestionId,
        now: datetime,
        session: AsyncIOMotorClientSession,
    ) -> None:
        event = AuditEvent(
            actor=actor_of(caller), action=action, subject=caller.patient_id, record=question, at=now
        )
        await self._audit.record(event, session=session)
