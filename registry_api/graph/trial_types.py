"""Trials as coordinators and patients see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import strawberry
from strawberry.scalars import JSON

from diary.forms import Form
from diary.treatments import ToxinResponse
from notifications.messages import State, Totals
from registry_api.enrolment.profile import Distribution, Sex
from registry_api.graph import enums as _enums  # noqa: F401 registers the domain's enums
from registry_api.graph.scalars import PartialDate
from registry_api.trials import ctgov, matching
from registry_api.trials import trial as trials
from registry_api.trials.criteria import to_json
from registry_api.trials.ctgov import StudyStatus
from registry_api.trials.steps import Truth
from registry_api.trials.wording import in_words


@strawberry.enum(description="A person may fit a trial, never more: the site decides.")
class MatchState(StrEnum):
    MAY_FIT = "MAY_FIT"
    UNKNOWN = "UNKNOWN"
    DOES_NOT_FIT = "DOES_NOT_FIT"


@strawberry.type
class Site:
    facility: str | None
    city: str | None
    country: str | None
    status: StudyStatus
    distance_km: int | None = strawberry.field(
        description="From the caller's home, great circle; null where either place is unknown."
    )


@strawberry.type
class TrialCriteria:
    version: int
    tree: JSON = strawberry.field(
        description="As CriterionInput takes it, with the fields' names in snake case."
    )
    in_words: list[str]
    set_at: datetime


@strawberry.type(description="How many people, in one of five bands: never an exact small number.")
class Reach:
    at_least: int
    at_most: int | None
    label: str
    as_of: datetime


@strawberry.type(
    description="How many alerts of a trial are in which state; held ones wait for the morning or a pause."
)
class AlertTotals:
    queued: int
    held: int
    sent: int
    delivered: int
    undelivered: int
    cancelled: int


@strawberry.type(description="Somebody who asked to be introduced to the coordinator of a trial.")
class Introduction:
    id: strawberry.ID
    requested_at: datetime
    name: str
    phone: str


@strawberry.type(description="One criterion, how it stands, and which fact says so.")
class Finding:
    state: Truth
    criterion: str
    because: str
    fact_date: PartialDate | None
    next_change_on: date | None = strawberry.field(
        description="The first later day on which the state differs if only time passes."
    )


@strawberry.input
class FormsIn:
    in_: list[Form] = strawberry.field(name="in")


@strawberry.input
class YesNoIs:
    is_: bool = strawberry.field(name="is")


@strawberry.input
class DistributionsIn:
    in_: list[Distribution] = strawberry.field(name="in")


@strawberry.input
class SexesIn:
    in_: list[Sex] = strawberry.field(name="in")


@strawberry.input
class CodesIn:
    in_: list[str] = strawberry.field(name="in")


@strawberry.input(description="Completed years; 0.5 is six months.")
class AgeBetween:
    min: float | None = None
    max: float | None = None


@strawberry.input(description="Calendar months since the earliest onset among these forms.")
class SymptomMonths:
    of: list[Form]
    min: int


@strawberry.input(description="Whole weeks since the last toxin injection.")
class WeeksBetween:
    min: int | None = None
    max: int | None = None


@strawberry.input
class AtLeast:
    min: int


@strawberry.input
class AtMost:
    max: int


@strawberry.input
class ResponsesIn:
    in_: list[ToxinResponse] = strawberry.field(name="in")


@strawberry.input(one_of=True, description="Exactly one field is set.")
class CriterionInput:
    all: list[CriterionInput] | None = strawberry.UNSET
    any: list[CriterionInput] | None = strawberry.UNSET
    not_: CriterionInput | None = strawberry.field(name="not", default=strawberry.UNSET)
    form: FormsIn | None = strawberry.UNSET
    isolated: YesNoIs | None = strawberry.UNSET
    dbs: YesNoIs | None = strawberry.UNSET
    distribution: DistributionsIn | None = strawberry.UNSET
    sex: SexesIn | None = strawberry.UNSET
    country: CodesIn | None = strawberry.UNSET
    language: CodesIn | None = strawberry.UNSET
    age: AgeBetween | None = strawberry.UNSET
    symptom_months: SymptomMonths | None = strawberry.UNSET
    weeks_since_toxin: WeeksBetween | None = strawberry.UNSET
    toxin_naive: YesNoIs | None = strawberry.UNSET
    prior_injections: AtLeast | None = strawberry.UNSET
    last_toxin_response: ResponsesIn | None = strawberry.UNSET
    medicine_stable_days: AtLeast | None = strawberry.UNSET
    distance_km: AtMost | None = strawberry.UNSET


def criterion_json(given: Any) -> Any:
    """The input as the JSON form of criteria, for `registry_api.trials.criteria.parse_criteria`."""
    if isinstance(given, list):
        return [criterion_json(each) for each in given]
    if not hasattr(given, "__strawberry_definition__") or isinstance(given, str):
        return given
    return {
        name.rstrip("_"): criterion_json(value)
        for name, value in vars(given).items()
        if value is not None and value is not strawberry.UNSET
    }


_MATCH_STATES = {
    matching.MatchState.MATCH: MatchState.MAY_FIT,
    matching.MatchState.UNKNOWN: MatchState.UNKNOWN,
    matching.MatchState.NO: MatchState.DOES_NOT_FIT,
}


def match_state(state: matching.MatchState) -> MatchState:
    return _MATCH_STATES[state]


def site(known: ctgov.Site, km: float | None = None) -> Site:
    return Site(
        facility=known.facility,
        city=known.city,
        country=known.country,
        status=known.status or StudyStatus.UNKNOWN,
        distance_km=None if km is None else round(km),
    )


def criteria(version: trials.CriteriaVersion) -> TrialCriteria:
    return TrialCriteria(
        version=version.number,
        tree=JSON(to_json(version.tree)),
        in_words=in_words(version.tree),
        set_at=version.set_at,
    )


def reach(known: trials.Reach) -> Reach:
    return Reach(
        at_least=known.at_least,
        at_most=known.at_most,
        label=_band(known.at_least, known.at_most),
        as_of=known.as_of,
    )


def alert_totals(totals: Totals) -> AlertTotals:
    def count(*states: State) -> int:
        return sum(totals.by_state.get(state, 0) for state in states)

    return AlertTotals(
        queued=count(State.QUEUED) - totals.held,
        held=totals.held,
        sent=count(State.SENDING, State.UNKNOWN, State.SENT),
        delivered=count(State.DELIVERED),
        undelivered=count(State.UNDELIVERED, State.FAILED),
        cancelled=count(State.CANCELLED, State.EXPIRED),
    )


def findings(judged: Sequence[matching.Finding]) -> list[Finding]:
    return [
        Finding(
            state=finding.state,
            criterion=finding.criterion,
            because=finding.because,
            fact_date=PartialDate(str(finding.fact_date)) if finding.fact_date else None,
            next_change_on=finding.next_change_on,
        )
        for finding in judged
    ]


def _band(at_least: int, at_most: int | None) -> str:
    if at_most is None:
        return f"more than {at_least - 1}"
    return f"{at_least} to {at_most}" if at_least else f"fewer than {at_most + 1}"
