"""Contributors without a name: keyed marks that tell whether somebody was counted, to whoever has the key.

To know how many people joined or left a count, the ones counted last time must be recognised, also when
their record was erased since. Dated facts cannot tell (an erased record has none), and patient ids would be a
second list of who has which form. So each count keeps the marks of those whom it counts: HMAC-SHA-256 of the
patient id, cut to 128 bits, under a key that lies sealed in the vault. A mark leads back to nobody whose id
is gone, and it is dropped when the count next moves.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from diary.ids import PatientId

KEY_BYTES = 32
_MARK_BYTES = 16
_MARKS_IN_A_CHUNK = 100_000


def mark(key: bytes, patient: PatientId) -> bytes:
    """The same 16 bytes for the same person and key."""
    return hmac.new(key, patient.encode(), hashlib.sha256).digest()[:_MARK_BYTES]


def pack(people: AbstractSet[bytes]) -> Iterator[bytes]:
    """The marks in chunks of at most 1.6 MB, sorted, so that their order tells nothing.

    Nobody is one empty chunk.
    """
    ordered = sorted(people)
    for start in range(0, max(len(ordered), 1), _MARKS_IN_A_CHUNK):
        yield b"".join(ordered[start : start + _MARKS_IN_A_CHUNK])


def unpack(chunks: Iterable[bytes]) -> frozenset[bytes]:
    """The marks that `pack` packed."""
    return frozenset(
        chunk[start : start + _MARK_BYTES] for chunk in chunks for start in range(0, len(chunk), _MARK_BYTES)
    )
