import re
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Self

from platformdirs import user_data_path
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from registry_api.key_settings import KeySettings

# Where English or Spanish is spoken by most, and where the data protection law of the European Union holds.
_SIGN_IN_COUNTRIES = (
    *("US", "PR", "VI", "GU", "AS", "MP", "CA", "GB", "GG", "JE", "IM", "IE", "AU", "NZ"),
    *("MX", "AR", "BO", "CL", "CO", "CR", "DO", "EC", "GT", "HN", "NI", "PA", "PE", "PY", "SV", "UY"),
    *("AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IS", "IT"),
    *("LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
)


class Settings(KeySettings):
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

    trusted_proxies: str = Field(
        default="", description="Networks whose X-Forwarded-For is believed, with commas between."
    )

    sign_in_countries: str = Field(
        default=" ".join(_SIGN_IN_COUNTRIES), description="ISO 3166-1 alpha-2 codes, or * for all."
    )
    sign_in_texts_per_day: int = Field(default=5000, ge=0)
    sign_in_texts_per_country_hour: int = Field(default=500, ge=0)
    sign_in_texts_per_country_day: int = Field(default=2000, ge=0)
    sign_in_texts_per_network_hour: int = Field(default=60, ge=0)
    sign_in_tries_per_network_hour: int = Field(default=120, ge=0)
    sign_in_passkeys_per_network_hour: int = Field(default=600, ge=0)

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

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, networks: str) -> str:
        for network in _words(networks):
            ip_network(network)
        return networks

    @field_validator("sign_in_countries")
    @classmethod
    def _countries(cls, countries: str) -> str:
        if countries != "*" and not all(re.fullmatch("[A-Z]{2}", code) for code in _words(countries)):
            raise ValueError("SIGN_IN_COUNTRIES are codes of two capital letters, or * for all.")
        return countries

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks of our own proxies."""
        return tuple(ip_network(network) for network in _words(self.trusted_proxies))

    @property
    def countries(self) -> frozenset[str] | None:
        """Where sign-in codes are texted to; None for everywhere."""
        return None if self.sign_in_countries == "*" else frozenset(_words(self.sign_in_countries))

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


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()
