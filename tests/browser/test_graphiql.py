from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser.visits import Visit
from tests.served import served

pytestmark = [pytest.mark.browser, pytest.mark.journey]


async def test_in_development_a_browser_gets_graphiql_from_the_service_itself(
    chromium: Browser, mongodb_uri: str, tmp_path: Path
) -> None:
    """It reads the schema and runs a query, without another origin and within the policy of its page."""
    with served(tmp_path, mongodb_uri, development=True) as settings:
        context = await chromium.new_context(viewport={"width": 1280, "height": 800})
        visit = await Visit.begin(context, settings.public_url, "graphiql", "/graphql")
        page = visit.page
        await page.locator(".graphiql-query-editor").get_by_text("role").first.wait_for()
        await page.get_by_role("button", name="Show Documentation Explorer").click()
        await page.get_by_role("link", name="Mutation").click()
        await page.get_by_text("recordCheckIn").first.wait_for()
        await page.get_by_role("button", name="Execute query").click()
        await page.locator(".graphiql-response").get_by_text("ANONYMOUS").wait_for()
        visit.was_clean()
        await context.close()
