from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from notifications.ids import CarrierSid, MessageId
from notifications.messages import State
from notifications.phone import PhoneNumber


@dataclass(frozen=True)
class Accepted:
    """The carrier has the message; `state` is how far it says that the message is."""

    sid: CarrierSid
    state: State


@dataclass(frozen=True)
class CarriedMessage:
    """A message as the carrier remembers it."""

    sid: CarrierSid
    body: str = field(repr=False)
    created_at: datetime
    state: State
    error_code: int | None


class Carrier(Protocol):
    """A company that carries text messages.

    Promises: `send` makes exactly one attempt and ends within the carrier's own time limit; it returns only
    when the carrier has the message, raises Rejected, Throttled or Unreachable only when the carrier has
    certainly not taken it, and OutcomeUnknown in every other case. Status reports about the message go to
    an address that holds `message`. `sent_to` lists what was sent to the number from our own number since
    a moment, whatever became of it, and raises a CarrierError where it cannot tell.
    """

    async def send(self, message: MessageId, to: PhoneNumber, body: str) -> Accepted: ...

    async def sent_to(self, to: PhoneNumber, since: datetime) -> Sequence[CarriedMessage]: ...
