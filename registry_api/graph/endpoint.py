"""The HTTP end of GraphQL: who may send what, and the answer in the shape that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from graphql import GraphQLError, OperationDefinitionNode, OperationType, get_operation_ast
from starlette.requests import Request
from starlette.responses import Response

from registry_api.graph.answers import JSON, Refused, answer, media_type, refusal
from registry_api.graph.context import Context, context_of
from registry_api.graph.documents import (
    Document,
    Documents,
    InvalidDocument,
    UnknownDocument,
    may_send_text,
)
from registry_api.graph.errors import typed_errors
from registry_api.graph.ide import asks_for_page, page
from registry_api.graph.limits import LimitPassed, require_affordable
from registry_api.graph.requests import Asked, asked
from registry_api.graph.schema import RegistrySchema
from registry_api.settings import Settings

_UNKNOWN = (
    "The service does not know this operation. Load the page again, or send an operation of the contract."
)


class Endpoint:
    """`/graphql`: POST always; in development GET too, and GraphiQL for browsers."""

    def __init__(
        self, schema: RegistrySchema, operations: Path, settings: Settings, *, graphiql: Path | None
    ) -> None:
        self._schema = schema
        self._development = settings.development
        self._graphiql = graphiql
        self._public_url = settings.public_url
        self._documents = Documents(schema.types, operations, development=settings.development)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        wants_page = self._development and asks_for_page(request)
        response = page(self._graphiql) if wants_page else await self._answered(request)
        await response(scope, receive, send)

    async def _answered(self, request: Request) -> Response:
        kind = JSON
        try:
            kind = media_type(request.headers.get("accept"))
            return await self._executed(request, kind)
        except Refused as refused:
            return refusal(refused.status, refused.code, str(refused), kind=kind, **refused.headers)

    async def _executed(self, request: Request, kind: str) -> Response:
        wanted = await asked(request, self._public_url, development=self._development)
        context = await context_of(request)
        try:
            document = self._document(wanted, context)
            operation = _operation(document, wanted, safe=request.method == "GET")
            require_affordable(self._schema.types, document.parsed, operation, wanted.variables)
        except UnknownDocument:
            raise Refused(400, "UNKNOWN_DOCUMENT", _UNKNOWN) from None
        except InvalidDocument as invalid:
            return self._answer(None, invalid.errors, kind)
        except LimitPassed as passed:
            return self._answer(None, [passed], kind)
        context.document = document.parsed
        result = await self._schema.execute(
            document.text,
            variable_values=dict(wanted.variables),
            context_value=context,
            operation_name=wanted.operation_name,
        )
        response = self._answer(result.data, result.errors or (), kind)
        response.raw_headers += [
            header for header in context.response.raw_headers if header[0] == b"set-cookie"
        ]
        return response

    def _document(self, wanted: Asked, context: Context) -> Document:
        if wanted.document_id is not None:
            return self._documents.named(wanted.document_id)
        text = wanted.text or ""
        if may_send_text(context.caller, development=self._development):
            return self._documents.any(text)
        return self._documents.trusted(text)

    def _answer(self, data: Any, errors: Sequence[GraphQLError], kind: str) -> Response:
        return answer(data, typed_errors(errors, reveal=self._development), kind)


def _operation(document: Document, wanted: Asked, *, safe: bool) -> OperationDefinitionNode:
    """The operation that is meant; one that is asked for by GET must change nothing.

    Raises:
        InvalidDocument: the document has none of that name, or several and none is named.
        Refused: it would change something.
    """
    found = get_operation_ast(document.parsed, wanted.operation_name)
    if found is None or found.operation is OperationType.SUBSCRIPTION:
        problem = "Name one query or mutation of the document."
        raise InvalidDocument([GraphQLError(problem, extensions={"code": "BAD_USER_INPUT"})])
    if safe and found.operation is not OperationType.QUERY:
        raise Refused(405, "BAD_REQUEST", "What changes something is sent by POST.", allow="POST")
    return found
