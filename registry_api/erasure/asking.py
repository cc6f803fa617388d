"""Asking to be erased, and changing one's mind. Only the person can."""

from __future__ import annotations

from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.ids import PatientId
from notifications.ids import RecipientId
from notifications.messages import Draft, Kind
from notifications.outbox import Outbox
from registry_api.audit.events import Action, AuditEvent
from registry_api.audit.store import Audit
from registry_api.enrolment.participation import ENDED, Axis
from registry_api.enrolment.store import EnrolmentStore
from registry_api.enrolment.taking_part import BOTH, TakingPart
from registry_api.erasure.erasure import GRACE, Erasure, ErasureCounts, ErasureId, ErasureState, counted
from registry_api.erasure.errors import ErasureConflict
from registry_api.erasure.store import ErasureStore
from registry_api.identity.callers import Patient, actor_of
from registry_api.identity.store import AccountStore
from registry_api.mongo import Mongo


class Erasures:
    """Contact and the use of data end with the request itself; the erasing comes after seven days.

    One text says so, with `link`, which leads to where it can be undone: somebody else may have asked, on a
    phone that was signed in.
    """

    def __init__(
        self, mongo: Mongo, taking_part: TakingPart, outbox: Outbox, audit: Audit, *, link: str
    ) -> None:
        self._mongo = mongo
        self._outbox = outbox
        self._link = link
        self._profiles = EnrolmentStore(mongo.database)
        self._taking_part = taking_part
        self._audit = audit
        self._accounts = AccountStore(mongo.database)
        self._store = ErasureStore(mongo.database)

    async def ask(self, caller: Patient, request: ErasureId, now: datetime) -> tuple[Erasure, bool]:
        """The request that stands, and whether it stood before: asking again does not start the time anew.

        `request` is an id that the client made.

        Raises:
            ErasureConflict: the id belongs to a request of somebody else, or to one that was taken back.
        """
        patient = caller.patient_id

        async def act(session: AsyncIOMotorClientSession) -> tuple[Erasure, bool]:
            await self._accounts.take_turn(patient, session=session)
            same = await self._store.find(request, session=session)
            if same is not None and (same.patient != patient or same.state is not ErasureState.ASKED):
                raise ErasureConflict
            before = same or await self._store.asked(patient, session=session)
            if before is not None:
                return before, True
            withdrawn = await self._taking_part.withdraw(
                patient, BOTH, now, by=actor_of(caller), session=session
            )
            asked = Erasure(
                id=request,
                patient=patient,
                state=ErasureState.ASKED,
                asked_at=now,
                erases_at=now + GRACE,
                ended=tuple(axis for axis in Axis if ENDED[axis] in withdrawn.changes),
            )
            await self._store.insert(asked, session=session)
            await self._text(asked, now, session)
            await self._tell(caller, Action.ERASURE_ASKED, asked, now, session)
            return asked, False

        return await self._mongo.transact(act)

    async def cancel(self, caller: Patient, now: datetime) -> bool:
        """Takes a request back and resumes what it had ended; False where none stands."""
        patient = caller.patient_id

        async def act(session: AsyncIOMotorClientSession) -> bool:
            await self._accounts.take_turn(patient, session=session)
            asked = await self._store.asked(patient, session=session)
            if asked is None or not await self._store.cancel(asked.id, now, session=session):
                return False
            await self._taking_part.rejoin(patient, asked.ended, now, by=actor_of(caller), session=session)
            await self._tell(caller, Action.ERASURE_CANCELLED, asked, now, session)
            return True

        return await self._mongo.transact(act)

    async def of(self, patient: PatientId) -> Erasure | None:
        """The request that waits for its time."""
        return await self._store.asked(patient)

    async def counts(self, unreadable_up_to: int) -> ErasureCounts:
        """How far erasures have come, given the last master key up to which all are destroyed."""
        done = await self._store.done_by_master_key()
        return counted(done, await self._store.asked_count(), unreadable_up_to)

    async def _text(self, asked: Erasure, now: datetime, session: AsyncIOMotorClientSession) -> None:
        account = await self._accounts.find(asked.patient, session=session)
        profile = await self._profiles.find(asked.patient, session=session)
        if account is None:
            return
        draft = Draft(
            recipient=RecipientId(asked.patient),
            kind=Kind.REPLY,
            template="erasure_asked",
            language=profile.settings.language if profile else account.language,
            slots={"link": self._link},
            reason_key=f"erasure:{asked.id}",
        )
        await self._outbox.enqueue(draft, now, session=session)

    async def _tell(
        self,
        caller: Patient,
        action: Action,
        erasure: Erasure,
        now: datetime,
        session: AsyncIOMotorClientSession,
    ) -> None:
        event = AuditEvent(
            actor=actor_of(caller), action=action, subject=erasure.patient, record=erasure.id, at=now
        )
        await self._audit.record(event, session=session)
