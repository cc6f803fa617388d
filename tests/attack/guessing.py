"""Guessing codes: at one account, from everywhere and in every way; at many numbers, from one network."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from notifications.phone import PhoneNumber
from registry_api.audit.events import Action
from registry_api.identity.challenges.store import ChallengeStore
from registry_api.identity.throttle import TRIES_A_CODE, TRIES_A_DAY
from registry_api.wiring import Services
from tests.attack.attacker import WHOLE_REQUEST_REFUSED, Attacker
from tests.attack.findings import Finding
from tests.journeys.house import House

_VICTIM = PhoneNumber("+447700900001")
_FRESH = ("+447700900003", "+447700900005", "+447700900007")
_AT_ONCE = 32
_ALIASES = 15
_SPRAYED = 2_000
_ALL_CODES = 10**6

Way = Callable[[Attacker, str, Sequence[str]], Awaitable[None]]


async def attack(house: House) -> list[Finding]:
    """20,000 guesses at one account, the races again at fresh ones, and 2,000 numbers from one network."""
    ways: dict[str, tuple[Way, int]] = {
        "one after the other": (_one_by_one, 6_000),
        "32 at once": (_at_once, 7_000),
        "15 in each request": (_by_aliases, 7_000),
    }
    async with house.services() as services:
        return [
            await _one_account(house, services, _VICTIM, "in all three ways", ways),
            *[
                await _one_account(house, services, PhoneNumber(fresh), name, {name: (way, 480)})
                for fresh, (name, (way, _)) in zip(_FRESH, ways.items(), strict=True)
            ],
            await _one_network(house),
        ]


async def _one_account(
    house: House, services: Services, victim: PhoneNumber, how: str, ways: Mapping[str, tuple[Way, int]]
) -> Finding:
    """Each way has a code of its own, as far as one is texted, and tries the right one at its end."""
    patient = await services.accounts.create_patient(victim, services.now())
    key, challenges = await services.vault.phone_key(victim), ChallengeStore(services.mongo.database)
    phone = await house.desk.phone(victim, "Victim")
    chance, started, most_of_a_code, tried = random.Random(7), time.monotonic(), 0, 0
    async with Attacker(house.url) as attacker:
        for way, guesses in ways.values():
            assert await attacker.ask(victim) == "SignInCodeSent"
            code = (await phone.next_text("code"))[:6]
            wrong = [f"{guess:06}" for guess in chance.sample(range(_ALL_CODES), guesses)]
            wrong = [guess for guess in wrong if guess != code]
            refused = attacker.answers["TooManyRequests"]
            await way(attacker, victim, wrong)
            tried += len(wrong)
            if attacker.answers["TooManyRequests"] > refused:
                # Whoever guesses all of them reaches the right one: by then it must be worth nothing.
                await attacker.enter(victim, code)
                tried += 1
            challenge = (await challenges.number(key)).challenge
            assert challenge is not None
            most_of_a_code = max(most_of_a_code, challenge.tries)
        answers = attacker.answers
    trail = await services.audit.about(patient, limit=100)
    checked = sum(entry.event.action is Action.SIGN_IN_REJECTED for entry in trail)
    return Finding(
        attack=f"guess at one account, {how}",
        tried=f"{tried} codes",
        got=f"{most_of_a_code} of a code, {checked} in all, in {answers['SignedIn']} times",
        may_get=f"{TRIES_A_CODE} of a code, {TRIES_A_DAY} in 24 hours, never in",
        held=most_of_a_code <= TRIES_A_CODE
        and answers["CodeRejected"] == checked <= TRIES_A_DAY
        and answers["TooManyRequests"] + answers[WHOLE_REQUEST_REFUSED] == tried - checked,
        seconds=time.monotonic() - started,
    )


async def _one_network(house: House) -> Finding:
    started, hour = time.monotonic(), time.gmtime().tm_hour
    numbers = [f"+4477009{number:05}" for number in range(10_000, 10_000 + _SPRAYED)]
    async with Attacker(house.url) as attacker:

        async def guess(part: Sequence[str]) -> None:
            for number in part:
                await attacker.enter(number, "123456", network="198.51.100.7")

        await asyncio.gather(*(guess(numbers[first::_AT_ONCE]) for first in range(_AT_ONCE)))
    windows = 1 + (time.gmtime().tm_hour != hour)
    most = windows * house.settings.sign_in_tries_per_network_hour
    got = attacker.answers["CodeRejected"]
    return Finding(
        attack="guess at many numbers, from one network",
        tried=f"{_SPRAYED} numbers",
        got=f"{got} checked",
        may_get=f"{most} an hour",
        held=got <= most and attacker.answers["TooManyRequests"] == _SPRAYED - got,
        seconds=time.monotonic() - started,
    )


async def _one_by_one(attacker: Attacker, victim: str, codes: Sequence[str]) -> None:
    for code in codes:
        await attacker.enter(victim, code)


async def _at_once(attacker: Attacker, victim: str, codes: Sequence[str]) -> None:
    parts = (codes[first::_AT_ONCE] for first in range(_AT_ONCE))
    await asyncio.gather(*(_one_by_one(attacker, victim, part) for part in parts))


async def _by_aliases(attacker: Attacker, victim: str, codes: Sequence[str]) -> None:
    for first in range(0, len(codes), _ALIASES):
        await attacker.enter_by_aliases(victim, list(codes[first : first + _ALIASES]))
