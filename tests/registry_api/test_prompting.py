from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.days import moment
from diary.instruments.catalogue import DAILY, instrument
from diary.prompts import Prompt
from notifications.messages import Draft, Kind
from notifications.outbox import Outbox
from notifications.segments import measure, plain
from notifications.templates import longest_slots, render
from registry_api.identity.languages import Language
from registry_api.prompting.sending import Prompting, prompt_text
from tests.registry_api.enrolment.people import FORM
from tests.registry_api.local_service import LocalService, check_in

# 19:30 in New York on the day of NOW.
DUE = datetime(2031, 5, 14, 23, 30, tzinfo=UTC)
LINK = "https://registry.example/today"
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
        prompts=services.prompts,
        outbox=DyingOutbox(services.mongo.database, services.vault),
        enrolments=services.enrolments,
        asking=services.asking,
        link=LINK,
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
    assert prompt_text(turned, Language.EN, LINK).slots["items"] == "looked at, pain, pulling"


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


async def evenings(local: LocalService, days: range) -> list[str]:
    """What is asked on the evenings of these days, each at half past seven in New York."""
    zone, sent = ZoneInfo("America/New_York"), []
    for day in days:
        before = len(await local.texts(Kind.PROMPT))
        about = DUE.astimezone(zone).date() + timedelta(days=day)
        local.clock.moment = moment(about, time(19, 30), zone)
        await local.services.prompting.run_once(local.clock(), "w1")
        sent += [
            f"{day} {text['template'].removesuffix('_week')}"
            for text in (await local.texts(Kind.PROMPT))[before:]
        ]
    return sent


async def test_prompts_that_nobody_answers_fade(local: LocalService) -> None:
    """Seven days, three weeks, one text that asks whether to pause, silence; one tap brings them back."""
    api, patient = await local.patient(form=EVENING)
    assert await evenings(local, range(7)) == [f"{day} prompt" for day in range(7)]
    faded = (await api.send("Plans", language="EN"))["patient"]["settings"]["dailyPrompt"]
    assert faded == {"pace": "WEEKLY", "unanswered": 7, "nextAt": "2031-05-27T23:30:00+00:00"}
    assert await evenings(local, range(7, 30)) == ["13 prompt", "20 prompt", "27 prompt"]
    assert await evenings(local, range(30, 60)) == ["34 prompt_pause"]
    (text,) = [text for text in await local.texts(Kind.PROMPT) if text["template"] == "prompt_pause"]
    assert await local.slots(text) == {"items": "pulling, pain, looked at"}
    api = await local.signed_in(patient.patient_id)
    resting = (await api.send("Plans", language="EN"))["patient"]["settings"]["dailyPrompt"]
    assert resting == {"pace": "RESTING", "unanswered": 11, "nextAt": None}
    await api.send("ChangeSettings", input={"dailyPromptsAgain": True})
    assert await evenings(local, range(60, 63)) == ["60 prompt", "61 prompt", "62 prompt"]


async def test_an_answer_on_the_web_brings_the_daily_prompt_back(local: LocalService) -> None:
    """On a day without a prompt too; the schedule itself never stopped, so it needs no repair."""
    api, _ = await local.patient(form=EVENING)
    await evenings(local, range(9))
    recorded = await api.send("RecordCheckIn", input=check_in(about="2031-05-22"))
    assert recorded["__typename"] == "CheckInRecorded"
    assert await evenings(local, range(9, 12)) == ["9 prompt", "10 prompt", "11 prompt"]


async def test_a_pause_counts_as_being_heard_of(local: LocalService) -> None:
    """Who asked for a pause is asked daily again when it is over."""
    api, _ = await local.patient(form=EVENING)
    await evenings(local, range(9))
    await api.send("PauseContact", days=3)
    assert await evenings(local, range(9, 14)) == ["11 prompt", "12 prompt", "13 prompt"]


async def test_daily_again_where_it_is_daily_changes_nothing(local: LocalService) -> None:
    """The tap leaves no trace where there was nothing to bring back."""
    api, patient = await local.patient(form=EVENING)
    before = await local.services.prompts.schedule(patient.patient_id)
    await api.send("ChangeSettings", input={"dailyPromptsAgain": True})
    assert await local.services.prompts.schedule(patient.patient_id) == before


async def test_what_else_is_asked_comes_in_the_same_text(local: LocalService) -> None:
    """A prompt that offers questionnaires carries the link, unless that would need a second segment."""
    _, patient = await local.patient(form=EVENING)
    await local.services.prompting.run_once(DUE, "w1")
    prompt = await local.services.prompts.latest(patient.patient_id)
    assert prompt is not None
    offering = replace(prompt, offered=("weekly",))
    text = prompt_text(offering, Language.EN, LINK)
    assert text.reason_key == f"prompt:{prompt.id}"
    assert render(text.template, "en", text.slots) == (
        "How is today? 0 none, 10 worst: pulling, pain, looked at. Reply like 6 4 2, or SKIP. "
        "Your week: https://registry.example/today"
    )
    far = prompt_text(offering, Language.EN, f"https://{'long.' * 12}example/today")
    assert (far.template, far.slots) == ("prompt", {"items": "pulling, pain, looked at"})


@pytest.mark.parametrize("language", Language)
def test_the_names_of_any_three_items_fit_a_prompt(language: Language) -> None:
    """Whichever two symptoms somebody follows, their names leave room for the rest of the text."""
    daily = instrument(DAILY)
    longest = longest_slots()["prompt_pause"]["items"]
    for chosen in permutations((item.id for item in daily.items if item.symptom), 2):
        names = ", ".join(item.short.in_language(language) for item in daily.core(chosen))
        assert measure(plain(names)).units <= longest
