from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

_LONGEST_EXPONENT = 16


@dataclass(frozen=True)
class Pace:
    """The times of the relay.

    A lease outlasts the carrier's own time limit by far; `grace` is how long after an intent the carrier's
    list is believed to be complete, so that a message that is not on it was never taken.
    """

    lease: timedelta = timedelta(seconds=60)
    send_limit: timedelta = timedelta(seconds=15)
    grace: timedelta = timedelta(seconds=45)
    ask_after: timedelta = timedelta(seconds=5)
    ask_again: timedelta = timedelta(seconds=15)
    clock_skew: timedelta = timedelta(minutes=2)
    first_retry: timedelta = timedelta(seconds=10)
    longest_retry: timedelta = timedelta(minutes=15)
    most_attempts: int = 12
    most_claims: int = 40
    at_once: int = 8

    def retry_delay(self, attempts: int) -> timedelta:
        """How long to wait after so many attempts: twice as long each time, up to a limit."""
        return min(self.longest_retry, self.first_retry * (1 << min(max(attempts, 1) - 1, _LONGEST_EXPONENT)))


class RunningClock:
    """Time within one run: the moment given at its start, plus what has passed since."""

    def __init__(self, started_at: datetime) -> None:
        self._started_at = started_at
        self._loop_time = asyncio.get_running_loop().time()

    def now(self) -> datetime:
        passed = asyncio.get_running_loop().time() - self._loop_time
        return self._started_at + timedelta(seconds=passed)
