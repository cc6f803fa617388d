"""Opaque cursors: a place in the order of somebody's records, as a client passes it back."""

from __future__ import annotations

import base64
import re

from diary.errors import FieldFault, InvalidPage


def cursor_at(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode()


def place_at(cursor: str, form: re.Pattern[str]) -> re.Match[str]:
    """The place that a cursor names, which has this form as a whole.

    Raises:
        InvalidPage: it is none of ours.
    """
    try:
        found = form.fullmatch(base64.b64decode(cursor, altchars=b"-_", validate=True).decode("ascii"))
    except ValueError:
        found = None
    if found is None:
        raise no_cursor_of_ours()
    return found


def no_cursor_of_ours() -> InvalidPage:
    return InvalidPage([FieldFault("after", "Please pass a cursor as it was given.")])
