from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from notifications.ids import AddressKey
from notifications.phone import PhoneNumber


@dataclass(frozen=True)
class Recipient:
    """What must be known about a person at the moment of texting; never logged, never stored here.

    Until `paused_until` they want to hear nothing that they did not ask for just then.
    """

    address: PhoneNumber = field(repr=False)
    address_key: AddressKey
    zone: ZoneInfo
    language: str
    texts_permitted: bool
    trial_contact_permitted: bool
    patient: bool
    paused_until: datetime | None = None
