"""Accounts and sessions in the database. Phone numbers and names arrive here sealed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import DESCENDING

from notifications.ids import AddressKey
from registry_api.identity.callers import Role
from registry_api.identity.devices import UNKNOWN, Device
from registry_api.identity.errors import NotFound
from registry_api.identity.ids import SessionId
from registry_api.identity.indexes import ACCOUNTS, SESSIONS
from registry_api.identity.languages import Language

Document = dict[str, Any]
Database = AsyncIOMotorDatabase[Document]
Transaction = AsyncIOMotorClientSession


@dataclass(frozen=True, kw_only=True)
class Account:
    """`id` is a patient's or a staff member's id; `number` names their phone number, `identity` is sealed."""

    id: str
    role: Role
    number: AddressKey
    identity: bytes = field(repr=False)
    language: Language
    organisation: str | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Session:
    """`created_at` is when somebody signed in; `expires_at` the earlier of the idle and the absolute end."""

    id: SessionId
    account: str
    role: Role
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    device: Device = UNKNOWN
    network: str | None = None
    stepped_up_at: datetime | None = None


class AccountStore:
    """Accounts by id and by the name of their number."""

    def __init__(self, database: Database) -> None:
        self._accounts = database[ACCOUNTS]

    async def find(self, account: str, *, session: Transaction | None = None) -> Account | None:
        found = await self._accounts.find_one({"_id": account}, session=session)
        return _account_of(found) if found else None

    async def find_many(self, accounts: Sequence[str]) -> dict[str, Account]:
        """Those of the accounts that exist, by id, in one round trip."""
        found = self._accounts.find({"_id": {"$in": list(accounts)}})
        return {document["_id"]: _account_of(document) async for document in found}

    async def by_number(self, number: AddressKey) -> Account | None:
        """The account that has a number, by the number's name."""
        found = await self._accounts.find_one({"number": number})
        return _account_of(found) if found else None

    async def insert_many(self, accounts: Iterable[Account], *, session: Transaction | None = None) -> None:
        """Raises an error of the driver where one of them, or its number, is taken already."""
        documents = [_account_document(account) for account in accounts]
        if documents:
            await self._accounts.insert_many(documents, ordered=False, session=session)

    async def set_identity(self, account: str, sealed: bytes, *, session: Transaction | None = None) -> None:
        await self._accounts.update_one({"_id": account}, {"$set": {"identity": sealed}}, session=session)

    async def delete(self, account: str, *, session: Transaction) -> None:
        await self._accounts.delete_one({"_id": account}, session=session)

    async def take_turn(self, account: str, *, session: Transaction, role: Role | None = None) -> None:
        """Makes the transactions that call this for one account run one after the other.

        Raises:
            NotFound: the account is gone, or no longer has this role.
        """
        there = {"_id": account} if role is None else {"_id": account, "role": role}
        taken = await self._accounts.update_one(there, {"$inc": {"turn": 1}}, session=session)
        if not taken.matched_count:
            raise NotFound


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
            "browser": made.device.browser,
            "system": made.device.system,
            "network": made.network,
            "stepped_up_at": made.stepped_up_at,
        }
        await self._sessions.insert_one(document, session=session)

    async def find(
        self, name: SessionId, now: datetime, *, session: Transaction | None = None
    ) -> Session | None:
        found = await self._sessions.find_one({"_id": name}, session=session)
        if found is None or found["expires_at"] <= now:
            return None
        return _session_of(found)

    async def of(self, account: str, *, session: Transaction | None = None) -> list[Session]:
        """The sessions of an account, the last used first, some perhaps over."""
        found = self._sessions.find({"account": account}, session=session).sort("last_seen_at", DESCENDING)
        return [_session_of(each) for each in await found.to_list(None)]

    async def touch(self, name: SessionId, now: datetime, expires_at: datetime, network: str | None) -> None:
        await self._sessions.update_one(
            {"_id": name, "last_seen_at": {"$lt": now}},
            {"$set": {"last_seen_at": now, "expires_at": expires_at, "network": network}},
        )

    async def delete(self, name: SessionId, *, session: Transaction) -> Session | None:
        """The session that this ended; None where there was none."""
        gone = await self._sessions.find_one_and_delete({"_id": name}, session=session)
        return _session_of(gone) if gone else None

    async def end(self, names: Sequence[SessionId], *, session: Transaction) -> None:
        await self._sessions.delete_many({"_id": {"$in": list(names)}}, session=session)

    async def delete_all(self, account: str, *, session: Transaction | None = None) -> int:
        """Ends every session of an account; how many there were."""
        gone = await self._sessions.delete_many({"account": account}, session=session)
        return gone.deleted_count


def _session_of(found: Document) -> Session:
    return Session(
        id=SessionId(found["_id"]),
        account=found["account"],
        role=Role(found["role"]),
        created_at=found["created_at"],
        last_seen_at=found["last_seen_at"],
        expires_at=found["expires_at"],
        device=Device(found.get("browser"), found.get("system")),
        network=found.get("network"),
        stepped_up_at=found.get("stepped_up_at"),
    )


def _account_document(account: Account) -> Document:
    return {
        "_id": account.id,
        "role": account.role,
        "number": account.number,
        "identity": account.identity,
        "language": account.language,
        "organisation": account.organisation,
        "created_at": account.created_at,
    }


def _account_of(found: Document) -> Account:
    return Account(
        id=found["_id"],
        role=Role(found["role"]),
        number=AddressKey(found["number"]),
        identity=found["identity"],
        language=Language(found["language"]),
        organisation=found["organisation"],
        created_at=found["created_at"],
    )
