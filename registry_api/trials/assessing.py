"""Totals of rating scales that a coordinator types in about somebody who asked to be introduced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.check_ins import AuthorRole, Channel, NewCheckIn, Recorded
from diary.checking_in.store import DiaryStore
from diary.errors import EntryConflict, FieldFault, FutureCheckIn, InvalidTotals, UnknownInstrument
from diary.ids import EntryId, PatientId
from diary.instruments import catalogue
from diary.instruments.catalogue import Kind
from diary.scoring import totals
from registry_api.audit.events import Action, AuditEvent
from registry_api.audit.store import Audit
from registry_api.enrolment.enrolments import Enrolments
from registry_api.enrolment.permissions import Permissions
from registry_api.enrolment.uses import Use, may_in_time
from registry_api.identity.access import INTRODUCTION, introduced
from registry_api.identity.callers import Coordinator, actor_of
from registry_api.mongo import Mongo
from registry_api.trials.ids import IntroductionId, TrialId
from registry_api.trials.introducing.store import ResponseStore
from registry_api.trials.store import TrialStore

_NEEDED = (Use.INTRODUCE, Use.KEEP_DIARY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What a coordinator types in; `id` is made by the client, and totals are named by their scale."""

    id: EntryId
    trial: TrialId
    introduction: IntroductionId
    instrument: str
    assessed_on: date
    totals: Sequence[tuple[str, float]]


class Assessments:
    """Adds totals to the diary of a patient, where they see them as they see their own entries."""

    def __init__(
        self, mongo: Mongo, diary: DiaryStore, permissions: Permissions, enrolments: Enrolments, audit: Audit
    ) -> None:
        self._mongo = mongo
        self._trials = TrialStore(mongo.database)
        self._responses = ResponseStore(mongo.database)
        self._diary = diary
        self._permissions = permissions
        self._enrolments = enrolments
        self._audit = audit

    async def record(self, coordinator: Coordinator, given: Assessment, now: datetime) -> Recorded:
        """Adds an entry, or a revision to the one of that day; the same id again changes nothing.

        Raises:
            StepUpRequired: the coordinator must prove first that it is they.
            TrialNotFound: the trial is absent or somebody else's.
            NotFound: nobody of that id asks to be introduced, or they permit it no more.
            UnknownInstrument, InvalidTotals: these totals cannot be taken.
        """
        await self._trials.own(coordinator.staff_id, given.trial)
        asking = await self._responses.asking_as(given.trial, given.introduction)
        patient = introduced(coordinator, asking, now)
        profile = await self._enrolments.profile(patient)
        introduced(coordinator, patient if profile else None, now)
        entry = _entry(given, coordinator, profile.settings.time_zone if profile else "UTC")

        async def act(session: AsyncIOMotorClientSession) -> Recorded:
            uses = await self._permissions.of(patient, now, session=session)
            permitted = all(may_in_time(uses, use) for use in _NEEDED)
            introduced(coordinator, patient if permitted else None, now)
            recorded = await self._diary.record(patient, entry, now, session=session)
            if not recorded.already:
                await self._tell(coordinator, patient, recorded.check_in.id, now, session)
            return recorded

        try:
            return await self._mongo.transact(act)
        except EntryConflict:
            message = "This id was used for something else. Please make a new one."
            raise InvalidTotals([FieldFault("entry_id", message)]) from None
        except FutureCheckIn:
            message = "This day has not begun yet where the person is."
            raise InvalidTotals([FieldFault("assessed_on", message)]) from None

    async def _tell(
        self,
        coordinator: Coordinator,
        patient: PatientId,
        entry: EntryId,
        now: datetime,
        session: AsyncIOMotorClientSession,
    ) -> None:
        event = AuditEvent(
            actor=actor_of(coordinator),
            action=Action.CHECK_IN_RECORDED,
            subject=patient,
            record=entry,
            reason=INTRODUCTION,
            at=now,
        )
        await self._audit.record(event, session=session)


def _entry(given: Assessment, coordinator: Coordinator, zone: str) -> NewCheckIn:
    instrument = catalogue.definition(given.instrument)
    if instrument.kind is not Kind.TYPED_IN:
        raise UnknownInstrument
    named = dict(given.totals)
    if len(named) != len(given.totals):
        raise InvalidTotals([FieldFault("totals", "A total is there twice.")])
    return NewCheckIn(
        id=given.id,
        about=given.assessed_on,
        zone=zone,
        answers=totals.as_answers(instrument, named),
        channel=Channel.STAFF,
        instrument=instrument.id,
        author=coordinator.staff_id,
        role=AuthorRole.STAFF,
    )
