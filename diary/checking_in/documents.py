"""Check-ins as documents of the database, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
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
from diary.ids import EntryId, PatientId
from diary.keys import SEPARATOR, Document, day_key
from diary.scoring.documents import score_row_from_document, score_row_to_document


def answers_to_document(answers: Iterable[Answer]) -> Document:
    """Item → number, true or false, or "SKIPPED" or "DOES_NOT_APPLY"."""
    return {answer.item: _value(answer) for answer in answers}


def receipt_to_document(receipt: Receipt, patient: PatientId, *, own_revision: bool) -> Document:
    """A receipt for the database: what it said is in its revision, where it made one."""
    document: Document = {"key": receipt.key, "content": receipt.content, "revision": receipt.revision}
    if not own_revision:
        document["said"] = answers_to_document(receipt.said) if receipt.said is not None else None
        document["said_at"] = receipt.said_at
        document |= _source(receipt, patient)
    return document


def revision_to_document(revision: Revision, patient: PatientId, sealed_reason: bytes | None) -> Document:
    """A revision for the database; its reason is free text, so it is stored sealed only.

    What follows from the rest is left out: `said` where it is what stands, `said_at` where it is `at`, the
    author where it is the patient. Its key is in the first receipt that names it.
    """
    document: Document = {"number": revision.number, "answers": answers_to_document(revision.answers)}
    if revision.withdrawal:
        document["withdrawal"] = True
    if revision.said != _said_where_left_out(revision.answers, withdrawal=revision.withdrawal):
        document["said"] = answers_to_document(revision.said) if revision.said is not None else None
    document |= _source(revision, patient) | {"at": revision.at}
    if revision.said_at != revision.at:
        document["said_at"] = revision.said_at
    if sealed_reason is not None:
        document["reason"] = sealed_reason
    return document


def check_in_to_document(check_in: CheckIn) -> Document:
    """A whole entry without reasons: new entries have none, and bulk inserts must not.

    The day and the instrument are in the document's id, when it was received is in its first revision.
    """
    if any(revision.reason is not None for revision in check_in.revisions):
        raise ValueError("a reason must be sealed")
    patient, made = check_in.patient, {revision.key for revision in check_in.revisions}
    document: Document = {
        "_id": day_key(patient, check_in.about, check_in.instrument),
        "patient": patient,
        "version": check_in.instrument_version,
        "zone": check_in.zone,
        "timeliness": check_in.timeliness.value,
    }
    if check_in.prompted_at is not None:
        document["prompted_at"] = check_in.prompted_at
    if check_in.client_at is not None:
        document["client_at"] = check_in.client_at
    document["revisions"] = [revision_to_document(one, patient, None) for one in check_in.revisions]
    document["receipts"] = [
        receipt_to_document(one, patient, own_revision=one.key in made) for one in check_in.receipts
    ]
    document["scores"] = [
        score_row_to_document(one, check_in.instrument_version, check_in.revisions)
        for one in check_in.score_rows
    ]
    return document


def check_in_from_document(document: Mapping[str, Any], reasons: Mapping[int, str]) -> CheckIn:
    """The entry of a document; `reasons` are the opened ones by revision number."""
    patient = PatientId(document["patient"])
    _, about, instrument = document["_id"].rsplit(SEPARATOR, 2)
    keys = revision_keys(document)
    revisions = tuple(
        _revision_from_document(one, keys[one["number"]], patient, reasons.get(one["number"]))
        for one in document["revisions"]
    )
    made = {revision.key: revision for revision in revisions}
    receipts = tuple(
        _receipt_from_document(one, patient, made.get(one["key"])) for one in document["receipts"]
    )
    return CheckIn(
        id=EntryId(receipts[0].key),
        patient=patient,
        instrument=instrument,
        instrument_version=document["version"],
        about=date.fromisoformat(about),
        zone=document["zone"],
        timeliness=Timeliness(document["timeliness"]),
        prompted_at=document.get("prompted_at"),
        received_at=revisions[0].at,
        client_at=document.get("client_at"),
        revisions=revisions,
        receipts=receipts,
        score_rows=tuple(
            score_row_from_document(one, instrument, document["version"], revisions)
            for one in document.get("scores", ())
        ),
    )


def revision_keys(document: Mapping[str, Any]) -> dict[int, str]:
    """The id that made each revision of an entry: that of the first receipt which names its number."""
    keys: dict[int, str] = {}
    for receipt in document["receipts"]:
        keys.setdefault(receipt["revision"], receipt["key"])
    return keys


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


def _answers_from(document: Mapping[str, Any]) -> tuple[Answer, ...]:
    return tuple(_answer_from(item, value) for item, value in document.items())


def _said_where_left_out(answers: tuple[Answer, ...], *, withdrawal: bool) -> tuple[Answer, ...] | None:
    return None if withdrawal else answers


def _said_from(document: Mapping[str, Any]) -> tuple[Answer, ...] | None:
    return _answers_from(document["said"]) if document["said"] is not None else None


def _source(said: Revision | Receipt, patient: PatientId) -> Document:
    """Who said it and how; nothing about who, where it was the patient."""
    source: Document = {"channel": said.channel.value}
    if said.author != patient:
        source["author"] = said.author
    if said.role is not AuthorRole.PATIENT:
        source["role"] = said.role.value
    return source


def _revision_from_document(
    document: Mapping[str, Any], key: str, patient: PatientId, reason: str | None
) -> Revision:
    answers, withdrawal = _answers_from(document["answers"]), document.get("withdrawal", False)
    said = (
        _said_from(document) if "said" in document else _said_where_left_out(answers, withdrawal=withdrawal)
    )
    return Revision(
        number=document["number"],
        said=said,
        answers=answers,
        author=document.get("author", patient),
        role=AuthorRole(document.get("role", AuthorRole.PATIENT)),
        channel=Channel(document["channel"]),
        said_at=document.get("said_at", document["at"]),
        at=document["at"],
        key=key,
        reason=reason,
        withdrawal=withdrawal,
    )


def _receipt_from_document(document: Mapping[str, Any], patient: PatientId, made: Revision | None) -> Receipt:
    key, content, revision = document["key"], bytes(document["content"]), document["revision"]
    if made is not None:
        return Receipt(key, content, revision, made.said, made.said_at, made.author, made.role, made.channel)
    return Receipt(
        key=key,
        content=content,
        revision=revision,
        said=_said_from(document),
        said_at=document["said_at"],
        author=document.get("author", patient),
        role=AuthorRole(document.get("role", AuthorRole.PATIENT)),
        channel=Channel(document["channel"]),
    )
