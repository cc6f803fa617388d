from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from diary.forms import Form
from registry_api.trials.criteria import Fact, Leaf, parse_criteria, to_json
from registry_api.trials.errors import InvalidCriteria
from tests.registry_api.trials.trees import trees


@pytest.mark.parametrize(
    ("raw", "leaf"),
    [
        ({"form": {"in": ["CERVICAL"]}}, Leaf(Fact.FORM, values=frozenset({"CERVICAL"}))),
        ({"fact": "form", "in": ["cervical"]}, Leaf(Fact.FORM, values=frozenset({"CERVICAL"}))),
        ({"dbs": {"is": False}}, Leaf(Fact.DBS, answer=False)),
        ({"isolated": {"is": "yes"}}, Leaf(Fact.ISOLATED, answer=True)),
        ({"age": {"min": 0.5}}, Leaf(Fact.AGE, minimum=0.5)),
        ({"age": {"min": 18, "max": None}}, Leaf(Fact.AGE, minimum=18)),
        ({"language": {"in": ["EN"]}}, Leaf(Fact.LANGUAGE, values=frozenset({"en"}))),
        ({"country": {"in": ["us"]}}, Leaf(Fact.COUNTRY, values=frozenset({"US"}))),
        (
            {"symptom_months": {"of": ["LIMB"], "min": 6}},
            Leaf(Fact.SYMPTOM_MONTHS, of=frozenset({Form.LIMB}), minimum=6),
        ),
        ({"symptom_months": {"min": 6}}, Leaf(Fact.SYMPTOM_MONTHS, of=frozenset(Form), minimum=6)),
        ({"distance_km": {"max": 80.5}}, Leaf(Fact.DISTANCE_KM, maximum=80.5)),
    ],
)
def test_reads_both_spellings_of_a_leaf(raw: Any, leaf: Leaf) -> None:
    """A leaf may be nested under its name or carry its name, in any case of letters."""
    assert parse_criteria(raw) == leaf


@pytest.mark.parametrize(
    ("raw", "path", "message"),
    [
        (None, "", "must be an object with one criterion"),
        ({}, "", "must have exactly one field"),
        ({"age": {"min": 1}, "sex": {"in": ["MALE"]}}, "", "must have exactly one field"),
        ({"all": []}, "all", "must be a list of 1 to 200 criteria"),
        ({"any": {"age": {"min": 1}}}, "any", "must be a list of 1 to 200 criteria"),
        ({"pregnant": {"is": False}}, "pregnant", "is no criterion that we know"),
        ({"fact": []}, "", "is no criterion that we know"),
        ({"age": {}}, "age", "must have min, max or both"),
        ({"age": 18}, "age", "must be an object"),
        ({"age": {"min": 30, "max": 20}}, "age", "has a min above its max"),
        ({"age": {"min": "18"}}, "age.min", "must be a number"),
        ({"age": {"min": True}}, "age.min", "must be a number"),
        ({"age": {"min": -1}}, "age.min", "must be from 0 to 100000"),
        ({"age": {"min": 18.3}}, "age.min", "must be years up to 150, in steps of a month"),
        ({"age": {"min": float("nan")}}, "age.min", "must be a number"),
        ({"weeks_since_toxin": {"min": 1.5}}, "weeks_since_toxin.min", "must be a whole number"),
        ({"prior_injections": {"max": 3}}, "prior_injections.max", "is not a field of this criterion"),
        ({"form": {"in": []}}, "form.in", "must be a list of values"),
        ({"sex": {"in": ["UNDISCLOSED"]}}, "sex.in", "may hold only FEMALE, MALE, OTHER"),
        ({"country": {"in": ["USA"]}}, "country.in", "must be two-letter country codes"),
        ({"language": {"in": ["en", "x" * 100]}}, "language.in", "must be codes of languages, such as en"),
        ({"language": {"in": ["\x00"]}}, "language.in", "must be codes of languages, such as en"),
        ({"dbs": {"is": 1}}, "dbs.is", "must be true or false"),
        ({"dbs": {}}, "dbs.is", "is missing"),
        ({"all": [{"not": {"age": {"min": "x"}}}]}, "all[0].not.age.min", "must be a number"),
    ],
)
def test_names_what_is_wrong(raw: Any, path: str, message: str) -> None:
    """A fault carries its path in the tree and a sentence without the value."""
    with pytest.raises(InvalidCriteria) as refused:
        parse_criteria(raw)
    assert (path, message) in refused.value.fields


def test_reports_all_faults_at_once() -> None:
    """A coordinator sees every fault in one answer."""
    with pytest.raises(InvalidCriteria) as refused:
        parse_criteria({"all": [{"age": {"min": "x"}}, {"sex": {"in": ["?"]}}, {"what": {}}]})
    assert [fault.path for fault in refused.value.fields] == [
        "all[0].age.min",
        "all[1].sex.in",
        "all[2].what",
    ]


def test_bounds_depth_and_number() -> None:
    """Trees too deep or too long are refused."""
    deep: dict[str, Any] = {"age": {"min": 1}}
    for _ in range(12):
        deep = {"not": deep}
    with pytest.raises(InvalidCriteria, match="deeper"):
        parse_criteria(deep)
    many = {"any": [{"age": {"min": 1}}] * 150}
    with pytest.raises(InvalidCriteria, match="more than 200"):
        parse_criteria({"all": [many, many]})


@settings(deadline=None, max_examples=60)
@given(trees)
def test_json_and_back(raw: dict[str, Any]) -> None:
    """The JSON form of a tree reads back as the same tree."""
    tree = parse_criteria(raw)
    assert parse_criteria(to_json(tree)) == tree
