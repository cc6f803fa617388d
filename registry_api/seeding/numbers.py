"""Telephone numbers that belong to nobody; the ranges are explained in numbers.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from notifications.phone import PhoneNumber

_LINES_AN_AREA = 99
_BRITISH = 1000
_AUSTRALIAN = 10_000


def fictional_number(country: str, index: int) -> PhoneNumber:
    """The number of the person with this index, from 0; different indexes have different numbers."""
    if country == "GB" and index + 1 < _BRITISH:
        return PhoneNumber(f"+447700900{index + 1:03}")
    if country == "AU" and index < _AUSTRALIAN:
        return PhoneNumber(f"+6125550{index:04}")
    areas = _american_areas()
    line, area = divmod(index, len(areas))
    if line < _LINES_AN_AREA:
        return PhoneNumber(f"+1{areas[area]}55501{line + 1:02}")
    return PhoneNumber(f"+9991{index:010}")


@cache
def _american_areas() -> list[int]:
    text = resources.files("registry_api.seeding").joinpath("numbers.toml").read_text("utf-8")
    areas: list[int] = tomllib.loads(text)["american_areas"]
    return areas
