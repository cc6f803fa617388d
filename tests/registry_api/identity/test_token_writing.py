from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from registry_api.identity.api_tokens.writing import PATTERN, hashed, is_one, new_secret

_SIGNS = string.ascii_letters + string.digits


def test_a_token_is_recognised_and_never_twice_the_same() -> None:
    """Each has prefix, length and checksum of a token, and one that nobody had."""
    made = {new_secret() for _ in range(200)}
    assert len(made) == 200
    assert all(is_one(secret) and PATTERN.search(f"key={secret};") for secret in made)
    assert len({hashed(secret) for secret in made}) == 200


@given(st.integers(4, 52), st.sampled_from(_SIGNS))
def test_a_slip_of_the_finger_shows(place: int, sign: str) -> None:
    """A token with one sign changed is none."""
    secret = new_secret()
    changed = secret[:place] + sign + secret[place + 1 :]
    assert is_one(changed) == (changed == secret)


@given(st.text())
def test_any_other_text_is_no_token(text: str) -> None:
    """Whatever is sent as a token is told from one without asking the database."""
    assert not is_one(text)
    assert not is_one(f"drt_{text}")
