from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.forms import Form
from registry_api.coalition.disclosure import (
    RULES,
    Cell,
    Counts,
    Published,
    Rules,
    Suppressed,
    Table,
    could_stand_for,
    protect,
)


def shown(count: int) -> Cell:
    return protect(Counts(total=1000, by_form={Form.LIMB: count, Form.CERVICAL: 1000})).by_form[Form.LIMB]


@pytest.mark.parametrize("count", range(1, 11))
def test_one_to_ten_is_withheld(count: int) -> None:
    """A count of 1 to 10 people is never shown."""
    assert shown(count) == Suppressed(RULES.reason)


@pytest.mark.parametrize(
    ("count", "value"), [(0, 0), (11, 15), (12, 15), (17, 15), (18, 20), (22, 20), (23, 25), (1000, 1000)]
)
def test_the_rest_is_rounded(count: int, value: int) -> None:
    """Zero is shown as it is, and eleven or more as the nearest five, never under eleven."""
    assert shown(count) == Published(value, rounded_to=5)


@given(st.integers(0, 10_000))
def test_a_shown_number_stands_for_the_count(count: int) -> None:
    """The range that a reader may conclude from a cell always holds the true count."""
    lowest, highest = could_stand_for(shown(count))
    assert lowest <= count <= highest


def test_a_small_registry_shows_no_total() -> None:
    """Ten registrants are too few to be counted aloud, in total as by form."""
    table = protect(Counts(total=10, by_form={Form.CERVICAL: 10, Form.LIMB: 0}))
    assert isinstance(table.total, Suppressed)
    assert isinstance(table.by_form[Form.CERVICAL], Suppressed)
    assert table.by_form[Form.LIMB] == Published(0, rounded_to=5)


def test_the_total_is_withheld_where_it_gives_a_form_away() -> None:
    """Forty people of whom thirty-one have one form: the total would tell that nine have the other."""
    table = protect(Counts(total=40, by_form={Form.CERVICAL: 31, Form.LIMB: 9}))
    assert table.by_form[Form.CERVICAL] == Published(30, rounded_to=5)
    assert table.total == table.by_form[Form.LIMB] == Suppressed(RULES.reason)


def test_the_total_stays_where_forms_overlap() -> None:
    """Where enough people have several forms, a small count cannot be worked out, and the total is shown."""
    table = protect(Counts(total=40, by_form={Form.CERVICAL: 31, Form.LARYNGEAL: 20, Form.LIMB: 9}))
    assert table.total == Published(40, rounded_to=5)


def worlds(forms: tuple[Form, ...], most: int, unaffected: Iterable[int]) -> Iterable[Counts]:
    for counts in product(range(most + 1), repeat=len(forms)):
        for carriers in unaffected:
            for affected in range(max(counts), sum(counts) + 1):
                yield Counts(total=affected + carriers, by_form=dict(zip(forms, counts, strict=True)))


def answers(table: Table) -> tuple[Cell, ...]:
    return (table.total, *table.by_form.values())


@pytest.mark.parametrize(
    ("rules", "forms", "most", "unaffected"),
    [
        pytest.param(Rules(), 2, 45, (0,), id="k=11, two forms"),
        pytest.param(Rules(k=4, rounded_to=3), 3, 13, (0,), id="k=4, three forms"),
        pytest.param(Rules(k=4, rounded_to=3), 2, 20, (0, 1, 9), id="k=4, with unaffected carriers"),
        pytest.param(Rules(k=3, rounded_to=1), 3, 9, (0,), id="k=3, not rounded"),
        pytest.param(Rules(k=4, rounded_to=3), 4, 6, (0,), id="k=4, four forms"),
    ],
)
def test_every_withheld_count_stays_wholly_open(
    rules: Rules, forms: int, most: int, unaffected: tuple[int, ...]
) -> None:
    """Whoever knows the rules and sees a table finds, behind each withheld form, every count from 1 to k - 1.

    All worlds are tried, so a reader of unlimited patience is simulated, who also knows that each registrant
    has a form.
    """
    behind: dict[tuple[Cell, ...], list[set[int]]] = defaultdict(lambda: [set() for _ in range(forms)])
    for counts in worlds(tuple(Form)[:forms], most, unaffected):
        for possible, count in zip(
            behind[answers(protect(counts, rules))], counts.by_form.values(), strict=True
        ):
            possible.add(count)
    tried = 0
    for table, possible_counts in behind.items():
        if _touches_the_edge(table, rules, most):
            continue
        for cell, possible in zip(table[1:], possible_counts, strict=True):
            if isinstance(cell, Suppressed):
                tried += 1
                assert possible == set(range(1, rules.k)), table
    assert tried > 10


def _touches_the_edge(table: tuple[Cell, ...], rules: Rules, most: int) -> bool:
    """Worlds end at `most`: tables that stand for larger counts as well are not complete."""
    return any(could_stand_for(cell, rules)[1] > most for cell in table)
