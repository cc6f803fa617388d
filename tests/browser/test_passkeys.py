import pytest

from tests.browser.conftest import Visiting
from tests.browser.devices import Device
from tests.journeys.house import House
from tests.journeys.numbers import next_number

pytestmark = [pytest.mark.browser, pytest.mark.journey]


async def test_a_patient_signs_in_with_a_passkey(house: House, visiting: Visiting) -> None:
    """Added after a texted code, named anew, removed and brought back; then it is the way in."""
    visit = await visiting("passkey")
    page = visit.page
    device = await Device.held_by(page)
    await device.touched(is_touched=False)
    await visit.look("sign-in")
    await visit.sign_in(await house.desk.phone(next_number(), "Petra Key"))
    await page.get_by_text("Step 1 of").wait_for()
    await page.goto(f"{house.url}/passkeys")
    await visit.heading("Passkeys")
    await visit.look("none")
    await device.touched(is_touched=True)
    await page.get_by_role("button", name="Add a passkey").click()
    await page.get_by_text("Your passkey is added.").wait_for()
    await page.get_by_role("button", name="Rename: ").click()
    await page.get_by_label("Name of this passkey").fill("My blue phone")
    await visit.look("rename")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="Remove: My blue phone").click()
    await page.get_by_text("opens nothing any more").wait_for()
    await visit.look("removed")
    await page.get_by_role("button", name="Undo").click()
    await page.get_by_role("button", name="Remove: My blue phone").wait_for()
    await page.get_by_text("What is a passkey?").click()
    await visit.look("one")

    await device.touched(is_touched=False)
    await page.get_by_role("button", name="Sign out").click()
    await visit.heading("Sign in")
    await device.touched(is_touched=True)
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await page.get_by_text("Step 1 of").wait_for()
