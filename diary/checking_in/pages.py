"""Pages of entries and their opaque cursors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from diary.check_ins import CheckIn
from diary.cursors import cursor_at, no_cursor_of_ours, place_at
from diary.errors import FieldFault, InvalidPage

LONGEST_PAGE = 400
_PLACE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})/([a-z0-9_-]{1,64})")


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, newest day first. `has_previous` says only that this page came after a cursor."""

    entries: tuple[CheckIn, ...]
    has_next: bool
    has_previous: bool

    @property
    def start_cursor(self) -> str | None:
        return cursor_of(self.entries[0]) if self.entries else None

    @property
    def end_cursor(self) -> str | None:
        return cursor_of(self.entries[-1]) if self.entries else None


def cursor_of(check_in: CheckIn) -> str:
    """The place of an entry among its person's: pass it back as it is."""
    return cursor_at(f"{check_in.about.isoformat()}/{check_in.instrument}")


def place_of(cursor: str) -> tuple[date, str]:
    """The day and the instrument of a cursor.

    Raises:
        InvalidPage: it is none of ours.
    """
    found = place_at(cursor, _PLACE)
    try:
        return date.fromisoformat(found[1]), found[2]
    except ValueError:
        raise no_cursor_of_ours() from None


def checked_length(first: int) -> int:
    """The length of a page, 1 to 400.

    Raises:
        InvalidPage: it is out of range.
    """
    if not 1 <= first <= LONGEST_PAGE:
        raise InvalidPage([FieldFault("first", f"Please ask for 1 to {LONGEST_PAGE} entries.")])
    return first
