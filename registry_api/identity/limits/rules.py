"""Which allowances a code, a try or a passkey uses up. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from notifications.phone import PhoneNumber
from registry_api.audit.events import Origin
from registry_api.identity.phones import country_of

_SHARDS = 8  # so that sign-ins at once seldom meet in one document
_SHARDS_OF_A_NETWORK = 2


class Scope(StrEnum):
    """What an allowance bounds."""

    TEXTS = "TEXTS"
    COUNTRY = "COUNTRY"
    NETWORK = "NETWORK"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """`countries` are ISO 3166-1 alpha-2 codes; None stands for all of them."""

    texts_a_day: int = 5000
    country_texts_an_hour: int = 500
    country_texts_a_day: int = 2000
    network_texts_an_hour: int = 60
    network_tries_an_hour: int = 120
    network_passkeys_an_hour: int = 600
    countries: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """So many within one window. It is counted in several documents, each with its part of the whole."""

    scope: Scope
    name: str
    most: int
    ends_at: datetime
    shards: int

    @property
    def parts(self) -> dict[str, int]:
        """The documents' names, and how much each may count; together exactly `most`."""
        shards = max(1, min(self.shards, self.most))
        each, left = divmod(self.most, shards)
        return {f"{self.name}/{shard}": each + (shard < left) for shard in range(shards)}

    def wait_seconds(self, now: datetime) -> int:
        """Until it is there again; at least 1."""
        return max(1, int((self.ends_at - now).total_seconds()) + 1)


def for_code(limits: Limits, phone: PhoneNumber, origin: Origin, now: datetime) -> tuple[Allowance, ...]:
    """What one texted code uses up; the windows are hours and days of UTC."""
    prefix = country_of(phone).prefix
    return (
        _hourly(Scope.NETWORK, f"texts/{_network(origin)}", limits.network_texts_an_hour, now),
        _hourly(Scope.COUNTRY, f"texts/+{prefix}", limits.country_texts_an_hour, now),
        _daily(Scope.COUNTRY, f"texts/+{prefix}", limits.country_texts_a_day, now),
        _daily(Scope.TEXTS, "texts/all", limits.texts_a_day, now),
    )


def for_try(limits: Limits, origin: Origin, now: datetime) -> tuple[Allowance, ...]:
    """What one try of a code uses up."""
    return (_hourly(Scope.NETWORK, f"tries/{_network(origin)}", limits.network_tries_an_hour, now),)


def for_passkey(limits: Limits, origin: Origin, now: datetime) -> tuple[Allowance, ...]:
    """What one sign-in begun with a passkey uses up: it texts nobody, but leaves a challenge behind."""
    most = limits.network_passkeys_an_hour
    return (_hourly(Scope.NETWORK, f"passkeys/{_network(origin)}", most, now),)


def _network(origin: Origin) -> str:
    return origin.network or "unknown"


def _hourly(scope: Scope, name: str, most: int, now: datetime) -> Allowance:
    start = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return _allowance(scope, f"{name}/{start:%Y-%m-%dT%H}", most, start + timedelta(hours=1))


def _daily(scope: Scope, name: str, most: int, now: datetime) -> Allowance:
    start = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return _allowance(scope, f"{name}/{start:%Y-%m-%d}", most, start + timedelta(days=1))


def _allowance(scope: Scope, name: str, most: int, ends_at: datetime) -> Allowance:
    shards = _SHARDS_OF_A_NETWORK if scope is Scope.NETWORK else _SHARDS
    return Allowance(scope=scope, name=name, most=most, ends_at=ends_at, shards=shards)
