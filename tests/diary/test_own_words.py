from __future__ import annotations

import pytest

from diary.own_words import legible


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  A worse night.\r\nThen\tbetter. ", "A worse night.\nThen\tbetter."),
        ("a\x00b\x1b", "ab"),
        ("\u202eevil\u2066", "evil"),
        ("e\u0301", "é"),
        ("👩\u200d⚕️ was kind", "👩\u200d⚕️ was kind"),
        ("\u200b\ufeff\u200d \n", ""),
        ("\x00\u202e", ""),
    ],
)
def test_words_stay_and_what_nobody_sees_goes(text: str, kept: str) -> None:
    """Control characters and those that turn lines around go; joined emoji and line ends stay."""
    assert legible(text) == kept
    assert legible(kept) == kept
