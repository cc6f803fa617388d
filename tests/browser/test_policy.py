import pytest
from playwright.async_api import Browser

from tests.browser.conftest import Visiting
from tests.journeys.house import House

pytestmark = [pytest.mark.browser, pytest.mark.journey]

_TRIES = {
    "markup": "document.body.innerHTML = '<img src=x onerror=alert(1)>'",
    "text that is run": "window.eval('1')",
    "a script from text": "document.createElement('script').text = 'alert(1)'",
    "a script from an address": "document.createElement('script').src = '/assets/x.js'",
    "a policy of somebody else": "trustedTypes.createPolicy('default', {createHTML: text => text})",
    "another service worker": "navigator.serviceWorker.register('/elsewhere.js')",
}
# Later, and so by the page itself: what Playwright evaluates is let through.
_TRIED = """() => new Promise(done => setTimeout(async () => {
    try { await (%s); done("taken"); } catch (error) { done(error.name); }
}))"""


async def test_the_service_worker_runs_under_the_policy(visiting: Visiting) -> None:
    """The one address of a script that may be made from text is let through, without a complaint."""
    visit = await visiting("policy")
    script = "navigator.serviceWorker.ready.then(worker => worker.active.scriptURL)"
    assert (await visit.page.evaluate(script)).endswith("/sw.js")


async def test_no_text_becomes_a_script(chromium: Browser, house: House) -> None:
    """What a hole in the page could do is refused by the browser itself."""
    context = await chromium.new_context()
    page = await context.new_page()
    await page.goto(house.url)
    outcomes = {name: await page.evaluate(_TRIED % attempt) for name, attempt in _TRIES.items()}
    assert set(outcomes.values()) <= {"TypeError", "EvalError"}, outcomes
    await context.close()
