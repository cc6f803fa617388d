"""GraphiQL, a page to write queries in; in development only, and from no other origin than the service's."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

# Its editor writes style elements, and starts workers from addresses that are text. No page of ours does.
_POLICIES = (
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self' data:",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)


def asks_for_page(request: Request) -> bool:
    """Whether a person opened the address in a browser; a query in the address is answered as such."""
    named = {"query", "documentId"} & set(request.query_params)
    return request.method == "GET" and "text/html" in request.headers.get("accept", "") and not named


def page(build: Path | None) -> Response:
    """GraphiQL, where somebody has built it."""
    if build is None:
        return PlainTextResponse("GraphiQL is not built here. Run `make web`.", 503)
    headers = {"content-security-policy": "; ".join(_POLICIES), "cache-control": "no-cache"}
    return FileResponse(build / "index.html", headers=headers)
