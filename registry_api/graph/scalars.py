from __future__ import annotations

from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

Base64Url = NewType("Base64Url", str)
LocalTime = NewType("LocalTime", str)
PartialDate = NewType("PartialDate", str)
TimeZone = NewType("TimeZone", str)


def _text(name: str, description: str) -> ScalarDefinition:
    """A scalar that travels as text; the domain says what is wrong with it, as a problem with a path."""
    return strawberry.scalar(name=name, description=description, serialize=str, parse_value=str)


SCALARS: dict[object, ScalarDefinition] = {
    Base64Url: _text("Base64Url", "Bytes in base64url without padding, as browsers give those of passkeys."),
    LocalTime: _text("LocalTime", "A local time of day, HH:MM, 24 hours."),
    PartialDate: _text(
        "PartialDate", "A date known to the year, the month or the day: YYYY, YYYY-MM or YYYY-MM-DD."
    ),
    TimeZone: _text("TimeZone", "An IANA time zone name, such as America/New_York."),
}
