"""Where the registry says how somebody can be reached."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from motor.motor_asyncio import AsyncIOMotorClientSession

from notifications.ids import RecipientId
from notifications.recipients import Recipient


class Recipients(Protocol):
    """The registry's answer about one person.

    Promises: it is of now (consents, number and zone as last committed), None for somebody who is unknown or
    was erased; nothing is cached between two calls. Consents are read in the caller's transaction, and
    whoever withdraws one writes the number's document: see `store.Addresses.interrupt`.
    """

    async def find(
        self,
        recipient: RecipientId,
        now: datetime,
        *,
        session: AsyncIOMotorClientSession | None = None,
    ) -> Recipient | None: ...
