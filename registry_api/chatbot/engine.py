"""The dialogue: a text goes in; the session as it is then, and what is to be done, come out. Pure.

Who wins: words of danger, then opt-out and opt-in, then help, then commands and corrections, then an answer
to the open prompt. What is not understood is said so once, then help is offered, then there is silence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from registry_api.chatbot.commands import Command, Order, command, is_courtesy
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
from registry_api.chatbot.replies import Correction, Doubt, read
from registry_api.chatbot.safety import Danger, help_line, screen
from registry_api.chatbot.session import Asked, Session

DEFAULT_PAUSE_DAYS = 14
_HELP_AT = 2


@dataclass(frozen=True)
class Step:
    """The session after a text, and what the text has set off, in order."""

    session: Session
    effects: tuple[Effect, ...] = ()


def step(session: Session, text: str, now: datetime) -> Step:
    """Takes one text from the person, received at `now` (aware UTC)."""
    danger, ordered = screen(text), command(text)
    if danger is not None:
        return _danger(session, danger, ordered)
    if ordered is not None:
        return _command(session, ordered)
    asked = session.asked
    if asked is None or now >= asked.answerable_until:
        return _nothing_asked(session, text)
    return _reply(session, asked, text)


def _reply(session: Session, asked: Asked, text: str) -> Step:
    every = [question.asked() for question in asked.questions]
    whole = read(every, text, session.language)
    if whole.correction is not None:
        return _correction(session, asked, whole.correction)
    if not asked.open_questions:
        return _saved_already(session, asked) if whole.values else _nothing_asked(session, text)
    reading = read([question.asked() for question in asked.open_questions], text, session.language)
    if reading.values:
        return _answer(session, asked, reading.values)
    if len(whole.values) == len(every):
        return _answer(session, asked, whole.values)
    out_of_range = reading.doubt is Doubt.OUT_OF_RANGE
    return _not_understood(session, "out_of_range" if out_of_range else "not_understood")


def _danger(session: Session, danger: Danger, ordered: Command | None) -> Step:
    """The reply and the flag; an opt-out in the same text takes effect, without another word."""
    if danger is Danger.MEDICAL_EMERGENCY:
        say = Say("emergency")
    else:
        say = Say("crisis", {"line": help_line(session.country, session.language)})
    stop = (OptOut(),) if ordered is not None and ordered.order is Order.STOP else ()
    return Step(session, (say, FlagStaff(danger), *stop))


def _command(session: Session, ordered: Command) -> Step:
    understood = session.model_copy(update={"not_understood": 0})
    match ordered.order:
        case Order.STOP:
            return Step(understood, (OptOut(), Say("stopped")))
        case Order.START:
            return Step(understood, (OptIn(), Say("started")))
        case Order.TRIALS:
            return Step(understood, (Say("trials_link", {"link": session.trials_link}),))
        case Order.PAUSE if session.prompts_on:
            days = ordered.days or DEFAULT_PAUSE_DAYS
            return Step(understood, (PausePrompts(days), Say("paused", {"days": str(days)})))
        case Order.PAUSE:
            return Step(understood, (Say("confirm_prompt_off"),))
        case _:
            return Step(understood, (Say("help"),))


def _answer(session: Session, asked: Asked, values: Mapping[str, Value]) -> Step:
    effect = AmendCheckIn if asked.saved else RecordCheckIn
    answered = _with(asked, values)
    after = session.model_copy(update={"asked": answered, "not_understood": 0})
    left = ", ".join(question.name for question in answered.open_questions)
    if left:
        say = Say("prompt", {"items": left})
    elif set(answered.answers.values()) == {SKIPPED}:
        say = Say("skipped_saved")
    else:
        say = Say("check_in_saved", {"values": _spoken(answered)})
    return Step(after, (effect(asked.prompt, asked.about, values), say))


def _correction(session: Session, asked: Asked, correction: Correction) -> Step:
    values = correction.values or _for_the_last(asked, correction)
    if not values:
        return _saved_already(session, asked) if asked.saved else _not_understood(session, "not_understood")
    if not asked.saved:
        return _answer(session, asked, values)
    corrected = _with(asked, values)
    after = session.model_copy(update={"asked": corrected, "not_understood": 0})
    say = Say("correction_saved", {"values": _spoken(corrected)})
    return Step(after, (AmendCheckIn(asked.prompt, asked.about, values), say))


def _for_the_last(asked: Asked, correction: Correction) -> Mapping[str, Value]:
    """A value without a name goes to the one item just answered, or to the only one there is."""
    last = asked.last or tuple(question.id for question in asked.questions)
    named = next((question for question in asked.questions if last == (question.id,)), None)
    if named is None or correction.one is None:
        return {}
    takes_it = correction.one == SKIPPED or isinstance(correction.one, bool) is (named.kind == "yes_no")
    return {named.id: correction.one} if takes_it else {}


def _saved_already(session: Session, asked: Asked) -> Step:
    """What stands is said: it may be other numbers than those of this text, given on the web for instance."""
    return _not_understood(session, "already_saved", {"values": _spoken(asked)})


def _nothing_asked(session: Session, text: str) -> Step:
    if is_courtesy(text):
        return Step(session)
    return _not_understood(session, "no_open_prompt")


def _not_understood(session: Session, template: str, slots: Mapping[str, str] | None = None) -> Step:
    count = session.not_understood + 1
    after = session.model_copy(update={"not_understood": count})
    if count > _HELP_AT:
        return Step(after)
    return Step(after, (Say("help") if count == _HELP_AT else Say(template, slots or {}),))


def _with(asked: Asked, values: Mapping[str, Value]) -> Asked:
    answers = {**asked.answers, **values}
    return asked.model_copy(update={"answers": answers, "saved": True, "last": tuple(values)})


def _spoken(asked: Asked) -> str:
    """The answers in the order of asking, without the names of the items: a lock screen tells nothing."""
    return " ".join(_sign(asked.answers.get(question.id, SKIPPED)) for question in asked.questions)


def _sign(value: Value) -> str:
    if value == SKIPPED:
        return "-"
    if isinstance(value, bool):
        return "Y" if value else "N"
    return str(value)
