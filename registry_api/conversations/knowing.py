"""What the chatbot must know about a person before it takes their text: read fresh, in one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import phonenumbers
from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.check_ins import Answer, CheckIn
from diary.checking_in.store import DiaryStore
from diary.ids import PatientId
from diary.instruments.catalogue import DAILY
from diary.prompting.store import PromptStore
from diary.prompts import Prompt
from notifications.phone import PhoneNumber
from registry_api.chatbot.asking import questions
from registry_api.chatbot.placing import SKIPPED, Value
from registry_api.chatbot.session import Asked, Session
from registry_api.conversations.store import ChatStore
from registry_api.enrolment.permissions import Permissions
from registry_api.enrolment.store import EnrolmentStore
from registry_api.enrolment.uses import Use, may, may_in_time
from registry_api.identity.accounts import Accounts
from registry_api.identity.store import Account
from registry_api.mongo import Mongo
from registry_api.vault.vault import Vault

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Known:
    """How a conversation stands, and the prompt and the diary entry that it is about."""

    chat: Session
    prompt: Prompt | None
    entry: CheckIn | None


class Knowledge:
    """Reads what is known about one patient."""

    def __init__(
        self,
        mongo: Mongo,
        vault: Vault,
        accounts: Accounts,
        *,
        permissions: Permissions,
        diary: DiaryStore,
        prompts: PromptStore,
        trials_link: str,
    ) -> None:
        self._accounts = accounts
        self._diary = diary
        self._prompts = prompts
        self._trials_link = trials_link
        self._chats = ChatStore(mongo.database, vault)
        self._profiles = EnrolmentStore(mongo.database)
        self._permissions = permissions

    async def of(
        self, account: Account, at: datetime, now: datetime, session: AsyncIOMotorClientSession
    ) -> Known:
        """What is known about a patient whose text came at `at`, and what may be done with it `now`.

        Where no diary may be kept, or there is no enrolment, nothing is asked, so nothing is recorded.
        """
        patient = PatientId(account.id)
        profile = await self._profiles.find(patient, session=session)
        uses = await self._permissions.of(patient, now, session=session)
        prompt = entry = None
        if profile is not None and may(uses, Use.KEEP_DIARY):
            prompt = await self._prompt_at(patient, at, session)
        if prompt is not None:
            entry = await self._diary.for_day(patient, DAILY, prompt.about, session=session)
        language = profile.settings.language if profile else account.language
        before = await self._chats.find(patient, session=session) or Session(language=language)
        chat = before.model_copy(
            update={
                "language": str(language),
                "country": profile.country if profile else await self._country(account),
                "trials_link": self._trials_link,
                "prompts_on": may_in_time(uses, Use.ALERT_TRIALS)
                or await self._prompts.schedule(patient, session=session) is not None,
            }
        )
        return Known(chat.asking(_asked(prompt, entry, before, language)), prompt, entry)

    async def language_of(self, account: Account) -> str:
        """The language that a person reads."""
        profile = await self._profiles.find(PatientId(account.id))
        return profile.settings.language if profile else account.language

    async def remember(
        self, patient: PatientId, chat: Session, now: datetime, session: AsyncIOMotorClientSession
    ) -> None:
        await self._chats.save(patient, chat, now, session=session)

    async def _country(self, account: Account) -> str | None:
        return country_of((await self._accounts.holder_of(account)).phone)

    async def _prompt_at(
        self, patient: PatientId, at: datetime, session: AsyncIOMotorClientSession
    ) -> Prompt | None:
        """The newest prompt that had been sent when the text came."""
        prompt = await self._prompts.latest(patient, session=session)
        if prompt is None or prompt.sent_at <= at:
            return prompt
        return await self._prompts.for_day(patient, prompt.about - _DAY, session=session)


def country_of(phone: PhoneNumber) -> str | None:
    """The country (ISO 3166-1 alpha-2) of a number in E.164; None where it has none, such as +800.

    A number in a range that the numbering data does not know counts for the main country of its code.
    """
    number = phonenumbers.parse(phone)
    region = phonenumbers.region_code_for_number(number)
    if region is None:
        region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    return region if region.isalpha() and region != "ZZ" else None


def _asked(prompt: Prompt | None, entry: CheckIn | None, before: Session, language: str) -> Asked | None:
    if prompt is None:
        return None
    asked = questions(prompt.items, language)
    answers = {answer.item: _value(answer) for answer in entry.answers} if entry else {}
    same = before.asked is not None and before.asked.prompt == prompt.id
    return Asked(
        prompt=prompt.id,
        about=prompt.about,
        answerable_until=prompt.answerable_until,
        questions=asked,
        answers={each.id: answers[each.id] for each in asked if each.id in answers},
        saved=entry is not None,
        last=before.asked.last if same and before.asked else (),
    )


def _value(answer: Answer) -> Value:
    if answer.rating is not None:
        return answer.rating
    return SKIPPED if answer.yes is None else answer.yes
