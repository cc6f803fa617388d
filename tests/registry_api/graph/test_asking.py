from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from notifications.delivery.pace import Pace
from notifications.ids import CarrierSid, MessageId
from notifications.messages import Kind, State
from notifications.relay import Relay
from tests.diary.examples import kept
from tests.diary.test_fading import sent
from tests.notifications.in_memory_carrier import InMemoryCarrier
from tests.query_plans import QueryPlans
from tests.registry_api.enrolment.people import FORM, NOW
from tests.registry_api.graph.test_instruments import publish
from tests.registry_api.local_service import Api, LocalService, check_in, enrolment, treatment
from tests.registry_api.stored_bytes import all_of

# 19:30 in New York on the day of NOW.
DUE = datetime(2031, 5, 14, 23, 30, tzinfo=UTC)


@pytest.mark.caller("enrolled")
async def test_the_daily_ratings_are_due_until_they_are_answered(api: Api) -> None:
    """They are asked each day until 03:00, and the entry that answers them is named."""
    due, *_ = await api.send("Due", language="EN")
    assert due == {
        "instrumentId": "daily",
        "title": "How was today?",
        "why": "DAILY",
        "week": None,
        "about": "2031-05-14",
        "since": "2031-05-14",
        "until": "2031-05-14",
        "closesAt": "2031-05-15T07:00:00+00:00",
        "answered": False,
        "checkInId": None,
    }
    entry = check_in()
    await api.send("RecordCheckIn", input=entry)
    answered, *_ = await api.send("Due", language="EN")
    assert (answered["answered"], answered["checkInId"]) == (True, entry["entryId"])


@pytest.mark.caller("patient")
async def test_nothing_is_due_before_enrolment(api: Api) -> None:
    """Who has told nothing yet is asked nothing, and has no plans."""
    assert await api.send("Due", language="EN") == []
    assert (await api.send("Plans", language="EN"))["patient"]["settings"]["plans"] == []


async def test_what_is_due_is_for_patients_alone(local: LocalService) -> None:
    """Staff and strangers are refused."""
    assert await (await local.api()).refusal("Due", language="EN") == "NOT_SIGNED_IN"
    assert await (await local.staff("coordinator")).refusal("Due", language="EN") == "NOT_ALLOWED"


@pytest.mark.caller("enrolled")
async def test_a_plan_for_what_cannot_be_planned_is_refused(api: Api) -> None:
    """The daily ratings have their time, no plan; an unknown questionnaire has none either."""
    for name in ("daily", "horoscope"):
        wish = {"plans": [{"instrumentId": name, "rhythm": "OFF"}]}
        answer = await api.send("ChangeSettings", input=wish)
        assert answer["fields"] == [
            {"path": "plans[0].instrumentId", "message": "This questionnaire cannot be planned."}
        ]


@pytest.mark.caller("enrolled")
async def test_the_weekly_set_follows_the_injection(api: Api, local: LocalService) -> None:
    """Every week for twelve weeks after an injection, every fourth week without one, as treatments stand."""
    local.clock.pass_(days=11)  # Sunday, 25 May
    assert [each["why"] for each in await weekly(api)] == []
    await api.send("RecordTreatment", input=treatment(startedOn="2031-05-14"))
    (due,) = await weekly(api)
    assert (due["why"], due["week"], due["since"], due["until"]) == (
        "WEEKS_FROM_INJECTION", 2, "2031-05-25", "2031-05-31",
    )  # fmt: skip
    assert (due["about"], due["closesAt"]) == ("2031-05-25", "2031-06-01T07:00:00+00:00")


@pytest.mark.caller("enrolled")
async def test_an_answer_on_any_day_of_the_week_is_its_answer(api: Api, local: LocalService) -> None:
    """It stays due with its own day until it is answered, and then names the entry."""
    local.clock.pass_(days=6)  # Tuesday, two days after the first week began
    (due,) = await weekly(api)
    assert (due["why"], due["since"], due["about"]) == ("EVERY_N_WEEKS", "2031-05-18", "2031-05-20")
    entry = check_in(
        [{"itemId": "movements", "rating": 4}], about=due["about"], instrumentId=due["instrumentId"]
    )
    await api.send("RecordCheckIn", input=entry)
    local.clock.pass_(days=2)
    (answered,) = await weekly(api)
    assert (answered["answered"], answered["about"], answered["checkInId"]) == (
        True, "2031-05-20", entry["entryId"],
    )  # fmt: skip


@pytest.mark.caller("enrolled")
async def test_a_plan_is_chosen_turned_off_and_given_back(api: Api, local: LocalService) -> None:
    """What is chosen holds for its questionnaire alone, is on record, and outlives a new enrolment form."""
    usual = await plans(api)
    assert usual["weekly"] == {
        "title": "How was the week?", "rhythm": "FROM_INJECTION", "weekday": "SUNDAY", "everyWeeks": 4,
        "rhythms": ["FROM_INJECTION", "WEEKLY", "EVERY_N_WEEKS", "OFF"], "weeksFromInjection": 12,
        "usual": True, "nextOn": "2031-05-18",
    }  # fmt: skip
    assert (usual["social-daily"]["rhythm"], usual["social-daily"]["nextOn"]) == ("OFF", None)
    await api.send("ChangeSettings", input={"plans": [{"instrumentId": "weekly", "rhythm": "OFF"}]})
    await api.send("Enrol", input=enrolment())
    off = await plans(api)
    assert (off["weekly"]["rhythm"], off["weekly"]["usual"], off["weekly"]["nextOn"]) == ("OFF", False, None)
    assert off["social-weekly"] == usual["social-weekly"]
    wednesdays = {"instrumentId": "weekly", "rhythm": "WEEKLY", "weekday": "WEDNESDAY"}
    await api.send("ChangeSettings", input={"plans": [wednesdays]})
    assert [each["why"] for each in await weekly(api)] == ["WEEKLY"]
    assert (await plans(api))["weekly"]["nextOn"] == "2031-05-21"
    await api.send("ChangeSettings", input={"plans": [{"instrumentId": "weekly"}]})
    assert await plans(api) == usual
    trail = await all_of(local.services.mongo.database, "audit_events")
    assert sum(event["action"] == "SETTINGS_CHANGED" for event in trail) == 3


async def weekly(api: Api) -> list[dict[str, Any]]:
    return [each for each in await api.send("Due", language="EN") if each["instrumentId"] == "weekly"]


async def plans(api: Api) -> dict[str, dict[str, Any]]:
    shown = (await api.send("Plans", language="EN"))["patient"]["settings"]["plans"]
    return {plan.pop("instrumentId"): plan for plan in shown}


async def test_adherence_joins_prompts_texts_and_answers(local: LocalService) -> None:
    """Two evenings' texts, one of which did not arrive, an answer in time, and one that came a day late."""
    api, _ = await local.patient(form=replace(FORM, prompt_time="19:30"))
    carrier = InMemoryCarrier(DUE)
    for days in range(2):
        local.clock.moment = DUE + timedelta(days=days)
        await local.services.prompting.run_once(local.clock(), "w1")
        await carried(local, carrier, "delivered" if days == 0 else "undelivered")
    for about in ("2031-05-14", "2031-05-15"):
        entry = check_in(about=about, clientAt=local.clock().isoformat())
        await api.send("RecordCheckIn", input=entry)
    local.clock.pass_(days=3)
    assert await api.send("MyAdherence", days=30) == {
        "since": "2031-05-14", "until": "2031-05-17", "days": 4, "answered": 2, "byText": 0, "onWeb": 2,
        "late": 1, "unprompted": 0, "prompted": 2, "delivered": 1, "lost": 1,
    }  # fmt: skip
    assert (await api.send("MyAdherence", days=2))["answered"] == 0
    other, _ = await local.patient(form=FORM)
    assert (await other.send("MyAdherence", days=90))["days"] == 0


@pytest.mark.caller("enrolled")
async def test_adherence_is_told_of_one_to_ninety_days(api: Api) -> None:
    """More would be no look back but a search."""
    for days in (0, 91):
        assert await api.refusal("MyAdherence", days=days) == "BAD_USER_INPUT"


async def carried(local: LocalService, carrier: InMemoryCarrier, status: str) -> None:
    """Sends what waits, and lets the carrier report this of all of it."""
    services, now = local.services, local.clock()
    relay = Relay(services.mongo, services.vault, services.recipients, carrier, worker="w1", pace=Pace())
    while await relay.run_once(now):
        pass
    for text in await local.texts(Kind.PROMPT):
        if text["state"] == State.SENT:
            await services.status_reports.apply_status(
                MessageId(text["_id"]),
                status,
                30005 if status == "undelivered" else None,
                now,
                sid=CarrierSid(text["sids"][0]),
            )


@pytest.mark.caller("enrolled")
async def test_what_a_deployer_loaded_and_licensed_can_be_planned(api: Api, local: LocalService) -> None:
    """It joins the plans once it is published, by the cadence of its definition, and can be turned off."""
    assert "gad-7" not in await plans(api)
    await publish(local, "gad-7")
    assert (await plans(api))["gad-7"]["everyWeeks"] == 2
    changed = await api.send("ChangeSettings", input={"plans": [{"instrumentId": "gad-7", "rhythm": "OFF"}]})
    assert changed["__typename"] == "SettingsChanged"
    assert (await plans(api))["gad-7"]["rhythm"] == "OFF"
    local.clock.pass_(days=6)
    assert "gad-7" not in {each["instrumentId"] for each in await api.send("Due", language="EN")}


async def test_what_is_asked_and_kept_takes_as_many_round_trips(
    local: LocalService, query_plans: QueryPlans
) -> None:
    """After a year of diary and texts as after one day, and for ninety days as for one."""
    _, patient = await local.patient(form=replace(FORM, prompt_time="19:30"))
    who, services, joined = patient.patient_id, local.services, date(2031, 5, 14)
    costs = []
    for days in (1, 300):
        now = NOW + timedelta(days=days)
        lived = [joined + timedelta(days=day) for day in range(days)]
        await services.diary.insert_many([kept(day, patient=who) for day in lived])
        await services.prompts.insert_many([sent(day, patient=who, id=f"{who}:{day}") for day in lived])
        costs.append(
            [
                await counting(query_plans, services.asking.of(who, now)),
                await counting(query_plans, services.prompts.pace(who)),
                await counting(query_plans, services.adhering.of(who, 1, now)),
                await counting(query_plans, services.adhering.of(who, 90, now)),
            ]
        )
    told = await services.adhering.of(who, 90, NOW + timedelta(days=300))
    assert told is not None
    assert (told.days, told.prompted, told.answered) == (89, 89, 89)
    assert costs[0] == costs[1]
    assert costs[1][2] == costs[1][3] <= 4


async def counting(plans: QueryPlans, asked: Awaitable[Any]) -> int:
    before = plans.sent
    await asked
    return plans.sent - before
