"""Sign-in codes: six digits, kept only as an argon2id hash.

16 MiB, two passes, one lane: about 35 ms of one core. Trying all million codes against a stolen hash takes
some ten hours of one core; the code lives for ten minutes. Hashing runs in two threads of its own, so that a
wave of guesses can neither block the event loop nor take more than 32 MB.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

DIGITS = 6
_SEPARATORS = re.compile(r"[\s\-.\u2010-\u2015]")


def new_code() -> str:
    """Six digits from the system's random source; leading zeros count."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def normalised(raw: str) -> str | None:
    """The six digits that somebody typed, in any script and with any spacing; None for anything else."""
    if len(raw) > 4 * DIGITS:
        return None
    text = _SEPARATORS.sub("", unicodedata.normalize("NFKC", raw))
    if len(text) != DIGITS or not text.isdecimal():
        return None
    return "".join(str(unicodedata.decimal(character)) for character in text)


class CodeHasher:
    """Argon2id in worker threads."""

    def __init__(self) -> None:
        self._argon2 = PasswordHasher(time_cost=2, memory_cost=16_384, parallelism=1, type=Type.ID)
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="sign-in-code")
        self._of_nobody = self._argon2.hash(secrets.token_hex(16))

    async def hash(self, code: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._argon2.hash, code)

    async def matches(self, hashed: str | None, code: str) -> bool:
        """Whether the code belongs to the hash; takes as long, and is False, where there is no hash."""
        known = hashed is not None
        right = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._verify, hashed or self._of_nobody, code
        )
        return known and right

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verify(self, hashed: str, code: str) -> bool:
        try:
            return self._argon2.verify(hashed, code)
        except (VerificationError, InvalidHashError):
            return False
