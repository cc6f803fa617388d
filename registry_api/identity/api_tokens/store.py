"""API tokens in the database. Names arrive here sealed, secrets never do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import ReturnDocument

from registry_api.identity.callers import TokenScope
from registry_api.identity.ids import StaffId, TokenId
from registry_api.identity.indexes import API_TOKENS

Document = dict[str, Any]
Transaction = AsyncIOMotorClientSession


@dataclass(frozen=True, kw_only=True)
class ApiToken:
    """`name` is sealed. One that is over is kept until `purge_at`, for whoever wonders what became of it."""

    id: TokenId
    hash: str = field(repr=False)
    organisation: str
    name: bytes = field(repr=False)
    allows: frozenset[TokenScope]
    issued_by: StaffId
    issued_at: datetime
    expires_at: datetime
    purge_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def works(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


class ApiTokenStore:
    """Tokens by id and by the hash of their secret."""

    def __init__(self, database: AsyncIOMotorDatabase[Document]) -> None:
        self._tokens = database[API_TOKENS]

    async def insert(self, token: ApiToken, *, session: Transaction) -> None:
        document = {
            "_id": token.id,
            "hash": token.hash,
            "organisation": token.organisation,
            "name": token.name,
            "scopes": sorted(token.allows),
            "issued_by": token.issued_by,
            "issued_at": token.issued_at,
            "expires_at": token.expires_at,
            "purge_at": token.purge_at,
            "last_used_at": token.last_used_at,
            "revoked_at": token.revoked_at,
        }
        await self._tokens.insert_one(document, session=session)

    async def find(self, token: TokenId, *, session: Transaction | None = None) -> ApiToken | None:
        return _token(await self._tokens.find_one({"_id": token}, session=session))

    async def find_by_hash(self, hashed: str) -> ApiToken | None:
        return _token(await self._tokens.find_one({"hash": hashed}))

    async def of(
        self, organisation: str, now: datetime, *, session: Transaction | None = None
    ) -> list[ApiToken]:
        """An organisation's tokens, newest first, with those that ended lately."""
        found = self._tokens.find({"organisation": organisation}, sort=[("issued_at", -1)], session=session)
        tokens = [token async for each in found if (token := _token(each)) is not None]
        return [token for token in tokens if token.purge_at > now]

    async def revoke(
        self, token: TokenId, now: datetime, purge_at: datetime, *, session: Transaction
    ) -> ApiToken | None:
        """The token as revoked; None where it had ended before."""
        return _token(
            await self._tokens.find_one_and_update(
                {"_id": token, "revoked_at": None},
                {"$set": {"revoked_at": now, "purge_at": purge_at}},
                return_document=ReturnDocument.AFTER,
                session=session,
            )
        )

    async def note_use(self, token: TokenId, now: datetime, *, unless_since: datetime) -> None:
        """Remembers a use, unless there is one since then."""
        await self._tokens.update_one(
            {"_id": token, "$or": [{"last_used_at": None}, {"last_used_at": {"$lte": unless_since}}]},
            {"$set": {"last_used_at": now}},
        )


def _token(found: Document | None) -> ApiToken | None:
    if found is None:
        return None
    return ApiToken(
        id=TokenId(found["_id"]),
        hash=found["hash"],
        organisation=found["organisation"],
        name=found["name"],
        allows=frozenset(TokenScope(each) for each in found["scopes"]),
        issued_by=StaffId(found["issued_by"]),
        issued_at=found["issued_at"],
        expires_at=found["expires_at"],
        purge_at=found["purge_at"],
        last_used_at=found["last_used_at"],
        revoked_at=found["revoked_at"],
    )
