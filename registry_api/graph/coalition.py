from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from diary.forms import Form
from registry_api.coalition import disclosure, method
from registry_api.coalition import store as stored
from registry_api.coalition.store import OrganisationId
from registry_api.graph.context import Info
from registry_api.graph.tokens import ApiToken, tokens_of
from registry_api.identity.access import member_or_none, reading_organisation
from registry_api.identity.callers import CoalitionMember


@strawberry.type(description="A number of people, rounded.")
class PublishedCount:
    value: int
    rounded_to: int


@strawberry.type(description="A number that is withheld: neither null nor 0.")
class SuppressedCount:
    reason: str


Count = Annotated[PublishedCount | SuppressedCount, strawberry.union("Count")]


@strawberry.type(description="People who have this form; somebody with two forms counts in both.")
class FormCount:
    form: Form
    count: Count


@strawberry.type(
    description="What every caller sees until the next snapshot: stored numbers, taken once a month."
)
class Snapshot:
    taken_on: date
    method: str
    registrants: Count
    registrants_by_form: list[FormCount]


@strawberry.type
class Coalition:
    organisation: str
    snapshot: Snapshot | None = strawberry.field(description="Null until the first snapshot is taken.")
    member: strawberry.Private[CoalitionMember | None]

    @strawberry.field(
        description="For programs of the organisation, newest first; those that ended stay for 30 days. "
        "Members only."
    )
    async def tokens(self, info: Info) -> list[ApiToken]:
        # access: not asked, only a member's own has a member.
        return [] if self.member is None else await tokens_of(self.member, info)


async def coalition(info: Info) -> Coalition:
    organisation_id = OrganisationId(reading_organisation(info.context.caller))
    store = info.context.services.coalition
    organisation = await store.organisation(organisation_id)
    newest = await store.newest()
    return Coalition(
        organisation=organisation.name if organisation else "",
        snapshot=_snapshot(newest) if newest else None,
        member=member_or_none(info.context.caller),
    )


def _snapshot(newest: stored.Snapshot) -> Snapshot:
    return Snapshot(
        taken_on=newest.taken_on,
        method=method.method(),
        registrants=_count(newest.table.total),
        registrants_by_form=[
            FormCount(form=form, count=_count(cell)) for form, cell in newest.table.by_form.items()
        ],
    )


def _count(cell: disclosure.Cell) -> PublishedCount | SuppressedCount:
    if isinstance(cell, disclosure.Published):
        return PublishedCount(value=cell.value, rounded_to=cell.rounded_to)
    return SuppressedCount(reason=cell.reason)


@strawberry.type
class CoalitionQuery:
    coalition: Coalition = strawberry.field(
        resolver=coalition, description="Protected numbers about the community; coalition members only."
    )
