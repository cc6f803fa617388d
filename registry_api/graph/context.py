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

from registry_api.audit.events import Origin
from registry_api.graph.errors import typed_errors
from registry_api.identity.callers import Anonymous, Caller
from registry_api.identity.devices import UNKNOWN, Device
from registry_api.identity.sessions import NewSession
from registry_api.visitor import device_used, drop_cookie, keep_cookie, origin_of, token_of
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
    device: Device = UNKNOWN

    def keep_session(self, session: NewSession) -> None:
        """Puts the session's token into the cookie, and makes its owner the caller of the rest."""
        self.caller, self.token = session.caller, session.token
        if self.response is not None:
            keep_cookie(self.response, session, self.now, secure=self._secure)

    def drop_session(self) -> None:
        self.caller, self.token = Anonymous(), None
        if self.response is not None:
            drop_cookie(self.response, secure=self._secure)

    @property
    def _secure(self) -> bool:
        return self.services.settings.secure_cookies


Info = strawberry.Info[Context, None]


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
        token = token_of(request, secure=services.settings.secure_cookies)
        now = services.now()
        # access: not asked, this is where a caller comes from.
        origin = origin_of(request, services.settings.proxies)
        return Context(
            services=services,
            caller=await services.sessions.caller_for(token, now, origin),
            origin=origin,
            device=device_used(request),
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
