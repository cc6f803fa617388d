"""Carries out what a step of the conversation wants, inside the transaction that ends the work on a text."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.check_ins import Answer, Channel, NewCheckIn
from diary.checking_in.store import DiaryStore
from diary.ids import EntryId, PatientId
from diary.prompting.store import PromptStore
from diary.prompts import Prompt
from notifications.ids import AddressKey, CarrierSid, RecipientId
from notifications.messages import Draft, Kind
from notifications.outbox import Outbox
from notifications.store import Addresses
from notifications.suppression import OPTED_OUT
from registry_api.audit.events import Action, Actor, AuditEvent, Origin
from registry_api.audit.events import Channel as AuditChannel
from registry_api.audit.store import Audit
from registry_api.chatbot.effects import (
    AmendCheckIn,
    Effect,
    FlagStaff,
    OptIn,
    OptOut,
    PausePrompts,
    RecordCheckIn,
    Say,
)
from registry_api.chatbot.placing import SKIPPED, Value
from registry_api.conversations.knowing import Known
from registry_api.conversations.store import SafetyFlag, SafetyFlags, stranger_recipient
from registry_api.enrolment.taking_part import TakingPart
from registry_api.identity.callers import Role
from registry_api.mongo import Mongo

_NAMES = uuid.UUID("6a1f3a52-58a1-5f0e-9d0b-3c9b0b1d7c11")
_KINDS = {
    "crisis": Kind.CRISIS,
    "emergency": Kind.CRISIS,
    "help": Kind.HELP,
    "stopped": Kind.OPT_OUT_CONFIRMATION,
    "started": Kind.OPT_IN_CONFIRMATION,
}
_ONCE_A_DAY = frozenset({"unknown_number"})


@dataclass(frozen=True)
class Turn:
    """One text of one sender: who they are to us, when it came (`at`) and when it is worked on (`now`)."""

    message: CarrierSid
    sender: AddressKey
    recipient: RecipientId
    patient: PatientId | None
    language: str
    at: datetime
    now: datetime
    known: Known | None = None
    carrier_answered: bool = False


class Actions:
    """The stores that effects reach; each call belongs to the caller's transaction and may be repeated."""

    def __init__(
        self,
        mongo: Mongo,
        *,
        outbox: Outbox,
        addresses: Addresses,
        diary: DiaryStore,
        prompts: PromptStore,
        audit: Audit,
        taking_part: TakingPart,
    ) -> None:
        self._audit = audit
        self._outbox = outbox
        self._addresses = addresses
        self._diary = diary
        self._prompts = prompts
        self._taking_part = taking_part
        self._flags = SafetyFlags(mongo.database)

    async def carry_out(
        self, effects: Sequence[Effect], turn: Turn, session: AsyncIOMotorClientSession
    ) -> None:
        """Does everything in order; a STOP that was in force already is not confirmed again."""
        silent = turn.carrier_answered
        for effect in effects:
            match effect:
                case Say():
                    if not silent:
                        await self._say(effect, turn, session)
                case OptOut():
                    silent = not await self._opt_out(turn, session) or silent
                case OptIn():
                    await self._addresses.opt_in(turn.sender, turn.at, session=session)
                    await self._tell(turn, Action.OPTED_IN, None, session)
                    await self.hear((), turn, session)
                case FlagStaff(danger):
                    flag = SafetyFlag(turn.message, turn.patient, danger, turn.at)
                    await self._flags.raise_flag(flag, session=session)
                case RecordCheckIn() | AmendCheckIn() | PausePrompts():
                    await self._in_diary(effect, turn, session)

    async def hear(self, effects: Sequence[Effect], turn: Turn, session: AsyncIOMotorClientSession) -> None:
        """Notes that a patient was heard of, so that faded prompts come back; STOP asks for the opposite."""
        leaves = any(isinstance(effect, OptOut | FlagStaff) for effect in effects)
        if turn.patient is not None and not leaves:
            await self._prompts.heard(turn.patient, turn.at, session=session)

    async def _opt_out(self, turn: Turn, session: AsyncIOMotorClientSession) -> bool:
        """Whether the number was not opted out before; what waits for its holder is cancelled in any case."""
        changed = await self._addresses.opt_out(turn.sender, turn.at, session=session)
        holders = {turn.recipient, stranger_recipient(turn.sender)}
        await self._outbox.cancel_queued(holders, OPTED_OUT, session=session)
        if changed:
            await self._tell(turn, Action.OPTED_OUT, None, session)
        return changed

    async def _say(self, say: Say, turn: Turn, session: AsyncIOMotorClientSession) -> None:
        reason = f"answer:{turn.message}"
        if say.template in _ONCE_A_DAY:
            reason = f"{say.template}:{turn.sender}:{turn.at.date()}"
        draft = Draft(
            recipient=turn.recipient,
            kind=_KINDS.get(say.template, Kind.REPLY),
            template=say.template,
            language=turn.language,
            slots=say.slots,
            reason_key=reason,
        )
        await self._outbox.enqueue(draft, turn.now, session=session)

    async def _in_diary(
        self,
        effect: RecordCheckIn | AmendCheckIn | PausePrompts,
        turn: Turn,
        session: AsyncIOMotorClientSession,
    ) -> None:
        if turn.patient is None:
            raise ValueError(effect)
        if isinstance(effect, PausePrompts):
            by = Actor(turn.patient, Role.PATIENT, Origin(AuditChannel.SMS))
            await self._taking_part.pause(turn.patient, effect.days, turn.now, by=by, session=session)
        elif turn.known is not None and turn.known.prompt is not None:
            await self._save(effect, turn, turn.patient, turn.known.prompt, session)

    async def _save(
        self,
        effect: RecordCheckIn | AmendCheckIn,
        turn: Turn,
        patient: PatientId,
        prompt: Prompt,
        session: AsyncIOMotorClientSession,
    ) -> None:
        """Saves answers to a prompt and closes it; a text that is worked on twice saves them once.

        The entry's id follows from the prompt, that of a later revision from the text as well.
        """
        entry, action = turn.known.entry if turn.known else None, Action.CHECK_IN_AMENDED
        answers = as_answers(effect.answers)
        if entry is None:
            made = NewCheckIn(
                id=EntryId(str(uuid.uuid5(_NAMES, prompt.id))),
                about=prompt.about,
                zone=prompt.zone,
                answers=answers,
                channel=Channel.SMS,
                prompted_at=prompt.sent_at,
            )
            action = Action.CHECK_IN_RECORDED
            saved = await self._diary.record(patient, made, turn.at, session=session)
        else:
            saved = await self._diary.amend(
                patient,
                entry.id,
                str(uuid.uuid5(_NAMES, f"{prompt.id}:{turn.message}")),
                answers,
                reason=None,
                channel=Channel.SMS,
                author=patient,
                now=turn.at,
                builds_on=turn.at,
                session=session,
            )
        await self._prompts.mark_answered(patient, prompt.about, saved.check_in.id, turn.at, session=session)
        if not saved.already:
            await self._tell(turn, action, saved.check_in.id, session)

    async def _tell(
        self, turn: Turn, action: Action, record: str | None, session: AsyncIOMotorClientSession
    ) -> None:
        """What a person who has an account did by text; strangers have no record."""
        if turn.patient is None:
            return
        by = Actor(turn.patient, Role.PATIENT, Origin(AuditChannel.SMS))
        event = AuditEvent(actor=by, action=action, subject=turn.patient, record=record, at=turn.now)
        await self._audit.record(event, session=session)


def as_answers(values: Mapping[str, Value]) -> list[Answer]:
    """Values of the chatbot as the diary takes them."""
    return [_answer(item, value) for item, value in values.items()]


def _answer(item: str, value: Value) -> Answer:
    if value == SKIPPED:
        return Answer.skipped(item)
    if isinstance(value, bool):
        return Answer(item, yes=value)
    return Answer(item, rating=value)
