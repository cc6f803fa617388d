"""Reads an answer to a yes-or-no question."""

import re
from typing import Literal

from registry_api.chatbot.folding import distance_one
from registry_api.chatbot.lexicon import Lexicon

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_ONLY_DASHES = re.compile(r"[\s.]*-+[\s.]*")
_LOOK_AHEAD = 3
_SHORT = 6
_NOT_SLIPS = {"hope", "none", "nine", "yet", "note", "nape", "nan", "noche", "nos"}
_SHORTEST_SLIP = 3


def yes_or_no(folded: str, words: Lexicon) -> bool | Literal["skipped"] | None:  # noqa: PLR0911 one answer a case
    """True, False, "skipped", or None where the text says neither clearly."""
    text = re.sub(r"(.)\1{2,}", r"\1", folded)
    if _ONLY_DASHES.fullmatch(text):
        return "skipped"
    said = _WORD.findall(text)
    bare = " ".join(said)
    if bare in words.lone_yes or bare in words.lone_no:
        return bare in words.lone_yes
    clear = _followed_by_a_pause(text, words)
    if clear is not None:
        return clear
    start = _start(said, words)
    for place in range(start + 1):
        opening = " ".join(said[place:])
        if words.unsure.match(opening):
            return None
        if words.skip.match(opening):
            return "skipped"
    openings = (_leading(" ".join(said[place:]), words) for place in range(start + 1))
    leading = next((answer for answer in openings if answer is not None), None)
    if leading is not None:
        return None if (not leading) in _polarities(said[start : start + _LOOK_AHEAD], words) else leading
    polarities = _polarities(said, words)
    if len(said) <= _SHORT and len(polarities) == 1 and _leading(said[-1], words) is not None:
        return polarities.pop()
    return _slipped(said, words)


def _start(said: list[str], words: Lexicon) -> int:
    start = 0
    while start < len(said) and said[start] in words.before_yes_no and _leading(said[start], words) is None:
        start += 1
    return start


def _followed_by_a_pause(text: str, words: Lexicon) -> bool | None:
    first = re.match(r"\W*([^\W\d_]+(?:'[^\W\d_]+)*)\s*(?:[,.!;:\n]|$|- )", text)
    if first is None:
        return None
    leading = _exact(first[1], words)
    following = _WORD.findall(text[first.end() :])
    taken_back = len(following) == 1 and _exact(following[0], words) not in {None, leading}
    return None if taken_back else leading


def _exact(word: str, words: Lexicon) -> bool | None:
    if word in words.yes or word in words.lone_yes:
        return True
    if word in words.no or word in words.lone_no:
        return False
    return None


def _leading(text: str, words: Lexicon) -> bool | None:
    for answer, phrases in ((True, words.yes), (False, words.no)):
        if any(re.match(rf"{re.escape(phrase)}(?!\w)", text) for phrase in phrases):
            longest = {
                other: max((len(p) for p in known if re.match(rf"{re.escape(p)}(?!\w)", text)), default=0)
                for other, known in ((True, words.yes), (False, words.no))
            }
            if longest[answer] >= longest[not answer]:
                return answer
    return None


def _polarities(said: list[str], words: Lexicon) -> set[bool]:
    return {answer for word in said if (answer := _leading(word, words)) is not None}


def _slipped(said: list[str], words: Lexicon) -> bool | None:
    if len(said) != 1 or len(said[0]) < _SHORTEST_SLIP or said[0] in _NOT_SLIPS:
        return None
    near = {
        answer
        for answer, phrases in ((True, words.yes), (False, words.no))
        for phrase in phrases
        if len(phrase) >= _SHORTEST_SLIP and distance_one(said[0], phrase)
    }
    return near.pop() if len(near) == 1 else None
