"""Finds which asked item a word names: its label, a clear short form of it, or its place."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registry_api.chatbot.folding import distance_one, fold
from registry_api.chatbot.lexicon import Lexicon

_ELISION = re.compile(r"^(?:[cdjlmnst]|qu)'")
_SHORTEST = 3
_STEM = 4
_ENDING = 3


@dataclass(frozen=True)
class AskedItem:
    """One question as it was put to the person; a rating is a whole number from `low` to `high`."""

    id: str
    is_rating: bool
    label: str
    low: int = 0
    high: int = 10


class Names:
    """The words that name each item of one prompt, and no other item of it."""

    def __init__(self, items: Sequence[AskedItem], words: Lexicon) -> None:
        self._lexicon = words
        everything = [_significant(item, words) for item in items]
        self._words = [
            own - {word for other, rest in enumerate(everything) if other != place for word in rest}
            for place, own in enumerate(everything)
        ]

    def item_named(self, word: str) -> int | None:
        """The place of the item that a folded word names, or None if none or more than one."""
        if len(word) < _SHORTEST or word in self._lexicon.links or word in self._lexicon.stop:
            return None
        for matches in (_same, _inflected, self._slipped):
            found = [
                place for place, own in enumerate(self._words) if any(matches(word, known) for known in own)
            ]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def _slipped(self, word: str, known: str) -> bool:
        if len(word) < _STEM or word in self._lexicon.not_slips or word in self._lexicon.numbers:
            return False
        return distance_one(word, known)


def unelided(word: str) -> str:
    """The word without an elided French article: d'etre reads as etre."""
    return _ELISION.sub("", word)


def _significant(item: AskedItem, words: Lexicon) -> set[str]:
    spoken = f"{item.label} {item.id.replace('_', ' ')}"
    return set(_naming(fold(spoken).replace("-", " ").replace("/", " ").split(), words))


def _naming(spoken: Iterable[str], words: Lexicon) -> Iterable[str]:
    for raw in spoken:
        word = unelided(raw.strip(".,;:!?()[]'\"¿¡"))
        if len(word) >= _SHORTEST and word.isalpha() and word not in (words.links | words.stop):
            yield word


def _same(word: str, known: str) -> bool:
    return word == known


def _inflected(word: str, known: str) -> bool:
    if known.startswith(word):
        return True
    shared = max(_STEM, len(known) - _ENDING)
    return len(known) >= _STEM and word[:shared] == known[:shared] and len(word) - len(known) <= _ENDING
