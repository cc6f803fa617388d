"""Free text that comes another way than by text message: a note, a reason, a question for a visit."""

from __future__ import annotations

from datetime import datetime

from diary.ids import PatientId
from diary.notes import LONGEST_NOTE
from registry_api.chatbot.safety import page_reply, screen
from registry_api.conversations.knowing import country_of
from registry_api.conversations.store import SafetyFlag, SafetyFlags
from registry_api.enrolment.enrolments import Enrolments
from registry_api.enrolment.listening import FixedReply
from registry_api.identity.accounts import Accounts
from registry_api.mongo import Mongo

_HEARD = 2 * LONGEST_NOTE


class Screening:
    """Hears words of danger as a conversation does: a fixed reply, and a flag for staff."""

    def __init__(self, mongo: Mongo, enrolments: Enrolments, accounts: Accounts) -> None:
        self._mongo = mongo
        self._enrolments = enrolments
        self._accounts = accounts
        self._flags = SafetyFlags(mongo.database)

    async def hear(self, patient: PatientId, text: str, record: str, now: datetime) -> FixedReply | None:
        """See `registry_api.enrolment.listening.Listener`."""
        danger = screen(_ends(text))
        if danger is None:
            return None
        flag = SafetyFlag(record, patient, danger, now)
        await self._mongo.transact(lambda session: self._flags.raise_flag(flag, session=session))
        reply = page_reply(danger, *await self._country_and_language(patient))
        return FixedReply(reply.message, reply.call)

    async def _country_and_language(self, patient: PatientId) -> tuple[str | None, str]:
        """Those of the enrolment, or before it those of the account and its number."""
        profile = await self._enrolments.profile(patient)
        if profile is not None:
            return profile.country, profile.settings.language
        account = await self._accounts.store.find(patient)
        if account is None:
            return None, "en"
        return country_of((await self._accounts.holder_of(account)).phone), account.language


def _ends(text: str) -> str:
    """The words to look at: of what is far too long for any of them, which takes time, both ends."""
    if len(text) <= 2 * _HEARD:
        return text
    return f"{text[:_HEARD]}\n{text[-_HEARD:]}"
