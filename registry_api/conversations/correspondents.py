"""Whoever the service writes to: people of the registry, and numbers without an account that wrote first."""

from datetime import datetime
from zoneinfo import ZoneInfo

from motor.motor_asyncio import AsyncIOMotorClientSession

from notifications.directory import Recipients
from notifications.ids import RecipientId
from notifications.recipients import Recipient
from registry_api.conversations.store import stranger_key
from registry_api.identity.languages import Language
from registry_api.identity.numbers.naming import Numbers


class Correspondents:
    """Implements notifications' Recipients on top of those of the registry."""

    def __init__(self, numbers: Numbers, registry: Recipients) -> None:
        self._numbers = numbers
        self._registry = registry

    async def find(
        self,
        recipient: RecipientId,
        now: datetime,
        *,
        session: AsyncIOMotorClientSession | None = None,
    ) -> Recipient | None:
        """Where to reach somebody at this moment; None for nobody, or for a stranger of more than 30 days."""
        name = stranger_key(recipient)
        if name is None:
            return await self._registry.find(recipient, now, session=session)
        number = await self._numbers.store.named(name)
        if number is None:
            return None
        if number.account is not None:  # they have joined since
            return await self._registry.find(RecipientId(number.account), now, session=session)
        phone = await self._numbers.phone_of(number)
        if phone is None:
            return None
        return Recipient(
            address=phone,
            address_key=name,
            zone=ZoneInfo("UTC"),
            language=Language.EN,
            texts_permitted=False,
            trial_contact_permitted=False,
            patient=False,
        )
