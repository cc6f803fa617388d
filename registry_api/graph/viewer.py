"""Who is calling."""

from __future__ import annotations

from datetime import datetime

import strawberry

from registry_api.coalition.store import OrganisationId
from registry_api.graph.context import Info
from registry_api.graph.devices import Device, devices
from registry_api.graph.patient import Patient, patient_of
from registry_api.identity import callers
from registry_api.identity.access import patient_or_none, signed_in_or_none
from registry_api.identity.callers import Role


async def newest_passkey_at(info: Info) -> datetime | None:
    caller = signed_in_or_none(info.context.caller)
    return await info.context.services.keyring.newest_at(caller) if caller else None


@strawberry.type(description="Who is calling; answers for everybody, signed in or not.")
class Me:
    role: Role
    name: str | None = strawberry.field(
        description="As the person gave it; null for anonymous callers and before enrolment."
    )
    patient: Patient | None = strawberry.field(description="A patient's own record; null for other roles.")
    organisation: str | None = strawberry.field(
        description="The coalition organisation to which a member or a program belongs."
    )
    texts_from: str = strawberry.field(
        description="The number that texts come from, so that START and STOP can be sent to it."
    )
    institution: str | None = strawberry.field(
        description="What to call the institution through which staff may sign in; null where there is none."
    )
    newest_passkey_at: datetime | None = strawberry.field(
        resolver=newest_passkey_at,
        description="When the caller's newest passkey was added, so that nobody adds one unnoticed.",
    )
    devices: list[Device] = strawberry.field(
        resolver=devices,
        description="Where the caller is signed in, the last used first.",
    )


async def me(info: Info) -> Me:
    services, caller = info.context.services, info.context.caller
    patient_calling = patient_or_none(caller)
    name: str | None = None
    patient: Patient | None = None
    organisation: str | None = None
    if patient_calling is not None:
        patient = await patient_of(info, patient_calling)
        name = patient.known_name
    elif not isinstance(caller, callers.Anonymous | callers.Patient | callers.ApiClient):
        name = caller.name
    if isinstance(caller, callers.CoalitionMember | callers.ApiClient):
        found = await services.coalition.organisation(OrganisationId(caller.organisation))
        organisation = found.name if found else None
    return Me(
        role=caller.role,
        name=name,
        patient=patient,
        organisation=organisation,
        texts_from=services.settings.twilio_from,
        institution=services.settings.oidc_name if services.single_sign_on else None,
    )


@strawberry.type
class ViewerQuery:
    me: Me = strawberry.field(resolver=me)
