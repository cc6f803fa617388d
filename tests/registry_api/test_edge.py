from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest

from registry_api.edge import (
    AnswerBrokenOff,
    Asgi,
    BodyLimit,
    Deadline,
    Faults,
    Message,
    Receive,
    Scope,
    SecurityHeaders,
    Send,
)

_SECRET = "+12025550123"


async def _echo(_scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the whole body, then says how long it was."""
    length, more = 0, True
    while more:
        message = await receive()
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    await _say(send, str(length).encode())


async def _say(send: Send, body: bytes, *headers: tuple[bytes, bytes], more: bool = False) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def _fail(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise LookupError(_SECRET)


async def _fail_midway(_scope: Scope, _receive: Receive, send: Send) -> None:
    await _say(send, b"a part", more=True)
    raise LookupError(_SECRET)


def _client(app: Asgi) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test")


async def _pieces(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * 10


@pytest.mark.parametrize(("size", "status"), [(0, 200), (100, 200), (101, 413), (100_000, 413)])
async def test_a_body_may_be_as_long_as_the_limit(size: int, status: int) -> None:
    """One byte over the limit is refused, by its announced length alone."""
    async with _client(BodyLimit(_echo, most_bytes=100)) as client:
        response = await client.post("/", content=b"x" * size)
    assert response.status_code == status
    if status == 200:
        assert response.text == str(size)
    else:
        assert response.json()["errors"][0]["extensions"]["code"] == "PAYLOAD_TOO_LARGE"


@pytest.mark.parametrize(("pieces", "status"), [(10, 200), (11, 413)])
async def test_a_body_without_an_announced_length_is_counted(pieces: int, status: int) -> None:
    """A stream is cut off where it passes the limit."""
    async with _client(BodyLimit(_echo, most_bytes=100)) as client:
        response = await client.post("/", content=_pieces(pieces))
    assert response.status_code == status


@pytest.mark.parametrize("announced", ["-1", "ten", "1e3", "²"])
async def test_a_length_that_is_no_number_is_refused(announced: str) -> None:
    """Nobody is let through by an odd header."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"x" * 1000}

    headers = [(b"content-length", announced.encode())]
    await BodyLimit(_echo, most_bytes=100)({"type": "http", "headers": headers}, receive, send)
    assert sent[0]["status"] == 413


async def _dripping(every_seconds: float) -> AsyncIterator[bytes]:
    for _ in range(10):
        await asyncio.sleep(every_seconds)
        yield b"x"


@pytest.mark.parametrize(("every_seconds", "status"), [(0.0, 200), (0.05, 408)])
async def test_a_body_arrives_in_time_or_is_refused(every_seconds: float, status: int) -> None:
    """However steadily it drips, it has so much time in all."""
    async with _client(Deadline(_echo, body_seconds=0.2)) as client:
        response = await client.post("/", content=_dripping(every_seconds))
    assert response.status_code == status
    if status == 408:
        assert response.json()["errors"][0]["extensions"]["code"] == "REQUEST_TIMEOUT"
        assert response.headers["connection"] == "close"


async def test_time_to_read_does_not_end_when_all_was_read() -> None:
    """Whoever waits for the client to go away waits as long as it takes."""

    async def patient(scope: Scope, receive: Receive, send: Send) -> None:
        await _echo(scope, receive, send)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(receive(), 0.3)

    async def no_more() -> Message:
        await asyncio.sleep(60)
        raise AssertionError

    waiting = [{"type": "http.request", "body": b"x", "more_body": False}]

    async def receive() -> Message:
        return waiting.pop() if waiting else await no_more()

    async def send(_message: Message) -> None:
        pass

    await Deadline(patient, body_seconds=0.1)({"type": "http"}, receive, send)


async def test_an_answer_begins_in_time_or_is_given_up(logged: Callable[[], str]) -> None:
    """What is under way is cancelled, and the client learns that it may ask again."""
    cancelled = asyncio.Event()

    async def slow(_scope: Scope, _receive: Receive, _send: Send) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async with _client(Deadline(slow, answer_seconds=0.1)) as client:
        response = await client.get("/")
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert response.json()["errors"][0]["extensions"]["code"] == "TIMED_OUT"
    assert cancelled.is_set()
    assert "request_timed_out" in logged()


async def test_an_answer_that_has_begun_may_take_long() -> None:
    """A large file on a slow line is not cut off."""

    async def long(_scope: Scope, _receive: Receive, send: Send) -> None:
        await _say(send, b"a ", more=True)
        await asyncio.sleep(0.3)
        await send({"type": "http.response.body", "body": b"whole"})

    async with _client(Deadline(long, answer_seconds=0.1)) as client:
        assert (await client.get("/")).text == "a whole"


async def test_a_time_that_is_over_elsewhere_is_a_fault() -> None:
    """Only the deadline's own end is told as such."""

    async def elsewhere(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise TimeoutError

    async with _client(Faults(Deadline(elsewhere))) as client:
        assert (await client.get("/")).json()["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"


async def test_a_fault_is_answered_without_its_text(capfd: pytest.CaptureFixture[str]) -> None:
    """The client reads one sentence, the log has the kind, and no trace reaches the server."""
    async with _client(SecurityHeaders(Faults(_fail), https=False)) as client:
        response = await client.get("/")
    assert response.status_code == 500
    assert response.json()["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert "content-security-policy" in response.headers
    said = "".join(capfd.readouterr())
    assert "LookupError" in said
    assert _SECRET not in said + response.text


async def test_a_fault_midway_breaks_the_answer_off_without_its_text() -> None:
    """What was begun cannot be answered anew; the server learns that it broke off, and not why."""
    with pytest.raises(AnswerBrokenOff) as broken:
        async with _client(Faults(_fail_midway)) as client:
            await client.get("/")
    assert broken.value.__cause__ is None
    assert broken.value.__suppress_context__


@pytest.mark.parametrize("https", [False, True])
async def test_every_answer_carries_the_headers(*, https: bool) -> None:
    """Scripts come from this origin only, nobody frames us, and HTTPS is demanded where it is spoken."""
    async with _client(SecurityHeaders(_echo, https=https)) as client:
        headers = (await client.get("/")).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "trusted-types service-worker;" in policy + ";"
    assert "geolocation=()" in headers["permissions-policy"]
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert ("strict-transport-security" in headers) == https


async def test_what_an_answer_says_itself_is_left_alone() -> None:
    """An asset's own word about caching, a page's own policy."""

    async def asset(_scope: Scope, _receive: Receive, send: Send) -> None:
        own = (b"Cache-Control", b"public, max-age=60"), (b"content-security-policy", b"sandbox")
        await _say(send, b"", *own)

    async with _client(SecurityHeaders(asset, https=False)) as client:
        headers = (await client.get("/")).headers
    assert headers.get_list("cache-control") == ["public, max-age=60"]
    assert headers.get_list("content-security-policy") == ["sandbox"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("wrap", [BodyLimit, Deadline, Faults, lambda app: SecurityHeaders(app, https=True)])
async def test_what_is_no_request_passes_untouched(wrap: Callable[[Asgi], Asgi]) -> None:
    """Start and stop of the server go through."""
    seen: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["type"])

    async def nothing() -> Message:
        raise AssertionError

    async def nowhere(_message: Message) -> None:
        raise AssertionError

    await wrap(app)({"type": "lifespan"}, nothing, nowhere)
    assert seen == ["lifespan"]
