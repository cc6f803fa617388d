"""What signing in may cost, who may, and the institution through which staff may come."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

# Where English or Spanish is spoken by most, and where the data protection law of the European Union holds.
_COUNTRIES = (
    *("US", "PR", "VI", "GU", "AS", "MP", "CA", "GB", "GG", "JE", "IM", "IE", "AU", "NZ"),
    *("MX", "AR", "BO", "CL", "CO", "CR", "DO", "EC", "GT", "HN", "NI", "PA", "PE", "PY", "SV", "UY"),
    *("AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IS", "IT"),
    *("LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
)


class SignInSettings(BaseSettings):
    """Numbers are of codes and tries, and hours and days those of UTC."""

    trusted_proxies: str = Field(
        default="", description="Networks whose X-Forwarded-For is believed, with spaces between."
    )

    sign_in_countries: str = Field(
        default=" ".join(_COUNTRIES), description="ISO 3166-1 alpha-2 codes, or * for all."
    )
    sign_in_texts_per_day: int = Field(default=5000, ge=0)
    sign_in_texts_per_country_hour: int = Field(default=500, ge=0)
    sign_in_texts_per_country_day: int = Field(default=2000, ge=0)
    sign_in_texts_per_network_hour: int = Field(default=60, ge=0)
    sign_in_tries_per_network_hour: int = Field(default=120, ge=0)
    sign_in_passkeys_per_network_hour: int = Field(default=600, ge=0)

    oidc_issuer: str = Field(default="", description="The institution's OpenID provider; empty for none.")
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_claim: str = Field(default="email", description="The claim that is linked to a staff account.")
    oidc_domains: str = Field(default="", description="Domains of addresses that may come in; empty for all.")
    oidc_name: str = Field(default="your institution", description="What its button on the page says.")

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, networks: str) -> str:
        for network in _words(networks):
            ip_network(network)
        return networks

    @field_validator("sign_in_countries")
    @classmethod
    def _codes(cls, countries: str) -> str:
        if countries != "*" and not all(re.fullmatch("[A-Z]{2}", code) for code in _words(countries)):
            raise ValueError("SIGN_IN_COUNTRIES are codes of two capital letters, or * for all.")
        return countries

    @model_validator(mode="after")
    def _whole_institution(self) -> Self:
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_client_secret.get_secret_value()):
            raise ValueError("With OIDC_ISSUER, set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.")
        return self

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks of our own proxies."""
        return tuple(ip_network(network) for network in _words(self.trusted_proxies))

    @property
    def countries(self) -> frozenset[str] | None:
        """Where sign-in codes are texted to; None for everywhere."""
        return None if self.sign_in_countries == "*" else frozenset(_words(self.sign_in_countries))

    @property
    def institution_domains(self) -> frozenset[str]:
        """Domains of addresses that may come in through the institution; empty for all."""
        return frozenset(domain.casefold() for domain in _words(self.oidc_domains))


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()
