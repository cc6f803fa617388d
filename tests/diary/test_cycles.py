from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.check_ins import Answer, CheckIn, Timeliness
from diary.checking_in import chain
from diary.cycles import cycles, days_since_injection
from diary.ids import TreatmentId
from diary.instruments.catalogue import daily
from diary.partial_dates import PartialDate
from diary.treatments import Treatment, TreatmentKind
from tests.diary.examples import DAY, NOON, PATIENT, check_in, injection, new_id

FIRST = date(2026, 1, 5)
SECOND = date(2026, 3, 30)


def entry(about: date, *answers: Answer, timeliness: Timeliness = Timeliness.ON_THE_DAY) -> CheckIn:
    new = check_in(*answers, about=about)
    said = chain.recording(new, tuple(new.answers), PATIENT, NOON + (about - DAY))
    return replace(chain.opened(PATIENT, new, daily(), said), timeliness=timeliness)


@pytest.mark.parametrize(
    ("injections", "days"),
    [
        ([], None),
        (["2026-01-05"], 10),
        (["2026-01-15"], 0),
        (["2026-01-16"], None),
        (["2025-10-01", "2026-01-05", "2026-02-01"], 10),
        (["2026-01"], None),
        (["2025-11", "2026-01-05"], 10),
        (["2026-01", "2026-01-05"], None),
        (["2025", "2025-12-31"], 15),
        (["2026", "2025-12-31"], None),
        (["2026-02", "2026-01-05"], 10),
    ],
)
def test_days_since_injection(injections: list[str], days: int | None) -> None:
    """Days count from the last injection known to the day, unless a vaguer one may have come after it."""
    treatments = [injection(on) for on in injections]
    assert days_since_injection(date(2026, 1, 15), treatments) == days
    assert days_since_injection(date(2026, 1, 15), treatments[::-1]) == days


def test_other_treatments_do_not_count() -> None:
    """A medicine is no injection."""
    medicine = Treatment(TreatmentId(new_id()), TreatmentKind.ORAL_MEDICINE, PartialDate.parse("2026-01-05"))
    assert days_since_injection(date(2026, 1, 15), [medicine]) is None


def test_overlay_of_cycles() -> None:
    """Each cycle holds its own entries by day, from its injection to the day before the next."""
    treatments = [injection("2026-03-30", "dysport"), injection("2026-01-05")]
    entries = [
        entry(FIRST - timedelta(days=1)),
        entry(SECOND, Answer.rated("pain", 7), Answer.skipped("pulling"), Answer.said("avoided", yes=True)),
        entry(FIRST + timedelta(days=27), Answer.rated("pain", 2)),
        entry(FIRST, Answer.rated("pain", 6)),
        entry(FIRST + timedelta(days=3), timeliness=Timeliness.RETROSPECTIVE),
    ]
    first, second = cycles(treatments, entries)
    assert (first.injected_on, first.ends_on, first.product) == (FIRST, SECOND - timedelta(days=1), None)
    assert [(point.day, point.ratings) for point in first.points] == [(0, {"pain": 6}), (27, {"pain": 2})]
    assert (second.injected_on, second.ends_on, second.product) == (SECOND, None, "dysport")
    assert [(point.day, point.ratings) for point in second.points] == [(0, {"pain": 7})]
    assert cycles(treatments, entries, most=1) == (second,)


@given(
    starts=st.lists(st.dates(date(2025, 1, 1), date(2025, 12, 31)), max_size=5),
    days=st.lists(st.dates(date(2025, 1, 1), date(2026, 6, 30)), max_size=20, unique=True),
)
def test_each_entry_is_in_at_most_one_cycle(starts: list[date], days: list[date]) -> None:
    """Every entry after the first injection is in exactly one cycle, on the day that its distance says."""
    treatments = [injection(start.isoformat()) for start in starts]
    found = cycles(treatments, [entry(day) for day in days])
    placed = sorted(point.about for cycle in found for point in cycle.points)
    assert placed == sorted(day for day in days if starts and day >= min(starts))
    for cycle in found:
        for point in cycle.points:
            assert point.about == cycle.injected_on + timedelta(days=point.day)
            assert cycle.ends_on is None or point.about <= cycle.ends_on
