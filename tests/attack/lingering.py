"""Connections that never finish: they must go away by themselves, and others be answered meanwhile."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit

import httpx2

from registry_api.edge import BODY_WITHIN_SECONDS
from tests.attack.findings import Finding
from tests.journeys.house import House

_EACH = 100
_USUAL_SECONDS = 5.0
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
    usual = await _waits(house.url, asyncio.create_task(asyncio.sleep(_USUAL_SECONDS)))
    started = time.monotonic()
    hows = [how for how in _WAYS for _ in range(_EACH)]
    lingering = asyncio.gather(*(_linger(house.url, *_WAYS[how][:2]) for how in hows))
    meanwhile = await _waits(house.url, lingering)
    ends = await lingering
    longest = max(seconds for seconds, _ in ends)
    wrong = sum(not said.startswith(_WAYS[how][2]) for how, (_, said) in zip(hows, ends, strict=True))
    bound = max(_ANSWER_AT_MOST_SECONDS, 3 * usual)
    return [
        Finding(
            attack="connections that linger",
            tried=f"{len(hows)} connections: {', '.join(_WAYS)}",
            got=f"closed after {longest:.1f} s, {wrong} without the answer that fits; 95 of 100 others "
            f"within {meanwhile:.2f} s, before {usual:.2f} s",
            may_get=f"{_AT_MOST_SECONDS:.0f} s; 0; {bound:.2f} s",
            held=longest < _AT_MOST_SECONDS and not wrong and meanwhile < bound,
            seconds=time.monotonic() - started,
        )
    ]


async def _linger(url: str, first: bytes, piece: bytes) -> tuple[float, bytes]:
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


async def _waits(url: str, until: asyncio.Future[Any]) -> float:
    """Within how many seconds 95 of 100 of those who ask until then are answered."""
    waits = []
    async with httpx2.AsyncClient(base_url=url, trust_env=False, timeout=_PATIENCE_SECONDS) as http:
        while not until.done():
            asked = time.monotonic()
            (await http.get("/healthz/ready")).raise_for_status()
            waits.append(time.monotonic() - asked)
            await asyncio.sleep(0.2)
    return quantiles(waits, n=20)[-1]
