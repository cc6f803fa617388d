"""A person's own trends and cycles: what is read for them, and how far back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from diary.cycling.comparison import (
    Comparison,
    Difference,
    compared,
    cycle_against_last,
    week_against_last,
)
from diary.cycling.marks import CycleSummary
from diary.cycling.summary import USUAL_FROM, summaries
from diary.errors import FieldFault, InvalidTrend
from diary.ids import PatientId
from diary.treatments import Treatment, TreatmentKind
from diary.trending.measures import Measure
from diary.trending.store import MeasureStore

MOST_CYCLES = 8
_FARTHEST_BACK = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class OwnCycles:
    """The last cycles, oldest first, what is typical of them, and what changed lately."""

    cycles: tuple[CycleSummary, ...]
    typical: Comparison
    this_week: Difference | None
    this_cycle: Difference | None


async def own_cycles(
    store: MeasureStore,
    patient: PatientId,
    treatments: Sequence[Treatment],
    item: Measure,
    *,
    today: date,
    last: int,
) -> OwnCycles:
    """The last 1 to 8 cycles of a person as one item shows them; one query.

    Raises:
        InvalidTrend: `last` is out of range.
    """
    if not 1 <= last <= MOST_CYCLES:
        raise InvalidTrend([FieldFault("last", f"Please ask for 1 to {MOST_CYCLES} cycles.")])
    ratings = await store.by_day(patient, item, _begin(treatments, today, last), today)
    found = summaries(treatments, ratings, today, most=last)
    return OwnCycles(
        cycles=found,
        typical=compared(found),
        this_week=week_against_last(ratings, today),
        this_cycle=cycle_against_last(ratings, found, today),
    )


def _begin(treatments: Sequence[Treatment], today: date, last: int) -> date:
    """Two weeks before the injection before the first cycle that is shown, which may lend its usual level."""
    starts = sorted(
        {
            one.started_on.first_day
            for one in treatments
            if one.kind is TreatmentKind.TOXIN_INJECTION and one.started_on.first_day <= today
        }
    )
    wanted = starts[-last - 1 :]
    two_weeks_ago = today - timedelta(days=14)
    first = wanted[0] + timedelta(days=USUAL_FROM) if wanted else two_weeks_ago
    return max(min(first, two_weeks_ago), today - _FARTHEST_BACK)
