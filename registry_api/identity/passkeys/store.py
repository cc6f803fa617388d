"""Passkeys and the challenges that wait for an answer. Names arrive here sealed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from registry_api.identity.errors import PasskeyRejected
from registry_api.identity.ids import CredentialId, SessionId
from registry_api.identity.indexes import PASSKEY_CHALLENGES, PASSKEYS

Document = dict[str, Any]
Database = AsyncIOMotorDatabase[Document]
Transaction = AsyncIOMotorClientSession


@dataclass(frozen=True, kw_only=True)
class Passkey:
    """`name` is sealed under the account. A removed one opens nothing, and is gone after `purge_at`."""

    id: CredentialId
    account: str
    public_key: bytes = field(repr=False)
    sign_count: int
    transports: tuple[str, ...]
    synced: bool
    name: bytes = field(repr=False)
    added_at: datetime
    last_used_at: datetime | None = None
    removed_at: datetime | None = None
    purge_at: datetime | None = None


class Ceremony(StrEnum):
    """What a challenge was made for; it answers nothing else."""

    ADD = "add"
    SIGN_IN = "sign_in"
    STEP_UP = "step_up"


@dataclass(frozen=True, kw_only=True)
class PasskeyChallenge:
    """`id` is the SHA-256 of the random bytes; `session` is whose it is, None before sign-in."""

    id: str
    ceremony: Ceremony
    session: SessionId | None
    expires_at: datetime


class PasskeyStore:
    """Passkeys by the names that their authenticators gave them, each name once in the whole registry."""

    def __init__(self, database: Database) -> None:
        self._passkeys = database[PASSKEYS]

    async def insert(self, passkey: Passkey, *, session: Transaction) -> None:
        """Raises PasskeyRejected where the credential is somebody's already."""
        try:
            await self._passkeys.insert_one(_document(passkey), session=session)
        except DuplicateKeyError:
            raise PasskeyRejected from None

    async def find(self, name: CredentialId) -> Passkey | None:
        """A passkey that was not removed."""
        found = await self._passkeys.find_one({"_id": name, "removed_at": None})
        return _passkey(found) if found else None

    async def of(
        self, account: str, now: datetime, *, session: Transaction | None = None
    ) -> tuple[Passkey, ...]:
        """An account's passkeys, oldest first, with those whose removal can still be undone."""
        found = self._passkeys.find({"account": account}, sort=[("added_at", 1)], session=session)
        passkeys = [_passkey(each) async for each in found]
        return tuple(each for each in passkeys if each.purge_at is None or each.purge_at > now)

    async def newest_at(self, account: str) -> datetime | None:
        """When the newest passkey of an account was added; None where there is none."""
        found = await self._passkeys.find_one(
            {"account": account, "removed_at": None}, {"added_at": 1}, sort=[("added_at", -1)]
        )
        return found["added_at"] if found else None

    async def use(
        self, passkey: Passkey, sign_count: int, now: datetime, *, synced: bool, session: Transaction
    ) -> bool:
        """Moves the counter; False where it moved, or the passkey was removed, since it was read."""
        used = await self._passkeys.update_one(
            {"_id": passkey.id, "sign_count": passkey.sign_count, "removed_at": None},
            {"$set": {"sign_count": sign_count, "synced": synced, "last_used_at": now}},
            session=session,
        )
        return used.matched_count == 1

    async def rename(
        self, account: str, name: CredentialId, sealed: bytes, *, session: Transaction
    ) -> Passkey | None:
        """The passkey under its new name; None where the account has no such passkey."""
        return await self._change(
            {"_id": name, "account": account, "removed_at": None}, {"name": sealed}, session
        )

    async def remove(
        self, account: str, name: CredentialId, now: datetime, purge_at: datetime, *, session: Transaction
    ) -> Passkey | None:
        """The passkey as removed; None where the account has no such passkey."""
        return await self._change(
            {"_id": name, "account": account, "removed_at": None},
            {"removed_at": now, "purge_at": purge_at},
            session,
        )

    async def restore(
        self, account: str, name: CredentialId, now: datetime, *, session: Transaction
    ) -> Passkey | None:
        """The passkey as before its removal; None where there is nothing to undo."""
        return await self._change(
            {"_id": name, "account": account, "purge_at": {"$gt": now}},
            {"removed_at": None, "purge_at": None},
            session,
        )

    async def delete_all(self, account: str, *, session: Transaction) -> int:
        """Deletes every passkey of an account for good; how many there were."""
        gone = await self._passkeys.delete_many({"account": account}, session=session)
        return gone.deleted_count

    async def _change(self, which: Document, to: Document, session: Transaction) -> Passkey | None:
        changed = await self._passkeys.find_one_and_update(
            which, {"$set": to}, return_document=ReturnDocument.AFTER, session=session
        )
        return _passkey(changed) if changed else None


class PasskeyChallengeStore:
    """Challenges that wait for their one answer."""

    def __init__(self, database: Database) -> None:
        self._challenges = database[PASSKEY_CHALLENGES]

    async def insert(self, challenge: PasskeyChallenge, *, session: Transaction | None = None) -> None:
        document = {
            "_id": challenge.id,
            "ceremony": challenge.ceremony,
            "session": challenge.session,
            "expires_at": challenge.expires_at,
        }
        await self._challenges.insert_one(document, session=session)

    async def take(
        self, challenge: str, ceremony: Ceremony, session: SessionId | None, now: datetime
    ) -> bool:
        """Uses a challenge up, whatever comes of it; False where none waits."""
        taken = await self._challenges.find_one_and_delete(
            {"_id": challenge, "ceremony": ceremony, "session": session, "expires_at": {"$gt": now}}
        )
        return taken is not None


def _document(passkey: Passkey) -> Document:
    return {
        "_id": passkey.id,
        "account": passkey.account,
        "public_key": passkey.public_key,
        "sign_count": passkey.sign_count,
        "transports": list(passkey.transports),
        "synced": passkey.synced,
        "name": passkey.name,
        "added_at": passkey.added_at,
        "last_used_at": passkey.last_used_at,
        "removed_at": passkey.removed_at,
        "purge_at": passkey.purge_at,
    }


def _passkey(found: Document) -> Passkey:
    return Passkey(
        id=CredentialId(found["_id"]),
        account=found["account"],
        public_key=found["public_key"],
        sign_count=found["sign_count"],
        transports=tuple(found["transports"]),
        synced=found["synced"],
        name=found["name"],
        added_at=found["added_at"],
        last_used_at=found["last_used_at"],
        removed_at=found["removed_at"],
        purge_at=found["purge_at"],
    )
