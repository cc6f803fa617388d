"""Session tokens: 256 random bits for the cookie; the database knows only their SHA-256.

Token, session id (which never leaves the service), device id (for lists and the trail): each is a hash of the
one before, so that nobody goes back.
"""

from __future__ import annotations

import hashlib
import secrets

from registry_api.identity.ids import DeviceId, SessionId

_BYTES = 32


def new_token() -> str:
    return secrets.token_urlsafe(_BYTES)


def session_id(token: str) -> SessionId:
    """The name under which a token's session is stored; nobody can go back from it to the token."""
    return SessionId(hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest())


def device_id(session: SessionId) -> DeviceId:
    """The name of a session in lists of devices and in the trail."""
    return DeviceId(hashlib.sha256(b"device:" + session.encode()).hexdigest()[:32])
