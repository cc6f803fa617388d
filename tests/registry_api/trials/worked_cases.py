"""Cases worked by hand: one criterion, one person, one day, and what must come out.

Unless a case says otherwise the person is `examples.PERSON`: born 15 June 1980, cervical dystonia since
10 March 2020, all injections listed, the last on 1 May 2026, in Boston, where the only recruiting site is.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.registry_api.trials.examples import BOSTON, SINCE


class Case(NamedTuple):
    """`then` is the next change as (day, state); None where time alone changes nothing."""

    about: str
    criterion: dict[str, Any]
    facts: dict[str, Any]
    day: str
    state: str
    then: tuple[str, str] | None = None


def _onset(*onsets: str | None, forms: tuple[str, ...] = ("CERVICAL", "LIMB")) -> dict[str, Any]:
    return {
        "forms": [
            {"form": form, "onset": onset, "recorded_on": SINCE}
            for form, onset in zip(forms, onsets, strict=False)
        ]
    }


def _toxin(ever: str, *dates: str | None, complete: bool = True, since: str = SINCE) -> dict[str, Any]:
    return {
        "toxin": {
            "statements": [{"from": since, "ever": ever, "list_complete": complete}],
            "injections": [{"date": date, "response": None} for date in dates],
        }
    }


def _response(*answers: tuple[str, str | None]) -> dict[str, Any]:
    return {
        "toxin": {
            "statements": [{"from": SINCE, "ever": "yes", "list_complete": True}],
            "injections": [{"date": date, "response": response} for date, response in answers],
        }
    }


def _medicine(taking: str, since: str | None = None) -> dict[str, Any]:
    return {"medicines": [{"from": SINCE, "taking": taking, "unchanged_since": since}]}


def _said(fact: str, value: str, since: str = SINCE) -> dict[str, Any]:
    return {fact: [{"from": since, "value": value}]}


def _born(day: str) -> dict[str, Any]:
    return {"birth_date": day}


_UNSTATED: dict[str, Any] = {"forms_stated_on": None, "forms": []}
_ADULT = {"age": {"min": 18}}
_AT_18 = {"age": {"min": 18, "max": 18}}
_TO_75 = {"age": {"max": 75}}
_HALF_YEAR_OLD = {"age": {"min": 0.5}}
_SIX_MONTHS = {"symptom_months": {"of": ["CERVICAL"], "min": 6}}
_SIX_OF_TWO = {"symptom_months": {"of": ["CERVICAL", "LIMB"], "min": 6}}
_FROM_12 = {"weeks_since_toxin": {"min": 12}}
_TO_12 = {"weeks_since_toxin": {"max": 12}}
_8_TO_12 = {"weeks_since_toxin": {"min": 8, "max": 12}}
_NAIVE = {"toxin_naive": {"is": True}}
_THREE = {"prior_injections": {"min": 3}}
_GOOD = {"last_toxin_response": {"in": ["GOOD", "PARTIAL"]}}
_STABLE = {"medicine_stable_days": {"min": 30}}
_NEAR = {"distance_km": {"max": 50}}

AGE = (
    Case(
        "the day before the 18th birthday",
        _ADULT,
        _born("2008-07-10"),
        "2026-07-09",
        "no",
        ("2026-07-10", "match"),
    ),
    Case("the 18th birthday", _ADULT, _born("2008-07-10"), "2026-07-10", "match"),
    Case(
        "75 until the day before the 76th birthday",
        _TO_75,
        _born("1950-07-11"),
        "2026-07-10",
        "match",
        ("2026-07-11", "no"),
    ),
    Case("the 76th birthday", _TO_75, _born("1950-07-11"), "2026-07-11", "no"),
    Case(
        "half a year is six calendar months",
        _HALF_YEAR_OLD,
        _born("2026-01-31"),
        "2026-07-30",
        "no",
        ("2026-07-31", "match"),
    ),
    Case(
        "six months after 31 August end with February",
        _HALF_YEAR_OLD,
        _born("2025-08-31"),
        "2026-02-27",
        "no",
        ("2026-02-28", "match"),
    ),
    Case(
        "a birthday on 29 February, in a common year",
        _ADULT,
        _born("2008-02-29"),
        "2026-02-27",
        "no",
        ("2026-02-28", "match"),
    ),
    Case(
        "a birthday on 29 February, in a leap year",
        {"age": {"min": 20}},
        _born("2008-02-29"),
        "2028-02-28",
        "no",
        ("2028-02-29", "match"),
    ),
    Case(
        "a window of one year, before",
        _AT_18,
        _born("2008-07-10"),
        "2026-07-09",
        "no",
        ("2026-07-10", "match"),
    ),
    Case(
        "a window of one year, its last day",
        _AT_18,
        _born("2008-07-10"),
        "2027-07-09",
        "match",
        ("2027-07-10", "no"),
    ),
    Case(
        "birth known to the month, before that month",
        _ADULT,
        _born("2008-07"),
        "2026-06-30",
        "no",
        ("2026-07-01", "unknown"),
    ),
    Case(
        "birth known to the month, within it",
        _ADULT,
        _born("2008-07"),
        "2026-07-15",
        "unknown",
        ("2026-07-31", "match"),
    ),
    Case("birth known to the month, its last day", _ADULT, _born("2008-07"), "2026-07-31", "match"),
    Case(
        "the upper bound, birth known to the month",
        _TO_75,
        _born("1950-07"),
        "2026-07-01",
        "unknown",
        ("2026-07-31", "no"),
    ),
)

FORMS = (
    Case("has one of the forms", {"form": {"in": ["LIMB", "CERVICAL"]}}, {}, "2026-07-10", "match"),
    Case("has none of the forms", {"form": {"in": ["LIMB"]}}, {}, "2026-07-10", "no"),
    Case("unaffected", {"form": {"in": ["LIMB"]}}, {"forms": []}, "2026-07-10", "no"),
    Case("no form stated", {"form": {"in": ["CERVICAL"]}}, _UNSTATED, "2026-07-10", "unknown"),
    Case(
        "the list is stated later",
        {"form": {"in": ["CERVICAL"]}},
        {"forms_stated_on": "2026-07-11", "forms": []},
        "2026-07-10",
        "unknown",
    ),
    Case(
        "a form recorded later is not known",
        {"form": {"in": ["LIMB"]}},
        {"forms": [{"form": "LIMB", "recorded_on": "2026-07-11"}]},
        "2026-07-10",
        "no",
    ),
    Case(
        "a form counts from the day it is recorded",
        {"form": {"in": ["LIMB"]}},
        {"forms": [{"form": "LIMB", "recorded_on": "2026-07-11"}]},
        "2026-07-11",
        "match",
    ),
)

ONSETS = (
    Case(
        "the day before six months",
        _SIX_MONTHS,
        _onset("2026-01-10"),
        "2026-07-09",
        "no",
        ("2026-07-10", "match"),
    ),
    Case("six months to the day", _SIX_MONTHS, _onset("2026-01-10"), "2026-07-10", "match"),
    Case(
        "six months after 31 August",
        _SIX_MONTHS,
        _onset("2025-08-31"),
        "2026-02-27",
        "no",
        ("2026-02-28", "match"),
    ),
    Case(
        "onset known to the month, too early at best",
        _SIX_MONTHS,
        _onset("2026-01"),
        "2026-06-30",
        "no",
        ("2026-07-01", "unknown"),
    ),
    Case(
        "onset known to the month, between",
        _SIX_MONTHS,
        _onset("2026-01"),
        "2026-07-01",
        "unknown",
        ("2026-07-31", "match"),
    ),
    Case("onset known to the month, surely", _SIX_MONTHS, _onset("2026-01"), "2026-07-31", "match"),
    Case(
        "onset known to the year",
        _SIX_MONTHS,
        _onset("2026"),
        "2026-07-10",
        "unknown",
        ("2027-06-30", "match"),
    ),
    Case("onset known to a year long past", _SIX_MONTHS, _onset("2019"), "2026-07-10", "match"),
    Case("onset unknown", _SIX_MONTHS, _onset(None), "2026-07-10", "unknown"),
    Case("another form only", _SIX_MONTHS, _onset("2019", forms=("LIMB",)), "2026-07-10", "no"),
    Case("unaffected has no symptoms", _SIX_MONTHS, {"forms": []}, "2026-07-10", "no"),
    Case("no form stated yet", _SIX_MONTHS, _UNSTATED, "2026-07-10", "unknown"),
    Case(
        "the earliest of two forms counts",
        _SIX_OF_TWO,
        _onset("2026-06-01", "2020-02"),
        "2026-07-10",
        "match",
    ),
    Case(
        "one onset unknown, the other long ago", _SIX_OF_TWO, _onset(None, "2020-02"), "2026-07-10", "match"
    ),
    Case(
        "one onset unknown, the other recent",
        _SIX_OF_TWO,
        _onset(None, "2026-05-01"),
        "2026-07-10",
        "unknown",
        ("2026-11-01", "match"),
    ),
)

WEEKS = (
    Case("83 days", _FROM_12, {}, "2026-07-23", "no", ("2026-07-24", "match")),
    Case("84 days", _FROM_12, {}, "2026-07-24", "match"),
    Case("at most 12 weeks, 84 days", _TO_12, {}, "2026-07-24", "match", ("2026-07-25", "no")),
    Case("at most 12 weeks, 85 days", _TO_12, {}, "2026-07-25", "no"),
    Case("8 to 12 weeks, 55 days", _8_TO_12, {}, "2026-06-25", "no", ("2026-06-26", "match")),
    Case("8 to 12 weeks, 56 days", _8_TO_12, {}, "2026-06-26", "match", ("2026-07-25", "no")),
    Case(
        "on the day of the injection",
        _FROM_12,
        _toxin("yes", "2026-07-10"),
        "2026-07-10",
        "no",
        ("2026-10-02", "match"),
    ),
    Case(
        "no weeks needed",
        {"weeks_since_toxin": {"min": 0}},
        _toxin("yes", "2026-07-10"),
        "2026-07-10",
        "match",
    ),
    Case("never injected, a lower bound", _FROM_12, _toxin("no"), "2026-07-10", "match"),
    Case("never injected, an upper bound", _TO_12, _toxin("no"), "2026-07-10", "no"),
    Case("never injected, both bounds", _8_TO_12, _toxin("no"), "2026-07-10", "no"),
    Case("history unknown", _FROM_12, _toxin("unknown"), "2026-07-10", "unknown"),
    Case("nothing said", _FROM_12, {"toxin": {}}, "2026-07-10", "unknown"),
    Case("said later", _FROM_12, _toxin("no", since="2026-07-11"), "2026-07-10", "unknown"),
    Case("injected, no date", _FROM_12, _toxin("yes"), "2026-07-10", "unknown"),
    Case(
        "the last of several counts",
        _FROM_12,
        _toxin("yes", "2026-05-01", "2025-01-01"),
        "2026-07-10",
        "no",
        ("2026-07-24", "match"),
    ),
    Case(
        "a later injection is not known",
        _FROM_12,
        _toxin("yes", "2026-03-01", "2026-08-01"),
        "2026-07-10",
        "match",
    ),
    Case(
        "injected after saying never",
        _TO_12,
        _toxin("no", "2026-06-01"),
        "2026-07-10",
        "match",
        ("2026-08-25", "no"),
    ),
    Case(
        "a date known to the month",
        _FROM_12,
        _toxin("yes", "2026-04"),
        "2026-07-10",
        "unknown",
        ("2026-07-23", "match"),
    ),
    Case(
        "a date known to the month, too soon at best",
        _FROM_12,
        _toxin("yes", "2026-04"),
        "2026-06-23",
        "no",
        ("2026-06-24", "unknown"),
    ),
)

INJECTIONS = (
    Case("never", _NAIVE, _toxin("no"), "2026-07-10", "match"),
    Case("ever", _NAIVE, _toxin("yes"), "2026-07-10", "no"),
    Case("unknown", _NAIVE, _toxin("unknown"), "2026-07-10", "unknown"),
    Case("listed after saying never", _NAIVE, _toxin("no", "2026-06-01"), "2026-07-10", "no"),
    Case("not naive, as asked", {"toxin_naive": {"is": False}}, {}, "2026-07-10", "match"),
    Case("two of a complete list", _THREE, _toxin("yes", "2026-01-01", "2026-05-01"), "2026-07-10", "no"),
    Case(
        "three of a complete list",
        _THREE,
        _toxin("yes", "2025-09-01", "2026-01-01", "2026-05-01"),
        "2026-07-10",
        "match",
    ),
    Case(
        "the third is later",
        _THREE,
        _toxin("yes", "2026-01-01", "2026-05-01", "2026-07-11"),
        "2026-07-10",
        "no",
    ),
    Case(
        "two of an incomplete list",
        _THREE,
        _toxin("yes", "2026-01-01", "2026-05-01", complete=False),
        "2026-07-10",
        "unknown",
    ),
    Case(
        "three of an incomplete list",
        _THREE,
        _toxin("yes", "2025-09-01", "2026-01-01", "2026-05-01", complete=False),
        "2026-07-10",
        "match",
    ),
    Case(
        "an incomplete list means at least one",
        {"prior_injections": {"min": 1}},
        _toxin("yes", complete=False),
        "2026-07-10",
        "match",
    ),
    Case(
        "an incomplete list may mean two",
        {"prior_injections": {"min": 2}},
        _toxin("yes", complete=False),
        "2026-07-10",
        "unknown",
    ),
    Case("never means none", {"prior_injections": {"min": 1}}, _toxin("no"), "2026-07-10", "no"),
    Case("none needed", {"prior_injections": {"min": 0}}, _toxin("unknown"), "2026-07-10", "match"),
    Case("history unknown", {"prior_injections": {"min": 1}}, _toxin("unknown"), "2026-07-10", "unknown"),
    Case("a good response", _GOOD, {}, "2026-07-10", "match"),
    Case("a poor response", _GOOD, _response(("2026-05-01", "POOR")), "2026-07-10", "no"),
    Case(
        "the last response counts",
        _GOOD,
        _response(("2026-01-01", "GOOD"), ("2026-05-01", "POOR")),
        "2026-07-10",
        "no",
    ),
    Case(
        "a later response is not known",
        _GOOD,
        _response(("2026-01-01", "GOOD"), ("2026-08-01", "POOR")),
        "2026-07-10",
        "match",
    ),
    Case("response unknown", _GOOD, _response(("2026-05-01", None)), "2026-07-10", "unknown"),
    Case("response said to be unknown", _GOOD, _response(("2026-05-01", "UNKNOWN")), "2026-07-10", "unknown"),
    Case(
        "two on one day, not alike",
        _GOOD,
        _response(("2026-05-01", "GOOD"), ("2026-05-01", "POOR")),
        "2026-07-10",
        "unknown",
    ),
    Case(
        "two on one day, both in the list",
        _GOOD,
        _response(("2026-05-01", "GOOD"), ("2026-05-01", "PARTIAL")),
        "2026-07-10",
        "match",
    ),
    Case("never injected has no response", _GOOD, _toxin("no"), "2026-07-10", "no"),
    Case("injected, none listed", _GOOD, _toxin("yes"), "2026-07-10", "unknown"),
    Case("history unknown, no response", _GOOD, _toxin("unknown"), "2026-07-10", "unknown"),
)

MEDICINES = (
    Case("takes none", _STABLE, _medicine("none"), "2026-07-10", "match"),
    Case("29 days", _STABLE, _medicine("some", "2026-06-10"), "2026-07-09", "no", ("2026-07-10", "match")),
    Case("30 days", _STABLE, _medicine("some", "2026-06-10"), "2026-07-10", "match"),
    Case(
        "known to the month",
        _STABLE,
        _medicine("some", "2026-06"),
        "2026-07-10",
        "unknown",
        ("2026-07-30", "match"),
    ),
    Case("date of change unknown", _STABLE, _medicine("some"), "2026-07-10", "unknown"),
    Case("unknown whether any", _STABLE, _medicine("unknown"), "2026-07-10", "unknown"),
    Case("never asked", _STABLE, {"medicines": []}, "2026-07-10", "unknown"),
    Case(
        "the newest statement counts",
        _STABLE,
        {
            "medicines": [
                {"from": "2026-07-10", "taking": "some", "unchanged_since": "2026-07-10"},
                {"from": SINCE, "taking": "none"},
            ]
        },
        "2026-07-10",
        "no",
        ("2026-08-09", "match"),
    ),
)

PLACES = (
    Case("near", _NEAR, {}, "2026-07-10", "match"),
    Case("far", _NEAR, {"residence": [BOSTON | {"lat": 40.71, "lon": -74.0}]}, "2026-07-10", "no"),
    Case(
        "near a site that does not recruit",
        _NEAR,
        {"residence": [BOSTON | {"lat": 51.5, "lon": -0.12}]},
        "2026-07-10",
        "no",
    ),
    Case("place unknown", _NEAR, {"residence": [{"from": SINCE, "country": "US"}]}, "2026-07-10", "unknown"),
    Case("home unknown", _NEAR, {"residence": []}, "2026-07-10", "unknown"),
    Case(
        "moves tomorrow",
        _NEAR,
        {"residence": [BOSTON, BOSTON | {"from": "2026-07-11", "lat": 40.0}]},
        "2026-07-10",
        "match",
    ),
    Case(
        "has moved",
        _NEAR,
        {"residence": [BOSTON, BOSTON | {"from": "2026-07-11", "lat": 40.0}]},
        "2026-07-11",
        "no",
    ),
    Case("the country", {"country": {"in": ["CA", "US"]}}, {}, "2026-07-10", "match"),
    Case("another country", {"country": {"in": ["CA"]}}, {}, "2026-07-10", "no"),
    Case("country unknown", {"country": {"in": ["CA"]}}, {"residence": []}, "2026-07-10", "unknown"),
)

STATED = (
    Case("isolated", {"isolated": {"is": True}}, {}, "2026-07-10", "match"),
    Case("not isolated", {"isolated": {"is": True}}, _said("isolated", "no"), "2026-07-10", "no"),
    Case("must not be isolated", {"isolated": {"is": False}}, _said("isolated", "no"), "2026-07-10", "match"),
    Case(
        "isolated unknown", {"isolated": {"is": True}}, _said("isolated", "unknown"), "2026-07-10", "unknown"
    ),
    Case("isolated never asked", {"isolated": {"is": True}}, {"isolated": []}, "2026-07-10", "unknown"),
    Case(
        "isolated does not apply",
        {"isolated": {"is": True}},
        _said("isolated", "not_applicable"),
        "2026-07-10",
        "no",
    ),
    Case(
        "isolated does not apply, asked for no",
        {"isolated": {"is": False}},
        _said("isolated", "not_applicable"),
        "2026-07-10",
        "no",
    ),
    Case(
        "stated tomorrow",
        {"isolated": {"is": True}},
        _said("isolated", "yes", "2026-07-11"),
        "2026-07-10",
        "unknown",
    ),
    Case("no stimulation", {"dbs": {"is": False}}, {}, "2026-07-10", "match"),
    Case("stimulation", {"dbs": {"is": False}}, _said("dbs", "yes"), "2026-07-10", "no"),
    Case("stimulation unknown", {"dbs": {"is": False}}, {"dbs": []}, "2026-07-10", "unknown"),
    Case(
        "distribution in the list",
        {"distribution": {"in": ["FOCAL", "SEGMENTAL"]}},
        {},
        "2026-07-10",
        "match",
    ),
    Case("distribution not in the list", {"distribution": {"in": ["GENERALISED"]}}, {}, "2026-07-10", "no"),
    Case(
        "distribution unknown",
        {"distribution": {"in": ["FOCAL"]}},
        _said("distribution", "unknown"),
        "2026-07-10",
        "unknown",
    ),
    Case(
        "distribution does not apply",
        {"distribution": {"in": ["FOCAL"]}},
        _said("distribution", "not_applicable"),
        "2026-07-10",
        "no",
    ),
    Case("sex", {"sex": {"in": ["FEMALE"]}}, {}, "2026-07-10", "match"),
    Case("another sex", {"sex": {"in": ["FEMALE"]}}, {"sex": "OTHER"}, "2026-07-10", "no"),
    Case("sex not told", {"sex": {"in": ["FEMALE"]}}, {"sex": "UNDISCLOSED"}, "2026-07-10", "unknown"),
    Case(
        "one of the languages",
        {"language": {"in": ["es", "en"]}},
        {"languages": [{"from": SINCE, "value": ["fr", "es"]}]},
        "2026-07-10",
        "match",
    ),
    Case("none of the languages", {"language": {"in": ["es"]}}, {}, "2026-07-10", "no"),
    Case("languages unknown", {"language": {"in": ["es"]}}, {"languages": []}, "2026-07-10", "unknown"),
)

CASES = (*AGE, *FORMS, *ONSETS, *WEEKS, *INJECTIONS, *MEDICINES, *PLACES, *STATED)
