"""Asking to be erased, and changing one's mind."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import strawberry

from registry_api.erasure.erasure import GRACE, ErasureId
from registry_api.graph.context import Info
from registry_api.graph.patient import Patient, patient_of
from registry_api.graph.problems import InvalidInput, NotAllowed, NotSignedIn
from registry_api.identity.access import as_patient


@strawberry.input
class RequestErasureInput:
    erasure_id: UUID = strawberry.field(description="Made by the client: sent again it changes nothing.")


@strawberry.type
class ErasureRequested:
    patient: Patient
    already: bool = strawberry.field(description="True where a request stood before; its time goes on.")


@strawberry.type
class ErasureCancelled:
    patient: Patient


RequestErasureResult = Annotated[
    ErasureRequested | InvalidInput | NotSignedIn | NotAllowed, strawberry.union("RequestErasureResult")
]
CancelErasureResult = Annotated[
    ErasureCancelled | NotSignedIn | NotAllowed, strawberry.union("CancelErasureResult")
]


async def request_erasure(info: Info, input: RequestErasureInput) -> RequestErasureResult:  # noqa: A002
    patient = as_patient(info.context.caller)
    _, already = await info.context.services.erasures.ask(
        patient, ErasureId(str(input.erasure_id)), info.context.now
    )
    return ErasureRequested(patient=await patient_of(info, patient), already=already)


async def cancel_erasure(info: Info) -> CancelErasureResult:
    patient = as_patient(info.context.caller)
    await info.context.services.erasures.cancel(patient, info.context.now)
    return ErasureCancelled(patient=await patient_of(info, patient))


@strawberry.type
class ErasureMutation:
    request_erasure: RequestErasureResult = strawberry.mutation(
        resolver=request_erasure,
        description=(
            f"Ends contact and the use of data at once and, {GRACE.days} days later, destroys the person's "
            "key and deletes everything about them. Until then `cancelErasure` undoes it; after that nobody "
            "can. What was published of groups before stays, and so does the trail of what was done, under "
            "an id that leads to nobody."
        ),
    )
    cancel_erasure: CancelErasureResult = strawberry.mutation(
        resolver=cancel_erasure,
        description="Takes the request back and resumes what it ended; changes nothing where there is none.",
    )
