"""Recording and changing one's own treatments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import strawberry

from diary.treating.urgent import advice
from diary.treatments import SideEffect
from registry_api.graph.context import Info
from registry_api.graph.problems import NotFound, OwnEntryProblem
from registry_api.graph.treatment_types import (
    AmendTreatmentInput,
    RestoreTreatmentInput,
    Treatment,
    TreatmentInput,
    WithdrawTreatmentInput,
    amended_fields,
    treatment,
    treatment_value,
)
from registry_api.identity.access import as_patient
from registry_api.identity.callers import Patient

_ADVICE = (
    "What to do at once, in the person's language; null unless they just stated trouble with swallowing, "
    "speaking or breathing. Show it before anything else."
)


@strawberry.type
class TreatmentRecorded:
    treatment: Treatment
    already: bool
    advice: str | None = strawberry.field(description=_ADVICE)


@strawberry.type
class TreatmentAmended:
    treatment: Treatment
    already: bool
    advice: str | None = strawberry.field(description=_ADVICE)


@strawberry.type
class TreatmentWithdrawn:
    treatment: Treatment
    already: bool


@strawberry.type
class TreatmentRestored:
    treatment: Treatment
    already: bool


RecordTreatmentResult = Annotated[
    TreatmentRecorded | OwnEntryProblem,
    strawberry.union("RecordTreatmentResult"),
]
AmendTreatmentResult = Annotated[
    TreatmentAmended | NotFound | OwnEntryProblem,
    strawberry.union("AmendTreatmentResult"),
]
WithdrawTreatmentResult = Annotated[
    TreatmentWithdrawn | NotFound | OwnEntryProblem,
    strawberry.union("WithdrawTreatmentResult"),
]
RestoreTreatmentResult = Annotated[
    TreatmentRestored | NotFound | OwnEntryProblem,
    strawberry.union("RestoreTreatmentResult"),
]


async def record_treatment(info: Info, input: TreatmentInput) -> RecordTreatmentResult:  # noqa: A002
    services, now = info.context.services, info.context.now
    patient = as_patient(info.context.caller)
    recorded = await services.treating.record(patient, treatment_value(input), now)
    return TreatmentRecorded(
        treatment=treatment(recorded.chain),
        already=recorded.already,
        advice=await _advice(info, patient, input.side_effects),
    )


async def amend_treatment(info: Info, input: AmendTreatmentInput) -> AmendTreatmentResult:  # noqa: A002
    services, now = info.context.services, info.context.now
    patient = as_patient(info.context.caller)
    changes = amended_fields(input)
    amended = await services.treating.amend(
        patient, input.treatment_id, str(input.amendment_id), changes, now
    )
    return TreatmentAmended(
        treatment=treatment(amended.chain),
        already=amended.already,
        advice=await _advice(info, patient, changes.get("side_effects", ())),
    )


async def withdraw_treatment(info: Info, input: WithdrawTreatmentInput) -> WithdrawTreatmentResult:  # noqa: A002
    services, now = info.context.services, info.context.now
    patient = as_patient(info.context.caller)
    changed = await services.treating.withdraw(patient, input.treatment_id, str(input.withdrawal_id), now)
    return TreatmentWithdrawn(treatment=treatment(changed.chain), already=changed.already)


async def restore_treatment(info: Info, input: RestoreTreatmentInput) -> RestoreTreatmentResult:  # noqa: A002
    services, now = info.context.services, info.context.now
    patient = as_patient(info.context.caller)
    changed = await services.treating.restore(patient, input.treatment_id, str(input.restoration_id), now)
    return TreatmentRestored(treatment=treatment(changed.chain), already=changed.already)


async def _advice(info: Info, patient: Patient, stated: Iterable[SideEffect]) -> str | None:
    """Looks the language up only where there is something to say."""
    # access: not asked, the callers above have asked for this patient.
    english = advice(stated, "en")
    if english is None:
        return None
    profile = await info.context.services.enrolments.profile(patient.patient_id)
    return advice(stated, profile.settings.language.value) if profile else english


@strawberry.type
class TreatmentsMutation:
    record_treatment: RecordTreatmentResult = strawberry.mutation(resolver=record_treatment)
    amend_treatment: AmendTreatmentResult = strawberry.mutation(
        resolver=amend_treatment,
        description="Lays new values over some fields; what was there before stays readable.",
    )
    withdraw_treatment: WithdrawTreatmentResult = strawberry.mutation(
        resolver=withdraw_treatment, description="Takes a treatment out; `restoreTreatment` brings it back."
    )
    restore_treatment: RestoreTreatmentResult = strawberry.mutation(resolver=restore_treatment)
