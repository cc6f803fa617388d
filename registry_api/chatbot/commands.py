"""Reserved words: what a text asks for when it says nothing else."""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from notifications.keywords import Intent, intent
from registry_api.chatbot.folding import fold

_WORD = re.compile(r"[^\W_]+")
MOST_PAUSE_DAYS = 365


class Order(StrEnum):
    STOP = "stop"
    START = "start"
    HELP = "help"
    TRIALS = "trials"
    EVENTS = "events"
    PAUSE = "pause"


@dataclass(frozen=True)
class Command:
    """What was asked for; `days` only for a pause that says how long, 1 to 365."""

    order: Order
    days: int | None = None

    def __str__(self) -> str:
        return f"{self.order} {self.days}" if self.days is not None else str(self.order)


_BY_INTENT = {Intent.OPT_OUT: Order.STOP, Intent.OPT_IN: Order.START, Intent.HELP: Order.HELP}


def command(text: str) -> Command | None:
    """The command that a text is, or None: a reserved word inside a sentence is no command."""
    meant = intent(text)
    if meant is not None:
        return Command(_BY_INTENT[meant])
    said = " ".join(_WORD.findall(fold(text)))
    words = _words()
    for order in (Order.TRIALS, Order.EVENTS):
        if said in words[order]:
            return Command(order)
    return _pause(said, words)


def is_courtesy(text: str) -> bool:
    """Whether a text only thanks or agrees, or is a sign such as a thumb up."""
    return " ".join(_WORD.findall(fold(text).replace("'", ""))) in _words()["courtesies"]


def _pause(said: str, words: dict[str, frozenset[str]]) -> Command | None:
    first, _, rest = said.partition(" ")
    if first not in words["pause"]:
        return None
    meaningful = [word for word in rest.split() if word not in words["pause_fillers"]]
    if not meaningful:
        return Command(Order.PAUSE)
    if len(meaningful) > 1 or not meaningful[0].isdecimal():
        return None
    days = int(meaningful[0][:4])
    return Command(Order.PAUSE, days if 1 <= days <= MOST_PAUSE_DAYS else None)


@cache
def _words() -> dict[str, frozenset[str]]:
    text = files("registry_api.chatbot").joinpath("wording", "commands.toml").read_text(encoding="utf-8")
    return {
        kind: frozenset(fold(word).replace("'", "") for word in known)
        for kind, known in tomllib.loads(text).items()
    }
