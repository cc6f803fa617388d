"""Where the caller is signed in, and ending that."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from registry_api.graph.context import Info
from registry_api.graph.problems import NotFound, NotSignedIn
from registry_api.identity.access import signed_in
from registry_api.identity.ids import DeviceId
from registry_api.identity.tokens import device_id


@strawberry.type(description="One browser in which the caller is signed in. There are at most 50.")
class Device:
    id: strawberry.ID
    browser: str | None = strawberry.field(description="Such as Chrome; null where it is none that we know.")
    system: str | None = strawberry.field(description="Such as Android; null where it is none that we know.")
    network: str | None = strawberry.field(
        description="The network it was last used from, cut to /24 (IPv4) or /48 (IPv6)."
    )
    signed_in_at: datetime
    last_seen_at: datetime = strawberry.field(description="To within five minutes; for staff, one.")
    this_one: bool = strawberry.field(description="Whether this request comes from it.")


@strawberry.type
class SessionEnded:
    id: strawberry.ID
    this_one: bool = strawberry.field(description="Whether the caller is signed out by it.")


@strawberry.type
class SignedOutEverywhere:
    ended: int = strawberry.field(description="How many sessions there were, with this one.")


EndSessionResult = Annotated[SessionEnded | NotFound | NotSignedIn, strawberry.union("EndSessionResult")]
SignOutEverywhereResult = Annotated[
    SignedOutEverywhere | NotSignedIn, strawberry.union("SignOutEverywhereResult")
]


async def devices(info: Info) -> list[Device]:
    caller = signed_in(info.context.caller)
    return [
        Device(
            id=strawberry.ID(each.id),
            browser=each.device.browser,
            system=each.device.system,
            network=each.network,
            signed_in_at=each.signed_in_at,
            last_seen_at=each.last_seen_at,
            this_one=each.this_one,
        )
        for each in await info.context.services.sessions.devices(caller, info.context.now)
    ]


async def end_session(info: Info, id: strawberry.ID) -> EndSessionResult:  # noqa: A002 the contract's word
    context = info.context
    caller = signed_in(context.caller)
    await context.services.sessions.end(caller, DeviceId(id), context.now)
    this_one = device_id(caller.session_id) == DeviceId(id)
    if this_one:
        context.drop_session()
    return SessionEnded(id=id, this_one=this_one)


async def sign_out_everywhere(info: Info) -> SignOutEverywhereResult:
    context = info.context
    ended = await context.services.sessions.sign_out_everywhere(signed_in(context.caller), context.now)
    context.drop_session()
    return SignedOutEverywhere(ended=ended)


@strawberry.type
class DevicesMutation:
    end_session: EndSessionResult = strawberry.mutation(
        resolver=end_session, description="Signs the caller out on one device."
    )
    sign_out_everywhere: SignOutEverywhereResult = strawberry.mutation(
        resolver=sign_out_everywhere, description="Signs the caller out on every device, this one too."
    )
