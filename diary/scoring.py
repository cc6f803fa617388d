"""What answers add up to, by the scales of an instrument. Pure.

A value that would rest on a guess is null, with the reason. The source of each rule is in the definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from diary.check_ins import Answer, NoAnswer
from diary.errors import FieldFault, InvalidTotals
from diary.instruments.catalogue import Instrument
from diary.instruments.items import Item
from diary.instruments.scales import Method, Scale, Transform

TOTAL = "total"
"""The scale that its instrument's other totals add up to, where it has one."""


class NoScore(StrEnum):
    """Why a scale has no value."""

    TOO_MANY_MISSING = "TOO_MANY_MISSING"
    NOTHING_APPLIES = "NOTHING_APPLIES"
    NOT_SCORED = "NOT_SCORED"
    NOT_TYPED_IN = "NOT_TYPED_IN"


@dataclass(frozen=True, slots=True)
class Score:
    """The value of one scale, in its own units; or None, with the reason.

    `band` is the id of a screening band of that scale, where it has bands. It is never a diagnosis.
    `version` is that of the instrument whose rules gave the value.
    """

    scale: str
    version: str
    value: float | None
    reason: NoScore | None = None
    band: str | None = None


def scored(instrument: Instrument, answers: Iterable[Answer]) -> tuple[Score, ...]:
    """The value of every scale of the instrument, in the order of its definition.

    An item that does not apply is left out, and so is an item of certain forms that was not put at all. Every
    other item without an answer is missing: where the scale's source lets that many be missing, they count as
    the mean of those answered, and otherwise there is no value.
    """
    given = {answer.item: answer for answer in answers}
    return tuple(_scored(instrument, scale, given) for scale in instrument.scales)


def typed_in(instrument: Instrument, totals: Mapping[str, float]) -> tuple[Score, ...]:
    """The totals that staff typed in, each within the range and on the steps of its scale.

    Raises:
        InvalidTotals: none was given, or one is of no scale, out of range or between two steps; or the parts
            do not add up to the total.
    """
    faults = [] if totals else [FieldFault("totals", "Please type in at least one total.")]
    for name, value in totals.items():
        scale = instrument.scale(name)
        if scale is None:
            faults.append(FieldFault(f"totals.{name}", "There is no such total."))
        elif not _on_scale(scale, value):
            faults.append(FieldFault(f"totals.{name}", _range_of(scale)))
    if not faults and not _adds_up(instrument, totals):
        faults.append(FieldFault(f"totals.{TOTAL}", "The total is not what its parts add up to."))
    if faults:
        raise InvalidTotals(faults)
    return tuple(
        Score(scale.id, instrument.version, totals[scale.id])
        if scale.id in totals
        else Score(scale.id, instrument.version, None, NoScore.NOT_TYPED_IN)
        for scale in instrument.scales
    )


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
    if scale.method not in {Method.SUM, Method.MEAN}:
        reason = NoScore.NOT_SCORED if scale.method is Method.NOT_SCORED else NoScore.NOT_TYPED_IN
        return Score(scale.id, instrument.version, None, reason)
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


def _on_scale(scale: Scale, value: float) -> bool:
    if not scale.minimum <= value <= scale.maximum or scale.step is None:
        return False
    return float((Decimal(str(value)) - Decimal(str(scale.minimum))) % Decimal(str(scale.step))) == 0


def _range_of(scale: Scale) -> str:
    return (
        f"Please type a number from {scale.minimum:g} to {scale.maximum:g}, in steps of {scale.step or 1:g}."
    )


def _adds_up(instrument: Instrument, totals: Mapping[str, float]) -> bool:
    whole = totals.get(TOTAL)
    if whole is None:
        return True
    parts = {name: value for name, value in totals.items() if name != TOTAL}
    complete = len(parts) == len(instrument.scales) - 1
    return whole == sum(parts.values()) if complete else whole >= sum(parts.values())
