"""Treatments as clients see them, and what clients say of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import strawberry

import diary.treatments as treating
from diary.errors import FieldFault, InvalidTreatment
from diary.ids import TreatmentId
from diary.partial_dates import PartialDate as KnownDate
from diary.treating.chain import TreatmentChain, TreatmentRevision
from diary.treatments import DoseUnit, SideEffect, StopReason, ToxinResponse, TreatmentKind
from registry_api.graph import enums as _enums  # noqa: F401 registers the domain's enums
from registry_api.graph.scalars import PartialDate


@strawberry.type(description="A new daily dose of a medicine, or new settings of a stimulator.")
class TreatmentChange:
    on: PartialDate
    dose: float | None


@strawberry.type(description="One link of a treatment's chain: the treatment as it stood from then on.")
class TreatmentVersion:
    number: int
    at: datetime
    withdrawal: bool = strawberry.field(description="True where the treatment was taken out.")
    started_on: PartialDate
    ended_on: PartialDate | None
    product: str | None
    dose: float | None
    dose_unit: DoseUnit | None
    muscles: list[strawberry.ID]
    response: ToxinResponse | None
    benefit_noticed_on: date | None
    wore_off_on: date | None
    side_effects: list[SideEffect]
    stop_reason: StopReason | None
    changes: list[TreatmentChange]


@strawberry.type
class Treatment:
    id: strawberry.ID
    kind: TreatmentKind
    started_on: PartialDate
    ended_on: PartialDate | None
    product: str | None
    dose: float | None = strawberry.field(
        description="Units of this product for an injection: units of different products are not "
        "interchangeable, so show them with the product and never add them up. An amount a day in "
        "`doseUnit` for a medicine."
    )
    dose_unit: DoseUnit | None
    muscles: list[strawberry.ID]
    response: ToxinResponse | None
    benefit_noticed_on: date | None = strawberry.field(description="As the person noticed it.")
    wore_off_on: date | None = strawberry.field(description="As the person noticed it.")
    side_effects: list[SideEffect]
    stop_reason: StopReason | None
    changes: list[TreatmentChange]
    withdrawn: bool = strawberry.field(description="True where it was taken out; it can be brought back.")
    revisions: list[TreatmentVersion] = strawberry.field(
        description="All that was ever said of it, oldest first."
    )


@strawberry.input
class TreatmentChangeInput:
    on: PartialDate
    dose: float | None = None


@strawberry.input
class TreatmentInput:
    treatment_id: UUID = strawberry.field(description="Made by the client; sending it again changes nothing.")
    kind: TreatmentKind
    started_on: PartialDate
    ended_on: PartialDate | None = None
    product: str | None = None
    dose: float | None = None
    dose_unit: DoseUnit | None = None
    muscles: list[strawberry.ID] = strawberry.field(default_factory=list)
    response: ToxinResponse | None = None
    benefit_noticed_on: date | None = None
    wore_off_on: date | None = None
    side_effects: list[SideEffect] = strawberry.field(default_factory=list)
    stop_reason: StopReason | None = None
    changes: list[TreatmentChangeInput] = strawberry.field(default_factory=list)


@strawberry.input(description="Fields that are left out stay as they are; null empties one.")
class AmendTreatmentInput:
    treatment_id: strawberry.ID
    amendment_id: UUID = strawberry.field(description="Made by the client; sending it again changes nothing.")
    started_on: PartialDate | None = strawberry.UNSET
    ended_on: PartialDate | None = strawberry.UNSET
    product: str | None = strawberry.UNSET
    dose: float | None = strawberry.UNSET
    dose_unit: DoseUnit | None = strawberry.UNSET
    muscles: list[strawberry.ID] | None = strawberry.UNSET
    response: ToxinResponse | None = strawberry.UNSET
    benefit_noticed_on: date | None = strawberry.UNSET
    wore_off_on: date | None = strawberry.UNSET
    side_effects: list[SideEffect] | None = strawberry.UNSET
    stop_reason: StopReason | None = strawberry.UNSET
    changes: list[TreatmentChangeInput] | None = strawberry.UNSET


@strawberry.input
class WithdrawTreatmentInput:
    treatment_id: strawberry.ID
    withdrawal_id: UUID = strawberry.field(
        description="Made by the client; sending it again changes nothing."
    )


@strawberry.input
class RestoreTreatmentInput:
    treatment_id: strawberry.ID
    restoration_id: UUID = strawberry.field(
        description="Made by the client; sending it again changes nothing."
    )


def treatment(known: TreatmentChain) -> Treatment:
    return Treatment(
        id=strawberry.ID(known.id),
        kind=known.treatment.kind,
        withdrawn=known.withdrawn,
        revisions=[_version(revision) for revision in known.revisions],
        **_stated(known.treatment),
    )


def treatment_value(given: TreatmentInput, prefix: str = "") -> treating.Treatment:
    """What was sent, as the diary takes it.

    Raises:
        InvalidTreatment: a date is no date.
    """
    return treating.Treatment(
        id=TreatmentId(str(given.treatment_id)),
        kind=given.kind,
        started_on=_known_date(given.started_on, f"{prefix}startedOn"),
        ended_on=None if given.ended_on is None else _known_date(given.ended_on, f"{prefix}endedOn"),
        product=given.product,
        response=given.response,
        dose=given.dose,
        dose_unit=given.dose_unit,
        muscles=tuple(given.muscles),
        benefit_noticed_on=given.benefit_noticed_on,
        wore_off_on=given.wore_off_on,
        side_effects=tuple(given.side_effects),
        stop_reason=given.stop_reason,
        changes=_changes(given.changes, prefix),
    )


def amended_fields(given: AmendTreatmentInput) -> dict[str, Any]:
    """The fields that an amendment names, and their new values.

    Raises:
        InvalidTreatment: a date is no date, or the start is to be empty.
    """
    return dict(_amended(given))


def _amended(given: AmendTreatmentInput) -> Iterator[tuple[str, Any]]:
    for field in ("product", "dose", "dose_unit", "response", "benefit_noticed_on", "wore_off_on"):
        if getattr(given, field) is not strawberry.UNSET:
            yield field, getattr(given, field)
    if given.stop_reason is not strawberry.UNSET:
        yield "stop_reason", given.stop_reason
    if given.started_on is not strawberry.UNSET:
        if given.started_on is None:
            raise InvalidTreatment([FieldFault("startedOn", "Please say when it was.")])
        yield "started_on", _known_date(given.started_on, "startedOn")
    if given.ended_on is not strawberry.UNSET:
        yield "ended_on", given.ended_on and _known_date(given.ended_on, "endedOn")
    for field in ("muscles", "side_effects"):
        if getattr(given, field) is not strawberry.UNSET:
            yield field, tuple(getattr(given, field) or ())
    if given.changes is not strawberry.UNSET:
        yield "changes", _changes(given.changes or [], "")


def _changes(given: list[TreatmentChangeInput], prefix: str) -> tuple[treating.Change, ...]:
    return tuple(
        treating.Change(_known_date(each.on, f"{prefix}changes[{number}].on"), each.dose)
        for number, each in enumerate(given)
    )


def _known_date(text: str, path: str) -> KnownDate:
    try:
        return KnownDate.parse(text)
    except ValueError as wrong:
        raise InvalidTreatment([FieldFault(path, str(wrong))]) from None


def _version(revision: TreatmentRevision) -> TreatmentVersion:
    return TreatmentVersion(
        number=revision.number,
        at=revision.at,
        withdrawal=revision.withdrawal,
        **_stated(revision.treatment),
    )


def _stated(known: treating.Treatment) -> dict[str, Any]:
    return {
        "started_on": PartialDate(str(known.started_on)),
        "ended_on": PartialDate(str(known.ended_on)) if known.ended_on else None,
        "product": known.product,
        "dose": known.dose,
        "dose_unit": known.dose_unit,
        "muscles": [strawberry.ID(muscle) for muscle in known.muscles],
        "response": known.response,
        "benefit_noticed_on": known.benefit_noticed_on,
        "wore_off_on": known.wore_off_on,
        "side_effects": list(known.side_effects),
        "stop_reason": known.stop_reason,
        "changes": [
            TreatmentChange(on=PartialDate(str(change.on)), dose=change.dose) for change in known.changes
        ],
    }
