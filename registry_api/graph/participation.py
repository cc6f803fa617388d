"""Ending and resuming contact and the use of data, and pausing."""

from __future__ import annotations

from typing import Annotated

import strawberry

from registry_api.enrolment.participation import LONGEST_PAUSE_DAYS, Axis
from registry_api.graph.context import Info
from registry_api.graph.patient import Patient, patient_of
from registry_api.graph.problems import InvalidInput, NotAllowed, NotSignedIn, TooManyRequests
from registry_api.identity.access import as_patient
from registry_api.identity.callers import actor_of


@strawberry.type
class Withdrawn:
    patient: Patient


@strawberry.type
class Rejoined:
    patient: Patient


@strawberry.type
class ContactPaused:
    patient: Patient


@strawberry.type
class PauseEnded:
    patient: Patient


WithdrawResult = Annotated[Withdrawn | NotSignedIn | NotAllowed, strawberry.union("WithdrawResult")]
RejoinResult = Annotated[
    Rejoined | TooManyRequests | NotSignedIn | NotAllowed, strawberry.union("RejoinResult")
]
PauseContactResult = Annotated[
    ContactPaused | TooManyRequests | InvalidInput | NotSignedIn | NotAllowed,
    strawberry.union("PauseContactResult"),
]
EndPauseResult = Annotated[PauseEnded | NotSignedIn | NotAllowed, strawberry.union("EndPauseResult")]


async def withdraw(
    info: Info, axes: Annotated[list[Axis], strawberry.argument(name="from")]
) -> WithdrawResult:
    patient, now = as_patient(info.context.caller), info.context.now
    taking_part = info.context.services.taking_part
    await taking_part.withdraw(patient.patient_id, axes, now, by=actor_of(patient))
    return Withdrawn(patient=await patient_of(info, patient))


async def rejoin(info: Info, axes: Annotated[list[Axis], strawberry.argument(name="to")]) -> RejoinResult:
    patient, now = as_patient(info.context.caller), info.context.now
    await info.context.services.taking_part.rejoin(patient.patient_id, axes, now, by=actor_of(patient))
    return Rejoined(patient=await patient_of(info, patient))


async def pause_contact(info: Info, days: int) -> PauseContactResult:
    patient, now = as_patient(info.context.caller), info.context.now
    await info.context.services.taking_part.pause(patient.patient_id, days, now, by=actor_of(patient))
    return ContactPaused(patient=await patient_of(info, patient))


async def end_pause(info: Info) -> EndPauseResult:
    patient, now = as_patient(info.context.caller), info.context.now
    await info.context.services.taking_part.end_pause(patient.patient_id, now, by=actor_of(patient))
    return PauseEnded(patient=await patient_of(info, patient))


@strawberry.type
class ParticipationMutation:
    withdraw: WithdrawResult = strawberry.mutation(
        resolver=withdraw,
        description="Ends contact, the use of data, or both. Signatures stay, and count after `rejoin`.",
    )
    rejoin: RejoinResult = strawberry.mutation(
        resolver=rejoin, description="Resumes contact, the use of data, or both, as far as consents go."
    )
    pause_contact: PauseContactResult = strawberry.mutation(
        resolver=pause_contact,
        description=f"Starts no text for 1 to {LONGEST_PAUSE_DAYS} days; what `PAUSE` does by text.",
    )
    end_pause: EndPauseResult = strawberry.mutation(
        resolver=end_pause, description="Ends a pause before its time."
    )
