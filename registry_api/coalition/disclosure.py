"""Disclosure control of one table: how many people there are, and how many have each form.

The table is multi-valued (a person counts once in every form that they have), so its total is no sum. What
ties them together is that everybody affected has at least one form: a withheld count is at least the total
less all the other counts. `protect` works in two steps:

1. Primary: every count of 1 to k - 1 is withheld; the others are rounded. Nothing is published that rounds to
   less than k: the smallest number shown stands for k and all above it that are nearest to it. Because counts
   may date from different months (see `stability`), a small total withholds every form, and a total of zero
   is withheld beside a form that still counts somebody.
2. Complementary: what could be worked out from the total is audited on the *published* numbers, as a reader
   would do it, and where a withheld count would be forced up, the total is withheld as well. The audit is a
   function of what is published, and fires one rounding step early, so that knowing this rule, and seeing
   that it fired, still leaves every count from 1 to k - 1 possible for each withheld form. Exhaustive tests
   over small worlds hold it to that, for one table and for two that follow each other. A withheld cell says
   the same, whichever step withheld it.

A zero is published: it says nothing about any registrant. Pure: no database, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from diary.forms import Form

WITHHELD = "Withheld: this number, or one that follows from it, would be fewer than {k} people."


@dataclass(frozen=True)
class Rules:
    """`k`: the fewest people a published count may stand for; `rounded_to`: the step, an odd number.

    `must_change`: how many people must have joined or left a count before it may move.
    """

    k: int = 11
    rounded_to: int = 5
    must_change: int = 5

    @property
    def smallest_shown(self) -> int:
        return -(-self.k // self.rounded_to) * self.rounded_to

    @property
    def reason(self) -> str:
        return WITHHELD.format(k=self.k)


RULES = Rules()


@dataclass(frozen=True)
class Published:
    """A count of people, rounded to a multiple of `rounded_to`; an exact zero where it is 0."""

    value: int
    rounded_to: int


@dataclass(frozen=True)
class Suppressed:
    """A count that is withheld; neither null nor 0."""

    reason: str


Cell = Published | Suppressed


@dataclass(frozen=True)
class Counts:
    """True numbers of people; these never leave the service."""

    total: int
    by_form: Mapping[Form, int]


@dataclass(frozen=True)
class Table:
    """What anybody may see."""

    total: Cell
    by_form: Mapping[Form, Cell]


def protect(counts: Counts, rules: Rules = RULES) -> Table:
    """The table as it may be published.

    Source: cell suppression with simulatable auditing; k = 11 is the usual threshold of health agencies.
    """
    total = _primary(counts.total, rules)
    by_form = {form: _primary(count, rules) for form, count in counts.by_form.items()}
    withheld = Suppressed(rules.reason)
    if counts.total < rules.k and any(counts.by_form.values()):
        by_form = {form: cell if counts.by_form[form] == 0 else withheld for form, cell in by_form.items()}
        total = withheld
    elif isinstance(total, Published) and _forces_a_withheld_count(total, by_form, rules):
        total = withheld
    return Table(total=total, by_form=by_form)


def could_stand_for(cell: Cell, rules: Rules = RULES) -> tuple[int, int]:
    """The smallest and the largest true count that primary suppression and rounding turn into this cell."""
    if isinstance(cell, Suppressed):
        return 1, rules.k - 1
    if cell.value == 0:
        return 0, 0
    half = rules.rounded_to // 2
    lowest = rules.k if cell.value == rules.smallest_shown else cell.value - half
    return lowest, cell.value + half


def _primary(count: int, rules: Rules) -> Cell:
    if count == 0:
        return Published(0, rules.rounded_to)
    if count < rules.k:
        return Suppressed(rules.reason)
    nearest = (count + rules.rounded_to // 2) // rules.rounded_to * rules.rounded_to
    return Published(max(nearest, rules.smallest_shown), rules.rounded_to)


def _forces_a_withheld_count(total: Published, by_form: Mapping[Form, Cell], rules: Rules) -> bool:
    """True where total less everything else leaves a withheld form less room than one rounding step."""
    if not any(isinstance(cell, Suppressed) for cell in by_form.values()):
        return False
    fewest_people = could_stand_for(total, rules)[0]
    most_elsewhere = sum(could_stand_for(cell, rules)[1] for cell in by_form.values()) - (rules.k - 1)
    return fewest_people - most_elsewhere > 1 - rules.rounded_to
