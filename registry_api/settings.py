from datetime import timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from registry_api.key_settings import KeySettings
from registry_api.sign_in_settings import SignInSettings

_LONGEST_HOST = 55  # as in notifications/wording/slots.toml


class Settings(SignInSettings, KeySettings):
    """Everything that differs between two installations; read once, at start, from the environment.

    Durations are in seconds unless the name says otherwise.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True
    )  # an error must not show a secret

    port: int = Field(default=8000, ge=1, le=65535)
    address: str = Field(default="127.0.0.1", description="Where the api listens; 0.0.0.0 behind a proxy.")
    data_dir: Path = Field(default_factory=lambda: user_data_path("dystonia-registry"))
    public_url: str = Field(
        default="http://localhost:8000", description="How phones and Twilio reach this service."
    )

    mongodb_uri: str | None = Field(
        default=None, description="A MongoDB replica set; the embedded server where absent."
    )
    mongodb_database: str = "registry"

    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_api_base: str = "https://api.twilio.com"
    twilio_from: str = Field(default="", description="The number that texts come from, in E.164.")
    twilio_timeout_seconds: float = Field(default=10.0, gt=0)

    development: bool = Field(
        default=False, description="Any GraphQL document, introspection, and errors that explain it."
    )

    worker_pause_seconds: float = Field(
        default=0.25, gt=0, description="Rest between two idle rounds of the worker."
    )
    worker_lease_seconds: float = Field(
        default=60.0, gt=0, description="How long work stays with a worker that has died."
    )
    carrier_grace_seconds: float = Field(
        default=45.0,
        gt=0,
        description="How long after a send without an answer the carrier's list is believed to be complete.",
    )
    heartbeat_stale_seconds: float = Field(default=15.0, gt=0)

    audit_copy: Path | None = Field(
        default=None,
        description="Where the newest anchor of the audit trail is copied; best on another machine.",
    )

    demo_patients: int = Field(default=300, ge=1, le=1_000_000)
    demo_days: int = Field(default=120, ge=1, le=3650)
    demo_seed: int = 1

    @model_validator(mode="after")
    def _leases_outlast_sends(self) -> Self:
        if self.worker_lease_seconds < 2 * self.twilio_timeout_seconds:
            raise ValueError("WORKER_LEASE_SECONDS must be at least twice TWILIO_TIMEOUT_SECONDS.")
        return self

    @property
    def worker_lease(self) -> timedelta:
        return timedelta(seconds=self.worker_lease_seconds)

    @property
    def carrier_grace(self) -> timedelta:
        return timedelta(seconds=self.carrier_grace_seconds)

    @property
    def send_limit(self) -> timedelta:
        """How long a worker waits for the carrier in all: longer than one call, shorter than its lease."""
        return timedelta(seconds=1.5 * self.twilio_timeout_seconds)

    @property
    def twilio_inbound_url(self) -> str:
        """Where the carrier brings texts from people."""
        return f"{self.public_url}/webhooks/twilio/inbound"

    @property
    def twilio_status_url(self) -> str:
        """Where the carrier reports on a message of ours; `{message}` stands for its id."""
        return f"{self.public_url}/webhooks/twilio/status/{{message}}"

    @property
    def code_host(self) -> str | None:
        """The host that texted codes are bound to; None where it has a port, or a text no room for it."""
        address = urlsplit(self.public_url)
        host = address.hostname or ""
        bound = address.scheme == "https" and address.port is None and len(host) <= _LONGEST_HOST
        return host if bound else None

    @property
    def oidc_redirect_uri(self) -> str:
        """Where the institution sends people back to; to be registered there."""
        return f"{self.public_url}/auth/oidc/callback"

    @property
    def secrets_dir(self) -> Path:
        return self.data_dir / "secrets"

    @property
    def audit_copy_file(self) -> Path:
        return self.audit_copy or self.data_dir / "audit-anchor"

    def environment(self) -> dict[str, str]:
        """These settings as a child process reads them, but for secrets."""
        secret = {name for name in type(self).model_fields if isinstance(getattr(self, name), SecretStr)}
        given = self.model_dump(mode="json", exclude=secret, exclude_none=True)
        return {name.upper(): str(value) for name, value in given.items()}

    @property
    def secure_cookies(self) -> bool:
        return self.public_url.startswith("https://")
