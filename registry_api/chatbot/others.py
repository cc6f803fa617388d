"""What is said to somebody who is no patient: a number without an account, or a member of staff. Pure."""

from registry_api.chatbot.commands import Order, command
from registry_api.chatbot.effects import Effect, FlagStaff, OptIn, OptOut, Say
from registry_api.chatbot.safety import Danger, help_line, screen


def answer(text: str, *, language: str, country: str | None, has_account: bool) -> tuple[Effect, ...]:
    """What a text sets off, in order: help in danger, STOP and START, and for a stranger one polite word.

    Nobody without a patient's account is ever asked a question.
    """
    danger, ordered = screen(text), command(text)
    order = ordered.order if ordered else None
    if danger is not None:
        crisis = Say("crisis", {"line": help_line(country, language)})
        stop = (OptOut(),) if order is Order.STOP else ()
        say = Say("emergency") if danger is Danger.MEDICAL_EMERGENCY else crisis
        return (say, FlagStaff(danger), *stop)
    if order is Order.STOP:
        return (OptOut(), Say("stopped"))
    if order is Order.START:
        return (OptIn(), Say("started" if has_account else "unknown_number"))
    if not has_account:
        return (Say("unknown_number"),)
    return (Say("help"),) if order is Order.HELP else ()
