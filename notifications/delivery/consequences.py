"""What an error of the carrier leads to beyond the message itself: opt-out, a suspended number, a flag."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession

from notifications.carrier_errors import KnownError, Meaning, known_error
from notifications.ids import AddressKey, MessageId, RecipientId
from notifications.outbox import Outbox
from notifications.store import Addresses, Flag, Flags
from notifications.suppression import OPTED_OUT


@dataclass(frozen=True)
class Concerned:
    """The message that an error is about, and the person and number that it was for."""

    message: MessageId
    recipient: RecipientId
    address_key: AddressKey


class Consequences:
    def __init__(self, outbox: Outbox, addresses: Addresses, flags: Flags) -> None:
        self._outbox = outbox
        self._addresses = addresses
        self._flags = flags

    async def follow(
        self,
        code: int | None,
        concerned: Concerned,
        now: datetime,
        session: AsyncIOMotorClientSession,
    ) -> KnownError:
        """Does in the caller's transaction what an error asks for, and says what the error is.

        Doing it twice for one message changes nothing.
        """
        error = known_error(code)
        if error.meaning is Meaning.OPTED_OUT:
            await self._addresses.opt_out(concerned.address_key, now, session=session)
            await self._outbox.cancel_queued(concerned.recipient, OPTED_OUT, session=session)
        elif error.meaning is Meaning.NUMBER:
            await self._addresses.record_trouble(concerned.address_key, concerned.message, session=session)
        elif error.meaning in {Meaning.FLAG, Meaning.OURS} and code is not None:
            await self._flags.raise_flag(Flag(concerned.message, code, error.about, now), session=session)
        return error
