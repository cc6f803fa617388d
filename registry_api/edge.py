"""What surrounds every request: headers for browsers, answers to our faults, limits on its size and time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson
import structlog

MAX_BODY_BYTES = 1024 * 1024
BODY_WITHIN_SECONDS = 10.0  # a check-in has one kilobyte, and study records come from desks
ANSWER_WITHIN_SECONDS = 20.0  # as long as our own pages wait; one call to the database gives up after 12

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

_POLICIES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types service-worker",
)
_NEVER_USED = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "screen-wake-lock",
    "serial",
    "usb",
)
_HEADERS = (
    (b"content-security-policy", "; ".join(_POLICIES).encode()),
    (b"cross-origin-embedder-policy", b"require-corp"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", ", ".join(f"{feature}=()" for feature in _NEVER_USED).encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
_ONLY_HTTPS = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
_KEEP_NOTHING = (b"cache-control", b"no-store")
_log = structlog.get_logger("http")


class SecurityHeaders:
    """Adds headers to every answer but those that it has: what says nothing of caching may not be kept."""

    def __init__(self, app: Asgi, *, https: bool) -> None:
        self._app = app
        self._headers = (*_HEADERS, _KEEP_NOTHING, *((_ONLY_HTTPS,) if https else ()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                said = {name.lower() for name, _ in headers}
                message["headers"] = headers + [each for each in self._headers if each[0] not in said]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class BodyTooLarge(Exception):
    """The body went over the limit while it was read."""


class AnswerBrokenOff(Exception):
    """Something failed when a part of the answer had been sent."""


class BodyLimit:
    """Refuses bodies of over one mebibyte, whether or not their length was announced."""

    def __init__(self, app: Asgi, *, most_bytes: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._most = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not announced.isdigit() or int(announced) > self._most:
            await self._refuse(send)
            return
        received = 0
        answer = _Answer(send)

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._most:
                raise BodyTooLarge
            return message

        try:
            await self._app(scope, receive_counted, answer)
        except BodyTooLarge:
            if answer.started:
                raise
            await self._refuse(send)

    async def _refuse(self, send: Send) -> None:
        limit = f"{self._most / 1024 / 1024:g} MiB"
        message = f"This is too large. Send at most {limit}; `registry trials import` takes larger records."
        await _send_error(send, 413, "PAYLOAD_TOO_LARGE", message, (b"connection", b"close"))


class BodyTooSlow(Exception):
    """The body had not arrived when its time was over."""


class Deadline:
    """Ends requests that arrive slowly or cannot be answered in time; an answer that has begun may take long.

    What is under way is cancelled. A write may have got through by then, as with any answer that is lost on
    its way, and can be sent again under the same id.
    """

    def __init__(
        self,
        app: Asgi,
        *,
        body_seconds: float = BODY_WITHIN_SECONDS,
        answer_seconds: float = ANSWER_WITHIN_SECONDS,
    ) -> None:
        self._app = app
        self._body_seconds = body_seconds
        self._answer_seconds = answer_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = asyncio.timeout(self._answer_seconds)

        async def send_however_long(message: Message) -> None:
            if not limit.expired():
                limit.reschedule(None)
            await send(message)

        answer = _Answer(send_however_long)
        try:
            async with limit:
                await self._app(scope, _BodyInTime(receive, self._body_seconds), answer)
        except BodyTooSlow:
            if answer.started:
                raise
            message = "The request did not arrive in time. Please send it again."
            await _send_error(send, 408, "REQUEST_TIMEOUT", message, (b"connection", b"close"))
        except TimeoutError:
            if answer.started or not limit.expired():
                raise
            _log.warning("request_timed_out")
            message = "This took too long. It may have been done all the same; sending it again is safe."
            await _send_error(send, 503, "TIMED_OUT", message, (b"retry-after", b"5"))


class _BodyInTime:
    """Receives until the body is there or its time is over; what comes after the body may take long."""

    def __init__(self, receive: Receive, seconds: float) -> None:
        self._receive = receive
        self._until: float | None = asyncio.get_running_loop().time() + seconds

    async def __call__(self) -> Message:
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise BodyTooSlow from None
        if not message.get("more_body", False):
            self._until = None
        return message


class Faults:
    """Answers for our faults, without trace or echo. Only their kind is logged: texts can hold names."""

    def __init__(self, app: Asgi) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        try:
            await self._app(scope, receive, answer)
        except Exception as fault:  # noqa: BLE001 whatever it is, its text and trace must not reach the log
            _log.error("request_failed", error=type(fault))
            if answer.started:
                raise AnswerBrokenOff from None
            message = "Something went wrong on our side. Please try again."
            await _send_error(send, 500, "INTERNAL_SERVER_ERROR", message)


class _Answer:
    """Sends on, and remembers whether an answer has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def __call__(self, message: Message) -> None:
        self.started = True
        await self._send(message)


async def _send_error(
    send: Send, status: int, code: str, message: str, *headers: tuple[bytes, bytes]
) -> None:
    body = orjson.dumps({"errors": [{"message": message, "extensions": {"code": code}}]})
    own = [(b"content-type", b"application/json"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": own})
    await send({"type": "http.response.body", "body": body})
