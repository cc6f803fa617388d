"""Everything that the database holds, to be searched for what must not be there in clear."""

from __future__ import annotations

from typing import Any

import bson
from motor.motor_asyncio import AsyncIOMotorDatabase

UNWATCHED = "test clean-up"
"""The comment of a query that is the test's own, not the product's, and may read a whole collection."""


async def stored_bytes(database: AsyncIOMotorDatabase[dict[str, Any]]) -> bytes:
    """All documents of all collections, as BSON."""
    found = []
    for name in await database.list_collection_names():
        found += [bson.encode(document) async for document in database[name].find({}, comment=UNWATCHED)]
    return b"".join(found)


async def all_of(database: AsyncIOMotorDatabase[dict[str, Any]], collection: str) -> list[dict[str, Any]]:
    """All documents of one collection."""
    return [document async for document in database[collection].find({}, comment=UNWATCHED)]
