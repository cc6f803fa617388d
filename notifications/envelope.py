from __future__ import annotations

from typing import Protocol


class Envelope(Protocol):
    """Field encryption: what is sealed under an owner and a field name opens under the same two only."""

    async def seal(self, owner: str, field: str, text: str) -> bytes: ...

    async def open(self, owner: str, field: str, sealed: bytes) -> str: ...
