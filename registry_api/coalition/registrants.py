from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from registry_api.coalition.snapshot import Registrant
from registry_api.enrolment.store import EnrolmentStore


class ConsentingRegistrants:
    """Enrolled patients by their registry consent, which enrolment repeats on each profile under an index."""

    def __init__(self, enrolments: EnrolmentStore) -> None:
        self._enrolments = enrolments

    async def batches(self, now: datetime, size: int) -> AsyncIterator[list[Registrant]]:  # noqa: ARG002
        """Keeps the promises of `snapshot.Registrants`; the mirror always is of the present."""
        async for batch in self._enrolments.counted_batches(None, size):
            yield [Registrant(patient, forms) for patient, forms in batch]
