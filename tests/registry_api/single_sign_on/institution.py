"""A small OpenID provider: it checks what a provider must, signs real tokens, and can be made to lie."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID = "registry"
CLIENT_SECRET = "a secret of the two of them"
EMAIL = "Ines.Falk@clinic.example"

Claims = dict[str, Any]


@dataclass
class Institution:
    """`lie` changes the claims before they are signed; `sign` signs otherwise."""

    now: Callable[[], datetime]
    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first"}, private=True))
    user: Claims = field(default_factory=dict)
    lie: Callable[[Claims], Claims] = dict
    sign: Callable[[Institution, Claims], str] | None = None
    broken: str | None = None
    asked_for_tokens: int = 0
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def behave(self) -> None:
        """Tells the truth about Dr Falk from now on."""
        self.user = {"sub": "4711", "email": EMAIL, "email_verified": True}
        self.lie, self.sign, self.broken = dict, None, None
        self.asked_for_tokens = 0
        self.codes.clear()

    def new_key(self) -> None:
        """Signs with another key, whose name nobody has heard yet."""
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4)}, private=True)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._configuration),
                Route("/keys", self._keys),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    async def _configuration(self, _request: Request) -> Response:
        if self.broken == "discovery":
            return Response("Bad gateway", 502)
        return JSONResponse(
            {
                "issuer": "https://elsewhere.example" if self.broken == "issuer" else self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            }
        )

    async def _keys(self, _request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False, alg="RS256", use="sig")]})

    async def _authorize(self, request: Request) -> Response:
        """Everybody who comes is Dr Falk, and agrees."""
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)

    async def _token(self, request: Request) -> Response:
        self.asked_for_tokens += 1
        if self.broken == "tokens":
            return Response("<h1>Oh no</h1>", 500, media_type="text/html")
        form = await request.form()
        basic = b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        asked = self.codes.pop(str(form["code"]), None)
        challenge = urlsafe_b64encode(hashlib.sha256(str(form["code_verifier"]).encode()).digest())
        good = (
            asked is not None
            and basic == f"{CLIENT_ID}:{CLIENT_SECRET}"
            and form["grant_type"] == "authorization_code"
            and form["redirect_uri"] == asked["redirect_uri"]
            and challenge.decode().rstrip("=") == asked["code_challenge"]
        )
        if not good or asked is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        moment = int(self.now().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": moment,
            "exp": moment + 300,
            "nonce": asked["nonce"],
            **self.user,
        }
        claims = self.lie(claims)
        token = self.sign(self, claims) if self.sign else self.signed(claims)
        return JSONResponse({"access_token": "unused", "token_type": "Bearer", "id_token": token})

    def signed(self, claims: Claims) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


def signed_by_a_stranger(here: Institution, claims: Claims) -> str:
    """With a key that only claims to be the institution's."""
    stranger = RSAKey.generate_key(2048, private=True)
    return jwt.encode({"alg": "RS256", "kid": here.key.kid}, claims, stranger)


def signed_by_the_client_secret(_here: Institution, claims: Claims) -> str:
    """With what we know as well as they do."""
    return jwt.encode(
        {"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET.encode()), algorithms=["HS256"]
    )


def signed_by_nobody_known(_here: Institution, claims: Claims) -> str:
    """With a key whose name the institution does not know."""
    stranger = RSAKey.generate_key(2048, {"kid": "nobody's"}, private=True)
    return jwt.encode({"alg": "RS256", "kid": stranger.kid}, claims, stranger)


def unsigned(_here: Institution, claims: Claims) -> str:
    """With nothing, by hand: no library writes such a token without complaint."""
    parts = (json.dumps(each).encode() for each in ({"alg": "none", "typ": "JWT"}, claims))
    return ".".join([*(urlsafe_b64encode(part).decode().rstrip("=") for part in parts), ""])
