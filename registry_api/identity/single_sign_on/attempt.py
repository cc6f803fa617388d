"""One attempt to come through the institution. Pure.

The browser keeps a secret from which everything is derived: what goes through its address bar (state, nonce,
and the challenge of the verifier) says nothing of it, and it is stored nowhere else.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

_BYTES = 32


@dataclass(frozen=True, slots=True)
class Attempt:
    """`secret` is what the browser's cookie holds."""

    secret: str = field(repr=False)

    @property
    def state(self) -> str:
        return self._derived("state")

    @property
    def nonce(self) -> str:
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """43 characters, for PKCE (RFC 7636)."""
        return self._derived("verifier")

    def _derived(self, purpose: str) -> str:
        digest = hashlib.sha256(f"{purpose}:{self.secret}".encode(errors="surrogatepass")).digest()
        return urlsafe_b64encode(digest).decode().rstrip("=")


def new_attempt() -> Attempt:
    return Attempt(secrets.token_urlsafe(_BYTES))
