import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from notifications.carrier_standin.app import StandinConfig, create_standin
from tests.notifications.carrier_standin.conftest import ANA, Desk
from tests.notifications.carrier_standin.served import free_port, served

pytestmark = pytest.mark.browser

_DEBIAN = Path("/usr/bin/chromium")
CHROMIUM = _DEBIAN if _DEBIAN.exists() else None
PHONE = {"width": 390, "height": 844}
SMALL = {"width": 360, "height": 640}
DESKTOP = {"width": 1280, "height": 860}
_AXE = Path(__file__).parents[3] / "web" / "node_modules" / "axe-core" / "axe.min.js"
_FAULTS_OF_AXE = """async () => {
    const rules = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];
    const found = await axe.run(document, {runOnly: rules});
    return found.violations.map(({id, nodes}) => [id, nodes.map(node => node.target)]);
}"""
expect.set_options(timeout=20_000)  # a busy machine is no fault of the page


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
        )
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, desk: Desk, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """The desk in a browser that fails the test on any error, any broken rule and any foreign request."""
    options: dict[str, Any] = {"viewport": DESKTOP, "color_scheme": "light", **getattr(request, "param", {})}
    page = await browser.new_page(**options)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if _is_fault(line) else None)
    page.on("request", lambda sent: None if sent.url.startswith(desk.url) else wrong.append(sent.url))
    await page.goto(desk.url)
    await expect(page.get_by_role("status").first).to_have_text("Live")
    yield page
    await page.close()
    assert not wrong


def _is_fault(line: ConsoleMessage) -> bool:
    """Chromium also reports a refused form, which the page explains to its person."""
    return line.type == "error" and "status of 422" not in line.text


async def picture(page: Page, name: str, tmp_path: Path) -> None:
    """Takes a picture into the folder that SCREENSHOTS names, else one that is thrown away."""
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    await page.screenshot(path=folder / f"standin-{name}.png", animations="disabled")


async def fill(desk: Desk) -> None:
    """A day's texts on both phones, some of which do not arrive."""
    ana = [
        "Your sign-in code is 493 027. It is good for 10 minutes. Nobody will ever ask you for it.",
        "Check-in, 0 none to 10 worst: 1 pulling 2 pain 3 fear of being looked at. Reply like 6 4 2.",
    ]
    for text in ana:
        await desk.settled((await desk.send(text)).sid)
    await desk.post("/phones/p1/replies", {"text": "6 4 2", "wait": 5})
    await desk.settled(
        (await desk.send("Saved: pulling 6, pain 4, fear 2. Text C and new numbers to change.")).sid
    )
    link = (
        "A study that may fit you has opened. Read more: https://example.org/t/8fk2q. STOP ends these texts."
    )
    await desk.settled((await desk.send(link)).sid)
    await desk.settled(
        (await desk.send("Se guardó: tirones 6, dolor 4. ¡Gracias!", desk.config.phones[1][1])).sid, "p2"
    )
    await desk.fault("undelivered", "p2", code=30003)
    await desk.settled((await desk.send("Are you there? Reply 6 4 2.", desk.config.phones[1][1])).sid, "p2")
    await desk.post("/phones/p2/replies", {"text": "STOP", "wait": 5})
    confirmed = "You will get no more texts from us. Text START to come back."
    await desk.settled((await desk.send(confirmed, desk.config.phones[1][1])).sid, "p2")


@pytest.mark.parametrize("config", [{"phones": ()}], indirect=True)
async def test_an_empty_desk_asks_for_a_phone(page: Page, desk: Desk, tmp_path: Path) -> None:
    """The first phone is added from the empty state, and a wrong number is explained."""
    await picture(page, "empty", tmp_path)
    await page.locator("#add-first").click()
    dialog = page.get_by_role("dialog", name="Add a phone")
    await dialog.get_by_label("Name").fill("Ana")
    await dialog.get_by_label("Number").fill("12345")
    await dialog.get_by_role("button", name="Add").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("country code")
    await picture(page, "add", tmp_path)
    await dialog.get_by_label("Number").fill("+1 202 555 0101")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Ana")).to_be_visible()
    await desk.send("Welcome")
    await expect(page.get_by_role("log").get_by_text("Welcome")).to_be_visible()


async def test_texts_appear_live_with_their_size_and_state(page: Page, desk: Desk, tmp_path: Path) -> None:
    """Bubbles show words, links, encoding, segments and delivery while they happen."""
    await fill(desk)
    ana = page.locator("[data-phone=p1]")
    bubble = ana.locator(".text", has_text="Saved: pulling 6")
    await expect(bubble).to_contain_text("GSM-7 67/160 · 1 segment")
    await expect(bubble).to_contain_text("Delivered")
    link = ana.get_by_role("link", name="https://example.org/t/8fk2q")
    await expect(link).to_have_attribute("href", "https://example.org/t/8fk2q")
    await expect(ana.locator(".text", has_text="6 4 2").last).to_be_visible()
    ben = page.locator("[data-phone=p2]")
    await expect(ben.locator(".text", has_text="¡Gracias!")).to_contain_text("UCS-2 40/70 · 1 segment")
    await expect(ben.locator(".is-lost")).to_contain_text("Undelivered · 30003 Handset switched off")
    await expect(ben.get_by_text("Texted STOP at")).to_be_visible()
    await picture(page, "desktop", tmp_path)


async def test_the_desk_can_be_read_aloud(page: Page, desk: Desk) -> None:
    """What axe looks for is in order, on the desk and in the sheet of faults."""
    await page.emulate_media(reduced_motion="reduce")  # what fades in is pale for a moment
    await fill(desk)
    await expect(page.locator("[data-phone=p2]").get_by_text("Texted STOP at")).to_be_visible()
    await page.evaluate(_AXE.read_text())
    assert await page.evaluate(_FAULTS_OF_AXE) == []
    await page.locator("#all-faults").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await page.evaluate(_FAULTS_OF_AXE) == []


@pytest.mark.parametrize("page", [{"color_scheme": "dark"}], indirect=True)
async def test_enter_sends_and_shift_enter_does_not(page: Page, desk: Desk, tmp_path: Path) -> None:
    """The box is emptied, our side gets the text, the bubble says so."""
    await fill(desk)
    box = page.get_by_role("textbox", name="Text from Ana")
    await box.fill("C 5")
    await box.press("Shift+Enter")
    assert len(desk.ours.inbound) == 2
    await box.press("Enter")
    await expect(box).to_have_value("")
    sent = page.locator("[data-phone=p1] .from_phone", has_text="C 5")
    await expect(sent).to_contain_text("Taken by the service")
    assert desk.ours.inbound[-1]["Body"] == "C 5"
    await picture(page, "dark", tmp_path)


@pytest.mark.parametrize("text", ["6 4 2", "HELP", "STOP", "START"])
async def test_quick_replies_are_one_tap(page: Page, desk: Desk, text: str) -> None:
    """A chip sends its words as they stand."""
    phone = page.locator("[data-phone=p1]")
    await phone.get_by_role("button", name=f"Reply {text}").click()
    await expect(phone.locator(".from_phone")).to_contain_text("Taken by the service")
    assert [form["Body"] for form in desk.ours.inbound] == [text]
    await expect(phone.get_by_text("Texted STOP")).to_have_count(1 if text == "STOP" else 0)


async def test_an_answer_of_our_side_other_than_success_is_shown(page: Page, desk: Desk) -> None:
    """A person sees that the service did not take the text."""
    desk.ours.answer = 500
    await page.locator("[data-phone=p1]").get_by_role("button", name="Reply HELP").click()
    await expect(page.locator("[data-phone=p1] .from_phone")).to_contain_text("Service answered 500")


async def test_faults_are_switched_by_hand(page: Page, desk: Desk, tmp_path: Path) -> None:
    """A fault for one text goes away by itself, a standing block shows and can be lifted."""
    phone = page.locator("[data-phone=p1]")
    await phone.get_by_role("button", name="Faults of Ana, 0 on").click()
    sheet = page.get_by_role("dialog", name="Faults of Ana")
    undelivered = sheet.get_by_role("group", name="Undelivered")
    await undelivered.get_by_role("combobox").select_option("30005")
    await undelivered.get_by_text("Next only").click()
    block = sheet.get_by_role("group", name="21610 Opted out")
    await block.get_by_text("Until off").click()
    await expect(phone.get_by_text("Blocked at the carrier")).to_be_attached()
    await picture(page, "faults", tmp_path)
    await block.get_by_text("Off", exact=True).click()
    await expect(phone.get_by_text("Blocked at the carrier")).to_have_count(0)
    await sheet.get_by_role("button", name="Done").click()
    sid = (await desk.send()).sid
    assert (await desk.settled(sid))["error_code"] == 30005
    await expect(phone.get_by_role("button", name="Faults of Ana, 0 on")).to_be_visible()


@pytest.mark.parametrize("page", [{"viewport": PHONE}, {"viewport": SMALL}], indirect=True)
async def test_on_a_small_screen_one_phone_is_held_at_a_time(page: Page, desk: Desk, tmp_path: Path) -> None:
    """The other phone waits behind its chip with a count of new texts; nothing is wider than the screen."""
    await expect(page.get_by_role("heading", name="Ana")).to_be_visible()
    await expect(page.get_by_role("heading", name="Ben")).to_be_hidden()
    await fill(desk)
    await expect(page.get_by_role("button", name="Ben, 2 new")).to_be_visible()
    width = page.viewport_size["width"] if page.viewport_size else 0
    await picture(page, f"phone-{width}", tmp_path)
    await page.get_by_role("button", name="Ben, 2 new").click()
    await expect(page.get_by_role("heading", name="Ben")).to_be_visible()
    await expect(page.get_by_role("button", name="Ben", exact=True)).to_be_visible()
    await picture(page, f"phone-{width}-ben", tmp_path)
    await page.get_by_role("button", name="Faults of Ben, 0 on").click()
    await expect(page.get_by_role("dialog", name="Faults of Ben")).to_be_visible()
    await picture(page, f"phone-{width}-faults", tmp_path)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert await page.evaluate("document.querySelector('#faults').scrollWidth") <= width
    assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight")


async def test_many_numbers_wait_in_a_list(page: Page, desk: Desk, tmp_path: Path) -> None:
    """Numbers that nobody set up stay off the desk when they are many, until one is chosen."""
    for number in range(5):
        await desk.settled((await desk.send(f"Hello {number}", f"+1202555020{number}")).sid, f"p{number + 3}")
    await page.get_by_role("button", name="Other numbers · 5").click()
    await expect(page).to_have_title("Phones on the desk")
    await picture(page, "others", tmp_path)
    await page.get_by_role("dialog").get_by_role("button", name="+1 202 555 0203").click()
    await expect(page.locator("[data-phone=p6]").get_by_text("Hello 3")).to_be_visible()


async def test_a_lost_connection_is_told_and_mended(
    browser: Browser, config: StandinConfig, tmp_path: Path
) -> None:
    """While the stand-in is away the page says so; when it is back it goes on by itself."""
    port = free_port()
    config = replace(config, journal=tmp_path / "journal.jsonl", inbound_url="http://127.0.0.1:9/")
    page = await browser.new_page()
    state = page.get_by_role("status").first
    async with served(create_standin(config), port) as url:
        await page.goto(url)
        await expect(state).to_have_text("Live")
    await expect(state).to_contain_text("does not answer")
    async with served(create_standin(config), port), httpx2.AsyncClient(base_url=url) as http:
        await expect(state).to_have_text("Live")
        await http.post("/phones", json={"name": "Chloé", "number": "+33639980003"})
        await expect(page.get_by_role("heading", name="Chloé")).to_be_visible()
        await page.close()


async def test_the_page_obeys_a_strict_policy(desk: Desk) -> None:
    """No inline script, no foreign source, no frame."""
    answer = await desk.http.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert ANA not in answer.text


async def test_addresses_name_phones_by_id(page: Page, desk: Desk) -> None:
    """No request of the page carries a number in its address."""
    addresses: list[str] = []
    page.on("request", lambda sent: addresses.append(sent.url))
    await page.locator("[data-phone=p1]").get_by_role("button", name="Reply HELP").click()
    await expect(page.locator("[data-phone=p1] .from_phone")).to_contain_text("Taken by the service")
    assert addresses
    assert not [address for address in addresses if "202555" in address]
    assert desk.ours.inbound
