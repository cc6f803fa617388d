import pytest

from tests.browser.conftest import Visiting
from tests.browser.visits import Visit
from tests.journeys.house import House
from tests.journeys.numbers import next_number

pytestmark = [pytest.mark.browser, pytest.mark.journey]

_TRIES = 5
_CODES = 3


async def test_whoever_mistypes_is_told_how_long_to_wait(house: House, visiting: Visiting) -> None:
    """Five wrong codes bring a pause that counts down, three codes in a row another; both can be left."""
    phone = await house.desk.phone(next_number(), "Mia Typist")
    visit = await visiting("mistyping")
    page = visit.page
    await page.get_by_label("Your mobile number").fill("+1 876 555 0100")
    await page.get_by_role("button", name="Text me a code").click()
    await page.get_by_text("We do not text codes to numbers of this country yet.").wait_for()
    await visit.look("other-country")
    await page.get_by_label("Your mobile number").fill(phone.number)
    await page.get_by_role("button", name="Text me a code").click()
    code = (await phone.next_text("code"))[:6]
    entry = page.get_by_label("Code from the text")
    for each in range(_TRIES):
        await entry.fill("")
        await entry.fill(f"{(int(code) + each + 1) % 10**6:06}")  # all at once, as a phone fills it in
        await page.get_by_text("This code does not work.").wait_for()
        if not each:
            await visit.look("wrong-code")
    await page.get_by_text("A short pause, to protect your account. You can try again in").last.wait_for()
    assert await page.get_by_role("button", name="Sign in", exact=True).is_disabled()
    await visit.look("pause")
    again = page.get_by_role("button", name="Send a new code")
    for _ in range(_CODES - 1):
        await again.click()
        await page.get_by_text("A new code is on its way.").wait_for()
    await visit.look("sent-again")
    await again.click()
    await page.get_by_text("To protect your number, the next code can be sent in").last.wait_for()
    await visit.look("too-many-codes")
    await page.get_by_role("button", name="Use another number").click()
    await visit.heading("Sign in")


async def test_a_person_signs_other_devices_out(house: House, visiting: Visiting) -> None:
    """Each device has its name; one is signed out after a question, and at last all of them."""
    phone = await house.desk.phone(next_number(), "Lea Fields")
    other = await house.signed_in(phone)
    visit = await visiting("devices")
    page = visit.page
    await visit.sign_in(phone)
    await page.get_by_text("Step 1 of").wait_for()
    await page.goto(f"{house.url}/devices")
    await visit.heading("Where you are signed in")
    row = page.get_by_role("listitem").filter(has_text="Unknown device")
    await row.wait_for()
    await visit.look("two")
    await row.get_by_role("button", name="Sign out: ").click()
    await visit.look("ask")
    await row.get_by_role("button", name="Sign it out").click()
    await page.get_by_text("is signed out.").wait_for()
    await page.get_by_text("You are signed in nowhere else.").wait_for()
    await visit.look("one")
    assert (await other.ask("Me"))["me"]["role"] == "ANONYMOUS"
    await page.get_by_role("button", name="Sign out everywhere").click()
    await visit.look("everywhere")
    await page.get_by_role("button", name="Sign out everywhere").click()
    await visit.heading("Sign in")
    await _is_out(visit)


async def _is_out(visit: Visit) -> None:
    await visit.page.reload()
    await visit.heading("Sign in")
