from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from twilio.request_validator import RequestValidator

from diary.check_ins import CheckIn, Timeliness
from diary.days import moment
from diary.ids import PatientId
from diary.prompting.fading import Pace
from notifications.messages import Kind
from notifications.phone import PhoneNumber
from tests.registry_api.enrolment.people import FORM, PHONE
from tests.registry_api.local_service import LocalService

INBOUND = "/webhooks/twilio/inbound"
NEW_YORK = ZoneInfo("America/New_York")
EVENING = replace(FORM, prompt_time="19:30")
# 19:30 in New York on the day of NOW.
DUE = datetime(2031, 5, 14, 23, 30, tzinfo=UTC)
DAY = timedelta(days=1)


async def prompted(local: LocalService, at: datetime) -> None:
    local.clock.moment = at
    await local.services.prompting.run_once(at, "w1")


async def texted(local: LocalService, body: str, sender: PhoneNumber = PHONE) -> None:
    """What the carrier posts, signed, and what the worker makes of it."""
    settings = local.services.settings
    form = {"Body": body, "From": sender, "MessageSid": f"SM{uuid4().hex}", "To": settings.twilio_from}
    sign = RequestValidator(settings.twilio_auth_token.get_secret_value()).compute_signature
    headers = {"x-twilio-signature": sign(settings.public_url + INBOUND, form)}
    answer = await local.client().http.post(INBOUND, data=form, headers=headers)
    assert answer.status_code == 200
    while await local.services.conversations.work_one(local.clock(), "w1"):
        pass


async def entry(local: LocalService, patient: PatientId, days: int) -> CheckIn | None:
    about = (DUE.astimezone(NEW_YORK) + days * DAY).date()
    return await local.services.diary.for_day(patient, "daily", about)


def ratings(entry: CheckIn | None) -> dict[str, int | None]:
    return {answer.item: answer.rating for answer in entry.answers} if entry else {}


async def test_numbers_belong_to_the_items_of_the_prompt(local: LocalService) -> None:
    """Who chose other symptoms since the prompt answers what it asked; the next one asks the new ones."""
    api, patient = await local.patient(form=EVENING)
    await prompted(local, DUE)
    local.clock.pass_(minutes=5)
    changed = await api.send("ChangeSettings", input={"coreItems": ["hand_or_foot_task", "pulling"]})
    assert changed["__typename"] == "SettingsChanged"
    await texted(local, "6 4 2")
    asked = {"pulling": 6, "pain": 4, "fear_of_being_looked_at": 2}
    assert ratings(await entry(local, patient.patient_id, 0)) == asked
    await prompted(local, DUE + DAY)
    await texted(local, "1 2 3")
    asked = {"pulling": 2, "hand_or_foot_task": 1, "fear_of_being_looked_at": 3}
    assert ratings(await entry(local, patient.patient_id, 1)) == asked


async def test_a_late_answer_is_about_the_day_of_its_prompt(local: LocalService) -> None:
    """What comes the next afternoon, before the next prompt, is kept for the day before, as recalled."""
    _, patient = await local.patient(form=EVENING)
    await prompted(local, DUE)
    local.clock.pass_(hours=20)
    await texted(local, "6 4 2")
    late = await entry(local, patient.patient_id, 0)
    assert late is not None
    assert (late.timeliness, late.prompted_at) == (Timeliness.RECALLED, DUE)
    assert await entry(local, patient.patient_id, 1) is None


async def silent(local: LocalService, days: int) -> PatientId:
    """Somebody who answers no prompt for so many days."""
    _, patient = await local.patient(form=EVENING)
    for day in range(days):
        about = (DUE.astimezone(NEW_YORK) + day * DAY).date()
        await prompted(local, moment(about, time(19, 30), NEW_YORK))
    return patient.patient_id


async def pace(local: LocalService, patient: PatientId) -> Pace:
    found = await local.services.prompts.pace(patient)
    assert found is not None
    return found.pace


async def test_numbers_in_reply_to_the_question_about_a_pause_are_an_answer(local: LocalService) -> None:
    """The text that asks whether to pause is a prompt too: numbers are kept, and it is daily again."""
    patient = await silent(local, 35)
    assert await pace(local, patient) is Pace.RESTING
    await texted(local, "6 4 2")
    asked = {"pulling": 6, "pain": 4, "fear_of_being_looked_at": 2}
    assert ratings(await entry(local, patient, 34)) == asked
    assert await pace(local, patient) is Pace.DAILY


@pytest.mark.parametrize("text", ["Thanks!", "are you still there?", "PAUSE 3", "START"])
async def test_any_text_brings_the_daily_prompt_back(local: LocalService, text: str) -> None:
    """Whoever writes is there, whether or not it is an answer."""
    patient = await silent(local, 8)
    assert await pace(local, patient) is Pace.WEEKLY
    await texted(local, text)
    assert await pace(local, patient) is Pace.DAILY


async def test_stop_brings_no_prompt_back_but_start_does(local: LocalService) -> None:
    """Whoever writes STOP wants less, not more; after START it is daily again."""
    patient = await silent(local, 8)
    await texted(local, "STOP")
    assert await pace(local, patient) is Pace.WEEKLY
    local.clock.pass_(minutes=1)
    await texted(local, "START")
    assert await pace(local, patient) is Pace.DAILY


async def test_the_weekly_questions_come_once_in_the_text_of_a_day(local: LocalService) -> None:
    """On the first evening of their week the day's text has the link; on the others it is as always."""
    await silent(local, 6)
    texts = [text["template"] for text in await local.texts(Kind.PROMPT)]
    assert texts == ["prompt", "prompt", "prompt", "prompt", "prompt_week", "prompt"]
