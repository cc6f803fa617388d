from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from registry_api.settings import Settings

_SECRET = "kept-from-everybody"
_PEM = f"-----BEGIN PRIVATE KEY-----\n{b64encode(_SECRET.encode()).decode()}\n-----END PRIVATE KEY-----\n"
_ARN = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_GCP = "projects/p-1/locations/europe-west1/keyRings/ring/cryptoKeys/names/cryptoKeyVersions/3"
_AZURE = f"https://registry.vault.azure.net/keys/names/{'0' * 32}"

COMPLETE: dict[str, dict[str, Any]] = {
    "local": {},
    "aws": {
        "aws_kms_key_arn": _ARN,
        "aws_kms_access_key_id": "AKIA1",
        "aws_kms_secret_access_key": SecretStr(_SECRET),
    },
    "gcp": {
        "gcp_kms_key_version": _GCP,
        "gcp_kms_email": "registry@p-1.iam.gserviceaccount.com",
        "gcp_kms_private_key": SecretStr(_PEM),
    },
    "azure": {
        "azure_key_vault_key_url": _AZURE,
        "azure_tenant_id": "t",
        "azure_client_id": "c",
        "azure_client_secret": SecretStr(_SECRET),
    },
    "kmip": {
        "kmip_endpoint": "kmip.example:5696",
        "kmip_key_id": "17",
        "kmip_certificate_file": Path(__file__),
    },
}


@pytest.mark.parametrize("provider", COMPLETE)
def test_complete_settings_make_what_the_library_takes(provider: str) -> None:
    """Each provider's settings become credentials and a key that libmongocrypt accepts, or a local file."""
    service = Settings(vault_provider=provider, **COMPLETE[provider]).key_service()
    if provider == "local":
        assert service is None
        return
    assert service is not None
    assert service.name == provider
    wanted = {
        "aws": ({"accessKeyId", "secretAccessKey"}, {"region": "eu-west-1", "key": _ARN}),
        "gcp": (
            {"email", "privateKey"},
            {
                "projectId": "p-1",
                "location": "europe-west1",
                "keyRing": "ring",
                "keyName": "names",
                "keyVersion": "3",
            },
        ),
        "azure": (
            {"tenantId", "clientId", "clientSecret"},
            {"keyVaultEndpoint": "registry.vault.azure.net", "keyName": "names", "keyVersion": "0" * 32},
        ),
        "kmip": ({"endpoint"}, {"keyId": "17"}),
    }
    assert (set(service.credentials), service.key) == wanted[provider]


@pytest.mark.parametrize(
    ("provider", "missing"), [(each, name) for each, fields in COMPLETE.items() for name in fields]
)
def test_a_missing_setting_is_named(provider: str, missing: str) -> None:
    """Without one of its settings a provider stops the start, with the name of what is missing."""
    given = {name: value for name, value in COMPLETE[provider].items() if name != missing}
    with pytest.raises(ValidationError) as refused:
        Settings(vault_provider=provider, **given)
    assert f"{missing.upper()} must be set" in str(refused.value)


@pytest.mark.parametrize(
    ("provider", "setting", "wrong"),
    [
        ("aws", "aws_kms_key_arn", "arn:aws:kms:eu-west-1:123456789012:alias/names"),
        ("aws", "aws_kms_endpoint", "https://kms.example"),
        ("gcp", "gcp_kms_key_version", "projects/p-1/locations/l/keyRings/r/cryptoKeys/k"),
        ("gcp", "gcp_kms_private_key", SecretStr(f"{_SECRET}!")),
        ("azure", "azure_key_vault_key_url", "https://registry.vault.azure.net/keys/names"),
        ("azure", "azure_key_vault_key_url", f"http://registry.vault.azure.net/keys/names/{'0' * 32}"),
        ("aws", "aws_kms_endpoint", "localhost:8443"),
        ("kmip", "kmip_endpoint", "kmip.example"),
        ("kmip", "kmip_certificate_file", Path("/nowhere.pem")),
        ("aws", "kms_ca_file", Path("/nowhere.pem")),
    ],
)
def test_a_setting_of_another_shape_is_named_and_not_shown(provider: str, setting: str, wrong: Any) -> None:
    """What cannot be right stops the start with the setting's name, and no value of any setting."""
    with pytest.raises(ValidationError) as refused:
        Settings(vault_provider=provider, **COMPLETE[provider] | {setting: wrong})
    said = str(refused.value)
    assert setting.upper() in said
    assert _SECRET not in said


def test_an_unknown_provider_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the five providers are taken, also from the environment."""
    monkeypatch.setenv("VAULT_PROVIDER", "vaultwarden")
    with pytest.raises(ValidationError, match="vault_provider"):
        Settings()


@pytest.mark.parametrize("provider", COMPLETE)
def test_no_secret_is_in_what_is_shown_or_handed_on(provider: str) -> None:
    """Neither the settings' text nor the children's environment nor the service's text holds a secret."""
    settings = Settings(vault_provider=provider, **COMPLETE[provider])
    shown = f"{settings!r}{settings.environment()}{settings.key_service()!r}"
    assert _SECRET not in shown
    assert b64encode(_SECRET.encode()).decode() not in shown
    assert "SECRET" not in "".join(settings.environment())
