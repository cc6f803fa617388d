import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import TypeVar

import psutil

from registry_api.demo import Child

T = TypeVar("T")
_PATIENCE_SECONDS = 30.0


class Process(Child):
    """One of the demo's processes that can also be killed, with all that it started."""

    def kill(self) -> None:
        """SIGKILL for the whole group: nothing gets the chance to finish, or to tell anybody."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def family(self) -> list[psutil.Process]:
        """The process and everything below it, as they are now."""
        if self.process is None or self.ended():
            return []
        return family(self.process.pid)


def family(process_id: int) -> list[psutil.Process]:
    try:
        first = psutil.Process(process_id)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def still_running(processes: Iterable[psutil.Process], *, after: float = 5) -> list[psutil.Process]:
    """Those that have not ended after so many seconds; one that nobody has buried yet has ended."""
    gone = time.monotonic() + after
    while (left := [each for each in processes if _runs(each)]) and time.monotonic() < gone:
        time.sleep(0.05)
    return left


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def eventually(look: Callable[[], Awaitable[T]], expected: T, what: str) -> None:
    """Waits until what is seen is as expected."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (seen := await look()) != expected:
        assert time.monotonic() < deadline, f"waited in vain for {what}: {expected}, but there is {seen}"
        await asyncio.sleep(0.05)
