"""Cuts a folded text into the parts that matter for an answer."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from registry_api.chatbot.folding import HALF
from registry_api.chatbot.lexicon import Lexicon
from registry_api.chatbot.marks import EACH, QUANTITY, SKIP, SKIP_REST, UNCLEAR, UNSURE
from registry_api.chatbot.names import Names, unelided


class Kind(Enum):
    NUMBER = auto()
    EACH = auto()
    UNCLEAR = auto()
    QUANTITY = auto()
    NAME = auto()
    ORDINAL = auto()
    SKIP = auto()
    SKIP_REST = auto()
    DASH = auto()
    YES = auto()
    NO = auto()
    UNSURE = auto()
    LINK = auto()
    CONTRAST = auto()
    WORD = auto()
    BREAK = auto()


NUMERIC = frozenset({Kind.NUMBER, Kind.EACH, Kind.UNCLEAR, Kind.QUANTITY})


@dataclass(frozen=True)
class Token:
    """`value` is the number of a NUMBER or EACH, and the place of the item of a NAME or ORDINAL."""

    kind: Kind
    value: int = 0
    text: str = ""


_MARKED = {
    UNCLEAR: Kind.UNCLEAR,
    QUANTITY: Kind.QUANTITY,
    SKIP: Kind.SKIP,
    SKIP_REST: Kind.SKIP_REST,
    UNSURE: Kind.UNSURE,
}
_PIECE = re.compile(
    rf"(?P<mark>[{''.join(_MARKED)}])|(?P<each>{EACH}\d+)|(?P<plural>\d+s(?!\w))|(?P<number>\d+)"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)|(?P<dash>-+)|(?P<gap>[,;.!?\n|])"
)
_ISH = re.compile(r"(?<=\d)[ -]?ish(?!\w)")
_PLACE = re.compile(r"(?<![\w.])(\d)(?:st|nd|rd|th|er|ere|eme)(?!\w)")
_DIGITS = re.compile(r"\d+")
_SYMBOLS = (
    re.compile(r"(?<![\d\s])\s*[<>\u2264\u2265]\s*=?\s*\d+|^\s*[<>\u2264\u2265]\s*=?\s*\d+"),
    re.compile(r"\d+ ?\+(?! ?\d)"),
    re.compile(r"(?:^|(?<=[\s(:=,;]))-\d+(?:[.,]\d+)?"),
    re.compile(rf"\d+ ?{HALF}|{HALF}"),
    re.compile(r"\d+ (?:and |y |et |und )?[1-3] ?/ ?[2-4](?![\d/])"),
    re.compile(r"(?<![\d.])\d+\.\d+(?!\.?\d)"),
    re.compile(r"(?:^|(?<=\s))\.\d+"),
)
_LONGEST_NUMBER = 9
_LETTERS_BEFORE = re.compile(r"[^\W\d_]+$")
_LETTERS_AFTER = re.compile(r"[^\W\d_]+")
_LIKE_DIGITS = "oli"
_EXACT = re.compile(r"(?<![\d.])(\d+)\.0+(?!\.?\d)")
_TIGHT_PAIR = re.compile(r"(?<![\w,/-])\d+(?:[,/]|-(?!-))\d+(?![\w/-]|[.,]\d)")
_FOR = "(?:(?:for|in|on|across|to|en|a|para|pour|fur|bei|uberall|por|dans) )?"
_SEPARATED = re.compile(r"(?<=\d)\s*[<>\u2264\u2265]\s*(?=\d)")


def mark(text: str, words: Lexicon, maxima: Collection[int]) -> str:
    """Replaces phrases that change what a number means by marks; number words are digits already."""
    text = _EXACT.sub(r"\1", _PLACE.sub(" ", _ISH.sub("", text)))
    text = _without_scale(text, maxima)
    for quantity in words.quantities:
        text = quantity.sub(f" {QUANTITY} ", text)
    text = words.about.sub(" ", text)
    text = words.skip.sub(f" {SKIP} ", text)
    text = re.sub(rf"{SKIP}\s*{words.rest.pattern}|{words.rest.pattern}\s*{SKIP}", f" {SKIP_REST} ", text)
    for phrase in words.unclear:
        text = phrase.sub(_made_unclear, text)
    text = words.unsure.sub(f" {UNSURE} ", text)
    for symbol in _SYMBOLS:
        text = symbol.sub(f" {UNCLEAR} ", text)
    text = _SEPARATED.sub(" ", text)
    before = rf"(?<!\w){words.every}(?: \w+)? ?[:=]? ?(?<!\d)(\d+)s?(?!\w)"
    after = rf"(?<![\w.,])(\d+)s? ?{_FOR}{words.every}(?!\w)"
    for every in (before, after):
        text = re.sub(every, rf" {EACH}\1 ", text)
    return text


def decimal_pairs_unclear(text: str) -> str:
    """Marks 4,5 and 4/5 and 4-5 as unclear: where items are named, such a pair is no list."""
    return _TIGHT_PAIR.sub(f" {UNCLEAR} ", text)


def tokens_of(text: str, words: Lexicon, names: Names) -> list[Token]:
    """The parts of a marked text in order; words that go on naming one item are one NAME."""
    found: list[Token] = []
    for token in _pieces(text, words, names):
        before = next((earlier for earlier in reversed(found) if earlier.kind is not Kind.LINK), None)
        if token.kind is Kind.NAME and before == token:
            while found[-1] != token:
                found.pop()
            continue
        found.append(token)
    return found


def _pieces(text: str, words: Lexicon, names: Names) -> Iterator[Token]:
    for piece in _PIECE.finditer(text):
        token = _token(piece, text, words, names)
        if token is not None:
            yield token


def _token(piece: re.Match[str], text: str, words: Lexicon, names: Names) -> Token | None:
    content = piece.group()
    match piece.lastgroup:
        case "mark":
            return Token(_MARKED[content])
        case "each" | "plural":
            return Token(Kind.EACH, int(content.strip(f"{EACH}s")))
        case "number":
            number = Token(Kind.NUMBER, int(content[:_LONGEST_NUMBER]))
            return number if _stands_clear(piece, text, words, names) else Token(Kind.UNCLEAR)
        case "dash":
            return Token(Kind.DASH) if _stands_free(piece, text) else None
        case "gap":
            return _gap(piece, text)
        case _:
            return _word(content, words, names)


def _word(spoken: str, words: Lexicon, names: Names) -> Token:  # noqa: PLR0911 one answer a case
    word = unelided(spoken)
    named = names.item_named(word)
    if named is not None:
        return Token(Kind.NAME, named)
    if word in words.ordinals:
        return Token(Kind.ORDINAL, words.ordinals.index(word))
    if spoken in words.contrasts:
        return Token(Kind.CONTRAST)
    if word in words.yes or word in words.lone_yes:
        return Token(Kind.YES)
    if word in words.no or word in words.lone_no:
        return Token(Kind.NO)
    if word in words.links or word in words.stop:
        return Token(Kind.LINK)
    return Token(Kind.WORD, text=word)


def _gap(piece: re.Match[str], text: str) -> Token | None:
    inside_list = piece.group() == "." and text[piece.end() : piece.end() + 1].isdigit()
    return None if inside_list else Token(Kind.BREAK)


def _stands_clear(piece: re.Match[str], text: str, words: Lexicon, names: Names) -> bool:
    """Not so for the digits of "gr8", "2day" and "1o": what is glued on must be a name or a linking word."""
    before = _LETTERS_BEFORE.search(text[: piece.start()])
    after = _LETTERS_AFTER.match(text[piece.end() :])
    for glued in (before, after):
        if glued is None or glued.group() in words.links or names.item_named(glued.group()) is not None:
            continue
        if glued is before or len(glued.group()) > 1 or glued.group() in _LIKE_DIGITS:
            return False
    return True


def _stands_free(piece: re.Match[str], text: str) -> bool:
    before, after = text[: piece.start()][-1:], text[piece.end() :][:1]
    return not before.isalnum() and not after.isalnum()


def _made_unclear(found: re.Match[str]) -> str:
    return _DIGITS.sub(UNCLEAR, found.group()) if _DIGITS.search(found.group()) else UNCLEAR


def _without_scale(text: str, maxima: Collection[int]) -> str:
    top = "(?:" + "|".join(str(maximum) for maximum in sorted(maxima, reverse=True)) + ")(?![\\d.]| ?/ ?\\d)"
    scale = re.compile(
        r"(?:(?<!\w)(?:on|in|en|sur|auf|using) )?(?:(?:a|the|una|la|une|l'|einer|der) ?)?"
        r"(?:(?:scale|escala|echelle|skala) ?)?(?:(?:of|from|de|del|von|entre|between) )?"
        rf"(?<![\w.,/])[01] ?(?:to|-|a|al|bis|through|thru|hasta|and|y|et|und) ?{top}"
    )
    worded = re.compile(
        r"(?:(?:on|in|en|sur|auf) )?(?:(?:a|the|una|la|une|l'|einer) ?)?"
        rf"(?:scale|escala|echelle|skala) (?:of|from|de|del|von|sur) (?:a )?{top}"
    )
    out_of = re.compile(
        r"(?<=\d)(?<!\d/\d)(?<!\d/\d\d) ?"
        r"(?:/|(?:points? |puntos? |punkte? )?"
        r"(?:out of|out if|outta|out|of|on|over|from|sobre|de|sur|von|aus|auf|su|em|van)"
        rf"(?: (?:a|an|un|une|el|the|cada|max(?:imum)?|total|possible|posibles?|de|of))*) ?{top}"
    )
    lone = re.compile(rf"(?<!\w)(?:out of|sobre|sur|von) (?:a (?:possible )?)?{top}")
    for phrase in (scale, worded, out_of, lone):
        shorter = phrase.sub(" ", text)
        if re.search(r"\d", shorter):
            text = shorter
    return text
