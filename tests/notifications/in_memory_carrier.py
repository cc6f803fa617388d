"""A carrier and a directory of people that work, in memory, and can be told to misbehave."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from motor.motor_asyncio import AsyncIOMotorClientSession

from notifications.carrier import Accepted, CarriedMessage
from notifications.errors import CarrierError, OutcomeUnknown
from notifications.ids import AddressKey, CarrierSid, MessageId, RecipientId
from notifications.messages import State
from notifications.phone import PhoneNumber
from notifications.recipients import Recipient

Hook = Callable[[MessageId, CarrierSid], Awaitable[None]]


@dataclass
class InMemoryCarrier:
    """Keeps what it was given. Each entry of `faults` strikes one send, in order.

    A CarrierError is raised without taking the message; "killed" and "killed_after" end the sending task
    before or after the message is taken, as a killed worker would; "lost" takes it and loses the answer.
    """

    clock: datetime
    faults: deque[CarrierError | str | None] = field(default_factory=deque)
    carried: list[tuple[PhoneNumber, CarriedMessage]] = field(default_factory=list)
    before_answer: Hook | None = None
    sends: int = 0
    lists_fail: CarrierError | None = None

    async def send(self, message: MessageId, to: PhoneNumber, body: str) -> Accepted:
        self.sends += 1
        fault = self.faults.popleft() if self.faults else None
        if isinstance(fault, CarrierError):
            raise fault
        if fault == "killed":
            raise asyncio.CancelledError
        sid = CarrierSid(f"SM{len(self.carried):032x}")
        self.carried.append((to, CarriedMessage(sid, body, self.clock, State.SENT, None)))
        await asyncio.sleep(0)
        if fault == "killed_after":
            raise asyncio.CancelledError
        if fault == "lost":
            raise OutcomeUnknown
        if self.before_answer is not None:
            await self.before_answer(message, sid)
        return Accepted(sid, State.SENT)

    async def sent_to(self, to: PhoneNumber, since: datetime) -> Sequence[CarriedMessage]:
        if self.lists_fail is not None:
            raise self.lists_fail
        return [each for number, each in self.carried if number == to and each.created_at >= since]

    @property
    def bodies(self) -> list[str]:
        return [each.body for _, each in self.carried]


@dataclass
class Directory:
    """People by id; `on_find` runs before each answer, as something that happens at that very moment."""

    people: dict[RecipientId, Recipient] = field(default_factory=dict)
    on_find: Callable[[], Awaitable[None]] | None = None

    async def find(
        self,
        recipient: RecipientId,
        now: datetime,  # noqa: ARG002 as promised
        *,
        session: AsyncIOMotorClientSession | None = None,  # noqa: ARG002 the same
    ) -> Recipient | None:
        if self.on_find is not None:
            await self.on_find()
        return self.people.get(recipient)

    def add(self, recipient: str, number: str, **changes: object) -> AddressKey:
        key = AddressKey(f"key-of-{recipient}")
        person = Recipient(
            address=PhoneNumber(number),
            address_key=key,
            zone=ZoneInfo("Europe/Madrid"),
            language="en",
            texts_permitted=True,
            trial_contact_permitted=True,
            patient=True,
        )
        self.people[RecipientId(recipient)] = replace(person, **changes)  # type: ignore[arg-type]
        return key
