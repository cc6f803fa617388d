"""Gives each answer of a text to the item that it answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from registry_api.chatbot.names import AskedItem
from registry_api.chatbot.tokens import NUMERIC, Kind, Token

SKIPPED: Literal["skipped"] = "skipped"
Value = int | bool | Literal["skipped"]

_ANSWERS = frozenset({Kind.NUMBER, Kind.UNCLEAR, Kind.SKIP, Kind.YES, Kind.NO})
_NAMING = frozenset({Kind.NAME, Kind.ORDINAL})


@dataclass(frozen=True)
class Placed:
    """Values by place of the item; None where the answer at that place is not clear."""

    values: Mapping[int, Value | None] = field(default_factory=dict)
    unclear: bool = False


_TAKEN_BACK = [Kind.NUMBER, Kind.CONTRAST, Kind.NUMBER]
_NOTHING = Placed(unclear=True)


def has_names(tokens: Sequence[Token]) -> bool:
    return any(token.kind is Kind.NAME for token in tokens)


def fits(item: AskedItem, value: Value) -> bool:
    if value == SKIPPED:
        return True
    if isinstance(value, bool):
        return not item.is_rating
    return item.is_rating and item.low <= value <= item.high


def place(items: Sequence[AskedItem], tokens: Sequence[Token]) -> Placed:
    """The answers in `tokens` by place: names first, else in order."""
    if _takes_back(tokens):
        return _NOTHING
    if len(items) == 1:
        return _for_one(tokens)
    kept = [token for token in tokens if _counts(token, items)]
    numbered = {token.value for token in kept if token.kind is Kind.ORDINAL}
    if len(numbered) < 2 or not numbered <= set(range(len(items))):  # noqa: PLR2004
        kept = [token for token in kept if token.kind is not Kind.ORDINAL]
    if any(token.kind in _NAMING for token in kept):
        named = _by_name(items, kept)
        if named is not None:
            return named
    return _in_order(items, kept)


def _takes_back(tokens: Sequence[Token]) -> bool:
    """Whether a word such as "wait" or "now" stands between two ratings that no name tells apart."""
    marked = [token for token in tokens if token.kind in {Kind.NUMBER, Kind.CONTRAST, Kind.NAME}]
    between = zip(marked, marked[1:], marked[2:], strict=False)
    return any([token.kind for token in three] == _TAKEN_BACK for three in between)


def _counts(token: Token, items: Sequence[AskedItem]) -> bool:
    if token.kind in {Kind.YES, Kind.NO}:
        return any(not item.is_rating for item in items)
    return True


def _for_one(tokens: Sequence[Token]) -> Placed:
    numbers = [token for token in tokens if token.kind in NUMERIC]
    if len(numbers) > 1:
        return _beside_its_name(tokens)
    skips = any(token.kind in {Kind.SKIP, Kind.SKIP_REST} for token in tokens)
    if not numbers:
        only_dashes = bool(tokens) and all(token.kind in {Kind.DASH, Kind.BREAK} for token in tokens)
        dashes = only_dashes and any(token.kind is Kind.DASH for token in tokens)
        return Placed({0: SKIPPED}) if skips or dashes or _name_and_dash(tokens) else _NOTHING
    if skips or numbers[0].kind not in {Kind.NUMBER, Kind.EACH} or tokens[0].kind is Kind.DASH:
        return Placed(unclear=True)
    return Placed({0: numbers[0].value})


def _name_and_dash(tokens: Sequence[Token]) -> bool:
    kinds = [token.kind for token in tokens if token.kind is not Kind.BREAK]
    return kinds == [Kind.NAME, Kind.DASH]


def _beside_its_name(tokens: Sequence[Token]) -> Placed:
    beside = set()
    for position, token in enumerate(tokens):
        if token.kind is Kind.NAME:
            beside |= set(_neighbours(tokens, position))
    if len(beside) != 1 or next(iter(beside)).kind is not Kind.NUMBER:
        return _NOTHING
    return Placed({0: next(iter(beside)).value})


def _neighbours(tokens: Sequence[Token], position: int) -> Iterator[Token]:
    for way in (tokens[position + 1 :], tokens[:position][::-1]):
        nearest = next((token for token in way if token.kind not in {Kind.LINK, Kind.DASH}), None)
        if nearest is not None and nearest.kind in {Kind.NUMBER, Kind.UNCLEAR}:
            yield nearest


def _by_name(items: Sequence[AskedItem], tokens: Sequence[Token]) -> Placed | None:  # noqa: PLR0911 one answer a case
    """None where the names are mere prose and the numbers are as many as the items."""
    segments = [segment for segment in _segments(tokens) if segment]
    pairs: list[tuple[int, Token]] = []
    loose: list[Token] = []
    for segment in segments:
        paired = _pairs(segment)
        if paired is not None:
            pairs += paired
            loose += [token for token in segment if token.kind is Kind.EACH]
            continue
        whole = _pairs([token for piece in segments for token in piece])
        if whole is not None:
            return _from_pairs(whole)
        if any(token.kind in _NAMING for token in segment):
            mixed = any(token.kind in _ANSWERS for token in segment)
            if mixed:
                return _NOTHING
            continue
        loose += [token for token in segment if token.kind in _ANSWERS | {Kind.EACH}]
    each = {token.value for token in loose if token.kind is Kind.EACH}
    if pairs and len(each) == 1 and all(token.kind is Kind.EACH for token in loose):
        return _and_the_others(items, pairs, each.pop())
    if not loose:
        return _from_pairs(pairs) if pairs else _NOTHING
    if not pairs:
        return None
    left = [place for place in range(len(items)) if place not in {place for place, _ in pairs}]
    if len(left) == len(loose):
        return _from_pairs([*pairs, *zip(left, loose, strict=True)])
    return _NOTHING


def _and_the_others(items: Sequence[AskedItem], pairs: Sequence[tuple[int, Token]], each: int) -> Placed:
    named = _from_pairs(pairs)
    others = {place: each for place, item in enumerate(items) if item.is_rating}
    return Placed({**others, **named.values}, named.unclear or len({*others, *named.values}) < len(items))


def _segments(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    segment: list[Token] = []
    for token in tokens:
        if token.kind is Kind.BREAK:
            yield segment
            segment = []
        else:
            segment.append(token)
    yield segment


def _pairs(tokens: Sequence[Token]) -> list[tuple[int, Token]] | None:
    """Names with the answers beside them: each name before its answer, each after it, or all before all."""
    said = [token for token in tokens if token.kind in _NAMING | _ANSWERS]
    names = [token.value for token in said if token.kind in _NAMING]
    answers = [token for token in said if token.kind in _ANSWERS]
    if not answers and len(names) == 1 and tokens[-1].kind is Kind.DASH:
        return [(names[0], Token(Kind.SKIP))]
    if not names or len(names) != len(answers) or len(set(names)) != len(names):
        return None
    shape = [token.kind in _NAMING for token in said]
    alternating = shape in ([True, False] * len(names), [False, True] * len(names))
    if alternating or shape == [True] * len(names) + [False] * len(names):
        return list(zip(names, answers, strict=True))
    return None


def _from_pairs(pairs: Sequence[tuple[int, Token]]) -> Placed:
    if len({place for place, _ in pairs}) < len(pairs):
        return _NOTHING
    return Placed({place: _value(token) for place, token in pairs})


def _in_order(items: Sequence[AskedItem], tokens: Sequence[Token]) -> Placed:
    each = [token for token in tokens if token.kind is Kind.EACH]
    answers = [token for token in tokens if token.kind in _ANSWERS]
    quantities = any(token.kind is Kind.QUANTITY for token in tokens)
    if each:
        return _NOTHING if quantities else _for_each(items, each, answers)
    if quantities or any(token.kind in {Kind.UNSURE, Kind.UNCLEAR} for token in tokens):
        return _NOTHING
    rest = next((place for place, token in enumerate(tokens) if token.kind is Kind.SKIP_REST), None)
    if rest is not None:
        answers += [Token(Kind.SKIP)] * (len(items) - len(answers))
    elif [token.kind for token in answers] == [Kind.SKIP] or _only_dashes(tokens):
        return Placed(dict.fromkeys(range(len(items)), SKIPPED))
    elif len(answers) != len(items):
        answers = [
            Token(Kind.SKIP) if token.kind is Kind.DASH else token
            for token in tokens
            if token.kind in _ANSWERS | {Kind.DASH}
        ]
    if len(answers) != len(items):
        return _NOTHING
    if all(_suits(item, token) for item, token in zip(items, answers, strict=True)):
        return Placed({position: _value(token) for position, token in enumerate(answers)})
    return _by_kind(items, answers)


def _only_dashes(tokens: Sequence[Token]) -> bool:
    kinds = {token.kind for token in tokens}
    return Kind.DASH in kinds and kinds <= {Kind.DASH, Kind.BREAK}


def _by_kind(items: Sequence[AskedItem], answers: Sequence[Token]) -> Placed:
    """One yes or no, said before or after all numbers, belongs to the one item that asks for it."""
    asked = [place for place, item in enumerate(items) if not item.is_rating]
    said = [place for place, token in enumerate(answers) if token.kind in {Kind.YES, Kind.NO}]
    if len(asked) != 1 or len(said) != 1 or said[0] not in {0, len(answers) - 1}:
        return _NOTHING
    numbers = iter(token for place, token in enumerate(answers) if place != said[0])
    return Placed(
        {
            place: _value(answers[said[0]] if place == asked[0] else next(numbers))
            for place in range(len(items))
        }
    )


def _for_each(items: Sequence[AskedItem], each: Sequence[Token], answers: Sequence[Token]) -> Placed:
    others = {(token.kind, token.value) for token in answers} - {(Kind.NUMBER, len(items))}
    if others or len({token.value for token in each}) > 1:
        return _NOTHING
    ratings = {place: each[0].value for place, item in enumerate(items) if item.is_rating}
    return Placed(ratings, unclear=len(ratings) < len(items))


def _suits(item: AskedItem, token: Token) -> bool:
    if token.kind in {Kind.YES, Kind.NO}:
        return not item.is_rating
    return item.is_rating or token.kind is Kind.SKIP


def _value(token: Token) -> Value | None:
    match token.kind:
        case Kind.NUMBER:
            return token.value
        case Kind.SKIP:
            return SKIPPED
        case Kind.YES:
            return True
        case Kind.NO:
            return False
        case _:
            return None
