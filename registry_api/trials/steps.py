"""Three-valued truth as time passes: a criterion is a row of steps, each from a day on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum

from registry_api.trials.days import Span


class Truth(StrEnum):
    """Kleene's three values."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


Steps = tuple[tuple[date, Truth], ...]
"""(first day, truth from that day on), in order of days; the first day of all is `date.min`."""

_NEGATED = {Truth.MET: Truth.NOT_MET, Truth.NOT_MET: Truth.MET, Truth.UNKNOWN: Truth.UNKNOWN}

ALWAYS: dict[Truth, Steps] = {truth: ((date.min, truth),) for truth in Truth}


def negation(truth: Truth) -> Truth:
    return _NEGATED[truth]


def conjunction(truths: Iterable[Truth]) -> Truth:
    """Not met if one is not met, else unknown if one is unknown, else met."""
    known = True
    for truth in truths:
        if truth is Truth.NOT_MET:
            return truth
        known = known and truth is Truth.MET
    return Truth.MET if known else Truth.UNKNOWN


def disjunction(truths: Iterable[Truth]) -> Truth:
    """Met if one is met, else unknown if one is unknown, else not met."""
    known = True
    for truth in truths:
        if truth is Truth.MET:
            return truth
        known = known and truth is Truth.NOT_MET
    return Truth.NOT_MET if known else Truth.UNKNOWN


def truth_on(steps: Steps, day: date) -> Truth:
    truth = steps[0][1]
    for first, value in steps[1:]:
        if first > day:
            break
        truth = value
    return truth


def from_day(start: Span) -> Steps:
    """Met from a day on that is known only to lie in a span."""
    if start.first == start.last:
        return _tidy(((date.min, Truth.NOT_MET), (start.first, Truth.MET)))
    return _tidy(((date.min, Truth.NOT_MET), (start.first, Truth.UNKNOWN), (start.last, Truth.MET)))


def until_day(end: Span) -> Steps:
    """Met before a day that is known only to lie in a span, and not from it on."""
    return negated(from_day(end))


def negated(steps: Steps) -> Steps:
    return tuple((first, _NEGATED[truth]) for first, truth in steps)


def both(one: Steps, other: Steps) -> Steps:
    """Met where both are met."""
    days = sorted({first for first, _ in (*one, *other)})
    return _tidy((day, conjunction((truth_on(one, day), truth_on(other, day)))) for day in days)


def changes_after(steps: Steps, day: date) -> Iterator[date]:
    """The days later than `day` from which the truth is another."""
    for first, _ in steps[1:]:
        if first > day:
            yield first


def _tidy(steps: Iterable[tuple[date, Truth]]) -> Steps:
    """Drops steps that change nothing, and those at the end of the calendar, which stand for never."""
    kept: list[tuple[date, Truth]] = []
    for first, truth in steps:
        if kept and (first == date.max or kept[-1][1] is truth):
            continue
        if kept and kept[-1][0] == first:
            kept[-1] = (first, truth)
        else:
            kept.append((first, truth))
    return tuple(kept)
