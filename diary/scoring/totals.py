"""Totals that staff type in: as answers of an entry, each counted in the steps of its scale. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from diary.check_ins import Answer
from diary.errors import FieldFault, InvalidTotals
from diary.instruments.catalogue import Instrument
from diary.instruments.scales import Scale

TOTAL = "total"
"""The scale that its instrument's other totals add up to, where it has one."""


def as_answers(instrument: Instrument, totals: Mapping[str, float]) -> tuple[Answer, ...]:
    """The totals of an instrument as what an entry can hold, in the order of its scales.

    Raises:
        InvalidTotals: none was given, or one is of no scale, out of range or between two steps; or the parts
            do not add up to the total.
    """
    faults = list(_faults(instrument, totals))
    if not faults and not _adds_up(instrument, totals):
        faults.append(FieldFault(f"totals.{TOTAL}", "The total is not what its parts add up to."))
    if faults:
        raise InvalidTotals(faults)
    return tuple(
        Answer.rated(scale.id, int(_steps(scale, totals[scale.id])))
        for scale in instrument.scales
        if scale.id in totals
    )


def checked(instrument: Instrument, answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Answers that hold totals, if they are such as `as_answers` makes them.

    Raises:
        InvalidTotals: they are not.
    """
    totals: dict[str, float] = {}
    for answer in answers:
        scale = instrument.scale(answer.item)
        if scale is None or answer.rating is None or answer.item in totals:
            message = "There is no such total, or it is there twice."
            raise InvalidTotals([FieldFault(f"totals.{answer.item}", message)])
        totals[answer.item] = value_of(scale, answer.rating)
    return as_answers(instrument, totals)


def value_of(scale: Scale, steps: int) -> float:
    """The total that so many steps from the scale's lowest value make."""
    return float(Fraction(str(scale.minimum)) + steps * Fraction(str(scale.step or 1)))


def _faults(instrument: Instrument, totals: Mapping[str, float]) -> Iterator[FieldFault]:
    if not totals:
        yield FieldFault("totals", "Please type in at least one total.")
    for name, value in totals.items():
        scale = instrument.scale(name)
        if scale is None:
            yield FieldFault(f"totals.{name}", "There is no such total.")
        elif not scale.minimum <= value <= scale.maximum or _steps(scale, value).denominator != 1:
            low, high, step = scale.minimum, scale.maximum, scale.step or 1
            message = f"Please type a number from {low:g} to {high:g}, in steps of {step:g}."
            yield FieldFault(f"totals.{name}", message)


def _steps(scale: Scale, value: float) -> Fraction:
    return (Fraction(str(value)) - Fraction(str(scale.minimum))) / Fraction(str(scale.step or 1))


def _adds_up(instrument: Instrument, totals: Mapping[str, float]) -> bool:
    whole = totals.get(TOTAL)
    if whole is None:
        return True
    parts = {name: value for name, value in totals.items() if name != TOTAL}
    complete = len(parts) == len(instrument.scales) - 1
    return whole == sum(parts.values()) if complete else whole >= sum(parts.values())
