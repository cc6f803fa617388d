"""The words of loose replies, read from wording/*.toml, folded as replies are."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from registry_api.chatbot.folding import fold_word

LANGUAGES = ("en", "es", "fr", "de")
_NUMBER = r"(?<![\w.])\d+(?![\w])"


@dataclass(frozen=True)
class Lexicon:
    """What a reader of one language knows; words that no two languages use differently are shared by all."""

    numbers: Mapping[str, int]
    plurals: Mapping[str, int]
    articles: frozenset[str]
    stop: frozenset[str]
    ordinals: tuple[str, ...]
    links: frozenset[str]
    contrasts: frozenset[str]
    not_slips: frozenset[str]
    foreign_numbers: Mapping[str, int]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    lone_yes: frozenset[str]
    lone_no: frozenset[str]
    before_yes_no: frozenset[str]
    not_numbers: tuple[re.Pattern[str], ...]
    about: re.Pattern[str]
    unclear: tuple[re.Pattern[str], ...]
    quantities: tuple[re.Pattern[str], ...]
    every: str
    rest: re.Pattern[str]
    skip: re.Pattern[str]
    skip_words: tuple[str, ...]
    unsure: re.Pattern[str]


# Number words of other languages that mean something else in this one.
_FALSE_FRIENDS = {
    "en": {"once", "dos", "six", "null", "elf", "sept", "cent", "mil", "acht", "un", "tres", "cien"},
    "es": {"ten", "four", "one", "null", "elf", "cent"},
    "fr": {"dos", "tres", "ten", "four", "one", "once", "null", "mil", "elf"},
    "de": {"dos", "once", "one", "sept", "mil", "cent", "ten"},
}


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language; that of English for a language without one."""
    own = language if language in LANGUAGES else "en"
    data = _data(own)
    numbers = _numbers(data["numbers"])
    foreign = {
        word: value
        for other in LANGUAGES
        if other != own
        for word, value in _numbers(_data(other)["numbers"]).items()
        if word not in numbers and word not in _FALSE_FRIENDS[own]
    }
    units = _either(_folded(data["words"]["units"]))
    return Lexicon(
        numbers=numbers,
        plurals=_numbers(data["plurals"]),
        articles=frozenset(_folded(data["words"]["articles"])),
        stop=frozenset(_folded(data["words"]["stop"])),
        ordinals=tuple(_folded(data["words"]["ordinals"])),
        contrasts=frozenset(_folded(data["words"]["contrasts"])),
        links=frozenset(_folded(data["words"]["links"])),
        not_slips=frozenset(_folded(data["words"]["not_slips"])),
        foreign_numbers=foreign,
        yes=_longest_first(_leading("yes", own)),
        no=_longest_first(_leading("no", own)),
        lone_yes=frozenset(_folded(_data("any")["yes_no"]["yes"])),
        lone_no=frozenset(_folded(_data("any")["yes_no"]["no"])),
        before_yes_no=frozenset(_folded(data["yes_no"]["before"])),
        not_numbers=tuple(_pattern(phrase) for phrase in data["phrases"]["not_numbers"]),
        about=_pattern("|".join(_all_phrases("about"))),
        unclear=tuple(
            re.compile(rf"(?<![\w]){phrase.replace('{n}', _NUMBER)}") for phrase in _all_phrases("unclear")
        ),
        quantities=tuple(_quantities(units, _folded(data["words"]["since"]))),
        every=_either(_all_phrases("all_words")),
        rest=_pattern("|".join(_all_phrases("rest"))),
        skip=_pattern("|".join((*_all_phrases("skip"), *_folded(_data("any")["phrases"]["skip"])))),
        skip_words=tuple(_folded(data["words"]["skip_words"])),
        unsure=_pattern("|".join(_all_phrases("unsure"))),
    )


def _quantities(units: str, since: Iterable[str]) -> Iterator[re.Pattern[str]]:
    for phrase in _all_phrases("quantities"):
        yield _pattern(phrase.replace("{n}", _NUMBER).replace("{unit}", units))
    yield re.compile(rf"(?<![\w.])\d+(?:[.,/]\d+)? ?-?{units}(?!\w)")
    yield re.compile(r"(?<![\w.:])\d{1,2}[:.]\d{2} ?(?:am|pm|h|uhr)(?!\w)")
    yield re.compile(r"(?<![\w.:])\d{1,2}:[0-5]\d(?![\w:])")
    yield re.compile(r"(?<![\w.,])\d+ ?%")
    yield re.compile(rf"(?<!\w){_either(since)} (?:la |las |le |the |el |dem )?\d+(?!\w)(?! ?[,;:] ?\d)")


def _data(name: str) -> dict[str, Any]:
    text = files("registry_api.chatbot").joinpath("wording", f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _numbers(given: Mapping[str, list[str]]) -> dict[str, int]:
    return {fold_word(word): int(value) for value, words in given.items() for word in words}


def _folded(words: Iterable[str]) -> list[str]:
    return [fold_word(word) for word in words]


def _all_phrases(kind: str) -> list[str]:
    return [phrase for language in LANGUAGES for phrase in _data(language)["phrases"][kind]]


def _leading(kind: str, own: str) -> list[str]:
    """Own words, and those of the other three languages that are more than one letter."""
    others = [word for name in LANGUAGES for word in _data(name)["yes_no"][kind] if len(word) > 1]
    return _folded([*_data(own)["yes_no"][kind], *others])


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words), key=lambda word: (-len(word), word)))


def _either(phrases: Iterable[str]) -> str:
    return "(?:" + "|".join(sorted(phrases, key=len, reverse=True)) + ")"


def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w])(?:{phrase})(?![\w])")
