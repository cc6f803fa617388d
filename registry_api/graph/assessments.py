"""Totals that a coordinator types in about somebody who asked to be introduced."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from diary.ids import EntryId
from registry_api.graph.context import Info
from registry_api.graph.problems import InvalidInput, NotAllowed, NotFound, NotSignedIn, StepUpRequired
from registry_api.identity.access import as_coordinator
from registry_api.trials.assessing import Assessment
from registry_api.trials.ids import IntroductionId, TrialId


@strawberry.input
class TotalInput:
    scale_id: strawberry.ID
    value: float


@strawberry.input(description="A later one about the same day and instrument corrects it.")
class TotalsInput:
    entry_id: UUID = strawberry.field(description="Made by the client; sending it again changes nothing.")
    trial_id: strawberry.ID
    introduction_id: strawberry.ID
    instrument_id: strawberry.ID = strawberry.field(
        description="One of the instruments of the kind TYPED_IN."
    )
    assessed_on: date
    totals: list[TotalInput]


@strawberry.type(description="These totals are in the patient's own record.")
class TotalsRecorded:
    instrument_id: strawberry.ID
    assessed_on: date
    already: bool = strawberry.field(description="True where they were here already and nothing changed.")


RecordTotalsResult = Annotated[
    TotalsRecorded | NotFound | InvalidInput | StepUpRequired | NotSignedIn | NotAllowed,
    strawberry.union("RecordTotalsResult"),
]


async def record_totals(info: Info, input: TotalsInput) -> RecordTotalsResult:  # noqa: A002
    coordinator = as_coordinator(info.context.caller)
    given = Assessment(
        id=EntryId(str(input.entry_id)),
        trial=TrialId(input.trial_id),
        introduction=IntroductionId(input.introduction_id),
        instrument=input.instrument_id,
        assessed_on=input.assessed_on,
        totals=[(total.scale_id, total.value) for total in input.totals],
    )
    recorded = await info.context.services.assessments.record(coordinator, given, info.context.now)
    return TotalsRecorded(
        instrument_id=strawberry.ID(recorded.check_in.instrument),
        assessed_on=recorded.check_in.about,
        already=recorded.already,
    )


@strawberry.type
class AssessmentsMutation:
    record_totals: RecordTotalsResult = strawberry.mutation(
        resolver=record_totals,
        description="Totals of a clinician's scale, about somebody who asked to be introduced to this trial.",
    )
