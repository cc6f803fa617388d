"""How often one questionnaire is asked of one person: what they chose, or what is usual for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from diary.errors import FieldFault, InvalidPlans
from diary.forms import Form
from diary.instruments import catalogue
from diary.instruments.catalogue import Cadence, Instrument

MOST_EVERY_WEEKS = 26
MOST_WEEKS = 26
USUAL_EVERY_WEEKS = 4
USUAL_WEEKS = 12


class Rhythm(StrEnum):
    """FROM_INJECTION is weekly for some weeks after each injection, and every so many weeks otherwise."""

    OFF = "OFF"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    EVERY_N_WEEKS = "EVERY_N_WEEKS"
    FROM_INJECTION = "FROM_INJECTION"


class Weekday(StrEnum):
    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"

    @property
    def number(self) -> int:
        """0 for Monday, as `date.weekday` has it."""
        return list(Weekday).index(self)


@dataclass(frozen=True, slots=True)
class Plan:
    """How often a questionnaire is asked, from the day `since` on.

    A week begins on `weekday`, and what is asked in it stays due until it ends. `every_weeks` (1 to 26)
    counts for EVERY_N_WEEKS, and for FROM_INJECTION after its `weeks` (1 to 26) are over.
    """

    instrument: str
    rhythm: Rhythm
    since: date
    weekday: Weekday = Weekday.SUNDAY
    every_weeks: int = USUAL_EVERY_WEEKS
    weeks: int = USUAL_WEEKS


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What a person wishes for one questionnaire; without a rhythm, all that is usual."""

    instrument: str
    rhythm: Rhythm | None = None
    weekday: Weekday | None = None
    every_weeks: int | None = None
    weeks: int | None = None


_USUAL = {
    Cadence.DAILY: (Rhythm.OFF, USUAL_EVERY_WEEKS),
    Cadence.WEEKLY: (Rhythm.FROM_INJECTION, USUAL_EVERY_WEEKS),
    Cadence.EVERY_TWO_WEEKS: (Rhythm.EVERY_N_WEEKS, 2),
    Cadence.EVERY_THREE_MONTHS: (Rhythm.EVERY_N_WEEKS, 13),
}


def usual_plan(instrument: Instrument, since: date) -> Plan | None:
    """The plan of who has chosen none; None for what is not asked by itself, and for the daily ratings.

    What its definition calls weekly is asked weekly for 12 weeks from each injection, and every 4 weeks
    otherwise; besides the daily ratings nothing is asked every day unless chosen: decision 0028.
    """
    usual = _USUAL.get(instrument.cadence)
    if usual is None or instrument.id == catalogue.DAILY:
        return None
    rhythm, every_weeks = usual
    return Plan(instrument.id, rhythm, since, every_weeks=every_weeks)


def rhythms_for(instrument: Instrument) -> tuple[Rhythm, ...]:
    """Those in which it makes sense to ask it: what looks back on a week is not asked every day."""
    if instrument.cadence is Cadence.DAILY:
        return (Rhythm.DAILY, Rhythm.WEEKLY, Rhythm.OFF)
    return (Rhythm.FROM_INJECTION, Rhythm.WEEKLY, Rhythm.EVERY_N_WEEKS, Rhythm.OFF)


def plans_of(
    chosen: Iterable[Plan], since: date, forms: Collection[Form], published: Iterable[Instrument]
) -> tuple[Plan, ...]:
    """The plan of each questionnaire that can be planned and asks something of a person with these forms.

    `since` is the day of enrolment, from which usual plans count; `published` is what people may be asked.
    """
    own = {plan.instrument: plan for plan in chosen}
    usual = (
        usual_plan(instrument, since)
        for instrument in published
        if instrument.applies_to(forms) and instrument.items_for(forms)
    )
    return tuple(own.get(plan.instrument, plan) for plan in usual if plan is not None)


def changed_plans(
    chosen: Iterable[Plan],
    changes: Iterable[PlanChange],
    today: date,
    plannable: Mapping[str, Collection[Rhythm]],
) -> tuple[Plan, ...]:
    """The plans that a person has chosen, after some wishes; one that changes nothing keeps its first day.

    `plannable` are the questionnaires that may be planned for this person, each with its rhythms.

    Raises:
        InvalidPlans: a questionnaire cannot be planned, or not in that rhythm, or is named twice, or a number
            is out of its range.
    """
    wishes = list(changes)
    if len(wishes) > max(1, len(plannable)):
        raise InvalidPlans([FieldFault("plans", "Name each questionnaire once.")])
    faults = [fault for place, wish in enumerate(wishes) for fault in _faults(place, wish, wishes, plannable)]
    if faults:
        raise InvalidPlans(faults)
    plans: dict[str, Plan] = {plan.instrument: plan for plan in chosen}
    for wish in wishes:
        before = plans.pop(wish.instrument, None)
        if wish.rhythm is not None:
            plans[wish.instrument] = _planned(wish, wish.rhythm, before, today)
    return tuple(plans[name] for name in sorted(plans))


def _planned(wish: PlanChange, rhythm: Rhythm, before: Plan | None, today: date) -> Plan:
    plan = Plan(
        wish.instrument,
        rhythm,
        today,
        wish.weekday or Weekday.SUNDAY,
        wish.every_weeks or USUAL_EVERY_WEEKS,
        wish.weeks or USUAL_WEEKS,
    )
    return before if before and replace(before, since=today) == plan else plan


def _faults(
    place: int, wish: PlanChange, wishes: list[PlanChange], plannable: Mapping[str, Collection[Rhythm]]
) -> Iterable[FieldFault]:
    path = f"plans[{place}]"
    if wish.instrument not in plannable:
        yield FieldFault(f"{path}.instrument_id", "This questionnaire cannot be planned.")
    elif wish.rhythm is not None and wish.rhythm not in plannable[wish.instrument]:
        yield FieldFault(f"{path}.rhythm", "Choose another rhythm for this questionnaire.")
    elif any(wish.instrument == earlier.instrument for earlier in wishes[:place]):
        yield FieldFault(f"{path}.instrument_id", "This questionnaire is named twice.")
    if wish.every_weeks is not None and not 1 <= wish.every_weeks <= MOST_EVERY_WEEKS:
        yield FieldFault(f"{path}.every_weeks", f"Choose 1 to {MOST_EVERY_WEEKS} weeks.")
    if wish.weeks is not None and not 1 <= wish.weeks <= MOST_WEEKS:
        yield FieldFault(f"{path}.weeks_from_injection", f"Choose 1 to {MOST_WEEKS} weeks.")


def plan_to_document(plan: Plan) -> dict[str, Any]:
    return {
        "instrument": plan.instrument,
        "rhythm": plan.rhythm.value,
        "since": plan.since.isoformat(),
        "weekday": plan.weekday.value,
        "every_weeks": plan.every_weeks,
        "weeks": plan.weeks,
    }


def plan_from_document(document: Mapping[str, Any]) -> Plan:
    return Plan(
        document["instrument"],
        Rhythm(document["rhythm"]),
        date.fromisoformat(document["since"]),
        Weekday(document["weekday"]),
        document["every_weeks"],
        document["weeks"],
    )
