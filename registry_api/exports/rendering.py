"""Sets a printed sheet as one page of PDF/UA-1, which screen readers can read aloud.

Typst does it in a thread without the interpreter's lock: some hundredths of a second of one core. So few run
at once, and whoever waits too long is told to come back.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache, partial
from importlib.resources import as_file, files
from typing import Any

import orjson
import structlog

from registry_api.exports.errors import SheetUnavailable
from registry_api.exports.printed import PrintedSheet

AT_ONCE = 2
MOST_WAITING = 20
MOST_A_PERSON = 5
WITHIN_SECONDS = 10.0
STANDARD = "ua-1"
_PICTURE_PPI = 120.0
_log = structlog.get_logger("exports")


class Press:
    """Sets sheets, at most two at once in a process. `close` ends its threads."""

    def __init__(self, *, within_seconds: float = WITHIN_SECONDS, most_waiting: int = MOST_WAITING) -> None:
        self._within = within_seconds
        self._most = AT_ONCE + most_waiting
        self._under_way: Counter[str] = Counter()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="typst")

    async def pdf(self, owner: str, sheet: PrintedSheet, made_at: datetime) -> bytes:
        """The sheet as PDF. Nobody has more than five under way, so that one person keeps none from others.

        Raises:
            SheetUnavailable: too many wait, or it took too long; it may be asked for again.
        """
        return await self._run(owner, lambda: set_pdf(sheet, made_at))

    async def picture(self, owner: str, sheet: PrintedSheet) -> bytes:
        """The sheet as a PNG to look at, about as wide as a phone shows; raises as `pdf` does."""
        return await self._run(owner, lambda: set_picture(sheet))

    def close(self) -> None:
        """Lets what is under way end by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, owner: str, work: Callable[[], bytes]) -> bytes:
        if self._under_way.total() >= self._most or self._under_way[owner] >= MOST_A_PERSON:
            raise SheetUnavailable
        self._under_way[owner] += 1
        done = asyncio.get_running_loop().run_in_executor(self._threads, work)
        done.add_done_callback(partial(self._ended, owner))
        try:
            async with asyncio.timeout(self._within):
                return await asyncio.shield(done)
        except TimeoutError:
            done.cancel()  # takes it off the queue where it has not begun
            raise SheetUnavailable from None

    def _ended(self, owner: str, done: asyncio.Future[bytes]) -> None:
        self._under_way -= Counter((owner,))  # which forgets whoever has none any more
        if not done.cancelled():
            done.exception()  # whoever asked has it already, or has gone


def set_pdf(sheet: PrintedSheet, made_at: datetime) -> bytes:
    """The sheet as PDF. Typst itself checks that it keeps PDF/UA-1.

    Words with signs that our fonts lack, such as Chinese, are set with what fonts the machine has. Then the
    sheet is tagged all the same, but nobody can vouch for the standard, which asks that every sign be shown.
    """
    printed, at = orjson.dumps(sheet).decode(), made_at.replace(microsecond=0)  # Typst takes no less
    try:
        return typeset(printed, format="pdf", pdf_standards=[STANDARD], timestamp=at)
    except RuntimeError as refused:
        if "could not be displayed" not in str(refused):
            raise
    _log.warning("sheet_beyond_our_fonts")
    return typeset(printed, system_fonts=True, format="pdf", timestamp=at)


def set_picture(sheet: PrintedSheet) -> bytes:
    """The sheet as PNG, 1000 pixels wide or so; signs that no font of ours has are left out."""
    return typeset(orjson.dumps(sheet).decode(), format="png", ppi=_PICTURE_PPI)


def typeset(
    sheet: str, *, template: bytes | None = None, system_fonts: bool = False, **options: Any
) -> bytes:
    """What Typst makes of the JSON of a sheet, with our fonts and its own, or with all of the machine.

    Raises:
        typst.TypstError: the template does not fit, or breaks with the standard that is asked for.
    """
    import typst  # noqa: PLC0415 sixty megabytes that most processes never need

    made = typst.compile(
        template or visit_sheet_template(),
        font_paths=_fonts(system_fonts=system_fonts),
        sys_inputs={"sheet": sheet},
        **options,
    )
    return bytes(made)


@cache
def visit_sheet_template() -> bytes:
    return files("registry_api.exports").joinpath("visit_sheet.typ").read_bytes()


@cache
def _fonts(*, system_fonts: bool) -> Any:
    import typst  # noqa: PLC0415 the same

    with as_file(files("registry_api.exports").joinpath("fonts")) as folder:
        return typst.Fonts(
            include_system_fonts=system_fonts, include_embedded_fonts=True, font_paths=[str(folder)]
        )
