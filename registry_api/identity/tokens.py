"""Session tokens: 256 random bits for the cookie; the database knows only their SHA-256."""

from __future__ import annotations

import hashlib
import secrets

from registry_api.identity.ids import SessionId

_BYTES = 32


def new_token() -> str:
    return secrets.token_urlsafe(_BYTES)


def session_id(token: str) -> SessionId:
    """The name under which a token's session is stored; nobody can go back from it to the token."""
    return SessionId(hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest())
