from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.carrier_standin.segments import cut
from notifications.segments import Encoding, Size, measure, plain


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", Size(Encoding.GSM_7, 0, 1)),
        ("a" * 160, Size(Encoding.GSM_7, 160, 1)),
        ("a" * 161, Size(Encoding.GSM_7, 161, 2)),
        ("a" * 306, Size(Encoding.GSM_7, 306, 2)),
        ("a" * 307, Size(Encoding.GSM_7, 307, 3)),
        ("€" * 80, Size(Encoding.GSM_7, 160, 1)),
        ("a" * 152 + "€" + "a" * 152, Size(Encoding.GSM_7, 306, 3)),  # the euro sign is not cut in two
        ("ñé¿¡ü", Size(Encoding.GSM_7, 5, 1)),
        ("í" * 70, Size(Encoding.UCS_2, 70, 1)),
        ("í" * 71, Size(Encoding.UCS_2, 71, 2)),
        ("\N{RIGHT SINGLE QUOTATION MARK}", Size(Encoding.UCS_2, 1, 1)),
        ("😀" * 35, Size(Encoding.UCS_2, 70, 1)),
        ("í" * 66 + "😀" + "í" * 10, Size(Encoding.UCS_2, 78, 2)),
    ],
)
def test_sizes(text: str, size: Size) -> None:
    """The limits of both alphabets, alone and joined."""
    assert measure(text) == size


@given(st.text(alphabet=st.sampled_from("ab €{ñí😀\n"), max_size=400))
def test_segments_hold_the_text(text: str) -> None:
    """Enough segments, at most one unit lost in each, and more text never takes fewer."""
    size = measure(text)
    room = {Encoding.GSM_7: (160, 153), Encoding.UCS_2: (70, 67)}[size.encoding]
    if size.segments == 1:
        assert size.units <= room[0]
    else:
        assert room[0] < size.units <= size.segments * room[1]
        assert size.segments <= -(-size.units // (room[1] - 1))
    assert measure(text + "a").segments >= size.segments


@given(st.text(alphabet=st.sampled_from("ab €{ñí😀\n"), max_size=400))
def test_the_stand_in_counts_the_same(text: str) -> None:
    """Two counters written apart agree."""
    theirs = cut(text)
    ours = measure(text)
    assert (theirs.encoding, theirs.units, theirs.segments) == (ours.encoding, ours.units, ours.segments)


@given(st.text())
def test_plain_text_is_gsm_7(text: str) -> None:
    """Whatever comes in, the result is in the cheap alphabet and stays as it is when done twice."""
    assert measure(plain(text)).encoding is Encoding.GSM_7
    assert plain(plain(text)) == plain(text)


def test_plain_text_keeps_what_it_can() -> None:
    """Accents outside the alphabet go, those inside stay."""
    assert plain("«Opción» señor \u2013 “así” ça va? 😀") == '?Opcion? señor - "asi" ca va? ?'
