"""What a request says of its sender, and how a browser keeps a session: for GraphQL and for plain pages."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import HTTPConnection
from starlette.responses import Response

from registry_api.audit.events import Channel, Origin
from registry_api.identity.devices import Device, device_of
from registry_api.identity.networks import Proxies, client_of, network_of
from registry_api.identity.sessions import NewSession


def cookie_name(*, secure: bool) -> str:
    """Browsers bind a `__Host-` cookie to this host and to HTTPS."""
    return "__Host-registry-session" if secure else "registry-session"


def token_of(request: HTTPConnection, *, secure: bool) -> str | None:
    """The session's token that the browser sent along."""
    return request.cookies.get(cookie_name(secure=secure))


def bearer_of(request: HTTPConnection) -> str | None:
    """The token that a program sent along."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def keep_cookie(response: Response, session: NewSession, now: datetime, *, secure: bool) -> None:
    """Puts the session's token where no script reaches it and no other site's form sends it."""
    response.set_cookie(
        cookie_name(secure=secure),
        session.token,
        max_age=int((session.expires_at - now).total_seconds()),
        httponly=True,
        secure=secure,
        samesite="lax",
        path="/",
    )


def drop_cookie(response: Response, *, secure: bool) -> None:
    """Takes the cookie away, as it was set."""
    response.delete_cookie(cookie_name(secure=secure), httponly=True, secure=secure, samesite="lax", path="/")


def origin_of(request: HTTPConnection, proxies: Proxies, channel: Channel = Channel.WEB) -> Origin:
    """Where the request comes from; X-Forwarded-For counts only from our own proxies."""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    peer = request.client.host if request.client else None
    return Origin(channel, network_of(client_of(peer, forwarded, proxies)))


def device_used(request: HTTPConnection) -> Device:
    return device_of(request.headers.get("user-agent"))
