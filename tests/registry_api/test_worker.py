from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from notifications.carrier import Accepted
from notifications.ids import CarrierSid, MessageId
from notifications.messages import Kind
from notifications.phone import PhoneNumber
from notifications.relay import Relay
from registry_api.conversations.texting import Inbound
from registry_api.prompting.sending import Prompting
from registry_api.trials.criteria import parse_criteria
from registry_api.wiring import Services
from registry_api.worker import Worker, relay_pace
from tests.notifications.in_memory_carrier import InMemoryCarrier
from tests.registry_api.audit.trails import by
from tests.registry_api.enrolment.people import FORM, NOW, PHONE
from tests.registry_api.local_service import LocalService
from tests.registry_api.trials.examples import study, with_status

_PATIENCE_SECONDS = 20.0
_NOON = replace(FORM, prompt_time="12:30")


async def test_one_worker_does_every_kind_of_work(local: LocalService) -> None:
    """A prompt that is due, an opened trial, a text and a month without numbers: all are dealt with."""
    await _open_trial(local)
    await local.patient(form=_NOON, phone=PHONE)
    await local.services.conversations.receive(Inbound(_sid(), PHONE, "HELP"), NOW)
    carrier = await _run_until(local.services, sends=3)
    kinds = {text["kind"] for text in await local.texts() if text["state"] == "sent"}
    assert kinds == {Kind.PROMPT, Kind.TRIAL_ALERT, Kind.HELP}
    assert {to for to, _ in carrier.carried} == {PHONE}
    assert await local.services.mongo.last_beat() == NOW
    assert await local.services.coalition.newest() is not None


async def test_a_step_that_fails_does_not_end_the_others(
    local: LocalService, capfd: pytest.CaptureFixture[str]
) -> None:
    """The rest goes on, and the log has the step and the kind of fault without its text."""
    await _open_trial(local)
    await local.patient(form=_NOON, phone=PHONE)
    services = local.services
    broken = BrokenPrompting(services.mongo, services.permissions, **_parts(services))
    await _run_until(replace(services, prompting=broken), sends=1)
    assert broken.rounds == 1
    assert [text["kind"] for text in await local.texts()] == [Kind.TRIAL_ALERT]
    said = "".join(capfd.readouterr())
    assert "step_failed" in said
    assert "LookupError" in said
    assert PHONE not in said


async def test_two_workers_send_everything_once(local: LocalService) -> None:
    """Six patients, two workers: six prompts, each to its own phone."""
    numbers = [local.new_number() for _ in range(6)]
    for number in numbers:
        await local.patient(form=_NOON, phone=number)
    carrier = await _run_until(local.services, sends=6, workers=2)
    assert sorted(to for to, _ in carrier.carried) == sorted(numbers)


async def test_a_worker_that_is_told_to_stop_waits_out_no_pause(local: LocalService) -> None:
    """Idle loops that would rest for a minute end at once, and nothing was sent."""
    services, stop, carrier = local.services, asyncio.Event(), WatchedCarrier(NOW)
    prompting = WatchedPrompting(services.mongo, services.permissions, **_parts(services))
    async with asyncio.timeout(_PATIENCE_SECONDS):
        worker = asyncio.create_task(_worker(replace(services, prompting=prompting), carrier, "w1").run(stop))
        await prompting.idle.wait()
        stop.set()
        await worker
    assert carrier.sends == 0


@dataclass
class WatchedCarrier(InMemoryCarrier):
    """Lets a test wait until it has taken a number of messages."""

    taken: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def send(self, message: MessageId, to: PhoneNumber, body: str) -> Accepted:
        accepted = await super().send(message, to, body)
        self.taken.release()
        return accepted


class BrokenPrompting(Prompting):
    """Fails each time, with a text that must not be logged."""

    rounds = 0

    async def run_once(self, now: datetime, worker: str) -> int:  # noqa: ARG002
        self.rounds += 1
        raise LookupError(PHONE)


class WatchedPrompting(Prompting):
    """The real step, which lets a test wait until it has found nothing to do."""

    def __init__(self, *parts: Any, **named: Any) -> None:
        super().__init__(*parts, **named)
        self.idle = asyncio.Event()

    async def run_once(self, now: datetime, worker: str) -> int:
        done = await super().run_once(now, worker)
        if not done:
            self.idle.set()
        return done


def _parts(services: Services) -> dict[str, Any]:
    return {
        "prompts": services.prompts,
        "outbox": services.outbox,
        "enrolments": services.enrolments,
        "asking": services.asking,
        "link": "https://registry.example/today",
    }


def _worker(services: Services, carrier: InMemoryCarrier, name: str) -> Worker:
    settings = services.settings.model_copy(update={"worker_pause_seconds": 0.01})
    relay = Relay(
        services.mongo, services.vault, services.recipients, carrier, worker=name, pace=relay_pace(settings)
    )
    return Worker(replace(services, settings=settings), relay, name)


async def _run_until(services: Services, *, sends: int, workers: int = 1) -> WatchedCarrier:
    """Runs workers until the carrier has taken so many messages, then lets them finish."""
    carrier, stop = WatchedCarrier(NOW), asyncio.Event()
    async with asyncio.timeout(_PATIENCE_SECONDS), asyncio.TaskGroup() as running:
        for number in range(workers):
            running.create_task(_worker(services, carrier, f"w{number}").run(stop))
        for _ in range(sends):
            await carrier.taken.acquire()
        stop.set()
    return carrier


async def _open_trial(local: LocalService) -> None:
    desk = local.services.trial_desk
    record = with_status(study(101), "RECRUITING", posted="2031-05-01")
    imported = await desk.import_record(record, by("coordinator-1"), NOW)
    await desk.set_criteria(
        by("coordinator-1"), imported.trial.id, parse_criteria({"form": {"in": ["CERVICAL"]}}), NOW
    )


def _sid() -> CarrierSid:
    return CarrierSid(f"SM{uuid4().hex}")
