"""Files of one's own record, each at an address, so that any phone can open, print and share it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from html import escape
from typing import Protocol

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from registry_api.enrolment.errors import NotEnrolled
from registry_api.exports.errors import SheetUnavailable
from registry_api.exports.visits import VisitSheets
from registry_api.identity.access import as_patient
from registry_api.identity.callers import Patient
from registry_api.identity.errors import NotAllowed, NotSignedIn
from registry_api.identity.languages import Language
from registry_api.identity.sessions import Sessions
from registry_api.settings import Settings
from registry_api.visitor import origin_of, token_of

VISIT_SHEET = "/me/visit-sheet.pdf"
PICTURE = "/me/visit-sheet.png"
_FILE_NAME = "visit-sheet.pdf"
_VIEWER_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_KEPT_BY_NOBODY = {"cache-control": "no-store"}
_COME_BACK_SECONDS = 30
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><h1>{title}</h1><p>{detail}</p><p><a href="/visit">Back to the registry</a></p></html>
"""
_log = structlog.get_logger("downloads")


class Parts(Protocol):
    """What the files need of the service."""

    @property
    def sessions(self) -> Sessions: ...

    @property
    def visit_sheets(self) -> VisitSheets: ...

    @property
    def now(self) -> Callable[[], datetime]: ...


class _Refused(Exception):
    """A file that is not given: status, code of the contract, a title, and what to do."""

    def __init__(self, status: int, code: str, title: str, detail: str) -> None:
        self.status, self.code, self.title = status, code, title
        super().__init__(detail)


def routes(settings: Settings, parts: Callable[[Request], Parts]) -> list[Route]:
    """The addresses of files; each answers for the session's cookie, and for no token of a program."""
    secure = settings.secure_cookies

    async def patient(request: Request, now: datetime) -> Patient:
        origin = origin_of(request, settings.proxies)
        token = token_of(request, secure=secure)
        return as_patient(await parts(request).sessions.caller_for(token, now, origin))

    async def visit_sheet(request: Request) -> Response:
        here, language = parts(request), _language(request)
        now = here.now()
        pdf = await here.visit_sheets.pdf(await patient(request, now), language, now)
        headers = {
            "content-disposition": f'inline; filename="{_FILE_NAME}"',
            "content-security-policy": _VIEWER_POLICY,
        }
        return Response(pdf, headers=headers | _KEPT_BY_NOBODY, media_type="application/pdf")

    async def picture(request: Request) -> Response:
        here, language = parts(request), _language(request)
        now = here.now()
        png = await here.visit_sheets.picture(await patient(request, now), language, now)
        return Response(png, headers=_KEPT_BY_NOBODY, media_type="image/png")

    return [
        Route(VISIT_SHEET, _refusing(visit_sheet), methods=["GET"]),
        Route(PICTURE, _refusing(picture), methods=["GET"]),
    ]


def _language(request: Request) -> Language | None:
    """The language that is asked for, as GraphQL names it; None for the person's own."""
    asked = request.query_params.get("language")
    if asked is None:
        return None
    try:
        return Language[asked]
    except KeyError:
        names = " or ".join(Language.__members__)
        raise _Refused(400, "BAD_REQUEST", "No such language", f"Ask for {names}.") from None


def _refusing(
    endpoint: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except NotSignedIn as error:
            refused = _Refused(401, "NOT_SIGNED_IN", "Please sign in", str(error))
        except NotAllowed as error:
            refused = _Refused(403, "NOT_ALLOWED", "Not for this account", str(error))
        except NotEnrolled as error:
            refused = _Refused(409, "NOT_ENROLLED", "Nothing to show yet", str(error))
        except SheetUnavailable as error:
            refused = _Refused(503, "TRY_AGAIN", "Not right now", str(error))
        except _Refused as error:
            refused = error
        _log.info("download_refused", status=refused.status)
        return _problem(request, refused)

    return answer


def _problem(request: Request, refused: _Refused) -> Response:
    """A page for browsers, and a problem of RFC 9457 for programs; `code` is one of the contract's."""
    headers = {"retry-after": str(_COME_BACK_SECONDS)} if refused.status == 503 else {}  # noqa: PLR2004
    if "text/html" in request.headers.get("accept", ""):
        page = _PAGE.format(title=escape(refused.title), detail=escape(str(refused)))
        return Response(page, refused.status, headers, "text/html; charset=utf-8")
    problem = {
        "title": refused.title,
        "status": refused.status,
        "detail": str(refused),
        "code": refused.code,
    }
    return Response(orjson.dumps(problem), refused.status, headers, "application/problem+json")
