from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from motor.motor_asyncio import AsyncIOMotorClientSession

T = TypeVar("T")


class Transactions(Protocol):
    """Runs an act in one snapshot transaction, and again from its beginning on a write conflict."""

    async def transact(self, act: Callable[[AsyncIOMotorClientSession], Coroutine[Any, Any, T]]) -> T: ...
