"""What a client may send, and how: GraphQL over HTTP, read strictly.

A page of another origin must not act with a visitor's cookie. Three things keep it out, each of which would
do: the cookie is SameSite; only `application/json` is read, which no form can send, and no script without
asking first (nobody is ever told yes: there is no CORS); and what names a foreign origin is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson
from starlette.requests import Request

from registry_api.graph.answers import Refused

_JSON = "application/json"
_ADVICE = "Send a JSON object with a documentId, or with a query."


@dataclass(frozen=True, slots=True)
class Asked:
    """One operation of one document, which is named or written out, and its variables."""

    document_id: str | None = None
    text: str | None = None
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict, repr=False)


async def asked(request: Request, public_url: str, *, development: bool) -> Asked:
    """What a POST asks for in its body or, in development, a GET in its address.

    Raises:
        Refused: it is no request of GraphQL over HTTP, or it comes from a page of another origin.
    """
    if not _from_our_pages(request, public_url, development=development):
        raise Refused(403, "FORBIDDEN", "Send this from the registry's own pages.")
    if request.method == "POST":
        return _asked(await _body(request))
    if request.method == "GET" and development:
        return _asked(_parameters(request))
    allowed = "GET, POST" if development else "POST"
    raise Refused(405, "BAD_REQUEST", "This address takes another kind of request.", allow=allowed)


def _from_our_pages(request: Request, public_url: str, *, development: bool) -> bool:
    """Programs name neither origin nor site. In development a build tool may stand before the service."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site not in {None, "same-origin", "none"}:
        return False
    if origin is None or origin == _origin(public_url):
        return True
    return development and urlsplit(origin).netloc == request.headers.get("host")


async def _body(request: Request) -> Mapping[str, Any]:
    kind, *parameters = (part.strip().lower() for part in request.headers.get("content-type", "").split(";"))
    charset = [value for part in parameters if (value := part.removeprefix("charset=")) != part]
    if kind != _JSON or charset not in ([], ["utf-8"], ['"utf-8"']):
        raise Refused(415, "UNSUPPORTED_MEDIA_TYPE", f"Send the content type {_JSON}, in UTF-8.")
    return _object(await request.body())


def _parameters(request: Request) -> Mapping[str, Any]:
    given: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if given.get(name):
            given[name] = _object(given[name])
    return given | {"operationName": given.get("operationName") or None}


def _object(text: str | bytes) -> Mapping[str, Any]:
    try:
        value = orjson.loads(text)
    except ValueError:
        raise Refused(400, "BAD_REQUEST", f"This is not JSON. {_ADVICE}") from None
    if isinstance(value, list):
        raise Refused(400, "BAD_REQUEST", f"Operations are taken one by one. {_ADVICE}")
    if not isinstance(value, dict):
        raise Refused(400, "BAD_REQUEST", f"This is no JSON object. {_ADVICE}")
    return value


def _asked(given: Mapping[str, Any]) -> Asked:
    named, text = given.get("documentId"), given.get("query")
    operation_name, variables = given.get("operationName"), given.get("variables")
    if named is not None and text is not None:
        raise Refused(400, "BAD_REQUEST", f"Name the document or write it out, not both. {_ADVICE}")
    for name, value, kind in (
        ("documentId", named, str),
        ("query", text, str),
        ("operationName", operation_name, str),
        ("variables", variables, dict),
        ("extensions", given.get("extensions"), dict),
    ):
        if value is not None and not isinstance(value, kind):
            what = "a string" if kind is str else "an object"
            raise Refused(400, "BAD_REQUEST", f"The {name} must be {what}. {_ADVICE}")
    if not named and not text:
        raise Refused(400, "BAD_REQUEST", f"There is no operation here. {_ADVICE}")
    return Asked(named, text, operation_name, variables or {})


def _origin(url: str) -> str:
    """As browsers write it: in lower case, without the usual port."""
    parts = urlsplit(url.lower())
    usual = ":443" if parts.scheme == "https" else ":80"
    return f"{parts.scheme}://{parts.netloc.removesuffix(usual)}"
