"""What a client gets, as GraphQL over HTTP says: the media type that it asked for, and a status that fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.responses import Response

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"


class Refused(Exception):
    """A request that never became an operation: the status, the code, and a sentence that says what to do."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        self.status = status
        self.code = code
        self.headers = headers
        super().__init__(message)


def refusal(status: int, code: str, message: str, *, kind: str = JSON, **headers: str) -> Response:
    """An answer in the shape of a GraphQL error."""
    body = {"errors": [{"message": message, "extensions": {"code": code}}]}
    return Response(orjson.dumps(body), status, headers, f"{kind}; charset=utf-8")


def media_type(accept: str | None) -> str:
    """Which of our two media types a client prefers; where it does not care, the one that everybody reads.

    Raises:
        Refused: it takes neither.
    """
    if not accept or not accept.strip():
        return JSON
    wanted = [_range(part) for part in accept.lower().split(",")]
    weights = {kind: _weight(kind, wanted) for kind in (JSON, GRAPHQL)}
    best = max(weights, key=weights.__getitem__)
    if weights[best] <= 0:
        raise Refused(406, "NOT_ACCEPTABLE", f"Accept {GRAPHQL} or {JSON}.")
    return best


def answer(data: Any, errors: Sequence[GraphQLError], kind: str) -> Response:
    """The answer to an operation.

    Where nothing was executed there is no `data`. The newer media type then has a status of its own; the
    older one says 200, because clients of that time took any other status for the word of some proxy.
    """
    body: dict[str, Any] = {"errors": [error.formatted for error in errors]} if errors else {}
    status = 200
    if data is not None or not errors or any(error.path for error in errors):
        body["data"] = data
    elif any((error.extensions or {}).get("code") == "INTERNAL_SERVER_ERROR" for error in errors):
        status = 500
    elif kind == GRAPHQL:
        status = 400
    return Response(orjson.dumps(body), status, media_type=f"{kind}; charset=utf-8")


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (each.strip() for each in part.split(";"))
    weight = next((each[2:] for each in parameters if each.startswith("q=")), "1")
    try:
        return name, float(weight)
    except ValueError:
        return name, 0.0


def _weight(kind: str, wanted: Sequence[tuple[str, float]]) -> float:
    """By the closest range that names the kind; `*/*` says less than the kind itself."""
    for name in (kind, "application/*", "*/*"):
        found = [weight for range_, weight in wanted if range_ == name]
        if found:
            return max(found)
    return 0.0
