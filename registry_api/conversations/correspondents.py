"""Whoever the service writes to: people of the registry, and numbers without an account that wrote first."""

from datetime import datetime
from zoneinfo import ZoneInfo

from motor.motor_asyncio import AsyncIOMotorClientSession

from notifications.directory import Recipients
from notifications.ids import RecipientId
from notifications.phone import PhoneNumber
from notifications.recipients import Recipient
from registry_api.conversations.store import StrangerStore, stranger_key
from registry_api.identity.languages import Language
from registry_api.mongo import Mongo
from registry_api.vault.vault import PASSING, Vault

STRANGER_PHONE = "stranger.phone"


class Correspondents:
    """Implements notifications' Recipients on top of those of the registry."""

    def __init__(self, mongo: Mongo, vault: Vault, registry: Recipients) -> None:
        self._strangers = StrangerStore(mongo.database)
        self._vault = vault
        self._registry = registry

    async def find(
        self,
        recipient: RecipientId,
        now: datetime,
        *,
        session: AsyncIOMotorClientSession | None = None,
    ) -> Recipient | None:
        """Where to reach somebody at this moment; None for nobody, or for a stranger of more than 30 days."""
        key = stranger_key(recipient)
        if key is None:
            return await self._registry.find(recipient, now, session=session)
        stranger = await self._strangers.find(key)
        if stranger is None:
            return None
        return Recipient(
            address=PhoneNumber(await self._vault.open(PASSING, STRANGER_PHONE, stranger.phone)),
            address_key=key,
            zone=ZoneInfo("UTC"),
            language=Language.EN,
            texts_permitted=False,
            trial_contact_permitted=False,
            patient=False,
        )
