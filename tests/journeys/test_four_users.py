import re
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from diary.forms import Form
from registry_api.identity.callers import Role
from registry_api.seeding.logins import demo_logins
from tests.journeys.clients import Client
from tests.journeys.house import SEEDED, SERVICE_NUMBER, House
from tests.journeys.people import EVERYTHING, Patient, decide, enrolled, newcomer, zone_at
from tests.journeys.processes import eventually
from tests.journeys.studies import open_trial, totals, trial_with_criteria

pytestmark = pytest.mark.journey

_LINK = re.compile(r"https?://\S+/t/(\S+)")
_K = 11


def in_ireland(*more: dict[str, Any]) -> list[dict[str, Any]]:
    """Criteria that nobody who was sown meets."""
    return [{"country": {"in": ["IE"]}}, {"weeksSinceToxin": {"min": 8}}, *more]


async def test_a_newcomer_must_consent_before_anything_is_kept(house: House) -> None:
    """Without the registry consent there is neither an enrolment nor an entry, and the answer says why."""
    client, phone = await newcomer(house, "Iris Undecided")
    person = Patient(client, phone, "Iris Undecided", "UTC", "")
    answer = (await person.check_in(person.today, (1, 2, 3)))["recordCheckIn"]
    assert (answer["code"], answer["purpose"]) == ("CONSENT_MISSING", "REGISTRY")
    await decide(client, ())
    me = (await client.ask("Me"))["me"]
    assert me["patient"]["enrolment"] is None
    assert "GRANTED" not in {each["state"] for each in me["patient"]["consents"]}


async def test_a_patient_joins_and_answers_the_daily_text(house: House) -> None:
    """From the first code to a month's page: an entry on the web, one by text, and a correction of each."""
    person = await enrolled(house, "Rose Lindgren", country="IE", forms=("CERVICAL", "LIMB"))
    me = (await person.client.ask("Me"))["me"]
    assert (me["role"], me["name"], me["textsFrom"]) == ("PATIENT", "Rose Lindgren", SERVICE_NUMBER)
    granted = {each["purpose"] for each in me["patient"]["consents"] if each["state"] == "GRANTED"}
    assert granted == set(EVERYTHING)
    yesterday = person.today - timedelta(days=1)
    assert not (await person.check_in(yesterday, (3, 3, 3)))["recordCheckIn"]["already"]

    await person.prompt_now()
    assert "6 4 2" in await person.phone.next_text("How is today")
    await person.phone.reply("6 4 2")
    assert "6" in await person.phone.next_text("saved")
    await person.phone.reply("C pain 5")
    await person.phone.next_text("5")

    today, before = await person.days()
    assert _ratings(today) == [6, 5, 2]
    assert (today["about"], today["timeliness"]) == (person.today.isoformat(), "ON_THE_DAY")
    assert (_ratings(before), before["timeliness"]) == ([3, 3, 3], "RECALLED")
    assert today["daysSinceInjection"] == 140

    changed = (await person.check_in(person.today, (7, 5, 2)))["recordCheckIn"]["checkIn"]
    assert changed["id"] == today["id"]
    assert [each["number"] for each in changed["revisions"]] == [1, 2, 3]
    assert [_ratings(each) for each in await person.days()] == [[7, 5, 2], [3, 3, 3]]
    revisions = (await person.client.ask("TodaysCheckIn"))["me"]["patient"]["today"]["checkIn"]["revisions"]
    assert [each["channel"] for each in revisions] == ["SMS", "SMS", "WEB"]


async def test_the_month_page_holds_thirty_days_and_goes_on(house: House) -> None:
    """Thirty-two days come as one page of thirty, newest first, and one of two."""
    person = await enrolled(house, "Otto Month", consents=("REGISTRY",), country="IE")
    days = [person.today - timedelta(days=back) for back in range(32)]
    for day in days:
        await person.check_in(day, (day.day % 11, 4, 2))
    first = (await person.client.ask("CheckIns", first=30))["checkIns"]
    assert [edge["node"]["about"] for edge in first["edges"]] == [day.isoformat() for day in days[:30]]
    assert first["pageInfo"]["hasNextPage"]
    assert [each["about"] for each in await person.days()] == [day.isoformat() for day in days]


async def test_a_trial_that_opens_reaches_whom_it_may_fit_and_nobody_else(house: House) -> None:
    """One alert for the one who fits; an introduction shows that one person to that one coordinator."""
    fits = await enrolled(house, "Nora Fits", country="IE", forms=("BLEPHAROSPASM",))
    other_form = await enrolled(house, "Liam Limb", country="IE", forms=("LIMB",))
    too_soon = await enrolled(
        house, "Sean Soon", country="IE", forms=("BLEPHAROSPASM",), injected_weeks_ago=3
    )
    no_contact = await enrolled(
        house, "Maeve Quiet", country="IE", forms=("BLEPHAROSPASM",), consents=("REGISTRY", "TEXTS")
    )
    coordinator = await house.coordinator()
    criteria = in_ireland({"form": {"in": ["BLEPHAROSPASM"]}})
    trial = await trial_with_criteria(coordinator, "NCT90001001", criteria)
    assert await totals(coordinator, trial) == {}
    await open_trial(coordinator, "NCT90001001")

    link = _LINK.search(await fits.phone.next_text("/t/"))
    await eventually(lambda: totals(coordinator, trial), {"delivered": 1}, "the carrier's report")
    assert link is not None
    await _asks_to_be_introduced(fits, trial, link[0])

    seen = (await coordinator.ask("Trial", id=trial))["trial"]
    assert seen["introductionCount"] == 1
    await coordinator.step_up()
    introduced = (await coordinator.ask("Introductions", trialId=trial))["trial"]
    [introduction] = [edge["node"] for edge in introduced["introductions"]["edges"]]
    assert (introduction["name"], introduction["phone"]) == ("Nora Fits", fits.phone.number)
    assert seen["reach"]["atMost"] > 1, "a band, never the number itself"
    whole = str((seen, introduced))
    for person in (other_form, too_soon, no_contact):
        assert await person.phone.texts("/t/") == []
        assert person.name not in whole
        assert person.phone.number not in whole
    await _sees_nothing(await house.coordinator(), trial)
    await _sees_nothing(other_form.client, trial)


async def _asks_to_be_introduced(person: Patient, trial: str, link: str) -> None:
    page = await person.client.http.get(link)
    assert (page.status_code, page.headers["content-type"][:9]) == (httpx2.codes.OK, "text/html")
    edges = (await person.client.ask("TrialsForMe", first=20))["trialsForMe"]["edges"]
    [match] = [edge["node"] for edge in edges if edge["node"]["trial"]["id"] == trial]
    assert (match["state"], link.rsplit("/", 1)[-1]) == ("MAY_FIT", match["id"])
    assert {each["state"] for each in match["findings"]} == {"MET"}
    assert match["alertedAt"]
    asked = await person.client.do("RequestIntroduction", trialId=trial)
    assert asked["match"]["introductionRequestedAt"]


async def _sees_nothing(other: Client, trial: str) -> None:
    answers = [await other.answer("Trial", id=trial), await other.answer("Trials", first=50)]
    assert "Nora" not in str(answers)
    assert "NCT90001001" not in str(answers)


async def test_stop_ends_all_texts_and_start_brings_them_back(house: House) -> None:
    """STOP cancels what waits and is confirmed once; nothing comes until START, then alerts come again."""
    sleeper = await enrolled(house, "Cara Night", country="IE", forms=("LARYNGEAL",), zone=zone_at(23))
    awake = await enrolled(house, "Finn Day", country="IE", forms=("LARYNGEAL",))
    coordinator = await house.coordinator()
    criteria = in_ireland({"form": {"in": ["LARYNGEAL"]}})
    first = await trial_with_criteria(coordinator, "NCT90001002", criteria)
    second = await trial_with_criteria(coordinator, "NCT90001003", criteria)

    await open_trial(coordinator, "NCT90001002")
    waits = {"held": 1, "delivered": 1}
    await eventually(lambda: totals(coordinator, first), waits, "one told, one asleep")
    await sleeper.phone.reply("Stop please!")
    await sleeper.phone.next_text("START")
    assert await totals(coordinator, first) == {"cancelled": 1, "delivered": 1}

    await awake.phone.reply("STOP")
    await awake.phone.next_text("START")
    await awake.phone.reply("STOP")
    await awake.prompt_now()
    await open_trial(coordinator, "NCT90001003")
    await eventually(lambda: totals(coordinator, second), {"cancelled": 2}, "nobody to tell")
    assert len(await awake.phone.texts("START")) == 1
    assert len(await awake.phone.texts("/t/")) == 1
    assert await awake.phone.texts("How is today") == []
    assert (await awake.client.ask("Me"))["me"]["patient"]["textsStopped"]

    await awake.phone.reply("START")
    await awake.phone.next_text("are on again")
    assert not (await awake.client.ask("Me"))["me"]["patient"]["textsStopped"]
    third = await trial_with_criteria(coordinator, "NCT90001004", criteria)
    await open_trial(coordinator, "NCT90001004")
    await awake.phone.next_text("/t/")
    await eventually(lambda: totals(coordinator, third), {"cancelled": 1, "delivered": 1}, "one is back")


async def test_a_coalition_member_sees_counts_and_no_small_ones(house: House) -> None:
    """Large counts are rounded to five, small ones withheld with a reason; nobody else sees any."""
    member = await _signed_in_as(house, Role.COALITION_MEMBER)
    snapshot = (await member.ask("Coalition"))["coalition"]["snapshot"]
    assert snapshot["registrants"] == {
        "__typename": "PublishedCount",
        "value": SEEDED,
        "roundedTo": 5,
    }
    people = await _sown_by_form(house)
    published = 0
    for each in snapshot["registrantsByForm"]:
        count, real = each["count"], people[each["form"]]
        if count["__typename"] == "PublishedCount":
            published += 1
            assert real == 0 or real >= _K
            assert count["value"] % 5 == 0
            assert abs(count["value"] - real) < 5
        else:
            assert count == {"__typename": "SuppressedCount", "reason": count["reason"]}
    assert 0 < published < len(people)
    for role in (Role.COORDINATOR, Role.APPROVER, Role.PATIENT):
        other = await _signed_in_as(house, role)
        [error] = (await other.answer("Coalition"))["errors"]
        assert error["extensions"]["code"] == "NOT_ALLOWED"


async def _signed_in_as(house: House, role: Role) -> Client:
    login = next(each for each in demo_logins(house.settings.demo_seed) if each.role is role)
    return await house.signed_in(await house.desk.phone(login.phone, login.name))


async def _sown_by_form(house: House) -> dict[str, int]:
    async with house.services() as services:
        profiles = services.mongo.database["profiles"]
        query = {"counted": True, "enrolled_at": {"$lt": house.started_at}}
        return {form.name: await profiles.count_documents({**query, "current_forms": form}) for form in Form}


def _ratings(entry: dict[str, Any]) -> list[int]:
    return [answer["rating"] for answer in entry["answers"]]
