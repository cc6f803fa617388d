from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from registry_api.identity.errors import InvalidPhone
from registry_api.identity.phones import ending, parse


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("+12025550123", "+12025550123"),
        (" +1 (202) 555-0123 ", "+12025550123"),
        ("001 202 555 0123", "+12025550123"),
        ("\uff0b\uff11 202 555 0123", "+12025550123"),
        ("+44 7700 900123", "+447700900123"),
        ("+44 (0) 7700 900123", "+447700900123"),
        ("+61 491 570 156", "+61491570156"),
        ("+34 612 34 56 78", "+34612345678"),
        ("+1 500 555 0006", "+15005550006"),
    ],
)
def test_a_number_may_be_written_in_many_ways(raw: str, expected: str) -> None:
    """Each way of writing gives the same E.164 number, fictional ranges included."""
    assert parse(raw) == expected


def test_a_region_makes_the_country_code_unnecessary() -> None:
    """A national number is read as one of the region that is given."""
    assert parse("(202) 555-0123", "US") == "+12025550123"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("", "Write your phone number"),
        ("   ", "Write your phone number"),
        ("2025550123", "country code"),
        ("+999 555 01234", "country code"),
        ("+1 303", "short"),
        ("+43 0000", "short"),
        ("+1 303 555 01234567", "long"),
        ("+" + "1" * 60, "long"),
        ("+1 202 555 0123 ext. 5", "digits only"),
        ("+1 800 DYSTONIA", "digits only"),
        ("'; drop", "digits only"),
        ("+1 202\x00555 0123", "digits only"),
        ("+1 900 555 0123", "premium"),
        ("+", "digits only"),
    ],
)
def test_what_is_no_number_is_refused_with_a_way_out(raw: str, words: str) -> None:
    """The reason says what is wrong and how to write it, and repeats nothing of what was typed."""
    with pytest.raises(InvalidPhone) as refused:
        parse(raw)
    assert words in refused.value.reason
    assert raw.strip() in {"", "+"} or raw.strip() not in refused.value.reason


@settings(max_examples=60, deadline=None)
@example("+49000000000000000")  # possible by the numbering data, and longer than E.164 has it
@given(st.text(max_size=60) | st.from_regex(r"\+[0-9 ().-]{3,20}", fullmatch=True))
def test_any_text_is_a_number_or_refused(raw: str) -> None:
    """Nothing that can be typed gives anything but E.164 or InvalidPhone."""
    with suppress(InvalidPhone):
        assert re.fullmatch(r"\+[1-9]\d{6,14}", parse(raw))


def test_the_ending_is_four_digits() -> None:
    """The ending shows the last four digits and nothing else."""
    assert ending(parse("+1 202 555 0123")) == "0123"
