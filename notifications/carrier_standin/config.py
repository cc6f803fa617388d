import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_LAST_PORT = 65_535
_LONGEST_PACE = 3600


class BadConfig(ValueError):
    """A setting of the stand-in is missing or cannot be read."""

    def __init__(self, setting: str, wanted: str) -> None:
        super().__init__(f"Set {setting} to {wanted}.")
        self.setting = setting


@dataclass(frozen=True, slots=True, kw_only=True)
class StandinConfig:
    """What one stand-in serves.

    `phones` are (name, number) pairs, `pace` the seconds between two states of a message, `retries` the
    seconds waited before each further try of a webhook that cannot be reached, `hang` the longest time in
    seconds that a request is kept without an answer when a time-out is played.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    service_numbers: tuple[str, ...]
    inbound_url: str
    phones: tuple[tuple[str, str], ...] = ()
    journal: Path | None = None
    pace: float = 1.0
    carrier_handles_stop: bool = False
    messaging_service_sid: str | None = None
    retries: tuple[float, ...] = (0.5, 2.0, 5.0)
    hang: float = 120.0


def from_environment(environment: Mapping[str, str]) -> StandinConfig:
    """Reads the STANDIN_* settings that the package's `__main__` documents; raises BadConfig."""
    journal = environment.get("STANDIN_JOURNAL", "")
    return StandinConfig(
        account_sid=_needed(environment, "STANDIN_ACCOUNT_SID", "the account's id, AC and 32 hex digits"),
        auth_token=_needed(environment, "STANDIN_AUTH_TOKEN", "the account's secret"),
        service_numbers=_numbers(_needed(environment, "STANDIN_NUMBERS", "the service's numbers, by comma")),
        inbound_url=_needed(environment, "STANDIN_INBOUND_URL", "the webhook that takes replies"),
        phones=_phones(environment.get("STANDIN_PHONES", "[]")),
        journal=Path(journal) if journal else None,
        pace=_seconds(environment.get("STANDIN_PACE", "1.0")),
        carrier_handles_stop=environment.get("STANDIN_CARRIER_HANDLES_STOP", "") in {"1", "true", "yes"},
        messaging_service_sid=environment.get("STANDIN_MESSAGING_SERVICE_SID") or None,
    )


def address(environment: Mapping[str, str]) -> tuple[str, int]:
    """Where to listen: host and port; raises BadConfig."""
    port = environment.get("STANDIN_PORT", "8090")
    if not (port.isascii() and port.isdigit() and 0 < int(port) <= _LAST_PORT):
        raise BadConfig("STANDIN_PORT", "a port number")
    return environment.get("STANDIN_HOST", "127.0.0.1"), int(port)


def _needed(environment: Mapping[str, str], name: str, wanted: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise BadConfig(name, wanted)
    return value


def _numbers(text: str) -> tuple[str, ...]:
    return tuple(number.strip() for number in text.split(",") if number.strip())


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= _LONGEST_PACE:
        raise BadConfig("STANDIN_PACE", "seconds between 0 and 3600")
    return seconds


def _phones(text: str) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(_phone(entry) for entry in json.loads(text))
    except (ValueError, TypeError, KeyError) as fault:
        wanted = 'a JSON list of {"name": …, "number": …}'
        raise BadConfig("STANDIN_PHONES", wanted) from fault


def _phone(entry: Any) -> tuple[str, str]:
    if isinstance(entry, dict):
        return str(entry["name"]), str(entry["number"])
    name, number = entry
    return str(name), str(number)
