"""How the air interface cuts a text: GSM 03.38 septets or UCS-2 code units, one segment or several."""

from dataclasses import dataclass
from typing import Literal

Encoding = Literal["GSM-7", "UCS-2"]

# The default alphabet of 3GPP TS 23.038, table 6.2.1, without the escape character.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# The extension table, 6.2.1.1: each of these takes an escape and a septet.
_EXTENDED = frozenset("\f^{}\\[~]|€")

_GSM_ALONE, _GSM_EACH = 160, 153
_UCS_ALONE, _UCS_EACH = 70, 67


@dataclass(frozen=True, slots=True)
class Cut:
    """`units` are septets (GSM-7) or 16-bit units (UCS-2); `segments` is at least 1, also for no text."""

    encoding: Encoding
    units: int
    segments: int


def cut(text: str) -> Cut:
    """Counts the segments of a text; a character that needs two units is never split over two segments."""
    if all(character in _BASIC or character in _EXTENDED for character in text):
        sizes = [2 if character in _EXTENDED else 1 for character in text]
        return Cut("GSM-7", sum(sizes), _segments(sizes, _GSM_ALONE, _GSM_EACH))
    sizes = [2 if ord(character) > 0xFFFF else 1 for character in text]  # noqa: PLR2004 the basic plane
    return Cut("UCS-2", sum(sizes), _segments(sizes, _UCS_ALONE, _UCS_EACH))


def _segments(sizes: list[int], alone: int, each: int) -> int:
    if sum(sizes) <= alone:
        return 1
    segments, room = 1, each
    for size in sizes:
        if size > room:
            segments, room = segments + 1, each
        room -= size
    return segments
