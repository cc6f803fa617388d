"""Free text that comes another way than by text message: a note, a reason, a question for a visit."""

from __future__ import annotations

from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.notes import LONGEST_NOTE
from registry_api.chatbot.safety import page_reply, screen
from registry_api.conversations.store import SafetyFlag, SafetyFlags
from registry_api.enrolment.listening import FixedReply
from registry_api.enrolment.profile import Profile
from registry_api.mongo import Mongo

_HEARD = 2 * LONGEST_NOTE


class Screening:
    """Hears words of danger as a conversation does: a fixed reply, and a flag for staff."""

    def __init__(self, mongo: Mongo) -> None:
        self._flags = SafetyFlags(mongo.database)

    async def hear(
        self, text: str, writer: Profile, record: str, now: datetime, *, session: AsyncIOMotorClientSession
    ) -> FixedReply | None:
        """See `registry_api.enrolment.listening.Listener`."""
        danger = screen(ends(text))
        if danger is None:
            return None
        await self._flags.raise_flag(SafetyFlag(record, writer.patient, danger, now), session=session)
        reply = page_reply(danger, writer.country, writer.settings.language)
        return FixedReply(reply.message, reply.call)


def ends(text: str) -> str:
    """The words to look at: of what is far too long for any of them, which takes time, both ends."""
    if len(text) <= 2 * _HEARD:
        return text
    return f"{text[:_HEARD]}\n{text[-_HEARD:]}"
