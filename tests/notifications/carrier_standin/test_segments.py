import pytest

from notifications.carrier_standin.segments import cut


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("é¿ñü@", "GSM-7", 5, 1),
        ("[" * 77, "GSM-7", 154, 1),
        ("[" * 153, "GSM-7", 306, 3),
        ("í", "UCS-2", 1, 1),
        ("\u2019" + "a" * 69, "UCS-2", 70, 1),
        ("\u2019" + "a" * 70, "UCS-2", 71, 2),
        ("😀" * 35, "UCS-2", 70, 1),
        ("😀" * 36, "UCS-2", 72, 2),
        ("😀" * 67, "UCS-2", 134, 3),
    ],
)
def test_texts_are_cut_as_the_air_interface_does(text: str, encoding: str, units: int, segments: int) -> None:
    """Extended characters take two septets, astral ones two units, and none is split over two segments."""
    pieces = cut(text)
    assert (pieces.encoding, pieces.units, pieces.segments) == (encoding, units, segments)
