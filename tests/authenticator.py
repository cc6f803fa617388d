"""A passkey authenticator in software: it makes real keys and real signatures, as a phone does.

What it gives is what a browser hands to the web app, ready to be sent as GraphQL input. Every switch that an
attacker could have is a field.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

_PRESENT, _VERIFIED, _MAY_SYNC, _SYNCED, _WITH_CREDENTIAL = 0x01, 0x04, 0x08, 0x10, 0x40
_ES256 = -7


@dataclass
class Credential:
    """One passkey on the device."""

    id: bytes
    key: ec.EllipticCurvePrivateKey
    user_handle: str
    rp_id: str


@dataclass
class Authenticator:
    """A device that belongs to whoever holds it. `counts` is off for devices that sync, as phones do."""

    origin: str
    verifies: bool = True
    framed: bool = False
    syncs: bool = True
    counts: bool = False
    sign_count: int = 0
    credentials: list[Credential] = field(default_factory=list)

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.create` leads to."""
        made = Credential(
            id=secrets.token_bytes(32),
            key=ec.generate_private_key(ec.SECP256R1()),
            user_handle=options["user"]["id"],
            rp_id=options["rp"]["id"],
        )
        self.credentials.append(made)
        attested = bytes(16) + len(made.id).to_bytes(2, "big") + made.id + _cose(made.key)
        data = self._authenticator_data(made.rp_id, _WITH_CREDENTIAL) + attested
        return {
            "id": bytes_to_base64url(made.id),
            "clientDataJSON": self._client_data("webauthn.create", options["challenge"]),
            "attestationObject": bytes_to_base64url(
                cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
            ),
            "transports": ["internal", "hybrid"],
        }

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.get` leads to, with the newest passkey that may answer."""
        allowed = {each["id"] for each in options["allowCredentials"]}
        used = next(
            each
            for each in reversed(self.credentials)
            if each.rp_id == options["rpId"] and (not allowed or bytes_to_base64url(each.id) in allowed)
        )
        client_data = self._client_data("webauthn.get", options["challenge"])
        data = self._authenticator_data(used.rp_id)
        signed = data + sha256(base64url_to_bytes(client_data)).digest()
        return {
            "id": bytes_to_base64url(used.id),
            "clientDataJSON": client_data,
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(used.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": used.user_handle,
        }

    def _client_data(self, kind: str, challenge: str) -> str:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.framed}
        return bytes_to_base64url(json.dumps(said).encode())

    def _authenticator_data(self, rp_id: str, more: int = 0) -> bytes:
        self.sign_count += self.counts
        flags = _PRESENT | more
        flags |= _VERIFIED if self.verifies else 0
        flags |= _MAY_SYNC | _SYNCED if self.syncs else 0
        return sha256(rp_id.encode()).digest() + bytes([flags]) + self.sign_count.to_bytes(4, "big")


def _cose(key: ec.EllipticCurvePrivateKey) -> bytes:
    point = key.public_key().public_numbers()
    x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
    return cbor2.dumps({1: 2, 3: _ES256, -1: 1, -2: x, -3: y})


Send = Callable[..., Awaitable[Any]]
"""Sends an operation of the contract, by name and variables, and gives its answer."""


async def add_passkey(send: Send, device: Authenticator, name: str = "My phone") -> Any:
    """Makes a passkey on the device for whoever is signed in, and gives the answer to adding it."""
    started = await send("StartPasskeyRegistration")
    return await send("AddPasskey", attestation=device.create(started["options"]), name=name)


async def sign_in_with(send: Send, device: Authenticator) -> Any:
    """Signs in with the newest passkey on the device."""
    started = await send("StartPasskeySignIn")
    return await send("SignInWithPasskey", assertion=device.get(started["options"]))


async def step_up_with(send: Send, device: Authenticator) -> Any:
    """Proves again that it is the same person."""
    started = await send("StartStepUp")
    return await send("StepUp", assertion=device.get(started["options"]))
