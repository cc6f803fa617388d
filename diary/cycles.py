"""Injection cycles: how many days lie between an entry and the injection before it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from diary.check_ins import CheckIn, Timeliness
from diary.treatments import Treatment, TreatmentKind


@dataclass(frozen=True, slots=True)
class CyclePoint:
    """One entry in a cycle; `ratings` maps items to numbers and leaves out what was not rated."""

    day: int
    about: date
    ratings: dict[str, int]


@dataclass(frozen=True, slots=True)
class Cycle:
    """The days from one injection (day 0) to the day before the next; `ends_on` is None while it lasts."""

    injected_on: date
    product: str | None
    ends_on: date | None
    points: tuple[CyclePoint, ...]


def days_since_injection(about: date, treatments: Iterable[Treatment]) -> int | None:
    """Days from the last toxin injection on or before a day to that day.

    None where there was none, or where the last one is not known to the day.
    """
    injections = [one for one in treatments if _is_injection(one) and one.started_on.first_day <= about]
    exact = [one.started_on.first_day for one in injections if one.started_on.is_day]
    if not exact:
        return None
    last = max(exact)
    if any(not one.started_on.is_day and one.started_on.last_day > last for one in injections):
        return None
    return (about - last).days


def cycles(
    treatments: Iterable[Treatment], check_ins: Iterable[CheckIn], most: int | None = None
) -> tuple[Cycle, ...]:
    """The person's injection cycles, oldest first, each with its entries by day, for the overlay of a chart.

    `most` keeps the latest ones. Cycles begin with injections known to the day; an entry whose last injection
    is uncertain, and one that came later than the day after, belongs to none.
    """
    injections = [one for one in treatments if _is_injection(one)]
    products: dict[date, str | None] = {}
    for one in injections:
        if one.started_on.is_day:
            products[one.started_on.first_day] = one.product or products.get(one.started_on.first_day)
    points: dict[date, list[CyclePoint]] = {start: [] for start in products}
    for check_in in sorted(check_ins, key=lambda check_in: check_in.about):
        day = days_since_injection(check_in.about, injections)
        if day is None or check_in.withdrawn or check_in.timeliness is Timeliness.RETROSPECTIVE:
            continue
        point = CyclePoint(day, check_in.about, _ratings(check_in))
        points[check_in.about - timedelta(days=day)].append(point)
    return _in_order(products, points)[-most:] if most else _in_order(products, points)


def _in_order(products: dict[date, str | None], points: dict[date, list[CyclePoint]]) -> tuple[Cycle, ...]:
    starts: Sequence[date] = sorted(products)
    ends = [start - timedelta(days=1) for start in starts[1:]]
    return tuple(
        Cycle(start, products[start], end, tuple(points[start]))
        for start, end in zip(starts, [*ends, None], strict=False)
    )


def _is_injection(treatment: Treatment) -> bool:
    return treatment.kind is TreatmentKind.TOXIN_INJECTION


def _ratings(check_in: CheckIn) -> dict[str, int]:
    return {answer.item: answer.rating for answer in check_in.answers if answer.rating is not None}
