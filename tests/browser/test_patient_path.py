from typing import Any

import pytest
from playwright.async_api import Page, Response

from registry_api.identity.callers import Role
from registry_api.seeding.logins import demo_logins
from tests.browser.conftest import Visiting
from tests.browser.visits import Visit
from tests.journeys.clients import operations
from tests.journeys.house import House
from tests.journeys.numbers import next_number
from tests.journeys.studies import open_trial, trial_with_criteria

pytestmark = [pytest.mark.browser, pytest.mark.journey]

_CONSENTS = 6


async def test_a_patient_goes_the_whole_way_on_a_phone(house: House, visiting: Visiting) -> None:
    """Sign-in, consents, enrolment, today offline, trend, a visit, trials, settings: without a fault."""
    coordinator = await house.coordinator()
    criteria = [{"country": {"in": ["IS"]}}, {"form": {"in": ["CERVICAL"]}}]
    trial = await trial_with_criteria(coordinator, "NCT90003001", criteria)
    await open_trial(coordinator, "NCT90003001")
    phone = await house.desk.phone(next_number(), "Sunna Hall")

    visit = await visiting("patient")
    await visit.look("sign-in")
    await visit.sign_in(phone)
    await _sign_all_consents(visit)
    await _enrol(visit)
    await _check_in_without_a_signal(visit)
    await _change_and_undo(visit)
    await visit.to("Trend", "How you have been")
    await visit.page.locator(".chart svg").first.wait_for()
    await visit.look("trend")
    await _prepare_a_visit(visit)
    link = (await phone.next_text("/t/")).split("Read it here: ")[1].split()[0]
    await _ask_to_be_introduced(visit, link)
    await _change_settings(visit)

    await coordinator.step_up()
    seen = (await coordinator.ask("Introductions", trialId=trial))["trial"]["introductions"]["edges"]
    assert [edge["node"]["name"] for edge in seen] == ["Sunna Hall"]


async def _sign_all_consents(visit: Visit) -> None:
    page = visit.page
    for number in range(1, _CONSENTS + 1):
        await page.get_by_text(f"Step {number} of {_CONSENTS}").wait_for()
        if number == 1:
            await page.get_by_text("Read the full text").click()
            await visit.look("consent")
        await page.get_by_role("button", name="I agree").click()
    await visit.heading("Thank you")
    await visit.look("consents-done")
    await page.get_by_role("link", name="Continue").click()


async def _enrol(visit: Visit) -> None:
    page = visit.page
    await visit.heading("About you")
    await page.get_by_label("Your name").fill("Sunna Hall")
    birth = page.get_by_role("group", name="Month of birth")
    await birth.get_by_label("Month").select_option("June")
    await birth.get_by_label("Year").fill("1974")
    await page.get_by_role("radio", name="Female").check()
    await visit.look("about-you")
    await page.get_by_role("button", name="Next").click()
    await visit.heading("Your dystonia")
    await page.get_by_role("checkbox", name="Neck").check()
    onset = page.get_by_role("group", name="Neck: when did it start?")
    await onset.get_by_label("Year").fill("2014")
    await visit.look("your-dystonia")
    await page.get_by_role("button", name="Next").click()
    await visit.heading("Your treatment")
    toxin = page.get_by_role("group", name="Have you ever had botulinum")
    await toxin.get_by_role("radio", name="No", exact=True).check()
    stimulation = page.get_by_role("group", name="Do you have deep")
    await stimulation.get_by_role("radio", name="No", exact=True).check()
    await visit.look("your-treatment")
    await page.get_by_role("button", name="Next").click()
    await visit.heading("Place and daily text")
    await page.get_by_label("Country").select_option("IS")
    await page.get_by_role("button", name="7:00 PM").click()
    await visit.look("place")
    await page.get_by_role("button", name="Join the registry").click()
    await visit.heading("How is today?")


async def _check_in_without_a_signal(visit: Visit) -> None:
    """Opened anew and four taps; what the phone keeps goes out by itself, once, when the signal is back."""
    page = visit.page
    sent: list[Response] = []
    page.on("response", lambda answer: sent.append(answer) if _records_a_check_in(answer) else None)
    await page.get_by_role("group", name="Pain").wait_for()
    await visit.look("today")
    await page.evaluate("navigator.serviceWorker.ready")
    await visit.offline(off=True)
    await page.reload()
    await page.get_by_role("group", name="Pain").wait_for()
    for item, rating in (("Pulling", "6"), ("Pain", "4"), ("Fear of", "2")):
        await page.get_by_role("group", name=item).get_by_role("radio", name=rating, exact=True).tap()
    await page.get_by_role("button", name="Save").tap()
    await page.get_by_text("Saved on this phone.").wait_for()
    await visit.look("today-offline")
    await page.reload()
    await page.get_by_text("Saved on this phone.").wait_for()
    assert sent == []
    await visit.offline(off=False)
    await page.get_by_text("Saved and received.").wait_for()
    await visit.look("today-saved")
    assert len(sent) == 1
    assert await _revisions(page) == [[6, 4, 2]]


def _records_a_check_in(answer: Response) -> bool:
    return '"RecordCheckIn"' in (answer.request.post_data or "")


async def _change_and_undo(visit: Visit) -> None:
    page = visit.page
    await page.get_by_role("button", name="Change my answers").click()
    await page.get_by_role("group", name="Pain").get_by_role("radio", name="7", exact=True).tap()
    await page.get_by_role("button", name="Save").tap()
    await page.get_by_role("button", name="Undo").tap()
    await page.get_by_role("button", name="Undo").wait_for(state="detached")
    await page.get_by_text("Saved and received.").wait_for()
    assert await _revisions(page) == [[6, 4, 2], [6, 7, 2], [6, 4, 2]]


async def _revisions(page: Page) -> list[list[int]]:
    """What the service holds of today, asked with the browser's own session."""
    ask = """query => fetch("/graphql", {
        method: "POST", headers: {"content-type": "application/json"}, body: JSON.stringify({query})
    }).then(answer => answer.json())"""
    answer: Any = await page.evaluate(ask, operations()["TodaysCheckIn"])
    check_in = answer["data"]["me"]["patient"]["today"]["checkIn"]
    return [[each["rating"] for each in revision["answers"]] for revision in check_in["revisions"]]


async def _prepare_a_visit(visit: Visit) -> None:
    """A question is picked, taken off and brought back; the sheet is shown, and is there to be saved."""
    page = visit.page
    await page.get_by_role("link", name="For my neurologist").click()
    await visit.heading("For my neurologist")
    await page.get_by_role("button", name="What else can help with the pain?").tap()
    await page.get_by_role("button", name="Take off: What else can help with the pain?").tap()
    await page.get_by_role("button", name="Undo").tap()
    await page.get_by_role("button", name="Take off: What else can help with the pain?").wait_for()
    picture = page.get_by_role("img", name="The sheet as it will be printed.")
    await picture.scroll_into_view_if_needed()
    assert await picture.evaluate("async picture => { await picture.decode(); return picture.naturalWidth; }")
    await page.get_by_text("Read it in words").click()
    await visit.look("visit")
    async with page.expect_download() as saved:
        await page.get_by_role("link", name="Save it").click()
    assert (await saved.value).suggested_filename == "visit-sheet.pdf"


async def _ask_to_be_introduced(visit: Visit, link: str) -> None:
    """Through the link of the text: not this one, undo, and then yes, after seeing what is shared."""
    page = visit.page
    await page.goto(link)
    await visit.heading("A trial that may fit")
    await page.get_by_role("button", name="Not this one").click()
    await page.get_by_role("button", name="Undo").click()
    await page.get_by_text("The site will check everything else.").wait_for()
    await visit.look("one-trial")
    await page.get_by_role("button", name="Introduce me").click()
    await page.get_by_text("your name, Sunna Hall").wait_for()
    await visit.look("share")
    await page.get_by_role("button", name="Share and introduce me").click()
    await page.get_by_text("You asked to be introduced").wait_for()
    await visit.to("Trials", "Trials")
    await page.locator("article").first.wait_for()
    await visit.look("trials")


async def _change_settings(visit: Visit) -> None:
    page = visit.page
    await visit.to("Settings", "Settings")
    await page.get_by_role("button", name="1:00 PM").click()
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="Undo").click()
    await page.get_by_role("button", name="Undo").wait_for(state="detached")
    await visit.look("settings")


async def test_a_no_to_the_registry_ends_the_questions(house: House, visiting: Visiting) -> None:
    """Nothing more is asked, also after a reload; after a change of mind only what is still open is."""
    visit = await visiting("no")
    await visit.sign_in(await house.desk.phone(next_number(), "Runa Field"))
    page = visit.page
    await page.get_by_role("button", name="No thanks").click()
    await visit.heading("That is all right")
    await page.reload()
    await visit.heading("That is all right")
    await visit.look("no")
    await page.get_by_role("button", name="Read it again").click()
    await page.get_by_role("button", name="I agree").click()
    await page.get_by_text(f"Step 2 of {_CONSENTS}").wait_for()
    for number in range(2, _CONSENTS + 1):
        await page.get_by_text(f"Step {number} of {_CONSENTS}").wait_for()
        await page.get_by_role("button", name="No thanks").click()
    await visit.heading("Thank you")
    await page.goto(house.url)
    await visit.heading("Thank you")


async def test_a_coordinator_sees_trials_in_totals(house: House, visiting: Visiting) -> None:
    """The coordinator's own trial: criteria in words, alerts in totals."""
    phone = await house.staff_phone(Role.COORDINATOR, "Edda Blake")
    visit = await visiting("coordinator")
    await visit.sign_in(phone)
    await visit.heading("Your trials")
    await visit.look("no-trials")
    client = await house.signed_in(phone)
    await trial_with_criteria(client, "NCT90003002", [{"form": {"in": ["LIMB"]}}, {"age": {"min": 21}}])
    await visit.page.reload()
    await visit.page.locator("a.list-link").click()
    await visit.page.get_by_role("heading", name="Asked to be introduced").wait_for()
    await visit.look("trial")


async def test_a_coalition_member_sees_the_community(house: House, visiting: Visiting) -> None:
    """Counts as bars and as a table, small ones marked as withheld."""
    login = next(each for each in demo_logins(1) if each.role is Role.COALITION_MEMBER)
    visit = await visiting("coalition")
    await visit.sign_in(await house.desk.phone(login.phone, login.name))
    await visit.heading("Our community")
    await visit.page.get_by_text("registrants", exact=True).wait_for()
    await visit.page.get_by_text("The same as a table").click()
    assert await visit.page.get_by_role("table").get_by_role("row").count() == 1 + 6
    await visit.look("community")
