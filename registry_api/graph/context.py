"""What a resolver may know of a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import strawberry
from graphql import DocumentNode
from starlette.requests import Request
from starlette.responses import Response
from strawberry.types.fields.resolver import StrawberryResolver  # noqa: F401

from registry_api.audit.events import Channel, Origin
from registry_api.graph.answers import Refused
from registry_api.identity.callers import Anonymous, ApiClient, Caller
from registry_api.identity.devices import UNKNOWN, Device
from registry_api.identity.errors import TokenRejected
from registry_api.identity.sessions import NewSession
from registry_api.visitor import bearer_of, device_used, drop_cookie, keep_cookie, origin_of, token_of
from registry_api.wiring import Services


@dataclass
class Context:
    """One request: who calls, the services, the moment that counts as now, and what is asked."""

    services: Services
    caller: Caller
    now: datetime
    origin: Origin
    token: str | None = field(repr=False)
    device: Device = UNKNOWN
    response: Response = field(default_factory=Response, repr=False)
    document: DocumentNode | None = field(default=None, repr=False)

    def keep_session(self, session: NewSession) -> None:
        """Puts the session's token into the cookie, and makes its owner the caller of the rest."""
        self.caller, self.token = session.caller, session.token
        keep_cookie(self.response, session, self.now, secure=self._secure)

    def drop_session(self) -> None:
        self.caller, self.token = Anonymous(), None
        drop_cookie(self.response, secure=self._secure)

    @property
    def _secure(self) -> bool:
        return self.services.settings.secure_cookies


Info = strawberry.Info[Context, None]


async def context_of(request: Request) -> Context:
    """Who calls, and when; a session that has ended is nobody's.

    Raises:
        Refused: a token came that does not work, or a token and a cookie came together.
    """
    services: Services = request.app.state.services
    cookie = token_of(request, secure=services.settings.secure_cookies)
    bearer = bearer_of(request)
    now = services.now()
    # access: not asked, this is where a caller comes from.
    origin = origin_of(request, services.settings.proxies, Channel.WEB if bearer is None else Channel.API)
    caller: Caller
    if bearer is None:
        caller = await services.sessions.caller_for(cookie, now, origin)
    elif cookie is None:
        caller = await _program(services, bearer, now, origin)
    else:
        raise Refused(400, "BAD_REQUEST", "Send a token or a session's cookie, not both.")
    return Context(
        services=services, caller=caller, origin=origin, device=device_used(request), now=now, token=cookie
    )


async def _program(services: Services, bearer: str, now: datetime, origin: Origin) -> ApiClient:
    # access: not asked, this is where a caller comes from.
    try:
        return await services.api_tokens.caller_for(bearer, now, origin)
    except TokenRejected as rejected:
        raise Refused(401, "TOKEN_REJECTED", str(rejected), **{"www-authenticate": "Bearer"}) from None
