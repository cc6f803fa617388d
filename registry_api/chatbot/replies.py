"""Reads an answer that a person typed freely to the questions of a prompt.

The rules are written in the evaluation formats of this project, "How loose replies are read": what is not
clear is asked again, never rounded, clipped or guessed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from registry_api.chatbot import placing
from registry_api.chatbot.folding import fold
from registry_api.chatbot.lexicon import Lexicon, lexicon
from registry_api.chatbot.names import AskedItem, Names
from registry_api.chatbot.placing import SKIPPED, Placed, Value
from registry_api.chatbot.spelling import slipped_skip, to_digits
from registry_api.chatbot.tokens import decimal_pairs_unclear, mark, tokens_of
from registry_api.chatbot.yes_no import yes_or_no

_CORRECTION = re.compile(
    r"^\W*(?:c(?=[\s:.,=-]|\d|$)|(?:correct(?:ion)?|corregir|corrige|correccion|corriger|corrige|korrektur|korrigiere)(?!\w))"
    r"[\s:.,=-]*(?:(?:to|a|en|auf|zu)\s)?(?P<rest>.*)$",
    re.DOTALL,
)


class Doubt(StrEnum):
    """Why a text is asked again."""

    UNCLEAR = "unclear"
    OUT_OF_RANGE = "out_of_range"


@dataclass(frozen=True)
class Correction:
    """New values for what was answered before.

    `one` is a value without a name: it goes to the one item just answered. `text` reads "correct 5".
    """

    values: Mapping[str, Value]
    one: Value | None
    text: str


@dataclass(frozen=True)
class Reading:
    """What a text says: values by item id, a correction, or a doubt about some or all of it."""

    values: Mapping[str, Value] = field(default_factory=dict)
    doubt: Doubt | None = None
    correction: Correction | None = None

    @property
    def asks_again(self) -> bool:
        return self.doubt is not None


def read(items: Sequence[AskedItem], text: str, language: str) -> Reading:
    """Reads `text` as the answer to `items` in order, in a language of the lexicon (English where unknown).

    Values are whole numbers within an item's range, true, false, or "skipped". Items that the text leaves out
    although it names others are missing from `values`; a `doubt` says that something has to be asked again.
    """
    folded = fold(text)
    correction = _CORRECTION.match(folded)
    if correction is not None:
        as_correction = _correction(items, correction["rest"], language)
        if as_correction is not None:
            return as_correction
    return _answers(items, folded, lexicon(language))


def _answers(items: Sequence[AskedItem], folded: str, words: Lexicon) -> Reading:
    if not items:
        return Reading(doubt=Doubt.UNCLEAR)
    if len(items) == 1 and not items[0].is_rating:
        value = yes_or_no(folded, words)
        return Reading(doubt=Doubt.UNCLEAR) if value is None else Reading({items[0].id: value})
    if slipped_skip(folded, words):
        return Reading({item.id: SKIPPED for item in items})
    exact = _placed(items, folded, words, slips=False)
    if exact.doubt is None or exact.doubt == Doubt.OUT_OF_RANGE:
        return exact
    slipped = _placed(items, folded, words, slips=True)
    return exact if slipped.doubt else slipped


def _placed(items: Sequence[AskedItem], folded: str, words: Lexicon, *, slips: bool) -> Reading:
    names = Names(items, words)
    known = {word for word in re.findall(r"[^\W\d_]+", folded) if names.item_named(word) is not None}
    digits = to_digits(folded, words, slips=slips, known=known)
    listed = _numbered(items, digits, words)
    if listed is not None:
        return listed
    marked = mark(digits, words, {item.high for item in items if item.is_rating} or {10})
    tokens = tokens_of(marked, words, names)
    if placing.has_names(tokens):
        tokens = tokens_of(decimal_pairs_unclear(marked), words, names)
    return _reading(items, placing.place(items, tokens))


def _reading(items: Sequence[AskedItem], placed: Placed) -> Reading:
    by_place = {place: value for place, value in placed.values.items() if value is not None}
    fitting = {place: value for place, value in by_place.items() if placing.fits(items[place], value)}
    values = {items[place].id: fitting[place] for place in sorted(fitting)}
    if len(fitting) < len(by_place):
        return Reading(values, Doubt.OUT_OF_RANGE)
    unclear = placed.unclear or len(by_place) < len(placed.values) or not values
    return Reading(values, Doubt.UNCLEAR if unclear else None)


def _numbered(items: Sequence[AskedItem], digits: str, words: Lexicon) -> Reading | None:
    """Reads "1) 6 2) 4": a list whose numbers are those of the items, each followed by one answer."""
    if len(items) < 2:  # noqa: PLR2004 one answer is no list
        return None
    for after in (r" ?(?:[):=]|\.(?=\D)|-(?= ))", r"(?= )"):
        starts = r"(?:^|\n)\W*" if after == r"(?= )" else r"(?:^|(?<=[\s,;.]))\W*?"
        pattern = "".join(
            rf"{starts}(?:q|no?\.? ?|#)?{number}{after}\s*(?P<a{number}>[^\n]+?)\s*[,;.]?\s*"
            for number in range(1, len(items) + 1)
        )
        found = re.fullmatch(pattern, digits)
        if found is None:
            continue
        parts = [_answers([item], found[f"a{number}"], words) for number, item in enumerate(items, start=1)]
        if all(part.doubt is None and part.values for part in parts):
            return Reading({name: value for part in parts for name, value in part.values.items()})
    return None


def _correction(items: Sequence[AskedItem], rest: str, language: str) -> Reading | None:
    """None where the text behind the C is a sentence, and the C no command."""
    words = lexicon(language)
    single = _one_value(items, rest, words)
    if single is not None:
        return Reading(correction=Correction({}, single, f"correct {_spoken(single)}"))
    reading = _answers(items, rest, words)
    if reading.doubt is not None:
        return reading if len(rest.split()) <= 2 * len(items) + 2 else None
    said = " ".join(f"{name} {_spoken(value)}" for name, value in reading.values.items())
    if len(reading.values) == len(items):
        said = " ".join(_spoken(value) for value in reading.values.values())
    return Reading(correction=Correction(reading.values, None, f"correct {said}"))


def _one_value(items: Sequence[AskedItem], rest: str, words: Lexicon) -> Value | None:
    names = Names(items, words)
    if any(names.item_named(word) is not None for word in re.findall(r"[^\W\d_]+", rest)):
        return None
    for rating in (True, False):
        alike = next((item for item in items if item.is_rating == rating), None)
        if alike is None:
            continue
        reading = _answers([AskedItem("it", rating, "", alike.low, alike.high)], rest, words)
        if reading.doubt is None:
            return reading.values["it"]
    return None


def _spoken(value: Value) -> str:
    if value is True:
        return "yes"
    if value is False:
        return "no"
    return str(value)
