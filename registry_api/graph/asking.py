"""What is asked of the caller."""

from __future__ import annotations

import strawberry

from registry_api.graph.asking_types import Due, dues_of
from registry_api.graph.context import Info
from registry_api.identity.access import own_record


async def due(info: Info) -> list[Due]:
    patient = own_record(info.context.caller)
    asked = await info.context.services.asking.of(patient, info.context.now)
    return dues_of(asked) if asked else []


@strawberry.type
class AskingQuery:
    due: list[Due] = strawberry.field(
        resolver=due,
        description="What is asked of the caller now, the daily ratings first; nothing before enrolment.",
    )
