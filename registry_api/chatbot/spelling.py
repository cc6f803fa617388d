"""Turns number words into digits, also those with one slip of the finger."""

import re
from collections.abc import Collection

from registry_api.chatbot.folding import distance_one
from registry_api.chatbot.lexicon import Lexicon
from registry_api.chatbot.marks import UNCLEAR

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_CONNECTING = {"and", "y", "et", "und", "e"}
_COMPOUNDS = (
    re.compile(r"(?<!\w)(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[- ]\w+(?!\w)"),
    re.compile(r"(?<!\w)(?:veinte|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa) y \w+(?!\w)"),
    re.compile(
        r"(?<!\w)(?:dix|soixante|quatre|vingt)[- ](?:et[- ])?(?:sept|huit|neuf|dix|vingts?|onze|un)(?!\w)"
    ),
    re.compile(r"(?<!\w)(?:vingt|trente|quarante|cinquante|soixante)[- ](?:et[- ])?\w+(?!\w)"),
    re.compile(r"(?<!\w)\w+und(?:zwanzig|dreissig|vierzig|funfzig|sechzig|siebzig|achtzig|neunzig)(?!\w)"),
    re.compile(r"(?<!\w)(?:anderthalb|eineinhalb|veinti\w+)(?!\w)"),
)
_TENS = 20
_SHORTEST_SLIP = 3


def to_digits(text: str, words: Lexicon, *, slips: bool, known: Collection[str] = ()) -> str:
    """The folded text with its number words as digits; a plural ("zeros") becomes "0s".

    `slips` lets a word count that is one slip away from a number word and from nothing in `known`.
    Numbers of two words ("twenty five") become the mark of an unclear number.
    """
    for compound in _COMPOUNDS:
        text = compound.sub(lambda found: _compound(found, words), text)
    for phrase in words.not_numbers:
        text = phrase.sub(_kept, text)
    text = _split_german_halves(text, words)
    values = dict(words.numbers)
    spoken = set(_WORD.findall(text))
    numeric = set(values) | set(words.plurals) | words.articles | _CONNECTING
    if spoken and spoken <= numeric and not re.search(r"\d", text):
        values |= dict.fromkeys(words.articles, 1)
    elif not (spoken & set(values)) and not re.search(r"\d", text):
        foreign = words.foreign_numbers
        if spoken and spoken <= set(foreign) | _CONNECTING:
            values |= foreign

    def digits(found: re.Match[str]) -> str:
        word = found.group()
        if word in values:
            return f"{values[word]}"
        if word in words.plurals:
            return f"{words.plurals[word]}s"
        if word.endswith("ish") and word.removesuffix("ish") in values:
            return f"{values[word.removesuffix('ish')]}"
        meant = _slip(word, words, known) if slips else None
        return word if meant is None else f"{meant}"

    return _WORD.sub(digits, text)


def _kept(found: re.Match[str]) -> str:
    return f" {found.groupdict().get('keep') or ''} "


def slipped_skip(text: str, words: Lexicon) -> bool:
    """Whether the folded text is one word, a slip away from a word that skips."""
    return text.isalpha() and any(distance_one(text, meant) for meant in words.skip_words)


def _slip(word: str, words: Lexicon, known: Collection[str]) -> int | None:
    if len(word) < _SHORTEST_SLIP or word in words.not_slips or word in words.links or word in known:
        return None
    near = {
        value
        for meant, value in words.numbers.items()
        if value <= _TENS and len(meant) >= _SHORTEST_SLIP and distance_one(word, meant)
    }
    return near.pop() if len(near) == 1 else None


def _compound(found: re.Match[str], words: Lexicon) -> str:
    parts = re.split(r"[- ]", found.group())
    counted = [part for part in parts if part in words.numbers or part in words.articles]
    one_word = len(parts) == 1
    return f" {UNCLEAR} " if one_word or len(counted) > 1 else found.group()


def _split_german_halves(text: str, words: Lexicon) -> str:
    whole = "|".join(sorted(words.numbers, key=len, reverse=True))
    return re.sub(rf"(?<!\w)({whole})(?:und)?einhalb(?!\w)", rf"{UNCLEAR}", text)
