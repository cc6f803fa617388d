"""Accounts, challenges and sessions in the database. Phone numbers and names arrive here sealed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from registry_api.identity.callers import Role
from registry_api.identity.errors import NotFound
from registry_api.identity.ids import ChallengeId, SessionId
from registry_api.identity.indexes import ACCOUNTS, CHALLENGES, SESSIONS
from registry_api.identity.languages import Language

Document = dict[str, Any]
Database = AsyncIOMotorDatabase[Document]
Transaction = AsyncIOMotorClientSession


@dataclass(frozen=True, kw_only=True)
class Account:
    """`id` is a patient's or a staff member's id; `phone` and `name` are sealed under that id."""

    id: str
    role: Role
    phone_key: str
    phone: bytes
    name: bytes | None
    language: Language
    organisation: str | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """A code that was sent. `phone` is sealed under the service's own key."""

    id: ChallengeId
    phone_key: str
    phone: bytes
    language: Language
    code_hash: str
    made_at: datetime
    expires_at: datetime
    tries: int = 0


@dataclass(frozen=True, kw_only=True)
class Session:
    """`created_at` is when somebody signed in; `expires_at` the earlier of the idle and the absolute end."""

    id: SessionId
    account: str
    role: Role
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    stepped_up_at: datetime | None = None


class AccountStore:
    """Accounts by id and by phone key."""

    def __init__(self, database: Database) -> None:
        self._accounts = database[ACCOUNTS]

    async def find(self, account: str, *, session: Transaction | None = None) -> Account | None:
        found = await self._accounts.find_one({"_id": account}, session=session)
        return _account_of(found) if found else None

    async def find_many(self, accounts: Sequence[str]) -> dict[str, Account]:
        """Those of the accounts that exist, by id, in one round trip."""
        found = self._accounts.find({"_id": {"$in": list(accounts)}})
        return {document["_id"]: _account_of(document) async for document in found}

    async def find_by_phone_key(self, phone_key: str) -> Account | None:
        found = await self._accounts.find_one({"phone_key": phone_key})
        return _account_of(found) if found else None

    async def insert(self, account: Account) -> bool:
        """Whether the account was added; False where its number has one already."""
        try:
            await self._accounts.insert_one(_account_document(account))
        except DuplicateKeyError:
            return False
        return True

    async def insert_many(self, accounts: Iterable[Account], *, session: Transaction | None = None) -> None:
        """Adds many at once, for seeding; a number that is taken already is an error."""
        documents = [_account_document(account) for account in accounts]
        if documents:
            await self._accounts.insert_many(documents, ordered=False, session=session)

    async def set_name(self, account: str, sealed: bytes, *, session: Transaction | None = None) -> None:
        await self._accounts.update_one({"_id": account}, {"$set": {"name": sealed}}, session=session)

    async def take_turn(self, account: str, *, session: Transaction) -> None:
        """Makes the transactions that call this for one account run one after the other.

        Raises:
            NotFound: the account is gone.
        """
        taken = await self._accounts.update_one({"_id": account}, {"$inc": {"turn": 1}}, session=session)
        if not taken.matched_count:
            raise NotFound


class ChallengeStore:
    """One document a number, so that a newer code takes the place of an older one."""

    def __init__(self, database: Database) -> None:
        self._challenges = database[CHALLENGES]

    async def requests(self, phone_key: str, *, session: Transaction | None = None) -> list[datetime]:
        """When codes were asked for on this number lately, newest first."""
        found = await self._challenges.find_one({"_id": phone_key}, {"requests": 1}, session=session)
        return list(found["requests"]) if found else []

    async def replace(
        self,
        challenge: Challenge,
        requests: Sequence[datetime],
        purge_at: datetime,
        *,
        session: Transaction,
    ) -> ChallengeId | None:
        """Stores the challenge and returns the one that it ends.

        Raises:
            DuplicateKeyError: another transaction made the number's first challenge meanwhile; try again.
        """
        values = {
            "challenge": challenge.id,
            "phone": challenge.phone,
            "language": challenge.language,
            "code_hash": challenge.code_hash,
            "made_at": challenge.made_at,
            "expires_at": challenge.expires_at,
            "tries": challenge.tries,
            "consumed_at": None,
            "requests": list(requests),
            "purge_at": purge_at,
        }
        before = await self._challenges.find_one_and_update(
            {"_id": challenge.phone_key}, {"$set": values}, {"challenge": 1}, upsert=True, session=session
        )
        return ChallengeId(before["challenge"]) if before else None

    async def count_try(self, phone_key: str, now: datetime, most: int) -> Challenge | None:
        """Counts a try before the code is looked at; None where no code is open or its tries are used up."""
        open_code = {
            "_id": phone_key,
            "consumed_at": None,
            "expires_at": {"$gt": now},
            "tries": {"$lt": most},
        }
        return _challenge_of(
            await self._challenges.find_one_and_update(
                open_code, {"$inc": {"tries": 1}}, return_document=ReturnDocument.AFTER
            )
        )

    async def consume(self, challenge: Challenge, now: datetime, *, session: Transaction) -> bool:
        """Uses the code up; False where it was used, or replaced by a newer one, meanwhile."""
        taken = await self._challenges.update_one(
            {"_id": challenge.phone_key, "challenge": challenge.id, "consumed_at": None},
            {"$set": {"consumed_at": now}},
            session=session,
        )
        return taken.modified_count == 1

    async def find(self, challenge: ChallengeId, now: datetime) -> Challenge | None:
        """A challenge that is still open."""
        found = await self._challenges.find_one(
            {"challenge": challenge, "consumed_at": None, "expires_at": {"$gt": now}}
        )
        return _challenge_of(found)


class SessionStore:
    """Sessions under the hash of their token."""

    def __init__(self, database: Database) -> None:
        self._sessions = database[SESSIONS]

    async def insert(self, made: Session, *, session: Transaction | None = None) -> None:
        document = {
            "_id": made.id,
            "account": made.account,
            "role": made.role,
            "created_at": made.created_at,
            "last_seen_at": made.last_seen_at,
            "expires_at": made.expires_at,
            "stepped_up_at": made.stepped_up_at,
        }
        await self._sessions.insert_one(document, session=session)

    async def find(
        self, name: SessionId, now: datetime, *, session: Transaction | None = None
    ) -> Session | None:
        found = await self._sessions.find_one({"_id": name}, session=session)
        if found is None or found["expires_at"] <= now:
            return None
        return Session(
            id=SessionId(found["_id"]),
            account=found["account"],
            role=Role(found["role"]),
            created_at=found["created_at"],
            last_seen_at=found["last_seen_at"],
            expires_at=found["expires_at"],
            stepped_up_at=found.get("stepped_up_at"),
        )

    async def touch(self, name: SessionId, now: datetime, expires_at: datetime) -> None:
        await self._sessions.update_one(
            {"_id": name, "last_seen_at": {"$lt": now}},
            {"$set": {"last_seen_at": now, "expires_at": expires_at}},
        )

    async def delete(self, name: SessionId, *, session: Transaction | None = None) -> bool:
        gone = await self._sessions.delete_one({"_id": name}, session=session)
        return gone.deleted_count == 1

    async def delete_all(self, account: str, *, session: Transaction | None = None) -> int:
        """Ends every session of an account; how many there were."""
        gone = await self._sessions.delete_many({"account": account}, session=session)
        return gone.deleted_count


def _account_document(account: Account) -> Document:
    return {
        "_id": account.id,
        "role": account.role,
        "phone_key": account.phone_key,
        "phone": account.phone,
        "name": account.name,
        "language": account.language,
        "organisation": account.organisation,
        "created_at": account.created_at,
    }


def _account_of(found: Document) -> Account:
    return Account(
        id=found["_id"],
        role=Role(found["role"]),
        phone_key=found["phone_key"],
        phone=found["phone"],
        name=found["name"],
        language=Language(found["language"]),
        organisation=found["organisation"],
        created_at=found["created_at"],
    )


def _challenge_of(found: Document | None) -> Challenge | None:
    if found is None:
        return None
    return Challenge(
        id=ChallengeId(found["challenge"]),
        phone_key=found["_id"],
        phone=found["phone"],
        language=Language(found["language"]),
        code_hash=found["code_hash"],
        made_at=found["made_at"],
        expires_at=found["expires_at"],
        tries=found["tries"],
    )
