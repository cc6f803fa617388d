"""Reasons in free text that corrections of check-ins carry: sealed on the way in, opened on the way out."""

from __future__ import annotations

from collections.abc import Sequence

from diary.check_ins import CheckIn
from diary.checking_in.chain import Contribution
from diary.checking_in.documents import check_in_from_document, revision_keys
from diary.envelope import Envelope
from diary.errors import FieldFault, InvalidAnswers, ReasonCannotBeSealed
from diary.ids import PatientId
from diary.keys import Document

LONGEST_REASON = 500


class Reasons:
    """Without an envelope, reasons are neither taken nor shown."""

    def __init__(self, envelope: Envelope | None) -> None:
        self._envelope = envelope

    async def opened(self, documents: Sequence[Document]) -> list[CheckIn]:
        """The entries of these documents, with all their reasons opened at once."""
        reasons: dict[str, dict[int, str]] = {document["_id"]: {} for document in documents}
        sealed = [
            (document, revision, revision_keys(document)[revision["number"]])
            for document in documents
            for revision in document["revisions"]
            if "reason" in revision
        ]
        if sealed and self._envelope is not None:
            texts = await self._envelope.open_texts(
                [(document["patient"], _field(key), revision["reason"]) for document, revision, key in sealed]
            )
            for (document, revision, _), text in zip(sealed, texts, strict=True):
                reasons[document["_id"]][revision["number"]] = text
        return [check_in_from_document(document, reasons[document["_id"]]) for document in documents]

    async def sealed(self, patient: PatientId, said: Contribution) -> bytes | None:
        """The reason of what was said; None where it gives none.

        Raises:
            InvalidAnswers: it is longer than 500 characters.
        """
        if said.reason is None:
            return None
        if len(said.reason) > LONGEST_REASON:
            message = f"Please keep the reason to {LONGEST_REASON} characters."
            raise InvalidAnswers([FieldFault("reason", message)])
        if self._envelope is None:
            raise ReasonCannotBeSealed
        return await self._envelope.seal(patient, _field(said.key), said.reason)


def _field(key: str) -> str:
    return f"check_in.reason.{key}"
