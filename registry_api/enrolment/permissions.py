"""What may be done with people's data now, answered from what is on record at this moment."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.ids import PatientId
from registry_api.enrolment.consenting.store import ParticipationStore, SignatureStore
from registry_api.enrolment.errors import ConsentMissing, ParticipationEnded
from registry_api.enrolment.participation import Axis
from registry_api.enrolment.uses import NEEDS, Needs, Use, Uses, decide, may_in_time, obstacle
from registry_api.mongo import Mongo


class Permissions:
    """Asks `uses.decide` with all that was signed and changed; nothing is remembered between two calls."""

    def __init__(self, mongo: Mongo, needs: Needs = NEEDS) -> None:
        self._signatures = SignatureStore(mongo.database)
        self._participation = ParticipationStore(mongo.database)
        self._needs = needs

    async def of(
        self, patient: PatientId, now: datetime, *, session: AsyncIOMotorClientSession | None = None
    ) -> Uses:
        """What one person permits; with a session, as the transaction sees it."""
        reads = (
            self._signatures.of(patient, session=session),
            self._participation.of(patient, session=session),
        )
        if session is None:
            signatures, events = await asyncio.gather(*reads)
        else:  # a transaction does one thing at a time
            signatures, events = await reads[0], await reads[1]
        return decide(signatures, events, now, self._needs)

    async def of_many(self, patients: Sequence[PatientId], now: datetime) -> dict[PatientId, Uses]:
        """What each of these people permits, in two round trips side by side."""
        signatures, events = await asyncio.gather(
            self._signatures.answers_of_many(patients), self._participation.of_many(patients)
        )
        return {
            patient: decide(signatures[patient], events[patient], now, self._needs) for patient in patients
        }

    async def permitting(
        self, patients: Sequence[PatientId], use: Use, now: datetime
    ) -> frozenset[PatientId]:
        """Those of these people who permit a use now, or when their pause ends."""
        known = await self.of_many(patients, now)
        return frozenset(patient for patient, uses in known.items() if may_in_time(uses, use))

    async def require(
        self,
        patient: PatientId,
        use: Use,
        now: datetime,
        *,
        session: AsyncIOMotorClientSession | None = None,
    ) -> Uses:
        """What a person permits, this use among it; a pause stands in the way of nobody's own wish.

        Raises:
            ParticipationEnded: they have ended contact or data use, on which it rests.
            ConsentMissing: a purpose has no yes to a text that covers the use.
        """
        uses = await self.of(patient, now, session=session)
        found = obstacle(uses, use, self._needs)
        if isinstance(found, Axis):
            raise ParticipationEnded(found)
        if found is not None:
            raise ConsentMissing(found)
        return uses
