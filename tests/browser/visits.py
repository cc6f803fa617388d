"""The web app on a phone, watched the whole time: what it asks for, complains of, and looks like."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote_plus

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request, ViewportSize

from tests.journeys.phones import Phone
from tests.leaks import leaks

_ROOT = Path(__file__).parents[2]
_AXE = _ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
_PICTURES = os.environ.get("SCREENSHOTS")  # a folder; without it none are taken, which is quicker
_EVERY_RULE = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
_COLOURS = {"type": "rule", "values": ["color-contrast"]}
_NAVIGATION = "place => document.querySelectorAll('nav').forEach(bar => { bar.style.position = place; })"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_CODE = re.compile(r"\b(\d{6})\b")
_PATIENCE_MILLISECONDS = 30_000
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROW: ViewportSize = {"width": 360, "height": 740}


class Visit:
    """One person's browser. Whatever goes wrong is kept until `was_clean` is asked."""

    def __init__(self, page: Page, origin: str, who: str) -> None:
        self.page = page
        self._origin = origin
        self._who = who
        self._pictures = 0
        self._complaints: list[str] = []
        self._was_offline = False
        self._expected: str | None = None

    @classmethod
    async def begin(cls, context: BrowserContext, origin: str, who: str, path: str = "/") -> Self:
        context.set_default_timeout(_PATIENCE_MILLISECONDS)
        page = await context.new_page()
        visit = cls(page, origin, who)
        context.on("request", visit._asked)
        page.on("console", visit._said)
        page.on("pageerror", lambda error: visit._complaints.append(f"page error: {error}"))
        await page.goto(origin + path)
        return visit

    async def sign_in(self, phone: Phone) -> None:
        """Writes the number; the code that comes is filled in at once, as phones do, and needs no tap."""
        await self.page.get_by_label("Your mobile number").fill(phone.number)
        await self.page.get_by_role("button", name="Text me a code").click()
        code = _CODE.search(await phone.next_text("code"))
        assert code is not None
        await self.look("code")
        await self.page.get_by_label("Code from the text").fill(code[1])

    async def offline(self, *, off: bool) -> None:
        """Takes the signal away, or gives it back."""
        self._was_offline = True
        await self.page.context.set_offline(off)

    @contextmanager
    def expecting(self, complaint: str) -> Iterator[None]:
        """Meanwhile the browser may complain of this."""
        self._expected = complaint
        yield
        self._expected = None

    async def to(self, place: str, heading: str) -> None:
        """Follows a link of the navigation."""
        await self.page.get_by_role("navigation").get_by_role("link", name=place, exact=True).click()
        await self.heading(heading)

    async def heading(self, text: str) -> None:
        """Waits for the page of this title."""
        await self.page.get_by_role("heading", name=text, level=1).wait_for()

    async def look(self, name: str) -> None:
        """What axe finds in light and dark is a fault, and so is a page too wide for 360; keeps pictures."""
        self._pictures += 1
        stem = f"{self._who}-{self._pictures:02}-{name}"
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(_AXE.read_text())
        await self.page.emulate_media(color_scheme="light")
        await self._judge(f"{stem}-light", _EVERY_RULE)
        await self.page.emulate_media(color_scheme="dark")
        await self._judge(f"{stem}-dark", _COLOURS)
        size = self.page.viewport_size or PHONE
        await self.page.set_viewport_size(NARROW)
        sideways = await self.page.evaluate(SIDEWAYS)
        if sideways > 0:
            self._complaints.append(f"{stem}: {sideways} pixels too wide for a phone of 360")
        await self.page.set_viewport_size(size)

    async def _judge(self, name: str, rules: dict[str, Any]) -> None:
        await self.page.evaluate(_NAVIGATION, "static")  # else it lies on whatever is behind it just now
        found = await self.page.evaluate("rules => axe.run(document, {runOnly: rules})", rules)
        for fault in found["violations"]:
            nodes = [node["target"] for node in fault["nodes"]][:3]
            self._complaints.append(f"axe, {name}: {fault['id']}: {fault['help']} {nodes}")
        if _PICTURES:
            await self.page.screenshot(path=Path(_PICTURES, f"{name}.png"), full_page=True)
        await self.page.evaluate(_NAVIGATION, "")

    def was_clean(self) -> None:
        """Asserts that nothing was wrong with anything seen so far."""
        assert not self._complaints, "\n".join(self._complaints)

    def _asked(self, request: Request) -> None:
        if found := leaks(unquote_plus(request.url)):
            self._complaints.append(f"an address tells of {found}")
        if not request.url.startswith((self._origin, "data:")):
            self._complaints.append(f"left the origin: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        offline = self._was_offline and "ERR_INTERNET_DISCONNECTED" in message.text
        expected = self._expected is not None and self._expected in message.text
        if message.type == "error" and not offline and not expected:
            self._complaints.append(f"console: {message.text}")
