import hashlib
import re
from html import unescape
from pathlib import Path

import pytest

from tests.browser.conftest import Visiting
from tests.journeys.house import House
from tests.journeys.people import enrolled

pytestmark = [pytest.mark.browser, pytest.mark.journey]


async def test_a_patient_pauses_leaves_comes_back_and_keeps_what_they_signed(
    house: House, visiting: Visiting
) -> None:
    """Every way out is as many taps as the way in, each can be undone, and each text stays to be kept."""
    patient = await enrolled(house, "Noor Vale")
    visit = await visiting("consents")
    page = visit.page
    await visit.sign_in(patient.phone)
    await visit.heading("How is today?")

    await page.goto(f"{house.url}/pause")
    await page.get_by_role("button", name="Pause", exact=True).click()
    await page.get_by_text("Please choose how long.").wait_for()
    await page.get_by_role("radio", name="14 days").check()
    await page.get_by_role("button", name="Pause", exact=True).click()
    await page.get_by_text("Texts are paused until").wait_for()
    await visit.look("paused")
    await visit.to("Today", "How is today?")
    await page.get_by_role("complementary", name="Reminders").get_by_role("link", name="Change").click()
    await page.get_by_role("button", name="End the pause now").click()
    await page.get_by_role("button", name="Pause", exact=True).wait_for()

    await visit.to("Settings", "Settings")
    await page.get_by_role("link", name="Stop taking part").click()
    await visit.heading("Stop taking part")
    await visit.look("leave")
    await page.get_by_role("button", name="Stop contacting me").click()
    await page.get_by_text("You stopped contact on").wait_for()
    await page.get_by_role("button", name="Stop using my data").click()
    await page.get_by_text("You stopped the use of your data on").wait_for()
    await page.locator("h1:focus").wait_for()
    await visit.to("Today", "Your data is not used")
    await visit.look("today-left")
    await page.get_by_role("link", name="Change this").click()
    await page.get_by_role("button", name="Use my data again").click()
    await page.get_by_role("button", name="Stop contacting me").wait_for()

    await page.get_by_role("link", name="All your consents").click()
    await visit.heading("Your consents")
    await page.get_by_text("You allowed the use of your data again").wait_for()
    await visit.look("history")
    await page.get_by_role("link", name=re.compile("^Open: Registry")).click()
    await visit.heading("Registry and diary")
    await visit.look("signed")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Keep a copy").click()
    _assert_is_what_was_signed(Path(await (await download.value).path()))


def _assert_is_what_was_signed(path: Path) -> None:
    """The hash in the file is that of the words in the file."""
    file = path.read_text("utf-8")
    title = re.findall("<h1>(.*?)</h1>", file)[0]
    words = re.findall("<p>(.*?)</p>", file.partition("</h2>")[2].partition("<hr>")[0])
    shown = "\n\n".join(unescape(each) for each in (title, *words))
    assert hashlib.sha256(shown.encode()).hexdigest() in file
