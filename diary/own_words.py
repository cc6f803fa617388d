"""Free text as a person can read it again: without characters that nobody sees or that turn lines around."""

from __future__ import annotations

import unicodedata

_KEPT = frozenset("\n\t")
_TURNING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def legible(text: str) -> str:
    """The words in Unicode's composed form, without control characters and space around them.

    Empty where nothing of it can be seen. Characters that join others, as emoji have, stay.
    """
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(each for each in lines if each in _KEPT or not _is_control(each)).strip()
    return kept if any(_is_seen(each) for each in kept) else ""


def _is_control(character: str) -> bool:
    return character in _TURNING or unicodedata.category(character) == "Cc"


def _is_seen(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) != "Cf"
