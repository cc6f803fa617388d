from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.prompts import Prompt
from notifications.messages import Draft, Kind
from notifications.outbox import Outbox
from registry_api.identity.languages import Language
from registry_api.prompting.sending import Prompting, prompt_text
from tests.registry_api.enrolment.people import FORM
from tests.registry_api.local_service import LocalService, check_in

# 19:30 in New York on the day of NOW.
DUE = datetime(2031, 5, 14, 23, 30, tzinfo=UTC)
EVENING = replace(FORM, prompt_time="19:30")


async def test_a_due_prompt_is_one_text_and_one_open_question(local: LocalService) -> None:
    """At the chosen minute one text is queued in the person's language, naming what is asked."""
    _, patient = await local.patient(form=replace(EVENING, language=Language.ES))
    assert await local.services.prompting.run_once(DUE - timedelta(minutes=1), "w1") == 0
    assert await local.services.prompting.run_once(DUE, "w1") == 1
    for minutes in (0, 1, 60):
        assert await local.services.prompting.run_once(DUE + timedelta(minutes=minutes), "w1") == 0
    (text,) = await local.texts(Kind.PROMPT)
    assert (text["recipient"], text["language"]) == (patient.patient_id, "es")
    assert await local.slots(text) == {"items": "tirones, dolor, miradas"}
    prompt = await local.services.prompts.latest_open(patient.patient_id, DUE)
    assert prompt is not None
    assert text["reason_key"] == f"prompt:{prompt.id}"
    assert text["expires_at"] == prompt.expires_at == DUE + timedelta(hours=3)


async def test_the_next_day_has_a_prompt_of_its_own(local: LocalService) -> None:
    """The schedule moves on by a local day."""
    await local.patient(form=EVENING)
    for days in range(3):
        assert await local.services.prompting.run_once(DUE + timedelta(days=days), "w1") == 1
    assert len(await local.texts(Kind.PROMPT)) == 3


async def test_many_workers_at_once_send_one_text_each(local: LocalService) -> None:
    """Ten people are due and four workers look at the same moment: ten texts."""
    patients = {(await local.patient(form=EVENING))[1].patient_id for _ in range(10)}
    done = await asyncio.gather(
        *(local.services.prompting.run_once(DUE, f"w{number}") for number in range(4))
    )
    assert sum(done) == 10
    assert sorted(text["recipient"] for text in await local.texts(Kind.PROMPT)) == sorted(patients)


async def test_a_worker_that_dies_between_claim_and_commit_loses_nothing(local: LocalService) -> None:
    """What it had in hand is free again after its lease, and is sent once."""
    await local.patient(form=EVENING)
    services = local.services
    dying = Prompting(
        services.mongo,
        services.permissions,
        services.prompts,
        DyingOutbox(services.mongo.database, services.vault),
        services.enrolments,
    )
    with pytest.raises(Killed):
        await dying.run_once(DUE, "w1")
    assert await local.texts(Kind.PROMPT) == []
    lease = services.settings.worker_lease
    assert await services.prompting.run_once(DUE + lease / 2, "w2") == 0
    assert await services.prompting.run_once(DUE + lease, "w2") == 1
    assert len(await local.texts(Kind.PROMPT)) == 1


async def test_a_prompt_that_is_hours_late_is_left_out(local: LocalService) -> None:
    """After an outage of an evening nobody is woken; the next day is asked as always."""
    await local.patient(form=EVENING)
    assert await local.services.prompting.run_once(DUE + timedelta(hours=3, minutes=1), "w1") == 1
    assert await local.texts(Kind.PROMPT) == []
    assert await local.services.prompting.run_once(DUE + timedelta(days=1), "w1") == 1
    assert len(await local.texts(Kind.PROMPT)) == 1


async def test_who_turned_the_prompt_off_is_not_prompted(local: LocalService) -> None:
    """No prompt in the settings means no text."""
    api, _ = await local.patient(form=EVENING)
    await api.send("ChangeSettings", input={"noPrompt": True})
    assert await local.services.prompting.run_once(DUE, "w1") == 0


async def test_an_answer_on_the_web_closes_the_question(local: LocalService) -> None:
    """A later text is then not taken for the answer."""
    api, patient = await local.patient(form=EVENING)
    await local.services.prompting.run_once(DUE, "w1")
    local.clock.moment = DUE + timedelta(minutes=5)
    recorded = await api.send("RecordCheckIn", input=check_in())
    assert await local.services.prompts.latest_open(patient.patient_id, local.clock()) is None
    latest = await local.services.prompts.latest(patient.patient_id)
    assert latest is not None
    assert latest.answered_entry == recorded["checkIn"]["id"]


async def test_the_text_names_the_items_in_the_order_of_the_answer(local: LocalService) -> None:
    """What is read by place is asked by place."""
    _, patient = await local.patient(form=EVENING)
    await local.services.prompting.run_once(DUE, "w1")
    prompt = await local.services.prompts.latest(patient.patient_id)
    assert isinstance(prompt, Prompt)
    turned = replace(prompt, items=tuple(reversed(prompt.items)))
    assert prompt_text(turned, Language.EN).slots["items"] == "looked at, pain, pulling"


class Killed(BaseException):
    """The process ends here."""


class DyingOutbox(Outbox):
    """The real outbox in a process that dies when it is about to queue."""

    async def enqueue(
        self,
        draft: Draft,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
        *,
        session: AsyncIOMotorClientSession | None = None,  # noqa: ARG002
    ) -> bool:
        raise Killed
