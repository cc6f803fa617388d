from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_STATIC = files(__package__ or "notifications.carrier_standin").joinpath("static")
_FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/static/phones.css": ("phones.css", "text/css; charset=utf-8"),
    "/static/phones.js": ("phones.js", "text/javascript; charset=utf-8"),
    "/static/phone.js": ("phone.js", "text/javascript; charset=utf-8"),
    "/static/faults.js": ("faults.js", "text/javascript; charset=utf-8"),
    "/static/dom.js": ("dom.js", "text/javascript; charset=utf-8"),
    "/static/icon.svg": ("icon.svg", "image/svg+xml"),
}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def page_routes() -> list[Route]:
    """The page and its own files; nothing comes from elsewhere."""
    return [Route(path, _file, methods=["GET"]) for path in _FILES]


async def _file(request: Request) -> Response:
    name, media_type = _FILES[request.url.path]
    return Response(_STATIC.joinpath(name).read_bytes(), media_type=media_type, headers=_HEADERS)
