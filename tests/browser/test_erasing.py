from datetime import timedelta

import pytest

from registry_api.audit.events import command_actor
from registry_api.erasure.erasure import GRACE
from tests.browser.conftest import Visiting
from tests.journeys.house import House
from tests.journeys.people import enrolled
from tests.registry_api.vault.keyed import quiet

pytestmark = [pytest.mark.browser, pytest.mark.journey]


async def test_a_patient_erases_everything_after_a_change_of_mind(house: House, visiting: Visiting) -> None:
    """Asked for twice and undone once; then gone, keys changed under the running house, and somebody new."""
    patient = await enrolled(house, "Mira Okonkwo")
    visit = await visiting("erasing")
    page = visit.page
    await visit.sign_in(patient.phone)
    await visit.heading("How is today?")

    await visit.to("Settings", "Settings")
    await page.get_by_role("link", name="Erase everything").click()
    await visit.heading("Erase everything")
    await visit.look("erase")
    await page.get_by_role("button", name="Erase everything").click()
    await page.get_by_role("button", name="No, keep it").click()
    await page.get_by_role("button", name="Erase everything").click()
    await page.get_by_role("button", name="Yes, erase everything").click()
    await page.get_by_text("Everything about you will be erased on").wait_for()
    await visit.look("erase-asked")
    await visit.to("Today", "Your data is not used")
    await page.get_by_role("complementary", name="Reminders").get_by_role("link", name="Undo").click()
    await page.get_by_role("button", name="Keep everything after all").click()
    await page.get_by_text("Nothing will be erased.").wait_for()
    await visit.to("Today", "How is today?")

    await page.goto(f"{house.url}/erase")
    await visit.heading("Erase everything")
    await page.get_by_role("button", name="Español").click()
    await page.get_by_role("button", name="Borrarlo todo").click()
    await page.get_by_role("button", name="Sí, borrarlo todo").click()
    await page.get_by_text("Todo lo relativo a usted se borrará el").wait_for()
    await visit.look("erase-asked-spanish")
    await _let_time_pass(house)

    await page.goto(f"{house.url}/today")
    await page.get_by_label("Su número de teléfono móvil").wait_for()
    await page.get_by_role("button", name="English").click()
    await visit.sign_in(patient.phone)
    await page.get_by_text("Step 1 of 6").wait_for()


async def _let_time_pass(house: House) -> None:
    """What the worker does a week later, and what whoever runs the registry does after that."""
    async with house.services() as services:
        later = services.now() + GRACE + timedelta(minutes=1)
        while await services.erasing.run_once(later, "a-week-later"):
            pass
        await services.rotation.run(command_actor(), quiet, grace_seconds=0)
