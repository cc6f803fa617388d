"""Plays a conversation from a text file and writes it down with its answers; such files are our examples.

A line that begins with ">" is what the person types; "!" changes what is known: `! language es`,
`! country MX`, `! prompt 2026-03-01 pulling pain`, `! wait 26` (hours), `! prompts off`. "#" is a remark.
Everything else is what came of it, and is written anew each time it is played.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from notifications.templates import render
from registry_api.chatbot.asking import questions
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
from registry_api.chatbot.engine import step
from registry_api.chatbot.session import Asked, Session

_BEGINS = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
_ANSWERABLE = timedelta(hours=33)


class Player:
    """One conversation; its session goes through JSON between every two lines."""

    def __init__(self) -> None:
        self.now = _BEGINS
        self._stored = Session(
            language="en", country="US", trials_link="https://example.org/t"
        ).model_dump_json()

    def play(self, script: str) -> str:
        """The script with all that came of it."""
        return "\n".join(line for given in script.splitlines() for line in self._line(given)) + "\n"

    def say(self, text: str) -> list[str]:
        """What comes of one text."""
        session = Session.model_validate_json(self._stored)
        done = step(session, text, self.now)
        self._stored = done.session.model_dump_json()
        return [_described(effect, done.session.language) for effect in done.effects] or ["  (silence)"]

    def _line(self, given: str) -> Iterator[str]:
        if given.startswith(">"):
            yield given
            yield from self.say(given[1:].strip())
        elif given.startswith("!"):
            self._change(given[1:].split())
            yield given
        elif given.startswith("#") or not given.strip():
            yield given

    def _change(self, words: list[str]) -> None:
        session = Session.model_validate_json(self._stored)
        match words:
            case ["language", language]:
                session = session.model_copy(update={"language": language})
            case ["country", country]:
                session = session.model_copy(update={"country": country})
            case ["prompts", state]:
                session = session.model_copy(update={"prompts_on": state == "on"})
            case ["wait", hours]:
                self.now += timedelta(hours=float(hours))
            case ["prompt", about, *items]:
                session = session.asking(self._asked(about, items, session.language))
            case _:
                raise ValueError(" ".join(words))
        self._stored = session.model_dump_json()

    def _asked(self, about: str, items: list[str], language: str) -> Asked:
        return Asked(
            prompt=f"prompt-{about}",
            about=date.fromisoformat(about),
            answerable_until=self.now + _ANSWERABLE,
            questions=questions(items, language),
        )


def _described(effect: Effect, language: str) -> str:
    match effect:
        case Say(template, slots):
            return f"  < {render(template, language, slots)}"
        case RecordCheckIn(_, about, answers) | AmendCheckIn(_, about, answers):
            verb = "record" if isinstance(effect, RecordCheckIn) else "amend"
            return (
                f"  [{verb} {about} " + " ".join(f"{name}={value}" for name, value in answers.items()) + "]"
            )
        case PausePrompts(days):
            return f"  [pause {days}]"
        case FlagStaff(danger):
            return f"  [flag {danger}]"
        case OptOut():
            return "  [opt out]"
        case OptIn():
            return "  [opt in]"
