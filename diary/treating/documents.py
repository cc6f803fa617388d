"""Treatments as documents of the database, and back.

What is asked for by a query stands at the top (`patient`, and `started_on` as it is now); all that was ever
said stands in `revisions`. A document from before there were revisions is read as one that has its first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from diary.check_ins import AuthorRole, Channel
from diary.ids import PatientId, TreatmentId
from diary.keys import Document, own_key
from diary.partial_dates import PartialDate
from diary.treating.chain import Acceptance, TreatmentChain, TreatmentRevision, opened
from diary.treatments import (
    Change,
    DoseUnit,
    SideEffect,
    StopReason,
    ToxinResponse,
    Treatment,
    TreatmentKind,
)

REVISIONS = "revisions"


def chain_to_document(chain: TreatmentChain) -> Document:
    return {
        "_id": own_key(chain.patient, chain.id),
        "patient": chain.patient,
        "id": chain.id,
        "kind": chain.treatment.kind.value,
        "started_on": str(chain.treatment.started_on),
        REVISIONS: [revision_to_document(revision) for revision in chain.revisions],
        "receipts": [acceptance_to_document(receipt) for receipt in chain.receipts],
    }


def chain_from_document(document: Mapping[str, Any]) -> TreatmentChain:
    patient = PatientId(document["patient"])
    if REVISIONS not in document:
        first = _treatment(document, document)
        return opened(patient, first, document["recorded_at"])
    return TreatmentChain(
        patient,
        tuple(_revision(document, revision) for revision in document[REVISIONS]),
        tuple(
            Acceptance(receipt["key"], bytes(receipt["content"]), receipt["revision"])
            for receipt in document["receipts"]
        ),
    )


def acceptance_to_document(receipt: Acceptance) -> Document:
    return {"key": receipt.key, "content": receipt.content, "revision": receipt.revision}


def revision_to_document(revision: TreatmentRevision) -> Document:
    """A revision; fields that say nothing are left out, so that new kinds of fields cost old rows nothing."""
    treatment = revision.treatment
    said: Document = {
        "started_on": str(treatment.started_on),
        "ended_on": treatment.ended_on and str(treatment.ended_on),
        "product": treatment.product,
        "response": treatment.response,
        "recorded_at": treatment.recorded_at,
        "dose": treatment.dose,
        "dose_unit": treatment.dose_unit,
        "muscles": list(treatment.muscles),
        "benefit_noticed_on": treatment.benefit_noticed_on and treatment.benefit_noticed_on.isoformat(),
        "wore_off_on": treatment.wore_off_on and treatment.wore_off_on.isoformat(),
        "side_effects": list(treatment.side_effects),
        "stop_reason": treatment.stop_reason,
        "changes": [{"on": str(change.on), "dose": change.dose} for change in treatment.changes],
        "withdrawal": revision.withdrawal,
    }
    return {
        "number": revision.number,
        "author": revision.author,
        "role": revision.role.value,
        "channel": revision.channel.value,
        "at": revision.at,
        "key": revision.key,
        **{field: value for field, value in said.items() if value not in (None, [], False)},
    }


def _revision(document: Mapping[str, Any], revision: Mapping[str, Any]) -> TreatmentRevision:
    return TreatmentRevision(
        number=revision["number"],
        treatment=_treatment(document, revision),
        author=revision["author"],
        at=revision["at"],
        key=revision["key"],
        withdrawal=revision.get("withdrawal", False),
        role=AuthorRole(revision["role"]),
        channel=Channel(revision["channel"]),
    )


def _treatment(document: Mapping[str, Any], said: Mapping[str, Any]) -> Treatment:
    ended_on, response, unit = said.get("ended_on"), said.get("response"), said.get("dose_unit")
    reason = said.get("stop_reason")
    return Treatment(
        id=TreatmentId(document["id"]),
        kind=TreatmentKind(document["kind"]),
        started_on=PartialDate.parse(said["started_on"]),
        ended_on=PartialDate.parse(ended_on) if ended_on else None,
        product=said.get("product"),
        response=ToxinResponse(response) if response else None,
        recorded_at=said.get("recorded_at"),
        dose=said.get("dose"),
        dose_unit=DoseUnit(unit) if unit else None,
        muscles=tuple(said.get("muscles", ())),
        benefit_noticed_on=_day(said.get("benefit_noticed_on")),
        wore_off_on=_day(said.get("wore_off_on")),
        side_effects=tuple(SideEffect(each) for each in said.get("side_effects", ())),
        stop_reason=StopReason(reason) if reason else None,
        changes=tuple(
            Change(PartialDate.parse(each["on"]), each.get("dose")) for each in said.get("changes", ())
        ),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
