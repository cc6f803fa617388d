"""Making the service pay for texts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from registry_api.identity.limits.store import SignInFlags
from tests.attack.attacker import Attacker
from tests.attack.findings import Finding
from tests.journeys.house import House

_AT_ONCE = 32
_OVER = 100


async def attack(house: House) -> list[Finding]:
    """More codes than one network may ask for; then more than a country gets, from everywhere."""
    settings = house.settings
    network = await _ask(
        house,
        "ask for codes, from one network",
        [f"+49151{number:08}" for number in range(settings.sign_in_texts_per_network_hour + _OVER)],
        most=settings.sign_in_texts_per_network_hour,
        refusal="TooManyRequests",
        network="203.0.113.7",
    )
    country = await _ask(
        house,
        "ask for codes to one country, from everywhere",
        [f"+346{number:08}" for number in range(settings.sign_in_texts_per_country_hour + _OVER)],
        most=settings.sign_in_texts_per_country_hour,
        refusal="TextsUnavailable",
        network=None,
    )
    async with house.services() as services:
        flags = await SignInFlags(services.mongo.database).open_flags()
    assert len(flags) == 1, flags
    return [network, country]


async def _ask(
    house: House, attack_: str, numbers: Sequence[str], *, most: int, refusal: str, network: str | None
) -> Finding:
    started, hour = time.monotonic(), time.gmtime().tm_hour
    async with Attacker(house.url) as attacker:

        async def ask(part: Sequence[str]) -> None:
            for number in part:
                await attacker.ask(number, network=network)

        await asyncio.gather(*(ask(numbers[first::_AT_ONCE]) for first in range(_AT_ONCE)))
    most *= 1 + (time.gmtime().tm_hour != hour)
    texted = attacker.answers["SignInCodeSent"]
    return Finding(
        attack=attack_,
        tried=f"{len(numbers)} numbers",
        got=f"{texted} texts",
        may_get=f"{most} an hour",
        held=texted <= most and attacker.answers[refusal] == len(numbers) - texted,
        seconds=time.monotonic() - started,
    )
