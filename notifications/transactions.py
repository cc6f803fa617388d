from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase

T = TypeVar("T")


class TransactionalDatabase(Protocol):
    """A database, and a way to run an act in one snapshot transaction, again on a write conflict."""

    @property
    def database(self) -> AsyncIOMotorDatabase[dict[str, Any]]: ...

    async def transact(self, act: Callable[[AsyncIOMotorClientSession], Coroutine[Any, Any, T]]) -> T: ...
