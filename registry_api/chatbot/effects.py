"""What a step of the conversation wants done; conversations carries it out in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from registry_api.chatbot.placing import Value
from registry_api.chatbot.safety import Danger


@dataclass(frozen=True)
class Say:
    """A text to the person: a template of the notifications package and what fills its slots."""

    template: str
    slots: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class RecordCheckIn:
    """The first answers to a prompt, by item id."""

    prompt: str
    about: date
    answers: Mapping[str, Value] = field(repr=False)


@dataclass(frozen=True)
class AmendCheckIn:
    """Answers that are laid over the entry of the prompt's day."""

    prompt: str
    about: date
    answers: Mapping[str, Value] = field(repr=False)


@dataclass(frozen=True)
class PausePrompts:
    """No daily prompt for this many days."""

    days: int


@dataclass(frozen=True)
class OptOut:
    """No text any more until START."""


@dataclass(frozen=True)
class OptIn:
    """Texts again."""


@dataclass(frozen=True)
class FlagStaff:
    """Somebody must look at this conversation."""

    danger: Danger


Effect = Say | RecordCheckIn | AmendCheckIn | PausePrompts | OptOut | OptIn | FlagStaff
