"""How many text messages a text costs, and how to keep it in the cheap alphabet (3GPP TS 23.038)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_PLAIN = {
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{NO-BREAK SPACE}": " ",
    "\N{NARROW NO-BREAK SPACE}": " ",
    "ç": "c",
}


class Encoding(StrEnum):
    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


@dataclass(frozen=True)
class Size:
    """`units` are septets in GSM-7 and 16-bit units in UCS-2; `segments` is what the carrier charges."""

    encoding: Encoding
    units: int
    segments: int


def measure(text: str) -> Size:
    """Size of a text on the air: 160 septets or 70 units alone, 153 or 67 a segment when joined.

    A character of two units is never cut in two, so joined segments can stay one unit short.
    """
    if all(character in _BASIC or character in _EXTENDED for character in text):
        widths = [2 if character in _EXTENDED else 1 for character in text]
        return _size(Encoding.GSM_7, widths, alone=160, joined=153)
    widths = [2 if ord(character) > 0xFFFF else 1 for character in text]  # noqa: PLR2004 the last 16-bit one
    return _size(Encoding.UCS_2, widths, alone=70, joined=67)


def plain(text: str) -> str:
    """The text in GSM-7: a character outside it loses its accent, or becomes a question mark."""
    return "".join(_plain_character(character) for character in unicodedata.normalize("NFC", text))


def _plain_character(character: str) -> str:
    if character in _BASIC or character in _EXTENDED:
        return character
    if character in _PLAIN:
        return _PLAIN[character]
    bare = "".join(
        part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part)
    )
    return bare if bare and all(part in _BASIC for part in bare) else "?"


def _size(encoding: Encoding, widths: list[int], *, alone: int, joined: int) -> Size:
    units = sum(widths)
    if units <= alone:
        return Size(encoding, units, 1)
    segments, room = 1, joined
    for width in widths:
        if width > room:
            segments, room = segments + 1, joined
        room -= width
    return Size(encoding, units, segments)
