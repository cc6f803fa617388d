from __future__ import annotations

from datetime import date

import pytest

from registry_api.trials.criteria import parse_criteria
from registry_api.trials.ctgov import Site, StudyStatus
from registry_api.trials.matching import MatchState, evaluate
from registry_api.trials.places import distance_km
from tests.registry_api.trials.examples import person
from tests.registry_api.trials.worked_cases import CASES, Case

SITES = (
    Site(city="Boston", country="United States", status=StudyStatus.RECRUITING, lat=42.35843, lon=-71.05977),
    Site(city="London", country="United Kingdom", status=StudyStatus.SUSPENDED, lat=51.50853, lon=-0.12574),
)
NEAR = parse_criteria({"distance_km": {"max": 50}})
TODAY = date(2026, 7, 10)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.about)
def test_worked_case(case: Case) -> None:
    """State and next change are as worked out by hand."""
    judged = evaluate(
        parse_criteria(case.criterion), person(**case.facts), SITES, date.fromisoformat(case.day)
    )
    change = (judged.next_change_on.isoformat(), judged.next_state) if judged.next_change_on else None
    assert (judged.state, change) == (case.state, case.then)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.about)
def test_worked_case_explains_itself(case: Case) -> None:
    """The finding agrees with the state, and blocking and missing name the fact where it does not match."""
    judged = evaluate(
        parse_criteria(case.criterion), person(**case.facts), SITES, date.fromisoformat(case.day)
    )
    (finding,) = judged.findings
    (name,) = case.criterion
    assert finding.state == {"match": "met", "no": "not_met", "unknown": "unknown"}[case.state]
    assert finding.next_change_on == judged.next_change_on
    assert judged.blocking == (() if case.state == "match" else (name,))
    assert judged.missing == ((name,) if case.state == "unknown" else ())


def test_without_a_recruiting_site_no_place_helps() -> None:
    """Where no site recruits the distance is not met, known place or not."""
    closed = [site for site in SITES if site.status is not StudyStatus.RECRUITING]
    for somebody in (person(), person(residence=[])):
        assert evaluate(NEAR, somebody, closed, TODAY).state is MatchState.NO


def test_a_recruiting_site_without_a_place_may_be_near() -> None:
    """A recruiting site whose place is not known leaves the distance unknown, unless another is near."""
    nowhere = Site(city="Somewhere", status=StudyStatus.RECRUITING)
    far = person(residence=[{"from": "2026-01-01", "country": "US", "lat": 0, "lon": 0}])
    assert evaluate(NEAR, far, [nowhere, SITES[0]], TODAY).state is MatchState.UNKNOWN
    assert evaluate(NEAR, person(), [nowhere, SITES[0]], TODAY).state is MatchState.MATCH


@pytest.mark.parametrize(
    ("place", "other", "km"),
    [
        ((52.52437, 13.41053), (48.85341, 2.3488), 878),
        ((42.35843, -71.05977), (51.50853, -0.12574), 5265),
        ((0, 0), (0, 180), 20015),
        ((10, 179.5), (10, -179.5), 109.5),
        ((5, 5), (5, 5), 0),
    ],
)
def test_distances(place: tuple[float, float], other: tuple[float, float], km: float) -> None:
    """Great-circle distances agree with published ones within half a percent."""
    assert distance_km(*place, *other) == pytest.approx(km, rel=0.005)
    assert distance_km(*other, *place) == distance_km(*place, *other)
