from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from notifications.ids import AddressKey, RecipientId
from notifications.phone import PhoneNumber


@dataclass(frozen=True)
class Recipient:
    """What must be known about a person at the moment of texting; never logged, never stored here."""

    address: PhoneNumber = field(repr=False)
    address_key: AddressKey
    zone: ZoneInfo
    language: str
    texts_permitted: bool
    trial_contact_permitted: bool
    patient: bool


class Recipients(Protocol):
    """Where the registry says how somebody can be reached.

    Promises: the answer is of now (consents, number and zone as last committed), None for somebody who is
    unknown, has withdrawn or was erased; nothing is cached between two calls.
    """

    async def find(self, recipient: RecipientId, now: datetime) -> Recipient | None: ...
