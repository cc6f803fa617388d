from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import pytest

from registry_api.trials.criteria import Fact, parse_criteria
from registry_api.trials.matching import evaluate
from registry_api.trials.wording import in_words, languages, wording
from tests.registry_api.trials.examples import person
from tests.registry_api.trials.test_matching_leaves import SITES, TODAY
from tests.registry_api.trials.worked_cases import CASES, Case

LANGUAGES = sorted(languages())
TREE = {
    "all": [
        {"form": {"in": ["CERVICAL", "LIMB", "OTHER"]}},
        {"not": {"dbs": {"is": True}}},
        {"any": [{"age": {"min": 18, "max": 75}}, {"not": {"country": {"in": ["US"]}}}]},
        {"symptom_months": {"of": ["LIMB"], "min": 6}},
    ]
}


def _words(language: str) -> dict[str, Any]:
    folder = files("registry_api.trials").joinpath("wording")
    return tomllib.loads(folder.joinpath(f"{language}.toml").read_text("utf-8"))


def _flat(words: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in words.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys_and_slots(language: str) -> None:
    """A language file lacks no sentence, has none too many, and uses the same slots."""
    english, other = dict(_flat(_words("en"))), dict(_flat(_words(language)))
    assert english.keys() == other.keys()
    for key, text in english.items():
        if isinstance(text, str):
            assert _slots(text) == _slots(other[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.about)
def test_every_finding_has_words(case: Case, language: str) -> None:
    """Each worked case can be explained, with no slot left open and no birth date in it."""
    judged = evaluate(parse_criteria(case.criterion), person(**case.facts), SITES, TODAY, language=language)
    for finding in judged.findings:
        for text in (finding.criterion, finding.because):
            assert text
            assert not set("{}") & set(text)
            assert finding.fact is not Fact.AGE or str(person(**case.facts).birth) not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_can_be_asked_for(language: str) -> None:
    """Each fact has a question, for when it is the only one that is missing."""
    assert all(wording(language).question(fact).endswith("?") for fact in Fact)


def test_criteria_in_words() -> None:
    """Each outermost condition is one sentence."""
    assert in_words(parse_criteria(TREE)) == [
        "Form of dystonia: another form, cervical dystonia or limb dystonia",
        "Has no deep brain stimulation",
        "one of these: Age 18 to 75; not: Lives in: United States",
        "Symptoms of this form for at least 6 months: limb dystonia",
    ]
    assert in_words(parse_criteria(TREE), "es")[0] == (
        "Forma de distonía: distonía cervical, distonía de una extremidad u otra forma"
    )


def test_an_unknown_language_falls_back_to_english() -> None:
    """A person whose language has no words yet reads English."""
    assert in_words(parse_criteria({"age": {"min": 18}}), "xx") == ["Age 18 or older"]


def _slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
