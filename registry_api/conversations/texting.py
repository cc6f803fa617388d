"""Texts from people: kept once at the webhook, then worked off one at a time for each sender."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import structlog
from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo.errors import DuplicateKeyError

from diary.checking_in.store import DiaryStore
from diary.ids import PatientId
from diary.prompting.store import PromptStore
from notifications.errors import LeaseLost
from notifications.ids import AddressKey, CarrierSid, RecipientId
from notifications.inbox.store import InboundMessage, Inbox
from notifications.outbox import Outbox
from notifications.phone import PhoneNumber
from notifications.store import Addresses
from registry_api.audit.store import Audit
from registry_api.chatbot import others
from registry_api.chatbot.commands import Order, command
from registry_api.chatbot.effects import Effect, OptIn, OptOut, Say
from registry_api.chatbot.engine import step
from registry_api.chatbot.safety import screen
from registry_api.conversations.acting import Actions, Turn
from registry_api.conversations.knowing import Knowledge, country_of
from registry_api.conversations.store import stranger_recipient
from registry_api.enrolment.permissions import Permissions
from registry_api.enrolment.taking_part import TakingPart
from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import Role
from registry_api.identity.errors import NotFound
from registry_api.identity.languages import Language
from registry_api.identity.numbers.naming import WROTE_TO_US
from registry_api.identity.store import Account
from registry_api.mongo import Mongo
from registry_api.vault.errors import SealBroken
from registry_api.vault.vault import PASSING, Vault

T = TypeVar("T")
_log = structlog.get_logger("conversations")
_TEXT = "inbound.text"
_RACES = 5
_BY_CARRIER = {"STOP": Order.STOP, "START": Order.START, "HELP": Order.HELP}


@dataclass(frozen=True)
class Inbound:
    """A text as the carrier brought it. `opt_out_type` (STOP, START, HELP) says that the carrier answered."""

    sid: CarrierSid
    sender: PhoneNumber = field(repr=False)
    text: str = field(repr=False)
    opt_out_type: str | None = None


class Conversations:
    """Takes texts in and answers them; `trials_link` leads to a person's own list of trials."""

    def __init__(
        self,
        mongo: Mongo,
        vault: Vault,
        accounts: Accounts,
        *,
        inbox: Inbox,
        outbox: Outbox,
        addresses: Addresses,
        diary: DiaryStore,
        prompts: PromptStore,
        audit: Audit,
        permissions: Permissions,
        taking_part: TakingPart,
        trials_link: str,
    ) -> None:
        self._mongo = mongo
        self._vault = vault
        self._accounts = accounts
        self._inbox = inbox
        self._knowledge = Knowledge(
            mongo,
            vault,
            accounts,
            permissions=permissions,
            diary=diary,
            prompts=prompts,
            trials_link=trials_link,
        )
        self._actions = Actions(
            mongo,
            outbox=outbox,
            addresses=addresses,
            diary=diary,
            prompts=prompts,
            audit=audit,
            taking_part=taking_part,
        )

    async def receive(self, inbound: Inbound, now: datetime) -> bool:
        """Keeps a text in one transaction; False if its MessageSid was received before, whenever that was.

        STOP and START take effect in this same transaction. Words of danger go before them: such a text is
        left to the worker, unless the carrier itself has opted the number out.
        """
        number = await self._accounts.numbers.known(inbound.sender, now, WROTE_TO_US)
        sender = number.name
        account = await self._accounts.store.find(number.account) if number.account else None
        sealed = await self._vault.seal(account.id if account else PASSING, _TEXT, inbound.text)
        danger = screen(inbound.text) is not None
        effects = _at_once(inbound, danger=danger, has_account=account is not None)
        handled = not danger and (bool(effects) or inbound.opt_out_type in _BY_CARRIER)
        turn = Turn(
            message=inbound.sid,
            sender=sender,
            recipient=RecipientId(account.id) if account else stranger_recipient(sender),
            patient=_patient(account),
            language=await self._knowledge.language_of(account) if account and effects else Language.EN,
            at=now,
            now=now,
            carrier_answered=inbound.opt_out_type is not None,
        )

        async def act(session: AsyncIOMotorClientSession) -> bool:
            new = await self._inbox.receive(
                inbound.sid, sender, sealed, now, handled=handled, session=session
            )
            if not new:
                return False
            await self._accounts.numbers.store.keep(sender, now + WROTE_TO_US, session=session)
            await self._actions.carry_out(effects, turn, session)
            return True

        return await self._commit(act)

    async def work_one(self, now: datetime, worker: str) -> bool:
        """Answers the oldest text of a sender on whom nobody else works; False when there is none.

        What the text sets off and the end of the work on it are one transaction: a worker that is killed
        leaves all of it undone, and the text is taken up again when the lease has run out.
        """
        message = await self._inbox.claim_next(now, worker)
        if message is None:
            return False
        account = await self._accounts.store.by_number(message.address_key)
        text = await self._opened(message, account)
        if text is None:
            _log.error("inbound_text_sealed", message=message.sid)
            await self._inbox.park(message)
            return True

        async def act(session: AsyncIOMotorClientSession) -> None:
            if account is not None and account.role is Role.PATIENT:
                await self._accounts.store.take_turn(account.id, session=session)
                await self._answer_patient(account, message, text, now, session)
            else:
                await self._answer_other(account, message, text, now, session)
            await self._inbox.finish(message, session=session)

        try:
            await self._commit(act)
        except LeaseLost:
            _log.warning("inbound_lease_lost", message=message.sid)
        except NotFound:
            _log.warning("inbound_of_nobody", message=message.sid)  # they were erased at this moment
        return True

    async def _answer_patient(
        self,
        account: Account,
        message: InboundMessage,
        text: str,
        now: datetime,
        session: AsyncIOMotorClientSession,
    ) -> None:
        patient = PatientId(account.id)
        known = await self._knowledge.of(account, message.received_at, now, session)
        done = step(known.chat, text, message.received_at)
        turn = Turn(
            message=message.sid,
            sender=message.address_key,
            recipient=RecipientId(patient),
            patient=patient,
            language=known.chat.language,
            at=message.received_at,
            now=now,
            known=known,
        )
        await self._actions.carry_out(done.effects, turn, session)
        await self._actions.hear(done.effects, turn, session)
        await self._knowledge.remember(patient, done.session, now, session)

    async def _answer_other(
        self,
        account: Account | None,
        message: InboundMessage,
        text: str,
        now: datetime,
        session: AsyncIOMotorClientSession,
    ) -> None:
        language = account.language if account else Language.EN
        country = await self._country(account, message.address_key, session)
        effects = others.answer(text, language=language, country=country, has_account=account is not None)
        turn = Turn(
            message=message.sid,
            sender=message.address_key,
            recipient=RecipientId(account.id) if account else stranger_recipient(message.address_key),
            patient=None,
            language=language,
            at=message.received_at,
            now=now,
        )
        await self._actions.carry_out(effects, turn, session)

    async def _country(
        self, account: Account | None, sender: AddressKey, session: AsyncIOMotorClientSession
    ) -> str | None:
        if account is not None:
            return country_of((await self._accounts.holder_of(account)).phone)
        number = await self._accounts.numbers.store.named(sender, session=session)
        phone = await self._accounts.numbers.phone_of(number) if number else None
        return country_of(phone) if phone else None

    async def _opened(self, message: InboundMessage, account: Account | None) -> str | None:
        """The text; None if nobody can read it any more. An account can be newer than the text."""
        for owner in (account.id if account else PASSING, PASSING):
            try:
                return await self._vault.open(owner, _TEXT, message.sealed)
            except SealBroken:
                continue
        return None

    async def _commit(self, act: Callable[[AsyncIOMotorClientSession], Coroutine[Any, Any, T]]) -> T:
        """One transaction, tried again where somebody else wrote the same unique key at this very moment."""
        for _ in range(_RACES):
            try:
                return await self._mongo.transact(act)
            except DuplicateKeyError:
                continue
        return await self._mongo.transact(act)


def _at_once(inbound: Inbound, *, danger: bool, has_account: bool) -> tuple[Effect, ...]:
    """What takes effect while the carrier waits: STOP and START, whoever noticed them."""
    said = command(inbound.text)
    order = _BY_CARRIER.get(inbound.opt_out_type or "", said.order if said else None)
    if order is Order.STOP:
        return (OptOut(),) if danger else (OptOut(), Say("stopped"))
    if order is Order.START and not danger:
        return (OptIn(), Say("started" if has_account else "unknown_number"))
    return ()


def _patient(account: Account | None) -> PatientId | None:
    return PatientId(account.id) if account and account.role is Role.PATIENT else None
