"""Measuring answers, to learn who is in the registry."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable, Sequence
from math import sqrt
from statistics import median

from notifications.phone import PhoneNumber
from tests.attack.attacker import Attacker
from tests.attack.findings import Finding
from tests.journeys.house import House

_PAIRS = 150
_TRIES = 4
_SURELY = 4.0  # standard deviations


async def attack(house: House) -> list[Finding]:
    """Asks for codes and tries wrong ones on numbers that are known and numbers that are not, in turn."""
    known = [PhoneNumber(f"+447700900{number:03}") for number in range(100, 100 + 2 * _PAIRS, 2)]
    unknown = [PhoneNumber(f"+447700900{number:03}") for number in range(101, 101 + 2 * _PAIRS, 2)]
    async with house.services() as services:
        for number in known:
            await services.accounts.create_patient(number, services.now())
    async with Attacker(house.url) as attacker:
        for first in ("+447700900011", "+447700900013"):  # whatever is slower the first time
            await attacker.ask(first)
            await attacker.enter(first, "000000")

        async def enter(number: str) -> str:
            return await attacker.enter(number, "000000")

        return [
            await _measured("ask for a code", attacker.ask, known, unknown, rounds=1),
            await _measured("try a wrong code", enter, known, unknown, rounds=_TRIES),
        ]


async def _measured(
    what: str,
    act: Callable[[str], Awaitable[str]],
    known: Sequence[str],
    unknown: Sequence[str],
    *,
    rounds: int,
) -> Finding:
    times: dict[bool, list[float]] = {True: [], False: []}
    chance, started = random.Random(3), time.monotonic()
    for _ in range(rounds):
        for pair in zip(known, unknown, strict=True):
            sides = [(True, pair[0]), (False, pair[1])]
            chance.shuffle(sides)
            for side, number in sides:
                began = time.perf_counter()
                answer = await act(number)
                times[side].append(time.perf_counter() - began)
                assert answer in {"SignInCodeSent", "CodeRejected"}, answer
    slow, quick = median(times[True]), median(times[False])
    told = _told(times[True], times[False])
    return Finding(
        attack=f"tell known from unknown: {what}",
        tried=f"{len(times[True])} of each",
        got=f"{slow * 1e3:.1f} and {quick * 1e3:.1f} ms, ratio {slow / quick:.3f}; {told:.1%} right",
        may_get="50 % right, as by a coin",
        held=abs(told - 0.5) <= _SURELY * _by_chance(len(times[True])),
        seconds=time.monotonic() - started,
    )


def _told(known: Sequence[float], unknown: Sequence[float]) -> float:
    """How often the known one of two takes longer: 0.5 where times say nothing."""
    wins = sum((one > other) + 0.5 * (one == other) for one in known for other in unknown)
    return wins / (len(known) * len(unknown))


def _by_chance(count: int) -> float:
    """The standard deviation of `_told` where times say nothing (of the statistic of Mann and Whitney)."""
    return sqrt((2 * count + 1) / (12 * count * count))
