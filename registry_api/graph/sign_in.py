from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from registry_api.graph.context import Info
from registry_api.graph.problems import (
    CodeRejected,
    CountryNotServed,
    InvalidInput,
    NotSignedIn,
    TextsUnavailable,
    TooManyRequests,
)
from registry_api.graph.viewer import Me, me
from registry_api.identity.access import signed_in
from registry_api.identity.languages import Language
from registry_api.identity.phones import parse


@strawberry.type(description="Said for known and unknown numbers alike.")
class SignInCodeSent:
    expires_in_seconds: int = strawberry.field(description="Seconds until the code ends.")


@strawberry.type
class SignedIn:
    me: Me


@strawberry.type
class SignedOut:
    at: datetime


RequestSignInCodeResult = Annotated[
    SignInCodeSent | InvalidInput | CountryNotServed | TooManyRequests | TextsUnavailable,
    strawberry.union("RequestSignInCodeResult"),
]
SignInResult = Annotated[
    SignedIn | CodeRejected | InvalidInput | TooManyRequests, strawberry.union("SignInResult")
]
SignOutResult = Annotated[SignedOut | NotSignedIn, strawberry.union("SignOutResult")]


async def request_sign_in_code(
    info: Info, phone: str, language: Language = Language.EN
) -> RequestSignInCodeResult:
    # access: not asked, it is how one becomes somebody.
    lifetime = await info.context.services.sign_in.request_code(
        parse(phone), language, info.context.now, origin=info.context.origin
    )
    return SignInCodeSent(expires_in_seconds=int(lifetime.total_seconds()))


async def sign_in(info: Info, phone: str, code: str) -> SignInResult:
    # access: not asked, it is how one becomes somebody.
    session = await info.context.services.sign_in.sign_in(
        parse(phone),
        code,
        info.context.now,
        replaces=info.context.token,
        origin=info.context.origin,
        device=info.context.device,
    )
    info.context.keep_session(session)
    return SignedIn(me=await me(info))


async def sign_out(info: Info) -> SignOutResult:
    signed_in(info.context.caller)
    if info.context.token:
        await info.context.services.sessions.sign_out(
            info.context.token, info.context.now, info.context.origin
        )
    info.context.drop_session()
    return SignedOut(at=info.context.now)


@strawberry.type
class SignInMutation:
    request_sign_in_code: RequestSignInCodeResult = strawberry.mutation(
        resolver=request_sign_in_code,
        description="Texts a six-digit code. The answer is the same for known and unknown numbers.",
    )
    sign_in: SignInResult = strawberry.mutation(
        resolver=sign_in, description="Trades a code for a session, which the answer puts into a cookie."
    )
    sign_out: SignOutResult = strawberry.mutation(resolver=sign_out, description="Ends this session.")
