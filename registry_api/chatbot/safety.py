"""Finds words of danger in a free text, in every language at once, before anything else looks at it.

Recall goes first: what may be a crisis is one. Idioms and negations that are listed as harmless are taken out
of the text before; questions about facts and what lies in the past are no medical emergency.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from registry_api.chatbot.folding import fold
from registry_api.chatbot.lexicon import LANGUAGES

_SENTENCE_END = re.compile(r"[.!?;\n]+|(?<=\w) - (?=\w)")
_NO_LETTER = re.compile(r"[^\w.]+")
_ASKED = "q0"  # no word, and kept by what strips signs
_DIALLED = re.compile(r"[\d ]+")
_ELIDED = re.compile(r"(?<!\w)([cdjlmnst]|qu)'(?=\w)")  # French: j'avale
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")


class Danger(StrEnum):
    """The kinds of crisis; where several are found, the first one listed counts."""

    SELF_HARM = "self_harm"
    HARM_FROM_OTHERS = "harm_from_others"
    MEDICAL_EMERGENCY = "medical_emergency"


@dataclass(frozen=True)
class _Words:
    harmless: tuple[re.Pattern[str], ...]
    danger: Mapping[Danger, tuple[re.Pattern[str], ...]]
    past: re.Pattern[str]
    present: re.Pattern[str]
    own: re.Pattern[str]
    question: re.Pattern[str]


def screen(text: str) -> Danger | None:
    """The danger that a text speaks of, or None."""
    folded = fold(text)
    found = _dangers(_spoken(folded.replace("'", "")))
    if _ELIDED.search(folded):
        found |= _dangers(_spoken(_ELIDED.sub(r"\1 ", folded).replace("'", "")))
    return next((danger for danger in Danger if danger in found), None)


def _dangers(spoken: str) -> set[Danger]:
    plain = spoken
    for harmless in _harmless():
        plain = harmless.sub(" ~ ", plain)
    found: set[Danger] = set()
    for words in _languages():
        for danger, patterns in words.danger.items():
            looked_at = plain
            if danger is Danger.MEDICAL_EMERGENCY:
                looked_at = " . ".join(_sentences_at_hand(plain, spoken, words))
            if any(pattern.search(looked_at) for pattern in patterns):
                found.add(danger)
    return found


def help_line(country: str | None, language: str) -> str:
    """What to call in a country (ISO 3166 code); where none is listed, words in the language or English."""
    lines = _lines()
    for line, countries in lines["lines"].items():
        if country in countries:
            return str(line)
    elsewhere = lines["elsewhere"]
    return str(elsewhere.get(language, elsewhere["en"]))


@dataclass(frozen=True)
class PageReply:
    """The fixed words after a crisis on a page; `call` is the line's number where it has one to dial."""

    message: str
    call: str | None


def page_reply(danger: Danger, country: str | None, language: str) -> PageReply:
    """What to show on a page after words of danger; in English where a language has no words."""
    words: Mapping[str, Mapping[str, str]] = _read("pages.toml")
    spoken = words.get(language, words["en"])
    if danger is Danger.MEDICAL_EMERGENCY:
        return PageReply(spoken["emergency"], None)
    line = help_line(country, language)
    return PageReply(spoken["crisis"].format(line=line), line if _DIALLED.fullmatch(line) else None)


def _sentences_at_hand(plain: str, spoken: str, words: _Words) -> Iterable[str]:
    """Without questions about facts and, unless the present comes up as well, without what is past."""
    if words.past.search(spoken) and not words.present.search(spoken):
        return
    for sentence in plain.removesuffix(" .").split(" . "):
        asks = sentence.endswith(_ASKED) or words.question.match(sentence.strip())
        if not asks or words.own.search(sentence):
            yield sentence


def _spoken(folded: str) -> str:
    sentences = _SENTENCE_END.sub(" . ", folded.replace("?", f" {_ASKED}. "))
    return " ".join(_NO_LETTER.sub(" ", _STRETCHED.sub(r"\1", sentences)).split())


@cache
def _harmless() -> tuple[re.Pattern[str], ...]:
    return tuple(phrase for words in _languages() for phrase in words.harmless)


@cache
def _languages() -> tuple[_Words, ...]:
    return tuple(_words(language) for language in LANGUAGES)


def _words(language: str) -> _Words:
    data = _read(f"{language}.toml")
    parts: dict[str, str] = data["parts"]
    return _Words(
        harmless=tuple(_pattern(phrase, parts) for phrase in data["harmless"]),
        danger={
            danger: tuple(_pattern(phrase, parts) for phrase in data[danger]["patterns"]) for danger in Danger
        },
        past=_pattern("|".join(data["past"]), parts),
        present=_pattern("|".join(data["present"]), parts),
        own=_pattern("|".join(data["own"]), parts),
        question=_pattern("|".join(data["question"]), parts),
    )


def _pattern(phrase: str, parts: Mapping[str, str]) -> re.Pattern[str]:
    for name, part in parts.items():
        phrase = phrase.replace(f"<{name}>", part)
    return re.compile(rf"(?<!\w)(?:{phrase})(?!\w)")


@cache
def _lines() -> dict[str, Any]:
    return _read("lines.toml")


def _read(name: str) -> dict[str, Any]:
    text = files("registry_api.chatbot").joinpath("crisis", name).read_text(encoding="utf-8")
    return tomllib.loads(text)
