from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from registry_api.trials.criteria import parse_criteria
from registry_api.trials.ctgov import Site, StudyStatus
from registry_api.trials.days import Span
from registry_api.trials.facts import known_on
from registry_api.trials.matching import Judgement, Matcher, MatchState, evaluate
from registry_api.trials.places import RecruitingSites
from registry_api.trials.steps import (
    Truth,
    both,
    conjunction,
    disjunction,
    from_day,
    negation,
    truth_on,
    until_day,
)
from tests.registry_api.trials.examples import person
from tests.registry_api.trials.trees import TODAY, leaves, persons, trees

SITES = (
    Site(status=StudyStatus.RECRUITING, lat=42.3, lon=-71.0),
    Site(status=StudyStatus.RECRUITING, lat=40.7, lon=-74.0),
)
HORIZON_DAYS = 1200
calm = settings(deadline=None, max_examples=60)
_truths = st.sampled_from(list(Truth))


def judge(tree: dict[str, Any], facts: dict[str, Any], day: date = TODAY) -> Judgement:
    return evaluate(parse_criteria(tree), person(**facts), SITES, day)


@calm
@given(_truths, _truths, _truths)
def test_kleene_laws(a: Truth, b: Truth, c: Truth) -> None:
    """AND and OR commute, associate and distribute; De Morgan's laws hold; NOT twice is nothing."""
    assert conjunction((a, b)) is conjunction((b, a))
    assert (
        conjunction((a, conjunction((b, c))))
        is conjunction((conjunction((a, b)), c))
        is conjunction((a, b, c))
    )
    assert disjunction((a, disjunction((b, c)))) is disjunction((a, b, c))
    assert conjunction((a, disjunction((b, c)))) is disjunction((conjunction((a, b)), conjunction((a, c))))
    assert negation(conjunction((a, b))) is disjunction((negation(a), negation(b)))
    assert negation(negation(a)) is a


@calm
@given(trees, persons)
def test_not_twice_is_nothing(tree: dict[str, Any], facts: dict[str, Any]) -> None:
    """Two negations leave state, findings and the next change as they were."""
    assert judge({"not": {"not": tree}}, facts) == judge(tree, facts)


@calm
@given(trees, persons)
def test_not_turns_the_state_and_keeps_the_day(tree: dict[str, Any], facts: dict[str, Any]) -> None:
    """One negation turns match and no around, and the state changes on the same day."""
    turned = {
        MatchState.MATCH: MatchState.NO,
        MatchState.NO: MatchState.MATCH,
        MatchState.UNKNOWN: MatchState.UNKNOWN,
    }
    plain, negated = judge(tree, facts), judge({"not": tree}, facts)
    assert negated.state is turned[plain.state]
    assert negated.next_change_on == plain.next_change_on


@calm
@given(st.lists(leaves, min_size=1, max_size=4), persons)
def test_the_tree_follows_from_its_leaves(parts: list[dict[str, Any]], facts: dict[str, Any]) -> None:
    """The state of AND is what the states of its parts make, and so is that of OR."""
    states = [judge(part, facts).state for part in parts]
    lowest = min(states, key=[MatchState.NO, MatchState.UNKNOWN, MatchState.MATCH].index)
    highest = max(states, key=[MatchState.NO, MatchState.UNKNOWN, MatchState.MATCH].index)
    assert judge({"all": parts}, facts).state is lowest
    assert judge({"any": parts}, facts).state is highest


@calm
@given(trees, persons)
def test_next_change_is_the_first_that_day_by_day_stepping_finds(
    tree: dict[str, Any], facts: dict[str, Any]
) -> None:
    """With what is known today, no day before the next change differs, and that day does."""
    matcher = Matcher(parse_criteria(tree), SITES)
    known = person(**facts)
    judged = matcher.judge(known, TODAY)
    frozen = known_on(known, TODAY)
    found = None
    for days in range(1, HORIZON_DAYS):
        state = matcher.state_later(frozen, TODAY + timedelta(days=days))
        if state is not judged.state:
            found = (TODAY + timedelta(days=days), state)
            break
    if found is None:
        assert judged.next_change_on is None or judged.next_change_on >= TODAY + timedelta(days=HORIZON_DAYS)
    else:
        assert (judged.next_change_on, judged.next_state) == found


@calm
@given(trees, persons)
def test_blocking_and_missing_agree_with_the_state(tree: dict[str, Any], facts: dict[str, Any]) -> None:
    """Only a match has nothing in its way, and only what blocks an unknown state is asked."""
    judged = judge(tree, facts)
    assert bool(judged.blocking) is (judged.state is not MatchState.MATCH)
    assert bool(judged.missing) is (judged.state is MatchState.UNKNOWN)
    assert set(judged.missing) <= set(judged.blocking)


@calm
@given(trees, persons)
def test_the_quick_way_gives_the_same_state(tree: dict[str, Any], facts: dict[str, Any]) -> None:
    """Judging for an alert and judging for the person's own page agree."""
    matcher = Matcher(parse_criteria(tree), SITES)
    assert matcher.state(person(**facts), TODAY) is matcher.judge(person(**facts), TODAY).state


_days = st.integers(-20, 20).map(lambda days: TODAY + timedelta(days=days))
_spans = st.builds(lambda day, more: Span(day, day + timedelta(days=more)), _days, st.integers(0, 10))


@calm
@given(_spans, _spans, _days)
def test_steps_agree_with_every_possible_day(start: Span, end: Span, day: date) -> None:
    """Being between two uncertain days is decided only where every possible pair of them agrees."""
    possible = {from_ <= day < to for from_ in _days_of(start) for to in _days_of(end)}
    expected = Truth.UNKNOWN if len(possible) == 2 else Truth.MET if possible == {True} else Truth.NOT_MET
    assert truth_on(both(from_day(start), until_day(end)), day) is expected


def _days_of(span: Span) -> list[date]:
    return [span.first + timedelta(days=days) for days in range((span.last - span.first).days + 1)]


def _degrees(most: int) -> st.SearchStrategy[float]:
    return st.integers(-most * 10_000, most * 10_000).map(lambda number: number / 10_000)


_places = st.tuples(_degrees(90), _degrees(180))


@calm
@given(st.lists(_places, max_size=4), _places, st.floats(0, 20_100))
def test_being_within_agrees_with_the_nearest(
    sites: list[tuple[float, float]], home: tuple[float, float], km: float
) -> None:
    """The quick question whether any site is near leaves none out."""
    recruiting = RecruitingSites(
        [Site(status=StudyStatus.RECRUITING, lat=lat, lon=lon) for lat, lon in sites]
    )
    nearest = recruiting.nearest(*home)
    assert recruiting.is_within(km, *home) is (nearest is not None and nearest.km <= km)
