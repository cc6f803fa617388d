"""WebAuthn Level 3: what we ask of an authenticator, and whether its answer holds. Pure.

Every passkey must be discoverable (nothing is typed at sign-in) and must verify its user (a finger, a face or
a PIN), so that it is two factors in one. No attestation is asked for: which make of device somebody has is
none of our business.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Self
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_client_data_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialCreationOptions,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRequestOptions,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from registry_api.identity.errors import PasskeyRejected
from registry_api.identity.ids import CredentialId
from registry_api.identity.passkeys.store import Passkey

LIFETIME = timedelta(minutes=5)
"""How long a challenge waits; also how long a browser lets its person take."""

_CHALLENGE_BYTES = 32
_LONGEST_ID_BYTES = 1023  # WebAuthn, section 7.1, step 25
_MILLISECONDS = int(LIFETIME.total_seconds() * 1000)
_NAME = "Dystonia registry"
_ALGORITHMS = [
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
_TRANSPORTS = frozenset(AuthenticatorTransport)
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """What a browser gives of a new passkey; all in base64url."""

    id: str
    client_data: str = field(repr=False)
    attestation_object: str = field(repr=False)
    transports: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What a browser gives of a passkey in use; all in base64url."""

    id: str
    client_data: str = field(repr=False)
    authenticator_data: str = field(repr=False)
    signature: str = field(repr=False)
    user_handle: str | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCredential:
    """A new passkey whose proof holds."""

    id: CredentialId
    public_key: bytes = field(repr=False)
    sign_count: int
    transports: tuple[str, ...]
    synced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A passkey in use, whose proof holds."""

    sign_count: int
    synced: bool


def new_challenge() -> bytes:
    return secrets.token_bytes(_CHALLENGE_BYTES)


def challenge_id(challenge: bytes) -> str:
    """The name under which a challenge waits."""
    return sha256(challenge).hexdigest()


def answered_challenge(client_data: str) -> bytes:
    """The challenge that an answer is about, which proves nothing yet.

    Raises:
        PasskeyRejected: the client data cannot be read, or come from a page inside a foreign page.
    """
    try:
        read = parse_client_data_json(base64url_to_bytes(client_data))
    except Exception:  # noqa: BLE001 the library lets many kinds of errors through for what strangers send
        raise PasskeyRejected from None
    if read.cross_origin:
        raise PasskeyRejected
    return read.challenge


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """For whom passkeys are made: `id` is a host name, `origin` what a browser calls our pages."""

    id: str
    origin: str

    @classmethod
    def at(cls, public_url: str) -> Self:
        """The party whose pages are at this address."""
        parts = urlsplit(public_url)
        host = parts.hostname or ""
        port = "" if parts.port in {None, _DEFAULT_PORTS.get(parts.scheme)} else f":{parts.port}"
        return cls(id=host, origin=f"{parts.scheme}://{host}{port}")

    def creation(
        self, challenge: bytes, *, account: str, label: str, known: Sequence[Passkey]
    ) -> PublicKeyCredentialCreationOptions:
        """What to ask for a new passkey; `label` is what the person's device will call the account."""
        return generate_registration_options(
            rp_id=self.id,
            rp_name=_NAME,
            user_id=user_handle(account),
            user_name=label,
            challenge=challenge,
            timeout=_MILLISECONDS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[_descriptor(each) for each in known],
            supported_pub_key_algs=_ALGORITHMS,
        )

    def request(self, challenge: bytes, known: Sequence[Passkey] = ()) -> PublicKeyCredentialRequestOptions:
        """What to ask for a proof: of one of these passkeys, or of whichever the person has here."""
        return generate_authentication_options(
            rp_id=self.id,
            challenge=challenge,
            timeout=_MILLISECONDS,
            allow_credentials=[_descriptor(each) for each in known],
            user_verification=UserVerificationRequirement.REQUIRED,
        )

    def verified_creation(self, answer: Attestation, challenge: bytes) -> NewCredential:
        """Raises PasskeyRejected where anything does not hold."""
        try:
            verified = self._verified_creation(answer, challenge)
        except Exception:  # noqa: BLE001 whatever fails in a stranger's key must not read as a proof
            raise PasskeyRejected from None
        if len(verified.credential_id) > _LONGEST_ID_BYTES:
            raise PasskeyRejected
        return NewCredential(
            id=CredentialId(bytes_to_base64url(verified.credential_id)),
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            transports=tuple(sorted(_TRANSPORTS.intersection(answer.transports))),
            synced=verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        )

    def verified_use(self, answer: Assertion, challenge: bytes, passkey: Passkey) -> Proof:
        """Raises PasskeyRejected where anything does not hold, or the counter did not move on."""
        if answer.user_handle is not None and answer.user_handle != handle_text(passkey.account):
            raise PasskeyRejected
        try:
            verified = self._verified_use(answer, challenge, passkey)
        except Exception:  # noqa: BLE001 the same
            raise PasskeyRejected from None
        return Proof(
            sign_count=verified.new_sign_count,
            synced=verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        )

    def _verified_creation(self, answer: Attestation, challenge: bytes) -> VerifiedRegistration:
        return verify_registration_response(
            credential={
                "id": answer.id,
                "rawId": answer.id,
                "type": "public-key",
                "response": {
                    "clientDataJSON": answer.client_data,
                    "attestationObject": answer.attestation_object,
                },
            },
            expected_challenge=challenge,
            expected_rp_id=self.id,
            expected_origin=self.origin,
            require_user_verification=True,
            supported_pub_key_algs=_ALGORITHMS,
        )

    def _verified_use(self, answer: Assertion, challenge: bytes, passkey: Passkey) -> VerifiedAuthentication:
        return verify_authentication_response(
            credential={
                "id": answer.id,
                "rawId": answer.id,
                "type": "public-key",
                "response": {
                    "clientDataJSON": answer.client_data,
                    "authenticatorData": answer.authenticator_data,
                    "signature": answer.signature,
                },
            },
            expected_challenge=challenge,
            expected_rp_id=self.id,
            expected_origin=self.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )


def user_handle(account: str) -> bytes:
    """How a device files the account: opaque, and of no meaning anywhere else."""
    return sha256(f"passkey user of {account}".encode()).digest()


def handle_text(account: str) -> str:
    """The same in base64url."""
    return bytes_to_base64url(user_handle(account))


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        id=base64url_to_bytes(passkey.id),
        transports=[AuthenticatorTransport(each) for each in passkey.transports],
    )
