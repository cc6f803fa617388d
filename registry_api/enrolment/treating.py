"""What a patient says of their treatments on the web: who may, and what else it settles."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.treating.chain import ChangedTreatment
from diary.treating.store import TreatmentStore
from diary.treatments import Treatment
from registry_api.audit.events import Action, AuditEvent
from registry_api.audit.store import Audit
from registry_api.enrolment.store import EnrolmentStore
from registry_api.identity.callers import Patient, actor_of
from registry_api.mongo import Mongo

Require = Callable[[Patient, datetime], Awaitable[None]]
Change = Callable[[AsyncIOMotorClientSession], Awaitable[ChangedTreatment]]


class Treating:
    """One patient's own treatments. Whatever changes them has trials matched again.

    `require` raises where the patient may not keep a diary, or not yet: `CheckingIn.require`.
    """

    def __init__(self, mongo: Mongo, treatments: TreatmentStore, audit: Audit, require: Require) -> None:
        self._mongo = mongo
        self._treatments = treatments
        self._profiles = EnrolmentStore(mongo.database)
        self._audit = audit
        self._require = require

    async def record(self, patient: Patient, treatment: Treatment, now: datetime) -> ChangedTreatment:
        """Adds a treatment.

        Raises:
            ConsentMissing, ParticipationEnded, NotEnrolled: the person may not, or not yet.
            DiaryError: the treatment cannot be taken.
        """

        async def change(session: AsyncIOMotorClientSession) -> ChangedTreatment:
            return await self._treatments.record(patient.patient_id, treatment, now, session=session)

        return await self._changed(patient, Action.TREATMENT_RECORDED, change, now)

    async def amend(
        self, patient: Patient, treatment: str, amendment: str, changes: Mapping[str, Any], now: datetime
    ) -> ChangedTreatment:
        """Lays new values over some fields of a treatment; raises as `record` does, and TreatmentNotFound."""

        async def change(session: AsyncIOMotorClientSession) -> ChangedTreatment:
            return await self._treatments.amend(
                patient.patient_id, treatment, amendment, changes, now, session=session
            )

        return await self._changed(patient, Action.TREATMENT_AMENDED, change, now)

    async def withdraw(
        self, patient: Patient, treatment: str, withdrawal: str, now: datetime
    ) -> ChangedTreatment:
        """Takes a treatment out; raises as `amend` does."""

        async def change(session: AsyncIOMotorClientSession) -> ChangedTreatment:
            return await self._treatments.withdraw(
                patient.patient_id, treatment, withdrawal, now, session=session
            )

        return await self._changed(patient, Action.TREATMENT_WITHDRAWN, change, now)

    async def restore(
        self, patient: Patient, treatment: str, restoration: str, now: datetime
    ) -> ChangedTreatment:
        """Brings back a treatment that was taken out; raises as `amend` does."""

        async def change(session: AsyncIOMotorClientSession) -> ChangedTreatment:
            return await self._treatments.restore(
                patient.patient_id, treatment, restoration, now, session=session
            )

        return await self._changed(patient, Action.TREATMENT_RESTORED, change, now)

    async def _changed(
        self, patient: Patient, action: Action, change: Change, now: datetime
    ) -> ChangedTreatment:
        await self._require(patient, now)

        async def act(session: AsyncIOMotorClientSession) -> ChangedTreatment:
            changed = await change(session)
            if not changed.already:
                await self._tell(patient, action, changed.chain.id, now, session)
            return changed

        return await self._mongo.transact(act)

    async def _tell(
        self, patient: Patient, action: Action, record: str, now: datetime, session: AsyncIOMotorClientSession
    ) -> None:
        await self._profiles.mark_changed(patient.patient_id, now, session=session)
        event = AuditEvent(
            actor=actor_of(patient), action=action, subject=patient.patient_id, record=record, at=now
        )
        await self._audit.record(event, session=session)
