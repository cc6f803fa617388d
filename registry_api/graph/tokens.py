"""Tokens for programs of a coalition organisation, kept by its members."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from registry_api.graph.context import Info
from registry_api.graph.problems import (
    InvalidInput,
    LimitReached,
    NotAllowed,
    NotFound,
    NotSignedIn,
    StepUpRequired,
)
from registry_api.identity.access import as_member
from registry_api.identity.api_tokens.issuing import OwnToken, Wish
from registry_api.identity.callers import CoalitionMember, TokenScope
from registry_api.identity.ids import TokenId

_DAYS = 90


@strawberry.type(description="What a program of the organisation calls with. Its secret is shown once.")
class ApiToken:
    id: strawberry.ID
    name: str
    allows: list[TokenScope] = strawberry.field(name="scopes")
    issued_by: str | None = strawberry.field(description="Null where that member is gone.")
    issued_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = strawberry.field(description="To about five minutes.")
    revoked_at: datetime | None


@strawberry.input
class IssueApiTokenInput:
    token_id: UUID = strawberry.field(description="Made by the client, so that asking again is safe.")
    name: str
    allows: list[TokenScope] = strawberry.field(name="scopes")
    days: int = strawberry.field(default=_DAYS, description="How long it works; 365 at most.")


@strawberry.type
class ApiTokenIssued:
    token: ApiToken
    secret: str | None = strawberry.field(
        description="Shown this once; null where the token was issued before."
    )
    already: bool


@strawberry.type
class ApiTokenRevoked:
    token: ApiToken


IssueApiTokenResult = Annotated[
    ApiTokenIssued | InvalidInput | LimitReached | StepUpRequired | NotFound | NotSignedIn | NotAllowed,
    strawberry.union("IssueApiTokenResult"),
]
RevokeApiTokenResult = Annotated[
    ApiTokenRevoked | NotFound | NotSignedIn | NotAllowed, strawberry.union("RevokeApiTokenResult")
]


async def tokens_of(member: CoalitionMember, info: Info) -> list[ApiToken]:
    # access: not asked, a member is given.
    return [_token(each) for each in await info.context.services.api_tokens.of(member, info.context.now)]


async def issue_api_token(info: Info, input: IssueApiTokenInput) -> IssueApiTokenResult:  # noqa: A002
    member = as_member(info.context.caller)
    wish = Wish(
        id=TokenId(input.token_id.hex), name=input.name, allows=frozenset(input.allows), days=input.days
    )
    issued, secret = await info.context.services.api_tokens.issue(member, wish, info.context.now)
    return ApiTokenIssued(token=_token(issued), secret=secret, already=secret is None)


async def revoke_api_token(info: Info, id: strawberry.ID) -> RevokeApiTokenResult:  # noqa: A002
    member = as_member(info.context.caller)
    revoked = await info.context.services.api_tokens.revoke(member, TokenId(id), info.context.now)
    return ApiTokenRevoked(token=_token(revoked))


def _token(own: OwnToken) -> ApiToken:
    return ApiToken(
        id=strawberry.ID(own.id),
        name=own.name,
        allows=sorted(own.allows),
        issued_by=own.issued_by,
        issued_at=own.issued_at,
        expires_at=own.expires_at,
        last_used_at=own.last_used_at,
        revoked_at=own.revoked_at,
    )


@strawberry.type
class TokensMutation:
    issue_api_token: IssueApiTokenResult = strawberry.mutation(
        resolver=issue_api_token,
        description="Lets a program of the member's organisation call; needs a step-up.",
    )
    revoke_api_token: RevokeApiTokenResult = strawberry.mutation(
        resolver=revoke_api_token, description="Ends a token at once and for good."
    )
