"""Connections that never finish: they must go away by themselves, and others be answered meanwhile."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from statistics import quantiles
from urllib.parse import urlsplit

import httpx2

from registry_api.edge import BODY_WITHIN_SECONDS
from tests.attack.findings import Finding
from tests.journeys.house import House

_EACH = 100
_PATIENCE_SECONDS = 30.0
_AT_MOST_SECONDS = BODY_WITHIN_SECONDS + 5
_ANSWER_AT_MOST_SECONDS = 1.0
_HEAD = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\n"
_BODY = _HEAD + b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
# What is sent at once, and then again and again; and how the answer begins, where there is one.
_WAYS = {
    "say nothing": (b"", b"", b""),
    "send headers slowly": (_HEAD, b"X-Slow: 1\r\n", b""),
    "send a body slowly": (_BODY, b" ", b"HTTP/1.1 408"),
    "announce a body and stop": (_BODY, b"", b"HTTP/1.1 408"),
}


async def attack(house: House) -> list[Finding]:
    """A hundred connections of each way at once, while somebody else asks whether the service is there."""
    started = time.monotonic()
    tasks = [
        (how, asyncio.create_task(_linger(house.url, *way)))
        for how, way in _WAYS.items()
        for _ in range(_EACH)
    ]
    waits = await _ask_meanwhile(house.url, [task for _, task in tasks])
    longest = {how: max(task.result()[0] for name, task in tasks if name == how) for how in _WAYS}
    wrong = [how for how, task in tasks if not task.result()[1].startswith(_WAYS[how][2])]
    slowest = quantiles(waits, n=20)[-1]
    return [
        Finding(
            attack="connections that linger",
            tried=f"{len(tasks)} connections: {', '.join(_WAYS)}",
            got=f"closed after {max(longest.values()):.1f} s, {len(wrong)} without the answer that fits; "
            f"others waited {slowest:.2f} s (95 of 100)",
            may_get=f"{_AT_MOST_SECONDS:.0f} s, 0; {_ANSWER_AT_MOST_SECONDS:.0f} s",
            held=max(longest.values()) < _AT_MOST_SECONDS and not wrong and slowest < _ANSWER_AT_MOST_SECONDS,
            seconds=time.monotonic() - started,
        )
    ]


async def _linger(url: str, first: bytes, piece: bytes, _answer: bytes) -> tuple[float, bytes]:
    """After how many seconds the service closed the connection, and what it said."""
    place, started = urlsplit(url), time.monotonic()
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(first)
    answer = asyncio.create_task(reader.read())
    with suppress(ConnectionError):
        while not answer.done() and time.monotonic() - started < _PATIENCE_SECONDS:
            writer.write(piece)
            await writer.drain()
            await asyncio.wait([answer], timeout=1.0)
    writer.close()
    said = b""
    with suppress(ConnectionError):
        said = await answer
    return time.monotonic() - started, said


async def _ask_meanwhile(url: str, others: list[asyncio.Task[tuple[float, bytes]]]) -> list[float]:
    waits = []
    async with httpx2.AsyncClient(base_url=url, trust_env=False, timeout=_PATIENCE_SECONDS) as http:
        while not all(each.done() for each in others):
            asked = time.monotonic()
            (await http.get("/healthz/ready")).raise_for_status()
            waits.append(time.monotonic() - asked)
            await asyncio.sleep(0.2)
    return waits
