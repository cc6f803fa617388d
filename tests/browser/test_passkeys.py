import pytest
from playwright.async_api import Response

from registry_api.identity.callers import Role
from tests.browser.conftest import Visiting
from tests.browser.devices import Device
from tests.journeys.house import House
from tests.journeys.numbers import next_number
from tests.journeys.people import enrolled
from tests.journeys.studies import open_trial, trial_with_criteria

pytestmark = [pytest.mark.browser, pytest.mark.journey]


async def test_a_patient_signs_in_with_a_passkey(house: House, visiting: Visiting) -> None:
    """Added after a texted code, named anew, removed and brought back; then it is the way in."""
    visit = await visiting("passkey")
    page = visit.page
    device = await Device.held_by(page)
    await device.touched(is_touched=False)
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
    # Chromium takes up what is suggested in the field by itself where the device answers.
    await page.evaluate("localStorage.clear()")
    async with page.expect_response(_signs_in):
        await page.get_by_role("button", name="Sign out").click()
    await page.get_by_text("A passkey was added to your account").wait_for()
    await visit.look("news")
    await page.get_by_role("button", name="It was me").click()
    await page.get_by_text("A passkey was added to your account").wait_for(state="detached")


def _signs_in(answer: Response) -> bool:
    return '"SignInWithPasskey"' in (answer.request.post_data or "")


async def test_a_coordinator_proves_who_they_are_before_names_are_shown(
    house: House, visiting: Visiting
) -> None:
    """Without a passkey one is made on the spot; a foreign finger opens nothing; then the names are there."""
    phone = await house.staff_phone(Role.COORDINATOR, "Marta Ridge")
    desk = await house.signed_in(phone)
    trial = await trial_with_criteria(desk, "NCT90003003", [{"country": {"in": ["GL"]}}])
    await open_trial(desk, "NCT90003003")
    patient = await enrolled(house, "Ivik Berg", country="GL", consents=("REGISTRY", "TRIAL_CONTACT"))
    await patient.client.do("RequestIntroduction", trialId=trial)

    visit = await visiting("step-up")
    page = visit.page
    device = await Device.held_by(page)
    await device.touched(is_touched=False)
    await visit.sign_in(phone)
    await visit.heading("Your trials")
    await page.goto(f"{house.url}/coordinator/trials/{trial}")
    await page.get_by_text("One person asked you to contact them.").wait_for()
    await visit.look("count")
    await device.touched(is_touched=True)
    await page.get_by_role("button", name="Show names and numbers").click()
    dialog = page.get_by_role("dialog", name="Please confirm that it is you")
    await dialog.get_by_role("button", name="Add a passkey").wait_for()
    await visit.look("add-first")
    await dialog.get_by_role("button", name="Add a passkey").click()
    confirm = dialog.get_by_role("button", name="Confirm with my passkey")
    await confirm.wait_for()
    await device.recognises(is_owner=False)
    await confirm.click()
    await dialog.get_by_text("Nothing was confirmed.").wait_for()
    assert not await page.get_by_text("Ivik Berg").count()
    await device.recognises(is_owner=True)
    await confirm.click()
    await page.get_by_text("Ivik Berg").wait_for()
