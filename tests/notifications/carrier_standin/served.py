"""Serves an ASGI app on a loopback port of this process, as long as a block runs."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.applications import Starlette


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextlib.asynccontextmanager
async def served(app: Starlette, port: int) -> AsyncIterator[str]:
    """Gives the base URL once the port answers; stops the server, lifespan included, at the end."""
    server = Server(
        app,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_enabled=False,
    )
    serving = asyncio.create_task(server.serve())
    try:
        await _answering(port, serving)
        yield f"http://127.0.0.1:{port}"
    finally:
        if (release := getattr(app.state, "release", None)) is not None:
            release()
        server.stop()  # type: ignore[no-untyped-call]
        await asyncio.wait_for(serving, 20)


async def _answering(port: int, serving: asyncio.Task[None]) -> None:
    async with asyncio.timeout(10):
        while True:
            if serving.done():
                serving.result()
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                await writer.wait_closed()
                return
            await asyncio.sleep(0.02)
