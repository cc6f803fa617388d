"""What answers add up to, by the scales of an instrument. Pure.

A value that would rest on a guess is null, with the reason. The source of each rule is in the definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from diary.check_ins import Answer, NoAnswer
from diary.instruments.catalogue import Instrument
from diary.instruments.items import Item
from diary.instruments.scales import Method, Scale, Transform
from diary.scores import NoScore, Score, ScoreRow
from diary.scoring.totals import value_of


def scored(instrument: Instrument, answers: Iterable[Answer]) -> tuple[Score, ...]:
    """The value of every scale of the instrument, in the order of its definition.

    An item that does not apply is left out, and so is an item of certain forms that was not put at all. Every
    other item without an answer is missing: where the scale's source lets that many be missing, they count as
    the mean of those answered, and otherwise there is no value.
    """
    given = {answer.item: answer for answer in answers}
    return tuple(_scored(instrument, scale, given) for scale in instrument.scales)


def row(instrument: Instrument, revision: int, answers: Iterable[Answer], at: datetime) -> ScoreRow:
    """The scores of a revision with these answers, computed at this moment."""
    return ScoreRow(instrument.version, revision, at, scored(instrument, answers))


def number_of(answer: Answer | None) -> int | None:
    """What an answer counts before any reversal: its rating, 1 for yes, 0 for no; None for no answer."""
    if answer is None or answer.not_answered is not None:
        return None
    if answer.yes is not None:
        return int(answer.yes)
    return answer.rating


def turned(item: Item, number: int) -> int:
    """The number counted from the far end of the item's range; turned twice, it is itself."""
    low, high = item.range
    return low + high - number


def _scored(instrument: Instrument, scale: Scale, given: Mapping[str, Answer]) -> Score:
    if scale.method is Method.NOT_SCORED:
        return Score(scale.id, instrument.version, None, NoScore.NOT_SCORED)
    if scale.method is Method.TYPED_IN:
        steps = number_of(given.get(scale.id))
        if steps is None:
            return Score(scale.id, instrument.version, None, NoScore.NOT_TYPED_IN)
        return Score(scale.id, instrument.version, value_of(scale, steps))
    items = [item for name in scale.items if (item := instrument.item(name)) is not None]
    asked = [item for item in items if _applies(item, given.get(item.id))]
    if not asked:
        return Score(scale.id, instrument.version, None, NoScore.NOTHING_APPLIES)
    numbers = [
        turned(item, number) if item.id in scale.reversed else number
        for item in asked
        if (number := number_of(given.get(item.id))) is not None
    ]
    missing = len(asked) - len(numbers)
    if missing and not (scale.missing and scale.missing.allows(missing, len(asked))):
        return Score(scale.id, instrument.version, None, NoScore.TOO_MANY_MISSING)
    value = _rounded(_transformed(scale, asked, Fraction(sum(numbers), len(numbers))), scale.decimals)
    band = scale.band_of(value)
    return Score(scale.id, instrument.version, value, band=band.id if band else None)


def _applies(item: Item, answer: Answer | None) -> bool:
    if answer is None:
        return not item.forms
    return answer.not_answered is not NoAnswer.DOES_NOT_APPLY


def _transformed(scale: Scale, asked: list[Item], mean: Fraction) -> Fraction:
    """The value on the scale's own range, from the mean of what was answered of the items that apply."""
    lows, highs = zip(*(item.range for item in asked), strict=True)
    if scale.transform is Transform.PERCENT:
        low, high = Fraction(sum(lows), len(lows)), Fraction(sum(highs), len(highs))
        return 100 * (mean - low) / (high - low)
    return mean * len(asked) if scale.method is Method.SUM else mean


def _rounded(value: Fraction, decimals: int) -> float:
    """Halves go up, as people round; the rounding of floats would send them to the even neighbour."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return float(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
