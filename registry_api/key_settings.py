"""Where the master key is: a file of this machine, or a key management service.

Secrets are `SecretStr`; what is wrong is said by the name of the variable, never with its value.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

ProviderName = Literal["local", "aws", "gcp", "azure", "kmip"]

_ARN = re.compile(r"arn:aws[\w-]*:kms:([a-z0-9-]+):\d{12}:key/[\w-]+")
_GCP_KEY = re.compile(
    r"projects/([\w.:-]+)/locations/([\w-]+)/keyRings/([\w-]+)/cryptoKeys/([\w-]+)/cryptoKeyVersions/(\d+)"
)
_AZURE_PATH = re.compile(r"/keys/([\w-]+)/([0-9a-f]{32})/?")
# The library below takes no host without a dot.
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d{1,5})?")
_HOST_AND_PORT = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+:\d{1,5}")


@dataclass(frozen=True, kw_only=True)
class KeyService:
    """A key management service as libmongocrypt takes it: who we are to it, and which of its keys is ours."""

    name: str
    credentials: dict[str, Any] = field(repr=False)
    key: dict[str, str]
    tls: dict[str, str] = field(default_factory=dict)


class KeySettings(BaseSettings):
    """Which service keeps the master key, and how to reach it. Empty means not set."""

    vault_provider: ProviderName = "local"
    vault_cache_seconds: float = Field(
        default=60.0, ge=1.0, description="How long a process may go on using a data key that was destroyed."
    )

    aws_kms_key_arn: str = ""
    aws_kms_access_key_id: str = ""
    aws_kms_secret_access_key: SecretStr = SecretStr("")
    aws_kms_session_token: SecretStr = SecretStr("")
    aws_kms_endpoint: str = ""

    gcp_kms_key_version: str = ""
    gcp_kms_email: str = ""
    gcp_kms_private_key: SecretStr = SecretStr("")
    gcp_kms_endpoint: str = ""

    azure_key_vault_key_url: str = ""
    azure_tenant_id: str = ""
    azure_client_id: str = ""
    azure_client_secret: SecretStr = SecretStr("")

    kmip_endpoint: str = ""
    kmip_key_id: str = ""
    kmip_certificate_file: Path | None = None

    kms_ca_file: Path | None = Field(
        default=None, description="Whom to trust besides the system's authorities, for any of the services."
    )

    @model_validator(mode="after")
    def _key_service_is_complete(self) -> Self:
        faults = list(self._faults())
        if faults:
            raise ValueError(f"VAULT_PROVIDER is {self.vault_provider}. {' '.join(faults)}")
        return self

    def key_service(self) -> KeyService | None:
        """The service that keeps the master key; None where it is a file of this machine."""
        make = _SERVICES.get(self.vault_provider)
        return make(self) if make else None

    def _faults(self) -> Iterator[str]:
        yield from (fault for fault in _FAULTS[self.vault_provider](self) if fault)
        for name, path in (
            ("KMS_CA_FILE", self.kms_ca_file),
            ("KMIP_CERTIFICATE_FILE", self.kmip_certificate_file),
        ):
            if path is not None and not path.is_file():
                yield f"{name} names a file that is not there."


def _no_fault(_: KeySettings) -> Iterator[str | None]:
    return iter(())


def _aws_faults(given: KeySettings) -> Iterator[str | None]:
    yield _shaped(
        "AWS_KMS_KEY_ARN",
        given.aws_kms_key_arn,
        _ARN,
        "the key's own ARN, arn:aws:kms:REGION:ACCOUNT:key/ID; an alias can be moved to another key",
    )
    yield _set("AWS_KMS_ACCESS_KEY_ID", given.aws_kms_access_key_id)
    yield _set("AWS_KMS_SECRET_ACCESS_KEY", given.aws_kms_secret_access_key)
    yield _shaped_if_set("AWS_KMS_ENDPOINT", given.aws_kms_endpoint, _HOST, "HOST or HOST:PORT")


def _gcp_faults(given: KeySettings) -> Iterator[str | None]:
    yield _shaped(
        "GCP_KMS_KEY_VERSION",
        given.gcp_kms_key_version,
        _GCP_KEY,
        "projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/NUMBER",
    )
    yield _set("GCP_KMS_EMAIL", given.gcp_kms_email)
    yield _set("GCP_KMS_PRIVATE_KEY", given.gcp_kms_private_key)
    if given.gcp_kms_private_key.get_secret_value() and not _private_key(given.gcp_kms_private_key):
        yield "GCP_KMS_PRIVATE_KEY must be the private key of the service account, as PEM or as base64."
    yield _shaped_if_set("GCP_KMS_ENDPOINT", given.gcp_kms_endpoint, _HOST, "HOST or HOST:PORT")


def _azure_faults(given: KeySettings) -> Iterator[str | None]:
    url = given.azure_key_vault_key_url
    if not url:
        yield _set("AZURE_KEY_VAULT_KEY_URL", url)
    elif not _azure_key(url):
        yield "AZURE_KEY_VAULT_KEY_URL must be https://NAME.vault.azure.net/keys/KEY/VERSION."
    yield _set("AZURE_TENANT_ID", given.azure_tenant_id)
    yield _set("AZURE_CLIENT_ID", given.azure_client_id)
    yield _set("AZURE_CLIENT_SECRET", given.azure_client_secret)


def _kmip_faults(given: KeySettings) -> Iterator[str | None]:
    yield _shaped("KMIP_ENDPOINT", given.kmip_endpoint, _HOST_AND_PORT, "HOST:PORT")
    yield _set("KMIP_KEY_ID", given.kmip_key_id)
    if given.kmip_certificate_file is None:
        yield "KMIP_CERTIFICATE_FILE must be set."


def _aws(given: KeySettings) -> KeyService:
    region = _ARN.fullmatch(given.aws_kms_key_arn)
    return KeyService(
        name="aws",
        credentials=_without_empty(
            accessKeyId=given.aws_kms_access_key_id,
            secretAccessKey=given.aws_kms_secret_access_key.get_secret_value(),
            sessionToken=given.aws_kms_session_token.get_secret_value(),
        ),
        key=_without_empty(
            region=region[1] if region else "", key=given.aws_kms_key_arn, endpoint=given.aws_kms_endpoint
        ),
        tls=_tls(given),
    )


def _gcp(given: KeySettings) -> KeyService:
    named = _GCP_KEY.fullmatch(given.gcp_kms_key_version)
    project, location, ring, key, version = named.groups() if named else ("",) * 5
    return KeyService(
        name="gcp",
        credentials={
            "email": given.gcp_kms_email,
            "privateKey": _private_key(given.gcp_kms_private_key) or b"",
        },
        key=_without_empty(
            projectId=project,
            location=location,
            keyRing=ring,
            keyName=key,
            keyVersion=version,
            endpoint=given.gcp_kms_endpoint,
        ),
        tls=_tls(given),
    )


def _azure(given: KeySettings) -> KeyService:
    endpoint, key, version = _azure_key(given.azure_key_vault_key_url) or ("", "", "")
    return KeyService(
        name="azure",
        credentials={
            "tenantId": given.azure_tenant_id,
            "clientId": given.azure_client_id,
            "clientSecret": given.azure_client_secret.get_secret_value(),
        },
        key={"keyVaultEndpoint": endpoint, "keyName": key, "keyVersion": version},
        tls=_tls(given),
    )


def _kmip(given: KeySettings) -> KeyService:
    return KeyService(
        name="kmip",
        credentials={"endpoint": given.kmip_endpoint},
        key={"keyId": given.kmip_key_id},
        tls=_tls(given) | {"tlsCertificateKeyFile": str(given.kmip_certificate_file)},
    )


_FAULTS: dict[str, Callable[[KeySettings], Iterator[str | None]]] = {
    "local": _no_fault,
    "aws": _aws_faults,
    "gcp": _gcp_faults,
    "azure": _azure_faults,
    "kmip": _kmip_faults,
}
_SERVICES: dict[str, Callable[[KeySettings], KeyService]] = {
    "aws": _aws,
    "gcp": _gcp,
    "azure": _azure,
    "kmip": _kmip,
}


def _set(name: str, value: str | SecretStr) -> str | None:
    return None if value else f"{name} must be set."


def _shaped(name: str, value: str, shape: re.Pattern[str], example: str) -> str | None:
    if not value:
        return _set(name, value)
    return None if shape.fullmatch(value) else f"{name} must be {example}."


def _shaped_if_set(name: str, value: str, shape: re.Pattern[str], example: str) -> str | None:
    return _shaped(name, value, shape, example) if value else None


def _azure_key(url: str) -> tuple[str, str, str] | None:
    parts = urlsplit(url)
    named = _AZURE_PATH.fullmatch(parts.path)
    if parts.scheme != "https" or not named or not _HOST.fullmatch(parts.netloc):
        return None
    return parts.netloc, named[1], named[2]


def _private_key(given: SecretStr) -> bytes | None:
    """The bytes of a PKCS#8 key in PEM or base64; None where it is neither."""
    lines = given.get_secret_value().replace("\\n", "\n").splitlines()
    body = "".join(line.strip() for line in lines if not line.startswith("-----"))
    try:
        return b64decode(body, validate=True) or None
    except ValueError:
        return None


def _tls(given: KeySettings) -> dict[str, str]:
    return {"tlsCAFile": str(given.kms_ca_file)} if given.kms_ca_file else {}


def _without_empty(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
