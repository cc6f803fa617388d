"""What the diary asks of whoever keeps keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Envelope(Protocol):
    """Seals free text of one owner, so that it opens only as that owner's and that field's."""

    async def seal(self, owner: str, field: str, text: str) -> bytes: ...

    async def open_texts(self, sealed: Sequence[tuple[str, str, bytes]]) -> list[str]:
        """Opens many at once, each given with its owner and its field."""
        ...
