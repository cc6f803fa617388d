"""Free text that comes another way than by text message: a note, a question for a visit."""

from __future__ import annotations

from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession

from registry_api.chatbot.safety import page_reply, screen
from registry_api.conversations.store import SafetyFlag, SafetyFlags
from registry_api.enrolment.listening import FixedReply
from registry_api.enrolment.profile import Profile
from registry_api.mongo import Mongo


class Screening:
    """Hears words of danger as a conversation does: a fixed reply, and a flag for staff."""

    def __init__(self, mongo: Mongo) -> None:
        self._flags = SafetyFlags(mongo.database)

    async def hear(
        self, text: str, writer: Profile, record: str, now: datetime, *, session: AsyncIOMotorClientSession
    ) -> FixedReply | None:
        """See `registry_api.enrolment.listening.Listener`."""
        danger = screen(text)
        if danger is None:
            return None
        await self._flags.raise_flag(SafetyFlag(record, writer.patient, danger, now), session=session)
        reply = page_reply(danger, writer.country, writer.settings.language)
        return FixedReply(reply.message, reply.call)
