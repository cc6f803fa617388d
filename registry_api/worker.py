"""The worker: the same parts as the api, no HTTP; each kind of work in a loop of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from secrets import token_hex

import structlog

from notifications.delivery.pace import Pace
from notifications.relay import Relay
from notifications.twilio_carrier import TwilioAccount, connected
from registry_api.logs import configure_logs
from registry_api.settings import Settings
from registry_api.wiring import Services, open_services

_log = structlog.get_logger("worker")
_BEAT_SECONDS = 2.0
_AFTER_FAILURE_SECONDS = 2.0
_SLOW_SECONDS = 60.0

Step = Callable[[], Awaitable[object]]
"""One round of work; what it gives is true where there may be more to do at once."""


async def run_worker(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT, then finishes the step in hand."""
    configure_logs()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    account = TwilioAccount(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        sender=settings.twilio_from,
        status_url=settings.twilio_status_url,
        api_base=settings.twilio_api_base,
        patience_seconds=settings.twilio_timeout_seconds,
    )
    name = f"{socket.gethostname()}-{os.getpid()}-{token_hex(4)}"
    async with open_services(settings) as services, connected(account) as carrier:
        await services.prepare()
        pace = relay_pace(settings)
        relay = Relay(services.mongo, services.vault, services.recipients, carrier, worker=name, pace=pace)
        await Worker(services, relay, name).run(stop)


def relay_pace(settings: Settings) -> Pace:
    """The relay's times, its waits in proportion to the carrier's grace: 5, 10 and 15 seconds for 45."""
    grace = settings.carrier_grace
    return Pace(
        lease=settings.worker_lease,
        send_limit=settings.send_limit,
        grace=grace,
        ask_after=grace / 9,
        first_retry=grace * 2 / 9,
        ask_again=grace / 3,
    )


class Worker:
    """Any number of them may run side by side: what one has in hand is leased."""

    def __init__(self, services: Services, relay: Relay, name: str) -> None:
        self._services = services
        self._relay = relay
        self._name = name
        self._pause = services.settings.worker_pause_seconds

    async def run(self, stop: asyncio.Event) -> None:
        """Runs every loop until `stop` is set."""
        async with asyncio.TaskGroup() as loops:
            for name, pause, step in self._steps():
                loops.create_task(self._loop(name, pause, step, stop), name=name)

    def _steps(self) -> list[tuple[str, float, Step]]:
        all_, worker, soon = self._services, self._name, self._pause
        now = all_.now
        return [
            ("beat", _BEAT_SECONDS, lambda: all_.mongo.beat(worker, now())),
            ("inbound", soon, lambda: all_.conversations.work_one(now(), worker)),
            ("prompts", soon, lambda: all_.prompting.run_once(now(), worker)),
            ("alerts", soon, lambda: all_.alerts.run_openings(now(), worker)),
            ("changed", soon, lambda: all_.rematching.run_once(now())),
            ("nightly", _SLOW_SECONDS, lambda: all_.trial_desk.order_nightly(now())),
            ("rescoring", _SLOW_SECONDS, lambda: all_.rescoring.next(now())),
            ("outbox", soon, lambda: self._relay.run_once(now())),
            ("erasing", _SLOW_SECONDS, lambda: all_.erasing.run_once(now(), worker)),
            ("numbers", _SLOW_SECONDS, lambda: all_.accounts.numbers.purge(now())),
            ("snapshot", _SLOW_SECONDS, lambda: all_.snapshots.take_if_due(now())),
            ("anchors", _SLOW_SECONDS, lambda: all_.anchors.add_if_due(now())),
        ]

    async def _loop(self, name: str, pause: float, step: Step, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                done = await step()
            except Exception as failure:  # noqa: BLE001 one failed round must not end the others
                _log.error("step_failed", step=name, error=type(failure))
                done, rest = None, _AFTER_FAILURE_SECONDS
            else:
                rest = pause
            if not done:
                await _rest(rest, stop)


async def _rest(seconds: float, stop: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        pass
