from typing import Any

import httpx2
import pytest

from registry_api.identity.callers import Role
from registry_api.seeding.logins import demo_logins
from tests.browser.conftest import Visiting
from tests.browser.devices import Device
from tests.journeys.house import House

pytestmark = [pytest.mark.browser, pytest.mark.journey]

_QUERY = "{ coalition { organisation snapshot { registrants { __typename } } } }"


async def test_a_member_lets_a_program_in_and_out(house: House, visiting: Visiting) -> None:
    """After a passkey's proof the token is shown once; it reads the numbers until it is revoked."""
    login = next(each for each in demo_logins(1) if each.role is Role.COALITION_MEMBER)
    visit = await visiting("programs")
    page = visit.page
    device = await Device.held_by(page)
    await device.touched(is_touched=False)
    await visit.sign_in(await house.desk.phone(login.phone, login.name))
    await visit.heading("Our community")
    await page.get_by_role("link", name="See and issue tokens").click()
    await visit.heading("Access for programs")
    await visit.look("none")
    await device.touched(is_touched=True)
    await page.get_by_label("What is it for?").fill("Chart on our home page")
    await page.get_by_role("checkbox", name="Send queries of its own").check()
    await page.get_by_role("button", name="Issue the token").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Add a passkey").click()
    await dialog.get_by_role("button", name="Confirm with my passkey").click()
    token = page.get_by_label("The token “Chart on our home page”")
    await token.wait_for()
    await visit.look("token")
    secret = await token.input_value()
    assert (await _asked(house, secret))["data"]["coalition"]["organisation"] == "Steady Heads Alliance"
    await page.get_by_role("button", name="I have kept it").click()
    assert secret not in await page.content()
    await page.get_by_role("button", name="Revoke: Chart").click()
    await page.get_by_role("button", name="Revoke it now").click()
    await page.get_by_text("Revoked on").wait_for()
    assert (await _asked(house, secret))["errors"][0]["extensions"]["code"] == "TOKEN_REJECTED"


async def _asked(house: House, secret: str) -> Any:
    async with httpx2.AsyncClient(base_url=house.url, trust_env=False) as http:
        answer = await http.post(
            "/graphql", json={"query": _QUERY}, headers={"authorization": f"Bearer {secret}"}
        )
        return answer.json()
