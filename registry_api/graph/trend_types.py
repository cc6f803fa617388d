"""Cycles and trends as clients see them."""

from __future__ import annotations

from datetime import date, timedelta

import strawberry

from diary.cycling import comparison, marks
from diary.cycling.marks import Missing, Source
from diary.trending import buckets
from diary.trending.buckets import By
from diary.trending.reading import OwnCycles
from registry_api.graph import enums as _enums  # noqa: F401 registers the domain's enums
from registry_api.graph.measure_types import Measure
from registry_api.graph.scalars import PartialDate


@strawberry.type(description="The values of one bucket. One without ratings is left out: a gap is a gap.")
class TrendPoint:
    from_: date = strawberry.field(name="from")
    to: date
    cycle_day: int | None = strawberry.field(
        description="Days since the injection, for CYCLE_DAY: all cycles of the range together."
    )
    n: int = strawberry.field(description="How many days have a value; never 0.")
    mean: float
    median: float
    low: float
    high: float


@strawberry.type(
    description="One measure over time; of what asks about one day without entries that came later than the "
    "day after."
)
class Trend:
    measure: Measure
    by: By
    from_: date = strawberry.field(name="from")
    to: date
    points: list[TrendPoint]


@strawberry.type(
    description="A day of a cycle, counted from the injection. What the ratings show counts first; where "
    "they are too thin, what the person noticed."
)
class CycleMark:
    day: int | None
    week: int | None = strawberry.field(description="1 for the days 1 to 7.")
    on: date | None
    source: Source | None
    missing: Missing | None = strawberry.field(description="Why the ratings show none, where they do not.")
    stated_on: date | None = strawberry.field(description="The day that the person gave.")


@strawberry.type(description="The ratings of one week since the injection.")
class CycleWeek:
    week: int
    n: int
    median: float
    low: float
    high: float


@strawberry.type(description="What was given on the first day; its dose is in units of its product.")
class CycleInjection:
    id: strawberry.ID = strawberry.field(description="The treatment's.")
    product: str | None
    dose: float | None


@strawberry.type(
    description="From one injection to the day before the next, as one measure shows it. The guide for "
    "patients says how the marks are found."
)
class Cycle:
    injected_on: PartialDate
    ends_on: date | None = strawberry.field(description="Null while it lasts.")
    injections: list[CycleInjection] = strawberry.field(
        description="Several where several products were given on that day; their units do not add up."
    )
    days_observed: int
    usual_level: float | None = strawberry.field(description="How it usually is just before an injection.")
    best_level: float | None
    line: float | None = strawberry.field(
        description="The person's own line, half-way between the usual and the best level of this cycle."
    )
    benefit: CycleMark
    peak: CycleMark
    wearing_off: CycleMark
    weeks: list[CycleWeek]


@strawberry.type(description="When a mark usually comes, in weeks since the injection.")
class TypicalWeek:
    week: int
    earliest: int
    latest: int
    cycles: int = strawberry.field(description="How many cycles have this mark; at least two.")


@strawberry.type(description="What is typical; null where fewer than two cycles have that mark.")
class TypicalCycle:
    benefit: TypicalWeek | None
    peak: TypicalWeek | None
    wearing_off: TypicalWeek | None
    line: float | None


@strawberry.type(description="Medians of two spans of days.")
class Difference:
    before: float
    after: float
    days_before: int
    days_after: int
    notable: bool = strawberry.field(
        description="True from one point on, with five rated days on either side; else say nothing."
    )


@strawberry.type
class Cycles:
    measure: Measure
    cycles: list[Cycle] = strawberry.field(description="The last ones, oldest first.")
    typical: TypicalCycle
    this_week: Difference | None = strawberry.field(
        description="The last seven days against the seven before."
    )
    this_cycle: Difference | None = strawberry.field(
        description="The running cycle against as many days of the one before."
    )


def trend_point(point: buckets.Point) -> TrendPoint:
    return TrendPoint(
        from_=point.since,
        to=point.until,
        cycle_day=point.cycle_day,
        n=point.n,
        mean=point.mean,
        median=point.median,
        low=point.low,
        high=point.high,
    )


def cycles(own: OwnCycles, of: Measure) -> Cycles:
    return Cycles(
        measure=of,
        cycles=[_cycle(each) for each in own.cycles],
        typical=TypicalCycle(
            benefit=_typical(own.typical.benefit),
            peak=_typical(own.typical.peak),
            wearing_off=_typical(own.typical.wearing_off),
            line=own.typical.line,
        ),
        this_week=_difference(own.this_week),
        this_cycle=_difference(own.this_cycle),
    )


def _cycle(summary: marks.CycleSummary) -> Cycle:
    first = summary.injected_on.first_day
    return Cycle(
        injected_on=PartialDate(str(summary.injected_on)),
        ends_on=summary.ends_on,
        injections=[
            CycleInjection(id=strawberry.ID(each.id), product=each.product, dose=each.dose)
            for each in summary.injections
        ],
        days_observed=summary.days_observed,
        usual_level=summary.usual_level,
        best_level=summary.best_level,
        line=summary.line,
        benefit=_mark(summary.benefit, first),
        peak=_mark(summary.peak, first),
        wearing_off=_mark(summary.wearing_off, first),
        weeks=[
            CycleWeek(week=week.week, n=week.n, median=week.median, low=week.low, high=week.high)
            for week in summary.weeks
        ],
    )


def _mark(mark: marks.Mark, first: date) -> CycleMark:
    return CycleMark(
        day=mark.day,
        week=mark.week,
        on=None if mark.day is None else first + timedelta(days=mark.day),
        source=mark.source,
        missing=mark.missing,
        stated_on=None if mark.stated is None else first + timedelta(days=mark.stated),
    )


def _typical(known: comparison.Typical | None) -> TypicalWeek | None:
    if known is None:
        return None
    return TypicalWeek(week=known.week, earliest=known.earliest, latest=known.latest, cycles=known.cycles)


def _difference(known: comparison.Difference | None) -> Difference | None:
    if known is None:
        return None
    return Difference(
        before=known.before,
        after=known.after,
        days_before=known.days_before,
        days_after=known.days_after,
        notable=known.notable,
    )
