"""What is asked of the caller."""

from __future__ import annotations

import strawberry

from registry_api.graph.asking_types import Adherence, Due, adherence_of, dues_of
from registry_api.graph.context import Info
from registry_api.identity.access import own_record


async def due(info: Info) -> list[Due]:
    patient = own_record(info.context.caller)
    asked = await info.context.services.asking.of(patient, info.context.now)
    return dues_of(asked) if asked else []


async def my_adherence(info: Info, days: int = 30) -> Adherence | None:
    patient = own_record(info.context.caller)
    kept = await info.context.services.adhering.of(patient, days, info.context.now)
    return adherence_of(kept) if kept else None


@strawberry.type
class AskingQuery:
    my_adherence: Adherence | None = strawberry.field(
        resolver=my_adherence,
        description="How the last days (1 to 90) were kept: answered, asked, arrived; null before enrolment.",
    )
    due: list[Due] = strawberry.field(
        resolver=due,
        description="What is asked of the caller now, the daily ratings first; nothing before enrolment.",
    )
