from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.cycling.comparison import Difference, compared, cycle_against_last, week_against_last
from diary.cycling.levels import first_to_stay, lowest_fortnight, smoothed
from diary.cycling.marks import CycleSummary, Mark, Missing, Source, week_of
from diary.cycling.summary import summaries
from diary.treatments import Treatment
from registry_api.seeding.curve import relief
from tests.diary.examples import injection

FIRST = date(2026, 1, 5)
LENGTH = 84
LATER = FIRST + timedelta(days=400)

Ratings = Mapping[date, float]


def course(days: Mapping[int, float], first: date = FIRST) -> dict[date, float]:
    """Ratings by day of a cycle; day 0 is `first`."""
    return {first + timedelta(days=day): rating for day, rating in days.items()}


def stepped(*, usual: float = 7, best: float = 2, since: int = 7, until: int = 63) -> dict[int, float]:
    """From a fortnight before an injection to the next: usual, then at once best, then at once usual."""
    return {day: best if since <= day < until else usual for day in range(-14, LENGTH)}


def single(ratings: Ratings, *, ended: bool = True, today: date = LATER) -> CycleSummary:
    following = [injection(str(FIRST + timedelta(days=LENGTH)))] if ended else []
    return summaries([injection(str(FIRST)), *following], ratings, today)[0]


def test_marks_of_a_cycle_worked_by_hand() -> None:
    """Seven before, two from day 7 to 62: the line is half-way, and each mark is where the rule says."""
    found = single(course(stepped()))
    assert (found.usual_level, found.best_level, found.line, found.days_observed) == (7, 2, 4.5, LENGTH)
    # The fifteen days from 7 to 21 are the first that are all at their best, and day 14 is their middle.
    assert (found.benefit, found.peak, found.wearing_off) == (Mark(seen=7), Mark(seen=14), Mark(seen=63))
    assert [(mark.week, mark.source) for mark in (found.benefit, found.wearing_off)] == [
        (1, Source.RATINGS),
        (9, Source.RATINGS),
    ]
    assert (found.weeks[0].week, found.weeks[0].n, found.weeks[0].median) == (1, 7, 7)
    assert (found.weeks[1].low, found.weeks[1].high) == (2, 2)


@pytest.mark.parametrize(("day", "week"), [(0, 1), (1, 1), (7, 1), (8, 2), (28, 4), (63, 9), (64, 10)])
def test_weeks_count_from_one(day: int, week: int) -> None:
    """Four weeks after an injection is the end of week 4."""
    assert week_of(day) == week


@pytest.mark.parametrize(
    ("change", "benefit", "peak", "wearing_off"),
    [
        ({}, None, None, None),
        ({"best": 6}, Missing.NO_BENEFIT_SEEN, Missing.NO_BENEFIT_SEEN, Missing.NO_BENEFIT_SEEN),
        ({"until": 120}, None, None, Missing.LASTED),
    ],
)
def test_why_a_mark_is_missing(
    change: dict[str, float], benefit: Missing | None, peak: Missing | None, wearing_off: Missing | None
) -> None:
    """One point less is no benefit yet, and what lasts until the next injection has not worn off."""
    found = single(course(stepped(**change)))  # type: ignore[arg-type]
    assert (found.benefit.missing, found.peak.missing, found.wearing_off.missing) == (
        benefit,
        peak,
        wearing_off,
    )


@pytest.mark.parametrize(
    ("left_out", "benefit", "peak", "wearing_off"),
    [
        (range(12, 58), Missing.TOO_FEW_DAYS, Missing.TOO_FEW_DAYS, Missing.TOO_FEW_DAYS),
        (range(-14, 15), Missing.TOO_FEW_DAYS, Missing.TOO_FEW_DAYS, Missing.TOO_FEW_DAYS),
        (range(1, 20), Missing.TOO_FEW_DAYS, None, None),
        (range(56, 70), None, None, Missing.TOO_FEW_DAYS),
        (range(60, LENGTH), None, None, Missing.TOO_FEW_DAYS),
        (range(LENGTH), Missing.TOO_FEW_DAYS, Missing.TOO_FEW_DAYS, Missing.TOO_FEW_DAYS),
    ],
)
def test_gaps_hide_what_may_lie_in_them(
    left_out: range, benefit: Missing | None, peak: Missing | None, wearing_off: Missing | None
) -> None:
    """A mark that may lie in a gap of more than ten days is not guessed."""
    days = {day: rating for day, rating in stepped().items() if day not in left_out}
    found = single(course(days))
    assert (found.benefit.missing, found.peak.missing, found.wearing_off.missing) == (
        benefit,
        peak,
        wearing_off,
    )


@pytest.mark.parametrize(
    ("day", "benefit", "peak", "wearing_off"),
    [
        (5, Missing.NOT_YET, Missing.NOT_YET, Missing.NOT_YET),
        (20, 7, Missing.NOT_YET, Missing.NOT_YET),
        (40, 7, 14, Missing.NOT_YET),
        (75, 7, 14, 63),
    ],
)
def test_a_running_cycle_says_what_it_can(
    day: int, benefit: int | Missing, peak: int | Missing, wearing_off: int | Missing
) -> None:
    """What has not come is "not yet", and the peak is one when two weeks have brought nothing better."""
    days = {since: rating for since, rating in stepped().items() if since <= day}
    found = single(course(days), ended=False, today=FIRST + timedelta(days=day))
    marks = (found.benefit, found.peak, found.wearing_off)
    assert tuple(mark.missing if mark.day is None else mark.day for mark in marks) == (
        benefit,
        peak,
        wearing_off,
    )
    assert found.ends_on is None


def test_one_bad_day_is_no_wearing_off() -> None:
    """Single days beyond the line do not count; five of seven do."""
    found = single(course(stepped() | {30: 9, 44: 9, 45: 9}))
    assert found.wearing_off == Mark(seen=63)


def test_uncertain_dates() -> None:
    """An injection known to the month has no marks, and ends what can be said of the cycle before it."""
    vague = injection("2026-02")
    first, second = summaries([injection(str(FIRST)), vague], course(stepped()), LATER)
    assert {first.wearing_off.missing, first.peak.missing} == {Missing.UNCERTAIN_DATE}
    assert first.days_observed == (date(2026, 2, 1) - FIRST).days
    assert (second.injected_on, second.injections) == (vague.started_on, (vague,))
    assert second.benefit == second.peak == second.wearing_off == Mark(missing=Missing.UNCERTAIN_DATE)


def test_what_the_person_said_stands_beside() -> None:
    """Ratings come first; where they are too thin, what the person said is the mark, and the reason stays."""
    stated = replace(
        injection(str(FIRST)),
        benefit_noticed_on=FIRST + timedelta(days=4),
        wore_off_on=FIRST + timedelta(days=70),
    )
    full, thin = (summaries([stated], ratings, LATER)[0] for ratings in (course(stepped()), {}))
    assert (full.benefit.day, full.benefit.stated, full.benefit.source) == (7, 4, Source.RATINGS)
    assert (thin.benefit.day, thin.benefit.missing, thin.benefit.source) == (
        4,
        Missing.TOO_FEW_DAYS,
        Source.STATED,
    )
    assert thin.wearing_off.day == 70


def test_products_of_one_day_stay_apart() -> None:
    """Two products on one day are one cycle with two doses, which nobody adds up."""
    both = [
        replace(injection(str(FIRST), "onabotulinumtoxinA"), dose=100),
        replace(injection(str(FIRST), "abobotulinumtoxinA"), dose=250),
    ]
    (found,) = summaries(both, {}, LATER)
    assert {(one.product, one.dose) for one in found.injections} == {
        ("onabotulinumtoxinA", 100),
        ("abobotulinumtoxinA", 250),
    }


def test_a_top_up_keeps_the_usual_level_of_before() -> None:
    """Three weeks after an injection days are better than usual, so they do not make the usual level."""
    top_up = FIRST + timedelta(days=21)
    _, second = summaries([injection(str(FIRST)), injection(str(top_up))], course(stepped()), LATER)
    assert second.usual_level == 7


@pytest.mark.parametrize("seed", range(12))
def test_the_usual_curve_is_read_as_published(seed: int) -> None:
    """Benefit from day 4 to 10, best in week 3 to 6 and fading in week 8 to 10, out of noisy ratings."""
    chance = Random(seed)
    starts = [FIRST + timedelta(days=84 * number) for number in range(4)]
    ratings: dict[date, float] = {}
    for ago in range(-14, 84 * 4):
        day = FIRST + timedelta(days=ago)
        if chance.random() < 0.9:
            level = 7 * (1 - 0.65 * relief(day, starts)) + chance.gauss(0, 0.7)
            ratings[day] = min(10, max(0, round(level)))
    found = summaries([injection(str(start)) for start in starts], ratings, starts[-1] + timedelta(days=83))
    for cycle in found:
        assert cycle.benefit.day is not None
        assert cycle.peak.day is not None
        assert 3 <= cycle.benefit.day <= 13
        assert 15 <= cycle.peak.day <= 48
        assert cycle.wearing_off.day is None or 50 <= cycle.wearing_off.day <= 72
    typical = compared(found)
    assert typical.benefit is not None
    assert typical.peak is not None
    assert typical.wearing_off is not None
    assert typical.benefit.week in {1, 2}
    assert typical.peak.week in {3, 4, 5, 6}
    assert typical.wearing_off.week in {8, 9, 10}


def test_comparison_of_cycles() -> None:
    """What is typical is the middle one of at least two cycles, with its range."""
    starts = [FIRST + timedelta(days=LENGTH * number) for number in range(3)]
    ratings: dict[date, float] = {}
    for start, until in zip(starts, (50, 63, 70), strict=True):
        ratings |= course(stepped(until=until), start) | course({0: 7}, start)
    found = summaries([injection(str(start)) for start in starts], ratings, LATER)
    typical = compared(found)
    assert typical.wearing_off is not None
    assert (typical.wearing_off.week, typical.wearing_off.earliest, typical.wearing_off.latest) == (9, 8, 10)
    assert (typical.wearing_off.cycles, typical.line) == (3, 4.5)
    assert compared(found[:1]).wearing_off is None
    assert compared([]).line is None


@pytest.mark.parametrize(
    ("before", "after", "notable"),
    [((4.0, 5), (5.0, 5), True), ((4, 5), (4.5, 7), False), ((4, 4), (9, 7), False)],
)
def test_small_changes_are_not_spoken_of(
    before: tuple[float, int],
    after: tuple[float, int],
    notable: bool,  # noqa: FBT001 a parameter of the test
) -> None:
    """A change is worth a word from one point on, with five rated days on either side."""
    assert Difference(before[0], after[0], before[1], after[1]).notable is notable


def test_what_changed_lately() -> None:
    """This week stands against the last, and the running cycle against as many days of the one before."""
    second = FIRST + timedelta(days=LENGTH)
    ratings = course(stepped()) | course(dict.fromkeys(range(20), 4), second)
    today = second + timedelta(days=19)
    found = summaries([injection(str(FIRST)), injection(str(second))], ratings, today)
    assert week_against_last(ratings, today) == Difference(4, 4, 7, 7)
    assert cycle_against_last(ratings, found, today) == Difference(2, 4, 20, 20)
    assert cycle_against_last(ratings, found[:1], today) is None
    assert week_against_last({}, today) is None


_ratings = st.dictionaries(st.integers(-30, 260), st.integers(0, 10).map(float), max_size=200)
_starts = st.lists(st.integers(0, 230), min_size=1, max_size=4, unique=True)


def _found(starts: list[int], days: Mapping[int, float], first: date = FIRST) -> tuple[CycleSummary, ...]:
    given_on = [_injected(start, first) for start in sorted(starts)]
    return summaries(given_on, course(days, first), first + timedelta(days=260))


def _injected(start: int, first: date) -> Treatment:
    return injection(str(first + timedelta(days=start)))


def _shape(cycle: CycleSummary) -> CycleSummary:
    return replace(cycle, injections=(), injected_on=injection("2026").started_on, ends_on=None)


@given(_starts, _ratings, st.integers(-300, 300))
def test_other_dates_give_the_same_marks(starts: list[int], days: dict[int, float], by: int) -> None:
    """When all dates move by as many days, nothing else changes."""
    moved = _found(starts, days, FIRST + timedelta(days=by))
    assert [_shape(cycle) for cycle in moved] == [_shape(cycle) for cycle in _found(starts, days)]


@given(_starts, _ratings, _ratings)
def test_later_days_change_no_earlier_cycle(
    starts: list[int], days: dict[int, float], more: dict[int, float]
) -> None:
    """What is rated from the last injection on leaves all cycles before it as they were."""
    later = {day: rating for day, rating in more.items() if day >= max(starts)}
    before = [_shape(cycle) for cycle in _found(starts, days)[:-1]]
    kept = {day: rating for day, rating in days.items() if day < max(starts)}
    assert [_shape(cycle) for cycle in _found(starts, kept | later)[:-1]] == before


@given(_starts, _ratings)
def test_marks_lie_in_their_cycle_and_in_order(starts: list[int], days: dict[int, float]) -> None:
    """No mark lies outside its cycle, what is missing has its reason, and it wears off after the peak."""
    for cycle in _found(starts, days):
        last = ((cycle.ends_on or date.max) - cycle.injected_on.first_day).days
        for mark in (cycle.benefit, cycle.peak, cycle.wearing_off):
            assert (mark.seen is None) is not (mark.missing is None)
            assert mark.seen is None or 0 < mark.seen <= last
        if cycle.wearing_off.seen is not None:
            assert cycle.peak.seen is not None
            assert cycle.peak.seen < cycle.wearing_off.seen


@given(_starts, st.integers(0, 10), st.sets(st.integers(-30, 260)))
def test_who_is_always_the_same_has_no_benefit(starts: list[int], rating: int, days: set[int]) -> None:
    """Constant ratings show no mark at all, however many there are."""
    for cycle in _found(starts, dict.fromkeys(days, float(rating))):
        assert cycle.benefit.seen is cycle.peak.seen is cycle.wearing_off.seen is None
        assert cycle.benefit.missing is not Missing.LASTED


def test_levels_need_three_of_seven_days() -> None:
    """A day's level is the median of its seven days, or there is none."""
    assert smoothed({0: 1.0, 1: 9.0, 3: 2.0}, range(-1, 8)) == {0: 2.0, 1: 2.0, 2: 2.0, 3: 2.0}
    assert lowest_fortnight({0: 1.0}) is None


def test_a_crossing_after_a_gap_is_unsure() -> None:
    """Beyond the line after more than ten days without a level, it may have been there before."""
    levels = dict.fromkeys(range(5), 0.0) | dict.fromkeys(range(20, 30), 9.0)
    found = first_to_stay(levels, lambda at: at > 5, after=0)
    assert found is not None
    assert (found.day, found.sure) == (20, False)
    assert first_to_stay(levels, lambda at: at > 9, after=0) is None
