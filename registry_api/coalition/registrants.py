from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from registry_api.coalition.snapshot import Registrant
from registry_api.enrolment.permissions import Permissions
from registry_api.enrolment.store import EnrolmentStore
from registry_api.enrolment.uses import Use


class ConsentingRegistrants:
    """Enrolled patients who permit being counted: found by an index, and asked about one batch at a time."""

    def __init__(self, enrolments: EnrolmentStore, permissions: Permissions) -> None:
        self._enrolments = enrolments
        self._permissions = permissions

    async def batches(self, now: datetime, size: int) -> AsyncIterator[list[Registrant]]:
        """Keeps the promises of `snapshot.Registrants`."""
        async for batch in self._enrolments.counted_batches(None, size):
            permitting = await self._permissions.permitting([patient for patient, _ in batch], Use.COUNT, now)
            yield [Registrant(patient, forms) for patient, forms in batch if patient in permitting]
