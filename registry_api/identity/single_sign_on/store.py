"""Which login at the institution is whose, and which attempts were used. Logins arrive here hashed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo.errors import DuplicateKeyError

from registry_api.identity.ids import StaffId
from registry_api.identity.indexes import SIGN_ON_ATTEMPTS, STAFF_LOGINS

_ATTEMPTS_KEPT = timedelta(days=1)


class StaffLogins:
    """One account a login; an account may have several."""

    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]]) -> None:
        self._logins = database[STAFF_LOGINS]

    async def account_of(
        self, login_key: str, *, session: AsyncIOMotorClientSession | None = None
    ) -> StaffId | None:
        found = await self._logins.find_one({"_id": login_key}, session=session)
        return StaffId(found["account"]) if found else None

    async def link(
        self, login_key: str, account: StaffId, now: datetime, *, session: AsyncIOMotorClientSession
    ) -> None:
        await self._logins.insert_one(
            {"_id": login_key, "account": account, "linked_at": now}, session=session
        )

    async def unlink(self, login_key: str, *, session: AsyncIOMotorClientSession) -> StaffId | None:
        """Whose the login was; None where it was nobody's."""
        gone = await self._logins.find_one_and_delete({"_id": login_key}, session=session)
        return StaffId(gone["account"]) if gone else None


class UsedAttempts:
    """Attempts that came back, each of which counts once."""

    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]]) -> None:
        self._attempts = database[SIGN_ON_ATTEMPTS]

    async def use(self, state: str, now: datetime, *, session: AsyncIOMotorClientSession) -> bool:
        """Whether this is its first use; where it is not, the transaction has ended."""
        attempt = {"_id": state, "purge_at": now + _ATTEMPTS_KEPT}
        try:
            await self._attempts.insert_one(attempt, session=session)
        except DuplicateKeyError:
            return False
        return True
