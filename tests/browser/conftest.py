import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser.visits import PHONE, Visit
from tests.journeys.house import House
from tests.journeys.people import zone_at

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]

Visiting = Callable[[str], Awaitable[Visit]]


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The browser that CHROMIUM names, else the distribution's, else Playwright's own."""
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _PROGRAMS)), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=named, args=_QUIET)
        yield browser
        await browser.close()


@pytest.fixture
async def visiting(chromium: Browser, house: House) -> AsyncIterator[Visiting]:
    """Opens the web app on a phone of its own; afterwards no visit may have left a complaint."""
    visits: list[Visit] = []
    async with AsyncExitStack() as phones:

        async def visit(who: str) -> Visit:
            context = await chromium.new_context(
                viewport=PHONE,
                timezone_id=zone_at(13),
                locale="en-US",
                reduced_motion="reduce",
                has_touch=True,
                is_mobile=True,
            )
            phones.push_async_callback(context.close)
            visits.append(await Visit.begin(context, house.url, who))
            return visits[-1]

        yield visit
        for each in visits:
            each.was_clean()
