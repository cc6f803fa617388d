"""What is asked of a person on a day. Pure: the same answer in whatever order things are given.

Everything is a matter of local days: a week is seven days of the person's calendar, whatever clocks do
meanwhile. A plan cuts the calendar into weeks that begin on its weekday, and says of each whether it asks. So
nothing is asked twice in a week, however many injections fall into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from diary.ids import EntryId
from diary.planning.plans import Plan, Rhythm, Weekday
from diary.treatments import Treatment, TreatmentKind

_DAY = timedelta(days=1)
_WEEK = 7


class Why(StrEnum):
    """Asked each day, each week, each so many weeks, or so many weeks after an injection."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    EVERY_N_WEEKS = "EVERY_N_WEEKS"
    WEEKS_FROM_INJECTION = "WEEKS_FROM_INJECTION"


@dataclass(frozen=True, slots=True)
class Answered:
    """An entry that stands: which questionnaire, about which day."""

    instrument: str
    about: date
    entry: EntryId


@dataclass(frozen=True, slots=True)
class Due:
    """What is asked from `since` to `until`, both included, and the entry that answers it, where one does.

    `week` is there for WEEKS_FROM_INJECTION alone: 1 is the week that begins 1 to 7 days after it.
    """

    instrument: str
    since: date
    until: date
    why: Why
    week: int | None = None
    answered: Answered | None = None


def due(
    plans: Iterable[Plan], treatments: Iterable[Treatment], entries: Iterable[Answered], on: date
) -> list[Due]:
    """What is asked on this day, answered or not, by name of questionnaire; `plans` has one for each.

    `treatments` are those that stand: one that was amended is given as it is now, one that was withdrawn is
    left out. An injection that is not known to the day begins nothing.
    """
    injections, given = _injected_on(treatments), list(entries)
    asked = (_asked(plan, injections, on) for plan in plans)
    found = {each.instrument: _with_answer(each, given) for each in asked if each is not None}
    return [found[name] for name in sorted(found)]


def next_asked(plan: Plan, treatments: Iterable[Treatment], on: date) -> date | None:
    """The first day after `on` on which a window of the plan opens, as things stand; None where none will."""
    if plan.rhythm is Rhythm.OFF:
        return None
    injections = _injected_on(treatments)
    days = 1 if plan.rhythm is Rhythm.DAILY else _WEEK
    start = max(_window_start(plan, on) + days * _DAY, _first_start(plan))
    for _ in range(plan.every_weeks + 1):
        if _asked(plan, injections, start) is not None:
            return start
        start += days * _DAY
    return None


def week_of(on: date, weekday: Weekday) -> date:
    """The first day of the week in which a day lies, where weeks begin on this weekday."""
    return on - (on.weekday() - weekday.number) % _WEEK * _DAY


def _asked(plan: Plan, injections: Sequence[date], on: date) -> Due | None:
    start = _window_start(plan, on)
    if plan.rhythm is Rhythm.OFF or start < plan.since:
        return None
    if plan.rhythm is Rhythm.DAILY:
        return Due(plan.instrument, on, on, Why.DAILY)
    until = start + (_WEEK - 1) * _DAY
    if plan.rhythm is Rhythm.WEEKLY:
        return Due(plan.instrument, start, until, Why.WEEKLY)
    week = _week_after(injections, start) if plan.rhythm is Rhythm.FROM_INJECTION else None
    if week is not None and week <= plan.weeks:
        return Due(plan.instrument, start, until, Why.WEEKS_FROM_INJECTION, week)
    passed = (start - _first_start(plan)).days // _WEEK if week is None else week - plan.weeks
    return Due(plan.instrument, start, until, Why.EVERY_N_WEEKS) if passed % plan.every_weeks == 0 else None


def _window_start(plan: Plan, on: date) -> date:
    return on if plan.rhythm is Rhythm.DAILY else week_of(on, plan.weekday)


def _first_start(plan: Plan) -> date:
    """The first day on which the plan may ask: the beginning of its first whole week."""
    start = _window_start(plan, plan.since)
    return start if start == plan.since else start + _WEEK * _DAY


def _week_after(injections: Sequence[date], start: date) -> int | None:
    """Which week after the last injection before it begins on this day; None where there was none."""
    before = [day for day in injections if day < start]
    return ((start - max(before)).days + _WEEK - 1) // _WEEK if before else None


def _injected_on(treatments: Iterable[Treatment]) -> list[date]:
    return [
        one.started_on.first_day
        for one in treatments
        if one.kind is TreatmentKind.TOXIN_INJECTION and one.started_on.is_day
    ]


def _with_answer(asked: Due, entries: Iterable[Answered]) -> Due:
    """The answer about the earliest day counts: a second one in the same week was not asked for."""
    answers = [
        entry
        for entry in entries
        if entry.instrument == asked.instrument and asked.since <= entry.about <= asked.until
    ]
    first = min(answers, key=lambda entry: (entry.about, entry.entry), default=None)
    return Due(asked.instrument, asked.since, asked.until, asked.why, asked.week, first)
