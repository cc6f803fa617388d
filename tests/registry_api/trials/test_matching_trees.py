from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from registry_api.trials.criteria import Fact, parse_criteria
from registry_api.trials.matching import Judgement, MatchState, evaluate
from tests.registry_api.trials.examples import SINCE, person

TODAY = date(2026, 7, 10)
# Three criteria whose truth for the person of the examples is known: each of another fact.
MET = {"sex": {"in": ["FEMALE"]}}
NOT_MET = {"country": {"in": ["CA"]}}
UNKNOWN = {"isolated": {"is": True}}
TRUTHS = {"match": MET, "no": NOT_MET, "unknown": UNKNOWN}
NOT_ASKED: dict[str, Any] = {"isolated": [], "dbs": []}


def judge(tree: dict[str, Any], **facts: Any) -> Judgement:
    return evaluate(parse_criteria(tree), person(**NOT_ASKED | facts), [], TODAY)


@pytest.mark.parametrize(
    ("one", "other", "both", "either"),
    [
        ("match", "match", "match", "match"),
        ("match", "unknown", "unknown", "match"),
        ("match", "no", "no", "match"),
        ("unknown", "unknown", "unknown", "unknown"),
        ("unknown", "no", "no", "unknown"),
        ("no", "no", "no", "no"),
    ],
)
def test_truth_tables(one: str, other: str, both: str, either: str) -> None:
    """AND and OR follow Kleene's tables, in either order."""
    for parts in ([TRUTHS[one], TRUTHS[other]], [TRUTHS[other], TRUTHS[one]]):
        assert judge({"all": parts}).state == both
        assert judge({"any": parts}).state == either


@pytest.mark.parametrize(("state", "negated"), [("match", "no"), ("no", "match"), ("unknown", "unknown")])
def test_negation(state: str, negated: str) -> None:
    """NOT turns met and not met around and leaves unknown."""
    assert judge({"not": TRUTHS[state]}).state == negated
    assert judge({"not": {"not": TRUTHS[state]}}).state == state


def test_blocking_names_what_fails_or_is_unknown_where_it_stands_in_the_way() -> None:
    """Alternatives beside one that is met do not block, nor do criteria that are met."""
    judged = judge({"all": [MET, NOT_MET, UNKNOWN, {"any": [MET, {"dbs": {"is": True}}]}]})
    assert judged.state is MatchState.NO
    assert judged.blocking == (Fact.COUNTRY, Fact.ISOLATED)


def test_blocking_looks_through_negation() -> None:
    """Under NOT the criteria that are met block."""
    assert judge({"not": {"any": [MET, NOT_MET, UNKNOWN]}}).blocking == (Fact.SEX, Fact.ISOLATED)
    assert judge({"not": {"all": [MET, NOT_MET]}}).blocking == ()


def test_nothing_blocks_a_match() -> None:
    """A match has neither blocking nor missing facts, whatever else is unknown."""
    judged = judge({"any": [UNKNOWN, MET]})
    assert (judged.state, judged.blocking, judged.missing) == (MatchState.MATCH, (), ())


def test_missing_is_empty_where_the_answer_cannot_matter() -> None:
    """Where another criterion fails, no question is worth asking."""
    assert judge({"all": [UNKNOWN, NOT_MET]}).missing == ()


def test_one_missing_fact_is_the_question_to_ask() -> None:
    """When one fact alone decides, it is named; with two, none is."""
    judged = judge({"all": [MET, UNKNOWN, {"not": UNKNOWN}, {"any": [NOT_MET, UNKNOWN]}]})
    assert judged.missing == (Fact.ISOLATED,)
    assert judged.ask_for is Fact.ISOLATED
    two = judge({"all": [UNKNOWN, {"dbs": {"is": False}}]})
    assert (two.missing, two.ask_for) == ((Fact.ISOLATED, Fact.DBS), None)


def test_the_next_change_is_of_the_whole_tree() -> None:
    """A leaf that flips without changing the state is not the next change."""
    tree = {"all": [{"weeks_since_toxin": {"min": 12}}, {"age": {"min": 47}}]}
    judged = judge(tree)
    assert [finding.next_change_on for finding in judged.findings] == [date(2026, 7, 24), date(2027, 6, 15)]
    assert (judged.next_change_on, judged.next_state) == (date(2027, 6, 15), MatchState.MATCH)
    assert judged.possible_from == date(2027, 6, 15)


def test_possible_from_is_only_a_change_to_a_match() -> None:
    """A day on which the state becomes unknown is no day from which the person may fit."""
    judged = judge({"all": [{"weeks_since_toxin": {"min": 12}}, UNKNOWN]})
    assert (judged.next_change_on, judged.next_state) == (date(2026, 7, 24), MatchState.UNKNOWN)
    assert judged.possible_from is None


def test_two_leaves_that_flip_on_one_day_cancel_out() -> None:
    """On a day on which one leaf is gained and another lost the state may stay as it is."""
    judged = judge({"any": [{"weeks_since_toxin": {"max": 12}}, {"weeks_since_toxin": {"min": 12}}]})
    assert (judged.state, judged.next_change_on) == (MatchState.MATCH, None)
    gap = judge({"any": [{"weeks_since_toxin": {"max": 11}}, {"weeks_since_toxin": {"min": 12}}]})
    assert (gap.next_change_on, gap.next_state) == (date(2026, 7, 18), MatchState.NO)


def test_findings_come_in_the_order_of_the_tree_with_negation_said() -> None:
    """Each leaf has a finding; under NOT its state and its words are turned around."""
    judged = judge({"all": [NOT_MET, {"not": {"any": [{"dbs": {"is": True}}, {"age": {"min": 60}}]}}]})
    assert [(each.fact, each.state) for each in judged.findings] == [
        (Fact.COUNTRY, "not_met"),
        (Fact.DBS, "unknown"),
        (Fact.AGE, "met"),
    ]
    assert judged.findings[1].criterion == "Has no deep brain stimulation"
    assert judged.findings[2].criterion == "not: Age 60 or older"
    assert judged.findings[2].next_change_on == date(2040, 6, 15)


def test_findings_carry_the_date_of_their_fact() -> None:
    """The fact behind a finding has its own date; a birth date is never shown."""
    tree = {
        "all": [
            {"weeks_since_toxin": {"min": 12}},
            {"symptom_months": {"of": ["CERVICAL"], "min": 6}},
            {"age": {"min": 18}},
            {"country": {"in": ["US"]}},
        ]
    }
    weeks, onset, age, country = judge(
        tree, forms=[{"form": "CERVICAL", "onset": "2020-03", "recorded_on": SINCE}]
    ).findings
    assert (str(weeks.fact_date), str(onset.fact_date), age.fact_date, str(country.fact_date)) == (
        "2026-05-01",
        "2020-03",
        None,
        SINCE,
    )
    assert weeks.because == (
        "Your last toxin injection was on 1 May 2026: on 10 July 2026 that is 10 weeks and 0 days ago."
    )
    assert "1980" not in age.because
