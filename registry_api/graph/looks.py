"""Who looked at the caller's own record."""

from __future__ import annotations

from datetime import datetime

import strawberry

from registry_api.graph.connections import Connection, NoSuchPage, checked_first, connection
from registry_api.graph.context import Info
from registry_api.identity.access import as_patient
from registry_api.identity.callers import Role


@strawberry.type(description="Somebody else saw who you are.")
class Look:
    at: datetime
    role: Role
    name: str | None = strawberry.field(description="Null where the account is gone.")
    study: str | None = strawberry.field(
        description="The number of the study to whose coordinator you had asked to be introduced."
    )


async def looks_at_my_record(info: Info, first: int = 20, after: str | None = None) -> Connection[Look]:
    patient, wanted = as_patient(info.context.caller), checked_first(first)
    if after is not None and not (after.isascii() and after.isdecimal() and len(after) < 11):  # noqa: PLR2004
        raise NoSuchPage("Pass a cursor as an earlier page gave it.")
    looks = await info.context.services.access.looks(
        patient, first=wanted + 1, before=None if after is None else int(after)
    )
    return connection(
        (
            (str(look.number), Look(at=look.at, role=look.role, name=look.name, study=look.study))
            for look in looks[:wanted]
        ),
        has_next_page=len(looks) > wanted,
        has_previous_page=after is not None,
    )


@strawberry.type
class LooksQuery:
    looks_at_my_record: Connection[Look] = strawberry.field(
        resolver=looks_at_my_record,
        description="Every time that somebody else saw who you are, newest first.",
    )
