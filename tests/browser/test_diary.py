"""The daily check-in on a small phone: by keyboard, by thumb, in large text, and without a signal."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlparse

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.browser.conftest import Visiting
from tests.browser.visits import NARROW, SIDEWAYS, Visit
from tests.journeys.house import House
from tests.journeys.people import CORE, Patient, enrolled

pytestmark = [pytest.mark.browser, pytest.mark.journey]

_CORE = ("Pulling", "Pain", "Fear of")
_FREE = """element => {
    const box = element.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return Boolean(top) && (element.contains(top) || top.closest("label")?.contains(element));
}"""
_CLIPPED = """() => [...document.querySelectorAll("button, .rating, .choice, legend, dt, dd, a, p, h1, h2")]
    .filter(each => each.checkVisibility() && !each.closest(".visually-hidden, .skip"))
    .filter(each => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline")
    .map(each => `${each.className}: ${each.textContent}`)"""
_DRAFTED = """answers => new Promise(resolve => {
    indexedDB.open("diary").onsuccess = ({target}) => {
        const all = target.result.transaction("drafts").objectStore("drafts").getAll();
        all.onsuccess = () => {
            resolve(all.result.some(draft => draft.answers.length === answers));
            target.result.close();
        };
    };
})"""
_FACE = """element => {
    const style = getComputedStyle(element.closest("label"));
    return [style.borderStyle, style.borderWidth, style.backgroundColor, style.color];
}"""


async def _opened(visiting: Visiting, who: str, person: Patient) -> Visit:
    """The app on a small phone, with the session that this person has already."""
    visit = await visiting(who)
    await visit.page.set_viewport_size(NARROW)
    await _takes_over(visit, person)
    return visit


async def _takes_over(visit: Visit, person: Patient) -> None:
    [(name, value)] = person.client.http.cookies.items()
    here = urlparse(visit.page.url)
    origin = f"{here.scheme}://{here.netloc}"
    await visit.page.context.add_cookies([{"name": name, "value": value, "url": origin}])
    await visit.page.goto(f"{origin}/today")
    await visit.heading("How is today?")


def _rating(page: Page, item: str, rating: str) -> Locator:
    return page.get_by_role("group", name=item).get_by_role("radio", name=rating, exact=True)


async def _chain(person: Patient, about: str | None = None) -> list[list[int | None]]:
    """The core ratings of each revision of one day, as the service holds them."""
    found = (await person.client.ask("DiaryDays"))["checkIns"]["edges"]
    [entry] = [each["node"] for each in found if each["node"]["about"] == (about or person.today.isoformat())]
    ratings = [
        {each["itemId"]: each["rating"] for each in revision["answers"]} for revision in entry["revisions"]
    ]
    return [[each.get(item) for item in CORE] for each in ratings]


async def _rate(page: Page, ratings: Sequence[int]) -> None:
    for item, rating in zip(_CORE, ratings, strict=True):
        await _rating(page, item, str(rating)).tap()


async def _draft_of(page: Page, answers: int) -> None:
    """Waits until the phone's disk holds this many taps that were not saved."""
    await page.wait_for_function(_DRAFTED, arg=answers)


async def test_the_whole_check_in_by_keyboard_alone(house: House, visiting: Visiting) -> None:
    """From the skip link to Save: one Tab a question, arrows within it; no bar covers what has the focus."""
    person = await enrolled(house, "Kaya Keys", consents=("REGISTRY",), injected_weeks_ago=0)
    visit = await _opened(visiting, "keys", person)
    page = visit.page
    keys = page.keyboard
    await page.get_by_role("group", name="Pain").wait_for()
    await keys.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    await keys.press("Enter")
    groups = page.locator("fieldset.item:visible")
    for number in range(3):
        await _answer_by_keys(page, groups.nth(number), number)
    await keys.press("Tab")
    await expect(page.locator("summary")).to_be_focused()
    await keys.press("Enter")
    assert await groups.count() > 3
    for number in range(3, await groups.count()):
        await _answer_by_keys(page, groups.nth(number), number)
    await visit.look("keyboard")
    await keys.press("Tab")
    await expect(page.get_by_role("button", name="Save")).to_be_focused()
    await keys.press("Space")
    await page.get_by_text("Saved and received.").wait_for()
    await expect(page.locator("h1")).to_be_focused()
    assert await _chain(person) == [[0, 1, 2]], "nought is an answer like any other"
    await _answer_the_weekly_set(visit, person)


async def _answer_the_weekly_set(visit: Visit, person: Patient) -> None:
    """One question a screen, left in the middle and gone on with, by the keyboard and by the thumb."""
    page = visit.page
    await page.goto(page.url.replace("/today", "/questions/weekly"))
    await visit.heading("How was the week?")
    await page.get_by_role("group").first.wait_for()
    await page.get_by_text("Question 1 of").focus()
    for number in range(1, 3):
        await page.get_by_text(f"Question {number} of").wait_for()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Space")
        await page.keyboard.press("Enter")
    await page.get_by_text("Question 3 of").wait_for()
    await visit.look("question")
    await page.get_by_role("link", name="Go on later").press("Enter")
    await visit.heading("How is today?")
    await page.go_back()
    await page.get_by_text("Question 3 of").wait_for()
    await page.get_by_role("radio", name="4", exact=True).tap()
    await page.get_by_text("Question 4 of").wait_for()
    while not await page.get_by_text("Your answers", exact=True).is_visible():
        await page.get_by_role("button", name="Next").click()
    await visit.look("review")
    await page.get_by_role("button", name="Save").tap()
    await page.get_by_text("Saved and received.").wait_for()
    await page.get_by_text("for screening, not a diagnosis").wait_for()
    await page.get_by_text("too many questions are open").first.wait_for()
    [weekly] = [each for each in await person.days() if each["instrumentId"] == "weekly"]
    assert [each["rating"] for each in weekly["answers"]] == [0, 0, 4]


async def _answer_by_keys(page: Page, group: Locator, rights: int) -> None:
    """Tab reaches the group, Space takes its first answer, and each arrow the one after that."""
    await page.keyboard.press("Tab")
    await expect(group.get_by_role("radio").first).to_be_focused()
    await page.keyboard.press("Space")
    for _ in range(min(rights, 3)):
        await page.keyboard.press("ArrowRight")
    focused = group.locator(":focus")
    assert await focused.evaluate(_FREE), "the focus is behind a bar"
    assert await focused.is_checked()


async def test_the_core_takes_four_taps_and_no_scrolling(house: House, visiting: Visiting) -> None:
    """Each button is in sight when its turn comes; yesterday is one tap away, and earlier days too."""
    person = await enrolled(house, "Tomas Thumb", consents=("REGISTRY",), injected_weeks_ago=0)
    visit = await _opened(visiting, "thumb", person)
    page = visit.page
    await page.get_by_role("group", name="Pain").wait_for()
    taps = [_rating(page, item, rating) for item, rating in zip(_CORE, "642", strict=True)]
    for target in (*taps, page.get_by_role("button", name="Save")):
        await _tap_where_it_is(page, target)
    await page.get_by_text("Saved and received.").wait_for()
    assert await _chain(person) == [[6, 4, 2]]
    await page.get_by_role("button", name="Undo").tap()
    await page.get_by_text("You took this entry back.").wait_for()
    await visit.look("taken-back")
    await page.reload()
    await page.get_by_role("button", name="Bring it back").tap()
    await page.get_by_text("Saved and received.").wait_for()
    assert await _chain(person) == [[6, 4, 2], [None, None, None], [6, 4, 2]]

    await page.get_by_role("link", name="Yesterday").tap()
    await visit.heading("How was yesterday?")
    await page.get_by_text("marked as recalled").wait_for()
    await visit.look("yesterday")
    await _rate(page, (3, 3, 3))
    await _draft_of(page, 3)
    await page.reload()
    await expect(_rating(page, "Pain", "3")).to_be_checked()
    await page.get_by_role("button", name="Save").tap()
    await page.get_by_text("Saved and received.").wait_for()
    await page.goto(f"{house.url}/days/{person.today - timedelta(days=5)}")
    await page.get_by_text("left out of averages").wait_for()
    await page.get_by_role("group", name="Pain").get_by_role("radio", name="Doesn").tap()
    await page.get_by_role("button", name="Save").tap()
    await page.get_by_text("Saved and received.").wait_for()
    seen = {each["about"]: each["timeliness"] for each in await person.days()}
    assert list(seen.values()) == ["ON_THE_DAY", "RECALLED", "RETROSPECTIVE"]
    await page.goto(f"{house.url}/days/{person.today + timedelta(days=1)}")
    await visit.heading("Nothing here")


async def _tap_where_it_is(page: Page, target: Locator) -> None:
    """A finger on the glass: nothing scrolls for it, and nothing may lie on top."""
    box = await target.bounding_box()
    assert box is not None
    assert await target.evaluate(_FREE), "it is out of sight, or behind a bar"
    await page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


async def test_large_text_and_forced_colours_lose_nothing(house: House, visiting: Visiting) -> None:
    """At twice the text size nothing is cut off or sideways; what is chosen shows without colours."""
    person = await enrolled(house, "Lea Large", consents=("REGISTRY",), injected_weeks_ago=0)
    visit = await _opened(visiting, "large", person)
    page = visit.page
    await page.get_by_role("group", name="Pain").wait_for()
    await _rating(page, "Pain", "4").tap()
    await page.emulate_media(forced_colors="active")
    chosen, other = [await _rating(page, "Pain", rating).evaluate(_FACE) for rating in ("4", "5")]
    assert all(one != another for one, another in zip(chosen, other, strict=True))
    await page.emulate_media(forced_colors="none")

    browser = await page.context.new_cdp_session(page)
    await browser.send("Page.enable")
    await browser.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    assert await page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    await page.locator("summary").tap()
    await _loses_nothing(page)
    await page.get_by_role("button", name="Save").tap()
    await page.get_by_text("Saved and received.").wait_for()
    await page.get_by_role("button", name="Add a note").tap()
    await page.get_by_role("button", name="Save the note").wait_for()
    await _loses_nothing(page)


async def _loses_nothing(page: Page) -> None:
    """Taken before any picture: a picture sets the text size back."""
    assert await page.evaluate(SIDEWAYS) <= 0
    assert await page.evaluate(_CLIPPED) == []


async def test_what_waits_on_the_phone_goes_out_exactly_once(house: House, visiting: Visiting) -> None:
    """Opened with a weak signal, saved and changed with none; then an answer is lost on its way back."""
    person = await enrolled(house, "Ola Offline", consents=("REGISTRY",), injected_weeks_ago=0)
    visit = await _opened(visiting, "offline", person)
    page = visit.page
    await page.get_by_role("group", name="Pain").wait_for()
    await page.evaluate("navigator.serviceWorker.ready")
    await page.route("**/graphql", _never_answers)
    await page.reload()
    await page.get_by_role("group", name="Pain").wait_for()
    await visit.offline(off=True)
    await page.unroute_all()
    await page.reload()
    await _rate(page, (6, 4, 2))
    await _draft_of(page, 3)
    await page.reload()
    await expect(_rating(page, "Pain", "4")).to_be_checked()
    await page.get_by_role("button", name="Save").tap()
    await page.get_by_text("Saved on this phone.").wait_for()
    await page.reload()
    await page.get_by_text("1 entry waits on this phone.").wait_for()
    await page.get_by_role("button", name="Change my answers").tap()
    await _rating(page, "Pain", "5").tap()
    await page.get_by_role("button", name="Save").tap()
    await page.get_by_text("2 entries wait on this phone.").wait_for()
    await _write_a_note(page, "The stairs were hard.")
    await page.get_by_text("3 entries wait on this phone.").wait_for()
    await visit.look("waiting")
    await page.get_by_role("button", name="Sign out").tap()
    await page.get_by_text("3 entries have not been sent yet").wait_for()
    await visit.look("sign-out")
    await page.get_by_role("button", name="Stay signed in").tap()

    lost: list[str] = []

    async def loses_the_first_answer(route: Route) -> None:
        if '"RecordCheckIn"' not in (route.request.post_data or "") or lost:
            await route.continue_()
            return
        lost.append((await (await route.fetch()).json())["data"]["recordCheckIn"]["__typename"])
        await route.abort()

    await page.route("**/graphql", loses_the_first_answer)
    with visit.expecting("ERR_FAILED"):
        await visit.offline(off=False)
        await page.get_by_text("Saved and received.").wait_for()
    assert lost == ["CheckInRecorded"]
    assert await _chain(person) == [[6, 4, 2], [6, 5, 2]]
    await _change_notes(visit, person)


async def _never_answers(_: Route) -> None:
    """A signal so weak that it might as well be none."""


async def _write_a_note(page: Page, words: str) -> None:
    await page.get_by_role("button", name="Add a note").tap()
    await page.get_by_label("Add a note").fill(words)
    await page.get_by_role("button", name="Save the note").tap()
    await page.locator(".own-words", has_text=words).wait_for()


async def _change_notes(visit: Visit, person: Patient) -> None:
    """The note that waited is there once, goes and comes back; words of danger are answered at once."""
    page = visit.page
    await page.locator(".own-words .hint").wait_for(state="detached")
    notes: Any = (await person.client.ask("Notes", first=9))["notes"]["edges"]
    assert [each["node"]["text"] for each in notes] == ["The stairs were hard."]
    await page.get_by_role("button", name="Delete").tap()
    undo = page.locator(".note-gone").get_by_role("button", name="Undo")
    await expect(undo).to_be_focused()
    await undo.tap()
    await page.locator(".own-words").wait_for()
    await _write_a_note(page, "I want to die")
    await page.get_by_role("dialog").get_by_role("link", name="Call").wait_for()
    assert await page.get_by_role("dialog").get_by_role("link").get_attribute("href") == "tel:988"
    await visit.look("safety")
    await page.get_by_role("button", name="Back to my diary").tap()
    notes = (await person.client.ask("Notes", first=9))["notes"]["edges"]
    assert {each["node"]["text"] for each in notes} == {"The stairs were hard.", "I want to die"}


async def test_a_text_and_an_entry_without_a_signal_make_one_entry(house: House, visiting: Visiting) -> None:
    """What was texted meanwhile stays readable in the chain, and what was said last stands."""
    person = await enrolled(house, "Cora Both", consents=("REGISTRY", "TEXTS"), injected_weeks_ago=0)
    visit = await _opened(visiting, "both", person)
    page = visit.page
    await page.get_by_role("group", name="Pain").wait_for()
    await visit.offline(off=True)
    await _rate(page, (7, 7, 7))
    await page.get_by_role("button", name="Save").tap()
    await page.get_by_text("Saved on this phone.").wait_for()
    await person.prompt_now()
    await person.phone.next_text("How is today")
    await person.phone.reply("6 4 2")
    await person.phone.next_text("saved")
    await visit.offline(off=False)
    await page.get_by_text("Saved and received.").wait_for()
    entries: list[Any] = await person.days()
    assert [each["about"] for each in entries] == [person.today.isoformat()]
    entry = (await person.client.ask("TodaysCheckIn"))["me"]["patient"]["today"]["checkIn"]
    said = [(each["channel"], [one["rating"] for one in each["said"]]) for each in entry["revisions"]]
    assert said == [("SMS", [6, 4, 2]), ("WEB", [7, 7, 7])]
    assert [each["rating"] for each in entry["answers"]] == [6, 4, 2], "the text was the later word"


async def test_nobody_else_on_the_phone_sees_or_sends_what_waits(house: House, visiting: Visiting) -> None:
    """Signed out with an entry waiting, somebody else signs in; the entry goes out when its owner is back."""
    person = await enrolled(house, "Ana First", consents=("REGISTRY",), injected_weeks_ago=0)
    other = await enrolled(house, "Ben Second", consents=("REGISTRY",), injected_weeks_ago=0)
    visit = await _opened(visiting, "two", person)
    page = visit.page
    await page.get_by_role("group", name="Pain").wait_for()
    await visit.offline(off=True)
    await _rate(page, (1, 2, 3))
    await page.get_by_role("button", name="Save").tap()
    await page.get_by_text("Saved on this phone.").wait_for()
    await page.get_by_role("button", name="Sign out").tap()
    await page.get_by_role("dialog").get_by_role("button", name="Sign out").tap()
    await visit.heading("No connection")
    await visit.offline(off=False)
    await page.get_by_label("Your mobile number").wait_for()
    await _takes_over(visit, other)
    await page.get_by_role("group", name="Pain").wait_for()
    assert await page.get_by_text("on this phone", exact=False).count() == 1, "the legend alone"
    assert await other.days() == []
    assert not (await person.client.answer("DiaryDays")).get("data"), "the session ended on the service too"
    await person.client.sign_in(person.phone)
    await _takes_over(visit, person)
    await page.get_by_text("Saved and received.").wait_for()
    assert await _chain(person) == [[1, 2, 3]]
