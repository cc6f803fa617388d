"""What a resolver may know of a request, and the HTTP end of GraphQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
import strawberry
from cross_web import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse
from strawberry.types import ExecutionResult
from strawberry.types.fields.resolver import StrawberryResolver  # noqa: F401

from registry_api.audit.events import Channel, Origin
from registry_api.graph.errors import typed_errors
from registry_api.identity.callers import Anonymous, Caller
from registry_api.identity.networks import Proxies, client_of, network_of
from registry_api.identity.sessions import ABSOLUTE, NewSession
from registry_api.wiring import Services


@dataclass
class Context:
    """One request: who calls, the services, and the moment that counts as now."""

    services: Services
    caller: Caller
    now: datetime
    origin: Origin
    token: str | None = field(repr=False)
    response: Response | None = None

    def keep_session(self, session: NewSession) -> None:
        """Puts the session's token into the cookie, and makes its owner the caller of the rest."""
        self.caller = session.caller
        if self.response is not None:
            self.response.set_cookie(
                cookie_name(secure=self._secure),
                session.token,
                max_age=int(ABSOLUTE.total_seconds()),
                httponly=True,
                secure=self._secure,
                samesite="lax",
                path="/",
            )

    def drop_session(self) -> None:
        self.caller = Anonymous()
        if self.response is not None:
            self.response.delete_cookie(
                cookie_name(secure=self._secure), httponly=True, secure=self._secure, samesite="lax", path="/"
            )

    @property
    def _secure(self) -> bool:
        return self.services.settings.secure_cookies


Info = strawberry.Info[Context, None]


def cookie_name(*, secure: bool) -> str:
    """Browsers bind a `__Host-` cookie to this host and to HTTPS."""
    return "__Host-registry-session" if secure else "registry-session"


class Endpoint(GraphQL[Context, None]):
    """POST /graphql with a JSON body, from pages of our own origin or from programs without one."""

    def __init__(self, schema: strawberry.Schema) -> None:
        super().__init__(
            schema,
            graphql_ide=None,  # its page would load from elsewhere
            allow_queries_via_get=False,
            subscription_protocols=(),
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        if request.method != "POST":  # the web app's pages are not to answer here
            response: Response = refusal(405, "BAD_REQUEST", "This address takes another kind of request.")
            response.headers["allow"] = "POST"
        elif not _same_origin(request):
            response = refusal(403, "FORBIDDEN", "Send this from the registry's own pages.")
        else:
            try:
                response = await self.run(request)
            except HTTPException as refused:
                response = refusal(refused.status_code, "BAD_REQUEST", _advice(refused))
        await response(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        services: Services = request.app.state.services
        token = request.cookies.get(cookie_name(secure=services.settings.secure_cookies))
        now = services.now()
        # access: not asked, this is where a caller comes from.
        origin = _origin(request, services.settings.proxies)
        return Context(
            services=services,
            caller=await services.sessions.caller_for(token, now, origin),
            origin=origin,
            now=now,
            token=token,
            response=response if isinstance(response, Response) else None,
        )

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        if result.errors:
            result.errors = typed_errors(result.errors)
        return await super().process_result(request, result)

    async def get_root_value(self, request: Request | WebSocket) -> None:  # noqa: ARG002
        return None

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)

    def decode_json(self, data: str | bytes) -> object:
        decoded = orjson.loads(data)
        if not isinstance(decoded, dict | list):
            raise HTTPException(400, "The body is not a JSON object")
        return decoded


def _origin(request: Request | WebSocket, proxies: Proxies) -> Origin:
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    peer = request.client.host if request.client else None
    return Origin(Channel.WEB, network_of(client_of(peer, forwarded, proxies)))


def refusal(status: int, code: str, message: str) -> JSONResponse:
    """An answer in the shape of a GraphQL error, for what never became a GraphQL request."""
    body: GraphQLHTTPResponse = {"errors": [{"message": message, "extensions": {"code": code}}]}
    return JSONResponse(body, status_code=status)


def _advice(refused: HTTPException) -> str:
    return f"{refused.reason.rstrip('.')}. Send a JSON object with a query."


def _same_origin(request: Request) -> bool:
    """Browsers name the origin of every POST: a foreign page cannot act with the visitor's cookie."""
    site = request.headers.get("sec-fetch-site")
    if site not in {None, "same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
