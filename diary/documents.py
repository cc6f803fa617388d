"""Diary values as documents of the database, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from diary.check_ins import (
    Answer,
    AuthorRole,
    Channel,
    CheckIn,
    NoAnswer,
    Receipt,
    Revision,
    Timeliness,
)
from diary.ids import EntryId, PatientId, TreatmentId
from diary.partial_dates import PartialDate
from diary.treatments import ToxinResponse, Treatment, TreatmentKind

Document = dict[str, Any]
_SEPARATOR = ":"


def to_milliseconds(moment: datetime) -> datetime:
    """The moment as precisely as the database keeps it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def own_key(patient: PatientId, *parts: str) -> str:
    """A document's id that begins with the patient, so that nobody's id can meet another person's record."""
    if _SEPARATOR in patient:
        raise ValueError("a patient's id holds no colon")
    return _SEPARATOR.join([patient, *parts])


def day_key(patient: PatientId, about: date, instrument: str) -> str:
    """The id of the one entry of a person, day and instrument; in its order a person's days are sorted."""
    return own_key(patient, about.isoformat(), instrument)


def day_span(
    patient: PatientId, since: date | None, until: date | None, before: tuple[date, str] | None
) -> Document:
    """The ids of a person's days from `since` to `until` (both included), before a place in their order."""
    ends = [patient + chr(ord(_SEPARATOR) + 1)]
    if until is not None and until < date.max:
        ends.append(own_key(patient, (until + timedelta(days=1)).isoformat()))
    if before is not None:
        ends.append(day_key(patient, *before))
    return {"$gte": own_key(patient, since.isoformat() if since is not None else ""), "$lt": min(ends)}


def answers_to_document(answers: Iterable[Answer]) -> Document:
    """Item → number, true or false, or "SKIPPED" or "DOES_NOT_APPLY"."""
    return {answer.item: _value(answer) for answer in answers}


def receipt_to_document(receipt: Receipt) -> Document:
    return {"key": receipt.key, "content": receipt.content, "revision": receipt.revision}


def revision_to_document(revision: Revision, sealed_reason: bytes | None) -> Document:
    """A revision for the database; its reason is free text, so it is stored sealed only."""
    document: Document = {
        "number": revision.number,
        "answers": answers_to_document(revision.answers),
        "author": revision.author,
        "role": revision.role.value,
        "channel": revision.channel.value,
        "at": revision.at,
        "key": revision.key,
    }
    if sealed_reason is not None:
        document["reason"] = sealed_reason
    if revision.withdrawal:
        document["withdrawal"] = True
    return document


def check_in_to_document(check_in: CheckIn) -> Document:
    """A whole entry without reasons: new entries have none, and bulk inserts must not."""
    if any(revision.reason is not None for revision in check_in.revisions):
        raise ValueError("a reason must be sealed")
    return {
        "_id": day_key(check_in.patient, check_in.about, check_in.instrument),
        "patient": check_in.patient,
        "about": check_in.about.isoformat(),
        "instrument": check_in.instrument,
        "version": check_in.instrument_version,
        "zone": check_in.zone,
        "timeliness": check_in.timeliness.value,
        "prompted_at": check_in.prompted_at,
        "received_at": check_in.received_at,
        "client_at": check_in.client_at,
        "revisions": [revision_to_document(revision, None) for revision in check_in.revisions],
        "receipts": [receipt_to_document(receipt) for receipt in check_in.receipts],
    }


def check_in_from_document(document: Mapping[str, Any], reasons: Mapping[int, str]) -> CheckIn:
    """The entry of a document; `reasons` are the opened ones by revision number."""
    receipts = tuple(
        Receipt(receipt["key"], bytes(receipt["content"]), receipt["revision"])
        for receipt in document["receipts"]
    )
    return CheckIn(
        id=EntryId(receipts[0].key),
        patient=PatientId(document["patient"]),
        instrument=document["instrument"],
        instrument_version=document["version"],
        about=date.fromisoformat(document["about"]),
        zone=document["zone"],
        timeliness=Timeliness(document["timeliness"]),
        prompted_at=document["prompted_at"],
        received_at=document["received_at"],
        client_at=document["client_at"],
        revisions=tuple(
            _revision_from_document(revision, reasons.get(revision["number"]))
            for revision in document["revisions"]
        ),
        receipts=receipts,
    )


def treatment_to_document(patient: PatientId, treatment: Treatment) -> Document:
    return {
        "_id": own_key(patient, treatment.id),
        "patient": patient,
        "id": treatment.id,
        "kind": treatment.kind.value,
        "started_on": str(treatment.started_on),
        "ended_on": str(treatment.ended_on) if treatment.ended_on else None,
        "product": treatment.product,
        "response": treatment.response.value if treatment.response else None,
        "recorded_at": treatment.recorded_at,
    }


def treatment_from_document(document: Mapping[str, Any]) -> Treatment:
    return Treatment(
        id=TreatmentId(document["id"]),
        kind=TreatmentKind(document["kind"]),
        started_on=PartialDate.parse(document["started_on"]),
        ended_on=PartialDate.parse(document["ended_on"]) if document["ended_on"] else None,
        product=document["product"],
        response=ToxinResponse(document["response"]) if document["response"] else None,
        recorded_at=document["recorded_at"],
    )


def _value(answer: Answer) -> int | bool | str:
    if answer.rating is not None:
        return answer.rating
    if answer.yes is not None:
        return answer.yes
    return (answer.not_answered or NoAnswer.SKIPPED).value


def _answer_from(item: str, value: int | bool | str) -> Answer:  # noqa: FBT001 it is the value itself
    if isinstance(value, bool):
        return Answer.said(item, yes=value)
    if isinstance(value, int):
        return Answer.rated(item, value)
    return Answer(item, not_answered=NoAnswer(value))


def _revision_from_document(document: Mapping[str, Any], reason: str | None) -> Revision:
    return Revision(
        number=document["number"],
        answers=tuple(_answer_from(item, value) for item, value in document["answers"].items()),
        author=document["author"],
        role=AuthorRole(document["role"]),
        channel=Channel(document["channel"]),
        at=document["at"],
        key=document["key"],
        reason=reason,
        withdrawal=document.get("withdrawal", False),
    )
