"""What conversations keep: how each one stands, and flags for staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import ASCENDING

from diary.ids import PatientId
from notifications.ids import AddressKey, RecipientId
from registry_api.chatbot.safety import Danger
from registry_api.chatbot.session import Session
from registry_api.conversations.indexes import CHATS, SAFETY_FLAGS
from registry_api.vault.vault import Vault

Database = AsyncIOMotorDatabase[dict[str, Any]]
_SCHEME = "stranger:"
_SESSION = "chat.session"


class ChatStore:
    """The session of each conversation with a patient, sealed under the patient's key."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._chats = database[CHATS]
        self._vault = vault

    async def find(self, patient: PatientId, *, session: AsyncIOMotorClientSession) -> Session | None:
        found = await self._chats.find_one({"_id": patient}, session=session)
        if found is None:
            return None
        return Session.model_validate_json(await self._vault.open(patient, _SESSION, found["session"]))

    async def save(
        self, patient: PatientId, chat: Session, now: datetime, *, session: AsyncIOMotorClientSession
    ) -> None:
        sealed = await self._vault.seal(patient, _SESSION, chat.model_dump_json())
        await self._chats.update_one(
            {"_id": patient},
            {"$set": {"session": sealed, "at": now}},
            upsert=True,
            session=session,
        )


def stranger_recipient(key: AddressKey) -> RecipientId:
    """The name by which the outbox knows a number without an account."""
    return RecipientId(f"{_SCHEME}{key}")


def stranger_key(recipient: RecipientId) -> AddressKey | None:
    """The number's key in such a name; None for any other recipient."""
    return AddressKey(recipient.removeprefix(_SCHEME)) if recipient.startswith(_SCHEME) else None


@dataclass(frozen=True)
class SafetyFlag:
    """Somebody may be in danger: staff must look. `patient` is None for a number without an account.

    `message` is the carrier's id of the text, or ours of what was written on a page.
    """

    message: str
    patient: PatientId | None
    danger: Danger
    at: datetime


class SafetyFlags:
    """Flags of conversations, one a text or what was written on a page; the words stay sealed elsewhere."""

    def __init__(self, database: Database) -> None:
        self._flags = database[SAFETY_FLAGS]

    async def raise_flag(self, flag: SafetyFlag, *, session: AsyncIOMotorClientSession) -> None:
        await self._flags.update_one(
            {"_id": flag.message},
            {
                "$setOnInsert": {
                    "patient": flag.patient,
                    "danger": flag.danger,
                    "at": flag.at,
                    "open": True,
                }
            },
            upsert=True,
            session=session,
        )

    async def open_flags(self, limit: int = 100) -> list[SafetyFlag]:
        """The oldest flags that nobody has closed."""
        found = self._flags.find({"open": True}).sort("at", ASCENDING).limit(limit)
        return [_flag_of(each) async for each in found]

    async def close(self, message: str) -> None:
        await self._flags.update_one({"_id": message}, {"$set": {"open": False}})


def _flag_of(found: Mapping[str, Any]) -> SafetyFlag:
    patient = found["patient"]
    return SafetyFlag(
        message=found["_id"],
        patient=None if patient is None else PatientId(patient),
        danger=Danger(found["danger"]),
        at=found["at"],
    )
