"""Requests that are kept open: they end with the stand-in, or when their client goes away."""

import asyncio

from starlette.requests import Request


class Hanging:
    """Keeps a request without an answer until its client leaves, the time is over or the stand-in closes."""

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._closing = asyncio.Event()

    @property
    def closing(self) -> bool:
        return self._closing.is_set()

    def close(self) -> None:
        self._closing.set()

    async def keep(self, request: Request) -> None:
        """The request's body must have been read."""
        waits = [
            asyncio.create_task(self._closing.wait()),
            asyncio.create_task(_client_left(request)),
        ]
        _, left = await asyncio.wait(waits, timeout=self._longest, return_when=asyncio.FIRST_COMPLETED)
        for wait in left:
            wait.cancel()


async def _client_left(request: Request) -> bool:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return True
