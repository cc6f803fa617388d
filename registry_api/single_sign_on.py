"""The two addresses by which staff come in through their institution. Our own page tells what went wrong."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from registry_api.identity.single_sign_on.attempt import Attempt
from registry_api.identity.single_sign_on.entering import SingleSignOn
from registry_api.identity.single_sign_on.errors import Reason, SignOnRefused
from registry_api.settings import Settings
from registry_api.visitor import device_used, keep_cookie, origin_of, token_of

START = "/auth/oidc/start"
CALLBACK = "/auth/oidc/callback"
_LIFETIME = timedelta(minutes=10)
_SEE_OTHER = 303
_LONGEST_CODE = 4096
_log = structlog.get_logger("single_sign_on")


class Parts(Protocol):
    """What these pages need of the service."""

    @property
    def single_sign_on(self) -> SingleSignOn | None: ...

    @property
    def now(self) -> Callable[[], datetime]: ...


def routes(settings: Settings, parts: Callable[[Request], Parts]) -> list[Route]:
    """Both addresses where an institution is configured, else none."""
    if not settings.oidc_issuer:
        return []
    secure = settings.secure_cookies

    async def start(request: Request) -> Response:
        here = parts(request)
        try:
            attempt, address = await _of(here).start(here.now())
        except SignOnRefused as refusal:
            return _refused(refusal)
        response = RedirectResponse(address, _SEE_OTHER)
        response.set_cookie(
            _cookie_name(secure=secure),
            attempt.secret,
            max_age=int(_LIFETIME.total_seconds()),
            httponly=True,
            secure=secure,
            samesite="lax",  # the institution's redirect back is a navigation from another site
            path="/",
        )
        return response

    async def callback(request: Request) -> Response:
        here = parts(request)
        now = here.now()
        try:
            attempt, code = _came_back(request, settings.oidc_issuer, secure=secure)
            session = await _of(here).finish(
                attempt,
                code,
                now,
                replaces=token_of(request, secure=secure),
                origin=origin_of(request, settings.proxies),
                device=device_used(request),
            )
        except SignOnRefused as refusal:
            response = _refused(refusal)
        else:
            response = RedirectResponse("/", _SEE_OTHER)
            keep_cookie(response, session, now, secure=secure)
        response.delete_cookie(
            _cookie_name(secure=secure), httponly=True, secure=secure, samesite="lax", path="/"
        )
        return response

    return [Route(START, start, methods=["GET"]), Route(CALLBACK, callback, methods=["GET"])]


def _came_back(request: Request, issuer: str, *, secure: bool) -> tuple[Attempt, str]:
    """The attempt of this browser, and the code that the institution sent along.

    Raises:
        SignOnRefused: this browser started no such attempt, or the institution sent no code.
    """
    said = request.query_params
    attempt = Attempt(request.cookies.get(_cookie_name(secure=secure), ""))
    if not attempt.secret or not hmac.compare_digest(said.get("state", "").encode(), attempt.state.encode()):
        raise SignOnRefused(Reason.EXPIRED, "another_browser")
    if said.get("iss", issuer) != issuer:
        raise SignOnRefused(Reason.FAILED, "another_issuer")
    if "error" in said:
        cancelled = said["error"] in {"access_denied", "login_required", "interaction_required"}
        raise SignOnRefused(Reason.CANCELLED if cancelled else Reason.FAILED, "refused_there")
    code = said.get("code", "")
    if not 0 < len(code) <= _LONGEST_CODE:
        raise SignOnRefused(Reason.FAILED, "no_code")
    return attempt, code


def _of(here: Parts) -> SingleSignOn:
    if here.single_sign_on is None:
        raise SignOnRefused(Reason.FAILED, "not_configured")
    return here.single_sign_on


def _refused(refusal: SignOnRefused) -> Response:
    if refusal.cause is None:
        _log.warning("sign_on_refused", step=refusal.step)
    else:
        _log.warning("sign_on_refused", step=refusal.step, error=refusal.cause)
    return RedirectResponse(f"/sign-in?institution={refusal.reason}", _SEE_OTHER)


def _cookie_name(*, secure: bool) -> str:
    return "__Host-registry-sign-on" if secure else "registry-sign-on"
