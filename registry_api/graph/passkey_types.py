"""Passkeys as clients see them. What browsers ask for and give has the names of WebAuthn's own JSON."""

from __future__ import annotations

from datetime import datetime

import strawberry
from webauthn.helpers import bytes_to_base64url, structs

from registry_api.graph.scalars import Base64Url
from registry_api.identity.passkeys import ceremony, keyring

_KIND = "public-key"


@strawberry.type(description="A passkey of the person who asks.")
class Passkey:
    id: strawberry.ID
    name: str
    synced: bool = strawberry.field(
        description="True where the device's maker may copy it to the person's other devices."
    )
    added_at: datetime
    last_used_at: datetime | None
    undo_until: datetime | None = strawberry.field(
        description="Set on one that was removed a moment ago: until then `restorePasskey` brings it back."
    )


@strawberry.type(description="Whom a passkey is for, as WebAuthn's `rp`.")
class PasskeyRelyingParty:
    id: str
    name: str


@strawberry.type(description="Whose passkey it will be, as WebAuthn's `user`.")
class PasskeyUser:
    id: Base64Url
    name: str
    display_name: str


@strawberry.type
class PasskeyAlgorithm:
    type: str
    alg: int = strawberry.field(description="A COSE algorithm number.")


@strawberry.type
class PasskeyDescriptor:
    type: str
    id: Base64Url
    transports: list[str]


@strawberry.type
class PasskeySelection:
    resident_key: str
    require_resident_key: bool
    user_verification: str


@strawberry.type(description="For `PublicKeyCredential.parseCreationOptionsFromJSON`, as it is.")
class PasskeyCreationOptions:
    rp: PasskeyRelyingParty
    user: PasskeyUser
    challenge: Base64Url
    pub_key_cred_params: list[PasskeyAlgorithm]
    timeout: int = strawberry.field(description="Milliseconds.")
    exclude_credentials: list[PasskeyDescriptor]
    authenticator_selection: PasskeySelection
    attestation: str


@strawberry.type(description="For `PublicKeyCredential.parseRequestOptionsFromJSON`, as it is.")
class PasskeyRequestOptions:
    challenge: Base64Url
    timeout: int = strawberry.field(description="Milliseconds.")
    rp_id: str
    allow_credentials: list[PasskeyDescriptor]
    user_verification: str


@strawberry.input(description="What `navigator.credentials.create` gave.")
class PasskeyAttestationInput:
    id: Base64Url
    client_data: Base64Url = strawberry.field(name="clientDataJSON")
    attestation_object: Base64Url
    transports: list[str] = strawberry.field(default_factory=list)


@strawberry.input(description="What `navigator.credentials.get` gave.")
class PasskeyAssertionInput:
    id: Base64Url
    client_data: Base64Url = strawberry.field(name="clientDataJSON")
    authenticator_data: Base64Url
    signature: Base64Url
    user_handle: Base64Url | None = None


def passkey(own: keyring.OwnPasskey) -> Passkey:
    return Passkey(
        id=strawberry.ID(own.id),
        name=own.name,
        synced=own.synced,
        added_at=own.added_at,
        last_used_at=own.last_used_at,
        undo_until=own.undo_until,
    )


def creation_options(options: structs.PublicKeyCredentialCreationOptions) -> PasskeyCreationOptions:
    return PasskeyCreationOptions(
        rp=PasskeyRelyingParty(id=options.rp.id or "", name=options.rp.name),
        user=PasskeyUser(
            id=_text(options.user.id), name=options.user.name, display_name=options.user.display_name
        ),
        challenge=_text(options.challenge),
        pub_key_cred_params=[
            PasskeyAlgorithm(type=_KIND, alg=int(each.alg)) for each in options.pub_key_cred_params
        ],
        timeout=options.timeout or 0,
        exclude_credentials=_descriptors(options.exclude_credentials),
        authenticator_selection=PasskeySelection(
            resident_key="required", require_resident_key=True, user_verification="required"
        ),
        attestation=options.attestation.value,
    )


def request_options(options: structs.PublicKeyCredentialRequestOptions) -> PasskeyRequestOptions:
    return PasskeyRequestOptions(
        challenge=_text(options.challenge),
        timeout=options.timeout or 0,
        rp_id=options.rp_id or "",
        allow_credentials=_descriptors(options.allow_credentials),
        user_verification="required",
    )


def attested(given: PasskeyAttestationInput) -> ceremony.Attestation:
    return ceremony.Attestation(
        id=given.id,
        client_data=given.client_data,
        attestation_object=given.attestation_object,
        transports=given.transports,
    )


def asserted(given: PasskeyAssertionInput) -> ceremony.Assertion:
    return ceremony.Assertion(
        id=given.id,
        client_data=given.client_data,
        authenticator_data=given.authenticator_data,
        signature=given.signature,
        user_handle=given.user_handle,
    )


def _descriptors(known: list[structs.PublicKeyCredentialDescriptor] | None) -> list[PasskeyDescriptor]:
    return [
        PasskeyDescriptor(
            type=_KIND, id=_text(each.id), transports=[transport.value for transport in each.transports or ()]
        )
        for each in known or ()
    ]


def _text(raw: bytes) -> Base64Url:
    return Base64Url(bytes_to_base64url(raw))
