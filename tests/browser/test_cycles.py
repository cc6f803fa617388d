"""Injection cycles and treatments on a small phone, by touch, and in large text."""

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlparse

import pytest
from playwright.async_api import expect

from diary.check_ins import Answer, CheckIn
from diary.ids import PatientId
from diary.instruments.catalogue import definition
from diary.scoring.totals import as_answers
from tests.browser.conftest import Visiting
from tests.browser.visits import NARROW, SIDEWAYS, Visit
from tests.diary.examples import kept
from tests.journeys.house import House
from tests.journeys.people import Patient, enrolled

pytestmark = [pytest.mark.browser, pytest.mark.journey]

_LARGE = "document.documentElement.style.fontSize = '200%'"
_WEEKS = 22


async def _with_two_cycles(house: House) -> Patient:
    """Injected 22 and 10 weeks ago; each time good from day 7 to 62, bad before and after."""
    person = await enrolled(house, "Ines Roca", injected_weeks_ago=_WEEKS)
    first = person.today - timedelta(weeks=_WEEKS)
    second = first + timedelta(weeks=12)
    given = {
        "treatmentId": "5d7c1d38-3f8e-4c37-8f5a-0a2b6e1f9c11",
        "kind": "TOXIN_INJECTION",
        "startedOn": second.isoformat(),
        "product": "onabotulinumtoxinA",
        "dose": 180,
    }
    await person.client.ask("RecordTreatment", input=given)
    me = await person.client.ask("Me")
    who = PatientId(me["me"]["patient"]["id"])
    days = [first + timedelta(days=day) for day in range(-10, 7 * _WEEKS)]
    good = {day: 7 <= (day - (second if day >= second else first)).days < 63 for day in days}
    async with house.services() as services:
        await services.diary.insert_many(
            kept(day, Answer.rated("pulling", 2 if good[day] else 7), patient=who) for day in days
        )
        await services.diary.insert_many(_scored(person.today, who))
    return person


def _scored(today: date, who: PatientId) -> Iterator[CheckIn]:
    """Questionnaires every four weeks, and totals of staff once."""
    for weeks, level in ((12, 3), (8, 2), (4, 1)):
        about = today - timedelta(weeks=weeks)
        for name, names in (("gad-7", definition("gad-7").items), ("weekly", definition("weekly").items)):
            yield kept(about, *(Answer.rated(one.id, level) for one in names), patient=who, instrument=name)
    totals = as_answers(definition("twstrs"), {"severity": 19, "disability": 12, "pain": 9.75})
    yield kept(today - timedelta(weeks=1), *totals, patient=who, instrument="twstrs")


async def _opened(visiting: Visiting, person: Patient) -> Visit:
    visit = await visiting("cycles")
    await visit.page.set_viewport_size(NARROW)
    [(name, value)] = person.client.http.cookies.items()
    here = urlparse(visit.page.url)
    origin = f"{here.scheme}://{here.netloc}"
    await visit.page.context.add_cookies([{"name": name, "value": value, "url": origin}])
    await visit.page.goto(f"{origin}/trend/cycles")
    return visit


async def test_cycles_are_told_and_treatments_kept_by_touch(house: House, visiting: Visiting) -> None:
    """The page says what is usual; one tap notes what is noticed; what is deleted comes back."""
    visit = await _opened(visiting, await _with_two_cycles(house))
    page = visit.page
    await page.get_by_text("Over your last 2 cycles, benefit came in week 1").wait_for()
    await expect(page.get_by_text("still running")).to_have_count(2)
    await page.get_by_text("The same as a table").tap()
    await visit.look("overlay")
    await page.evaluate(_LARGE)
    assert await page.evaluate(SIDEWAYS) == 0
    await page.reload()
    await page.get_by_role("link", name="Weeks", exact=True).tap()
    await page.locator(".chart svg").wait_for()
    await visit.look("weeks")
    await page.get_by_role("link", name="Questionnaires over time").tap()
    await expect(page.get_by_role("region", name="GAD-7")).to_contain_text("7 (of 0 to 21)")
    await expect(page.get_by_role("region", name="TWSTRS")).to_contain_text("Typed in by your clinic.")
    await visit.look("questionnaires")
    await page.evaluate(_LARGE)
    assert await page.evaluate(SIDEWAYS) == 0
    await page.reload()

    await visit.to("Settings", "Settings")
    await page.get_by_role("link", name="Your treatments").tap()
    await page.get_by_role("button", name="It is wearing off now").tap()
    await page.get_by_text("Saved: wearing off from today.").wait_for()
    await page.get_by_role("button", name="Undo").tap()
    await expect(page.get_by_role("button", name="It is wearing off now")).to_be_visible()
    await page.get_by_role("button", name="Delete: Botulinum toxin injection").first.tap()
    await page.get_by_text("Deleted: Botulinum toxin injection").wait_for()
    await page.get_by_text(f"Your last injection was {7 * _WEEKS} days ago.").wait_for()
    await page.get_by_role("button", name="Undo").tap()
    await page.get_by_role("button", name="Change: Botulinum toxin injection").first.tap()
    for choice in await page.locator(".choice:visible").all():
        assert await choice.evaluate("each => each.scrollWidth <= each.clientWidth"), "a word is cut off"
    await page.get_by_label("Trouble swallowing").check()
    await visit.look("treatment-form")
    browser = await page.context.new_cdp_session(page)
    await browser.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    assert await page.evaluate(SIDEWAYS) == 0, "too wide in large text"
    await page.get_by_role("button", name="Save").tap()
    await expect(page.get_by_text("Get emergency care now")).to_be_focused()
    await page.get_by_text("Your changes are saved.").wait_for()
    await visit.look("treatments")
