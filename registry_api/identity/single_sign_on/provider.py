"""The institution's OpenID provider: where to send people, and whom it says has come back.

We are a confidential client with code, PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636, RFC 9207).
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from registry_api.identity.single_sign_on.attempt import Attempt
from registry_api.identity.single_sign_on.errors import Reason, SignOnRefused

_SIGNATURES = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
_USUAL_SIGNATURE = "RS256"  # of providers that do not say
_KEPT = timedelta(hours=1)
_LEEWAY_SECONDS = 60
_PATIENCE_SECONDS = 10.0
_LONGEST_LOGIN = 320


@dataclass(frozen=True, kw_only=True)
class Institution:
    """How the provider knows us, and which of its claims names a member of our staff.

    `domains` are those of addresses that may come in; empty for all.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    claim: str
    domains: frozenset[str]


@dataclass(frozen=True)
class _Known:
    """What the provider says of itself, and when it was asked."""

    metadata: OpenIDProviderMetadata
    keys: KeySet
    at: datetime


class Provider:
    """One institution's provider; what it says of itself is asked once an hour."""

    def __init__(self, institution: Institution) -> None:
        self.institution = institution
        self._known: _Known | None = None

    async def address_for(self, attempt: Attempt, now: datetime) -> str:
        """Where the browser goes to sign in there.

        Raises:
            SignOnRefused: the provider does not answer, or not as it should.
        """
        known = await self._ask(now)
        async with self._client(known) as client:
            address, _ = client.create_authorization_url(
                known.metadata["authorization_endpoint"],
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
        return str(address)

    async def login_of(self, code: str, attempt: Attempt, now: datetime) -> str:
        """Trades the code for the claim that names a member of staff.

        Raises:
            SignOnRefused: the provider does not know the code, or what it says does not hold.
        """
        known = await self._ask(now)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS), self._client(known) as client:
                token = await client.fetch_token(
                    known.metadata["token_endpoint"], code=code, code_verifier=attempt.verifier
                )
        except (OAuthError, httpx2.HTTPError, ValueError, TimeoutError) as failure:
            raise SignOnRefused(Reason.FAILED, "code_exchange", type(failure)) from None
        return self._login(await self._claims(token, attempt, now))

    async def _claims(self, token: Mapping[str, Any], attempt: Attempt, now: datetime) -> CodeIDToken:
        signed = await self._signed(token, now)
        institution = self.institution
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            {
                "iss": {"essential": True, "value": institution.issuer},
                "aud": {"essential": True, "value": institution.client_id},
                "nonce": {"essential": True, "value": attempt.nonce},
            },
            {"client_id": institution.client_id, "access_token": token.get("access_token")},
        )
        try:
            claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_SECONDS)
        except JoseError as failure:
            raise SignOnRefused(Reason.FAILED, "claims", type(failure)) from None
        return claims

    async def _signed(self, token: Mapping[str, Any], now: datetime) -> jwt.Token:
        for again in (False, True):  # the provider may have new keys
            try:
                return _decoded(token, await self._ask(now, again=again))
            except InvalidKeyIdError:
                continue
        raise SignOnRefused(Reason.FAILED, "unknown_key")

    def _login(self, claims: Mapping[str, Any]) -> str:
        institution = self.institution
        said = claims.get(institution.claim)
        if not isinstance(said, str) or not 0 < len(said) <= _LONGEST_LOGIN:
            raise SignOnRefused(Reason.FAILED, "claim_missing")
        if institution.claim == "email" and claims.get("email_verified") is not True:
            raise SignOnRefused(Reason.UNKNOWN, "address_not_verified")
        login = normalised(said)
        if institution.domains and login.rpartition("@")[2] not in institution.domains:
            raise SignOnRefused(Reason.UNKNOWN, "domain_not_allowed")
        return login

    async def _ask(self, now: datetime, *, again: bool = False) -> _Known:
        known = self._known
        if known is not None and now - known.at < _KEPT and not again:
            return known
        address = get_well_known_url(self.institution.issuer, external=True)
        try:
            async with (
                asyncio.timeout(_PATIENCE_SECONDS),
                httpx2.AsyncClient(timeout=_PATIENCE_SECONDS, trust_env=False) as client,
            ):
                metadata = OpenIDProviderMetadata((await client.get(address)).raise_for_status().json())
                _check(metadata, self.institution.issuer)
                keys = (await client.get(metadata["jwks_uri"])).raise_for_status().json()
            self._known = _Known(metadata, KeySet.import_key_set(keys), now)
        except (httpx2.HTTPError, JoseError, ValueError, KeyError, TypeError, TimeoutError) as failure:
            raise SignOnRefused(Reason.FAILED, "discovery", type(failure)) from None
        return self._known

    def _client(self, known: _Known) -> AsyncOAuth2Client:
        ways = known.metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        basic = "client_secret_basic" in ways
        return AsyncOAuth2Client(
            self.institution.client_id,
            self.institution.client_secret,
            token_endpoint_auth_method="client_secret_basic" if basic else "client_secret_post",
            scope="openid email profile",
            redirect_uri=self.institution.redirect_uri,
            code_challenge_method="S256",
            timeout=_PATIENCE_SECONDS,
            trust_env=False,
        )


def normalised(login: str) -> str:
    """A login as it is compared: addresses whatever their case, opaque names to the letter."""
    text = unicodedata.normalize("NFKC", login).strip()
    return text.casefold() if "@" in text else text


def _decoded(token: Mapping[str, Any], known: _Known) -> jwt.Token:
    offered = known.metadata.get("id_token_signing_alg_values_supported") or [_USUAL_SIGNATURE]
    registry = JWSRegistry(algorithms=sorted(_SIGNATURES & set(offered)), strict_check_header=False)
    try:
        return jwt.decode(str(token.get("id_token", "")), known.keys, registry=registry)
    except InvalidKeyIdError:
        raise
    except (JoseError, ValueError) as failure:
        raise SignOnRefused(Reason.FAILED, "signature", type(failure)) from None


def _check(metadata: OpenIDProviderMetadata, issuer: str) -> None:
    """Raises ValueError where the provider is another than it should be, or would have us talk in clear."""
    if metadata.get("issuer") != issuer:
        raise ValueError("issuer")
    metadata.validate_authorization_endpoint()
    metadata.validate_token_endpoint()
    metadata.validate_jwks_uri()
