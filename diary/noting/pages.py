"""Pages of notes and their opaque cursors. A note's place is fixed when it is first received."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from diary.cursors import cursor_at, place_at
from diary.notes import Note

_PLACE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}/[0-9]{1,20}/[0-9A-Za-z-]{1,64}")
_AFTER_EVERY_DAY = "A"


@dataclass(frozen=True, slots=True)
class NotePage:
    """Some notes, newest day first and in a day newest first."""

    notes: tuple[Note, ...]
    has_next: bool
    has_previous: bool


def place(note: Note) -> str:
    """Where a note stands among its person's: by day, then by when it was first said."""
    said = round(note.revisions[0].said_at.timestamp() * 1000)
    return f"{note.about.isoformat()}/{said:015d}/{note.id}"


def days(since: date | None, until: date | None) -> tuple[str, str]:
    """The places from `since` to `until` (both included): at or after the first, before the second."""
    low = since.isoformat() if since is not None else ""
    if until is None or until == date.max:
        return low, _AFTER_EVERY_DAY
    return low, (until + timedelta(days=1)).isoformat()


def cursor_of(note: Note) -> str:
    """The place of a note: pass it back as it is."""
    return cursor_at(place(note))


def place_of(cursor: str) -> str:
    """The place that a cursor names.

    Raises:
        InvalidPage: it is none of ours.
    """
    return place_at(cursor, _PLACE)[0]
