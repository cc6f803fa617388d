"""What a text asks of the carrier relation itself: stop, start again, or help. Pure.

The words are data (keywords.toml). A message counts when all of it is one of them, politeness aside, or when
one of its clauses asks in so many words to send no more. The word "stop" in an ordinary sentence does not.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

_APOSTROPHES = frozenset(
    "'`\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}"
    "\N{MODIFIER LETTER APOSTROPHE}\N{ACUTE ACCENT}"
)
_SENTENCE_END = re.compile(r"[.!?\n\r]+|…")
_CLAUSE_END = re.compile(r"[.!?\n\r,;:|/()\[\]…\u2013\u2014]+|\s-+\s")


class Intent(StrEnum):
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HELP = "help"


@dataclass(frozen=True)
class _Lexicon:
    politeness: re.Pattern[str]
    alone: frozenset[str]
    strong: frozenset[str]
    requests: re.Pattern[str]
    conjunction: re.Pattern[str]
    opt_in: frozenset[str]
    help: frozenset[str]


def intent(text: str) -> Intent | None:
    """Whether a text is an opt-out, an opt-in or for help, in English, Spanish, French or German."""
    lexicon = _lexicon()
    whole = _without_politeness(normalised(text), lexicon)
    if whole in lexicon.opt_in:
        return Intent.OPT_IN
    if _is_opt_out(text, whole, lexicon):
        return Intent.OPT_OUT
    if whole in lexicon.help:
        return Intent.HELP
    return None


def normalised(text: str) -> str:
    """Lower-case words with single spaces: no accents, punctuation, emoji or invisible characters."""
    letters: list[str] = []
    for character in unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold()):
        category = unicodedata.category(character)
        if category[0] in "LN":
            letters.append(character)
        elif character not in _APOSTROPHES and category not in {"Mn", "Me", "Cf"}:
            letters.append(" ")
    words = "".join(letters).split()
    if len(words) > 1 and all(len(word) == 1 and word.isalpha() for word in words):
        return "".join(words)
    return " ".join(words)


def _is_opt_out(text: str, whole: str, lexicon: _Lexicon) -> bool:
    if whole in lexicon.alone or lexicon.requests.fullmatch(whole):
        return True
    tidy = unicodedata.normalize("NFKC", text)
    sentences = [found for part in _SENTENCE_END.split(tidy) if (found := normalised(part))]
    if any(
        _without_politeness(edge, lexicon) in lexicon.strong for edge in (*sentences[:1], *sentences[-1:])
    ):
        return True
    clauses = [found for part in _CLAUSE_END.split(tidy) if (found := normalised(part))]
    if any(_asks(clause, lexicon) for clause in (*clauses, *sentences)):
        return True
    parts = [part for clause in clauses for part in lexicon.conjunction.split(clause)]
    bare = [found for part in parts if (found := _without_politeness(part, lexicon))]
    return bool(bare) and all(clause in lexicon.alone for clause in bare)


def _asks(clause: str, lexicon: _Lexicon) -> bool:
    parts = (clause, *lexicon.conjunction.split(clause))
    return any(lexicon.requests.fullmatch(_without_politeness(part, lexicon)) for part in parts if part)


def _without_politeness(words: str, lexicon: _Lexicon) -> str:
    return " ".join(lexicon.politeness.sub(" ", f" {words} ").split())


@cache
def _lexicon() -> _Lexicon:
    data: dict[str, Any] = tomllib.loads((files("notifications") / "keywords.toml").read_text("utf-8"))
    parts: dict[str, str] = {}
    for name, pattern in data["parts"].items():
        parts[name] = f"(?:{_filled(pattern, parts)})"
    requests = (_filled(pattern, parts) for language in data["requests"].values() for pattern in language)
    return _Lexicon(
        politeness=re.compile(
            rf"(?<= )(?:{'|'.join(sorted(data['politeness'], key=len, reverse=True))})(?= )"
        ),
        alone=frozenset(word for words in data["alone"].values() for word in words),
        strong=frozenset(data["strong"]),
        requests=re.compile("|".join(f"(?:{request})" for request in requests)),
        conjunction=re.compile(rf"\b(?:{'|'.join(data['conjunctions'])})\b"),
        opt_in=frozenset(data["opt_in"]),
        help=frozenset(data["help"]),
    )


def _filled(pattern: str, parts: dict[str, str]) -> str:
    return re.sub(r"<(\w+)>", lambda name: parts[name.group(1)], pattern)
