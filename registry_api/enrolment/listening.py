"""What every free text of a person is held to, wherever it is written: words of danger are heard."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from motor.motor_asyncio import AsyncIOMotorClientSession

from registry_api.enrolment.profile import Profile


@dataclass(frozen=True, slots=True)
class FixedReply:
    """What a person in danger is told at once, in words that people wrote; `call` is a number to dial."""

    message: str = field(repr=False)
    call: str | None = field(repr=False, default=None)


class Listener(Protocol):
    """Screens a text before anything else looks at it."""

    async def hear(
        self, text: str, writer: Profile, record: str, now: datetime, *, session: AsyncIOMotorClientSession
    ) -> FixedReply | None:
        """The reply to words of danger, with a flag for staff in the same transaction; None without any.

        `record` is our id of what the text belongs to; the flag has it, and never the text.
        """
        ...
