"""The values of a visit sheet: what a neurologist should see in half a minute. No words, no layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from diary.check_ins import CheckIn
from diary.cycling.comparison import Comparison
from diary.cycling.marks import CycleSummary
from diary.partial_dates import PartialDate
from diary.scores import Score
from diary.treatments import Treatment
from registry_api.enrolment.profile import FormWithOnset
from registry_api.exports.questions.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a sheet rests on; `check_ins` of any time and order, `today` and `enrolled_on` local days."""

    name: str = field(repr=False)
    birth_month: PartialDate
    forms: tuple[FormWithOnset, ...]
    country: str
    core_items: tuple[str, ...]
    enrolled_on: date
    today: date
    treatments: Sequence[Treatment]
    check_ins: Sequence[CheckIn]
    questions: Sequence[Question] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Spell:
    """What four weeks say about an item: the median (0 to 10), or None where too few days were answered."""

    median: float | None
    days: int


@dataclass(frozen=True, slots=True)
class Compared:
    """An item over the last four weeks, and the four before."""

    item: str
    now: Spell
    before: Spell

    @property
    def days(self) -> int:
        """How many days of the eight weeks have a rating."""
        return self.now.days + self.before.days


@dataclass(frozen=True, slots=True)
class Avoided:
    """On how many of the days answered something was avoided, in the last four weeks and the four before."""

    now: tuple[int, int]
    before: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ItemWeeks:
    """An item week by week: the first day of each week that has ratings, and their median."""

    item: str
    weeks: tuple[tuple[date, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What a questionnaire last added up to: its total, or its parts where it has none."""

    instrument: str
    version: str
    about: date
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSheet:
    """One sheet.

    `cycles` are the last ones that have begun, newest first, as `measure` shows them; `usual` compares them.
    `by_week` is for who has no cycle to show. `days` end with the day of making; `answered` says how many of
    them have a rating. `scored` are questionnaires other than the daily one, newest first. `treatments` are
    in use, the last injection first; `stopped` ended in these days.
    """

    name: str = field(repr=False)
    born: PartialDate
    age: int
    forms: tuple[FormWithOnset, ...]
    letter: bool
    made_on: date
    first_day: date
    days: int
    answered: int
    measure: str
    day_of_cycle: int | None
    cycles: tuple[CycleSummary, ...]
    usual: Comparison
    by_week: tuple[ItemWeeks, ...]
    compared: tuple[Compared, ...]
    avoided: Avoided
    scored: tuple[Scored, ...]
    treatments: tuple[Treatment, ...]
    stopped: tuple[Treatment, ...]
    questions: tuple[Question, ...] = field(repr=False)
