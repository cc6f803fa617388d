from __future__ import annotations

import pytest

from registry_api.identity.codes import new_code, normalised
from tests.registry_api.identity.desk import CountingHasher


def test_codes_have_six_digits_and_differ() -> None:
    """A hundred codes are six digits each, and hardly any two are equal."""
    codes = [new_code() for _ in range(100)]
    assert all(len(code) == 6 and code.isascii() and code.isdigit() for code in codes)
    assert len(set(codes)) > 90


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("012345", "012345"),
        (" 012 345 ", "012345"),
        ("012-345", "012345"),
        ("\uff10\uff11\uff12\uff13\uff14\uff15", "012345"),
        ("\u0660\u0661\u0662\u0663\u0664\u0665", "012345"),
        ("12345", None),
        ("1234567", None),
        ("abcdef", None),
        ("", None),
        ("\u00bd23456", None),
        ("1" * 10_000, None),
    ],
)
def test_a_code_may_be_typed_in_any_script(typed: str, expected: str | None) -> None:
    """Six digits of any script count, with spaces or dashes; anything else does not."""
    assert normalised(typed) == expected


async def test_a_hash_matches_its_own_code_only(hasher: CountingHasher) -> None:
    """The hash is argon2id, does not hold the code, and no code matches where there is no hash."""
    hashed = await hasher.hash("012345")
    assert hashed.startswith("$argon2id$")
    assert "012345" not in hashed
    assert await hasher.matches(hashed, "012345")
    assert not await hasher.matches(hashed, "012346")
    assert not await hasher.matches(None, "012345")
