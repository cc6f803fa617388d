"""Short names that people give to their own things. Pure."""

from __future__ import annotations

import unicodedata

from diary.errors import FieldFault
from registry_api.identity.errors import InvalidDetails

MOST_CHARACTERS = 60


def read_label(raw: str, field: str) -> str:
    """The name without needless spaces.

    Raises:
        InvalidDetails: it is empty, too long, or holds characters that cannot be seen.
    """
    text = " ".join(unicodedata.normalize("NFC", raw).split())
    if not text:
        raise InvalidDetails(FieldFault(field, "Write a name by which you will know it."))
    if len(text) > MOST_CHARACTERS:
        raise InvalidDetails(FieldFault(field, f"Write at most {MOST_CHARACTERS} characters."))
    if not text.isprintable():
        raise InvalidDetails(FieldFault(field, "Use letters, digits and signs that can be seen."))
    return text
