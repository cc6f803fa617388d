"""Where somebody lives, as coarsely as finding trials nearby allows.

Countries are those of ISO 3166-1 in the time zone data. American ZIP codes become a place rounded to a tenth
of a degree, about eleven kilometres; the full code is kept sealed, its first three digits in clear.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import zipcodes

_ZIP_COUNTRIES = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
_ZIP = re.compile(r"(\d{5})(?:[- ]?\d{4})?")
_OTHER_POSTAL_CODE = re.compile(r"[A-Z0-9][A-Z0-9 -]{0,9}[A-Z0-9]")
_AREA_DIGITS = 3


class UnknownPostalCode(ValueError):
    """Its text says what to write instead."""


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees, rounded to 0.1."""

    latitude: float
    longitude: float


@cache
def countries() -> frozenset[str]:
    """ISO 3166-1 alpha-2 codes in use."""
    table = (resources.files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8")
    return frozenset(line[:2] for line in table.splitlines() if line and not line.startswith("#"))


def has_zip_codes(country: str) -> bool:
    return country in _ZIP_COUNTRIES


def normalised_postal_code(country: str, raw: str) -> str | None:
    """The code in one way of writing; None for an empty one.

    Raises:
        UnknownPostalCode: it is not written as codes of this country are, or is no ZIP code in use.
    """
    text = " ".join(raw.upper().split())
    if not text:
        return None
    if not has_zip_codes(country):
        if not _OTHER_POSTAL_CODE.fullmatch(text):
            raise UnknownPostalCode("Write letters and digits only, or leave it empty.")
        return text
    written = _ZIP.fullmatch(text)
    if written is None:
        raise UnknownPostalCode("Write the five digits of the ZIP code, or leave it empty.")
    if written[1] not in _zip_places():
        raise UnknownPostalCode("We do not know this ZIP code. Check it, or leave it empty.")
    return written[1]


def place_of(country: str, postal_code: str | None) -> Place | None:
    """The place of a normalised ZIP code; None elsewhere, because no list of other codes is at hand."""
    if postal_code is None or not has_zip_codes(country):
        return None
    return _zip_places().get(postal_code)


def area_of(country: str, postal_code: str | None) -> str | None:
    """The part of a normalised postal code that is coarse enough to be kept in clear."""
    if postal_code is None or not has_zip_codes(country):
        return None
    return postal_code[:_AREA_DIGITS]


def load() -> None:
    """Reads the lists, which takes about half a second; call it in a thread before the first use."""
    countries()
    _zip_places()


@cache
def _zip_places() -> dict[str, Place | None]:
    list_all: Callable[[], list[dict[str, Any]]] = zipcodes.list_all
    return {row["zip_code"]: _place(float(row["lat"]), float(row["long"])) for row in list_all()}


def _place(latitude: float, longitude: float) -> Place | None:
    """None for the codes of army posts abroad, which the list puts at 0, 0."""
    if (latitude, longitude) == (0.0, 0.0):
        return None
    return Place(round(latitude, 1), round(longitude, 1))
