"""How a token is written: `drt_`, 256 random bits in 43 signs, and their CRC-32 in 6. Pure but for chance.

The prefix and the checksum let programs that look for leaked secrets find one without asking us, and let us
refuse what is no token without asking the database. All signs are letters and digits, so that a double click
takes the whole.
"""

from __future__ import annotations

import re
import secrets
from hashlib import sha256
from zlib import crc32

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PREFIX = "drt_"
_BITS, _RANDOM_SIGNS, _CHECK_SIGNS = 256, 43, 6
PATTERN = re.compile(rf"{_PREFIX}[0-9A-Za-z]{{{_RANDOM_SIGNS + _CHECK_SIGNS}}}")


def new_secret() -> str:
    """A token that nobody has."""
    random = _in_signs(secrets.randbits(_BITS), _RANDOM_SIGNS)
    return f"{_PREFIX}{random}{_check(random)}"


def is_one(text: str) -> bool:
    """Whether this could be a token of ours, whoever has it."""
    if not PATTERN.fullmatch(text):
        return False
    random = text[len(_PREFIX) : -_CHECK_SIGNS]
    return text.endswith(_check(random))


def hashed(secret: str) -> str:
    """Under what a token is known; nobody can go back from it, and so many bits need no salt."""
    return sha256(secret.encode()).hexdigest()


def _check(random: str) -> str:
    return _in_signs(crc32(random.encode()), _CHECK_SIGNS)


def _in_signs(number: int, length: int) -> str:
    written = ""
    for _ in range(length):
        number, sign = divmod(number, len(_SIGNS))
        written = _SIGNS[sign] + written
    return written
