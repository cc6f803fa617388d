"""Phone numbers as people write them.

A number is taken when it is possible (right length for its country), not only when it is valid (in a range
that the numbering data knows): that data lags behind ranges newly given out, and a person shut out of their
diary is worse than one text that is not delivered. It also keeps the ranges usable that regulators set aside
for fiction, such as +44 7700 900xxx. Ranges that cost the receiver or us a premium are refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType, ValidationResult

from notifications.phone import PhoneNumber
from registry_api.identity.errors import InvalidPhone

_LONGEST_RAW = 40
_SHORTEST_DIGITS = 7  # Niue: country code and four digits
_MOST_DIGITS = 15  # E.164
_HOW = "Write it with the country code, such as +1 202 555 0123."
_ALLOWED = re.compile(r"\+?[\d\s().\-/\u2010-\u2015]+")
_PREMIUM = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})


def parse(raw: str, default_region: str | None = None) -> PhoneNumber:
    """Reads a number in international form, or in the form of `default_region` (ISO 3166-1 alpha-2).

    Raises:
        InvalidPhone: with a sentence that says how to write it, and never the number.
    """
    text = unicodedata.normalize("NFKC", raw[: _LONGEST_RAW + 1]).strip()
    if not text:
        raise InvalidPhone(f"Write your phone number. {_HOW}")
    if len(text) > _LONGEST_RAW:
        raise InvalidPhone(f"This is too long for a phone number. {_HOW}")
    if not _ALLOWED.fullmatch(text):
        raise InvalidPhone(f"A phone number has digits only, with a plus sign in front. {_HOW}")
    if default_region is None and text.startswith("00"):
        text = "+" + text[2:]
    try:
        number = phonenumbers.parse(text, default_region)
    except NumberParseException as failure:
        raise InvalidPhone(_why_unreadable(failure)) from None
    _check(number)
    phone = PhoneNumber(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    if len(phone) <= _SHORTEST_DIGITS:
        raise InvalidPhone(f"This number is too short. {_HOW}")
    if len(phone) > 1 + _MOST_DIGITS:  # the numbering data has countries with longer ones
        raise InvalidPhone(f"This number is too long. {_HOW}")
    return phone


@dataclass(frozen=True)
class Country:
    """`region` is an ISO 3166-1 alpha-2 code, "001" for numbers of no country; `prefix` has no plus."""

    region: str
    prefix: int


def country_of(phone: PhoneNumber) -> Country:
    """Where a number belongs; of countries that share a prefix the main one where its digits do not tell."""
    number = phonenumbers.parse(phone)
    prefix = number.country_code or 0
    main = phonenumbers.region_code_for_country_code(prefix)
    return Country(phonenumbers.region_code_for_number(number) or main, prefix)


def ending(phone: PhoneNumber) -> str:
    """The last four digits, which the person recognises and nobody else can call."""
    return phone[-4:]


def _why_unreadable(failure: NumberParseException) -> str:
    if failure.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return f"The country code is missing or unknown. {_HOW}"
    if failure.error_type == NumberParseException.TOO_LONG:
        return f"This number is too long. {_HOW}"
    return f"This number is too short. {_HOW}"


def _check(number: phonenumbers.PhoneNumber) -> None:
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible in {ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY}:
        raise InvalidPhone(f"This number is too short for its country. {_HOW}")
    if possible == ValidationResult.TOO_LONG:
        raise InvalidPhone(f"This number is too long for its country. {_HOW}")
    if possible != ValidationResult.IS_POSSIBLE:
        raise InvalidPhone(f"This number does not have the right length for its country. {_HOW}")
    if phonenumbers.number_type(number) in _PREMIUM:
        raise InvalidPhone("We do not text premium-rate numbers. Use the number of your own phone.")
