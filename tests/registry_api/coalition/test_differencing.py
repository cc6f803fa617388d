"""Attacks over time: whoever keeps every snapshot and subtracts them must learn nothing about one person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import product

from hypothesis import given, settings
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
from registry_api.coalition.stability import settle

Registry = Mapping[bytes, frozenset[Form]]
Contributors = Mapping[str, AbstractSet[bytes]]


def contributors(registry: Registry, forms: Sequence[Form]) -> Contributors:
    by_form = {form.value: {who for who, has in registry.items() if form in has} for form in forms}
    return {"total": set(registry), **by_form}


def snapshots(
    history: Sequence[Registry], rules: Rules, forms: Sequence[Form]
) -> list[tuple[Contributors, Table]]:
    """Whom each count counts and what is published, month by month."""
    taken: list[tuple[Contributors, Table]] = []
    counted: Contributors = {}
    for registry in history:
        counted = settle(counted, contributors(registry, forms), rules.must_change)
        counts = Counts(
            total=len(counted["total"]), by_form={form: len(counted[form.value]) for form in forms}
        )
        taken.append((counted, protect(counts, rules)))
    return taken


def answers(table: Table) -> tuple[Cell, ...]:
    return (table.total, *table.by_form.values())


Months = tuple[frozenset[Form], frozenset[Form]]
TWO = (Form.CERVICAL, Form.LIMB)


def all_pairs_of_months(people: int) -> Iterable[Sequence[Months]]:
    """Every way in which so many people can join, leave and change forms, as far as counts can differ."""
    states = [frozenset[Form](), *map(frozenset, ([TWO[0]], [TWO[1]], TWO))]
    lives = [(before, after) for before in states for after in states if before or after]
    traces = {life: _trace(life) for life in lives}
    known: dict[tuple[int, ...], Sequence[Months]] = {(0,) * 9: ()}
    newest = known
    for _ in range(people):
        newest = {
            tuple(map(int.__add__, sums, traces[life])): (*world, life)
            for sums, world in newest.items()
            for life in lives
        }
        known |= newest
    return known.values()


def _trace(life: Months) -> tuple[int, ...]:
    before, after = life
    memberships = [(bool(before), bool(after)), *((form in before, form in after) for form in TWO)]
    return tuple(number for was, is_now in memberships for number in (was, is_now, was != is_now))


def test_two_months_of_a_small_world_hide_every_withheld_form() -> None:
    """All that five people can do in two months: behind a withheld form, every small count remains possible.

    The reader knows the rules, that everybody has a form, and both tables. Only beside a zero of the same
    form in the other month the range begins at `must_change`: a count that moved, moved by that many.
    """
    rules = Rules(k=4, rounded_to=3, must_change=2)
    behind: dict[tuple[tuple[Cell, ...], ...], list[set[int]]] = {}
    for world in all_pairs_of_months(people=5):
        history = [
            {bytes([who]): life[month] for who, life in enumerate(world) if life[month]} for month in range(2)
        ]
        taken = snapshots(history, rules, TWO)
        seen = tuple(answers(table) for _, table in taken)
        possible = behind.setdefault(seen, [set() for _ in range(4)])
        for counts, (month, form) in zip(possible, product(range(2), TWO), strict=True):
            counts.add(len(taken[month][0][form.value]))
    withheld = 0
    for seen, possible in behind.items():
        for counts, (month, cell) in zip(possible, product((0, 1), (1, 2)), strict=True):
            if isinstance(seen[month][cell], Suppressed):
                withheld += 1
                fewest = rules.must_change if seen[1 - month][cell] == Published(0, 3) else 1
                assert counts >= set(range(fewest, rules.k)), seen
    assert withheld > 50


FORMS = st.frozensets(st.sampled_from(list(Form)), max_size=3)
PEOPLE = st.dictionaries(st.integers(0, 79).map(lambda n: bytes([n])), FORMS, max_size=80)
HISTORIES = st.lists(PEOPLE, min_size=1, max_size=5)


@settings(max_examples=150, deadline=None)
@given(HISTORIES)
def test_no_subtraction_reaches_a_small_count(history: list[Registry]) -> None:
    """Over random registries and months of joining and leaving, totals less published counts stay useless."""
    for _, table in snapshots(history, RULES, list(Form)):
        withheld = [form for form, cell in table.by_form.items() if isinstance(cell, Suppressed)]
        for form in withheld:
            elsewhere = sum(could_stand_for(cell)[1] for f, cell in table.by_form.items() if f != form)
            assert isinstance(table.total, Suppressed) or could_stand_for(table.total)[0] - elsewhere <= 1
        for cell in answers(table):
            assert isinstance(cell, Suppressed) or cell.value == 0 or cell.value >= RULES.k


@settings(max_examples=100, deadline=None)
@given(HISTORIES, st.lists(st.tuples(st.integers(0, 90), FORMS | st.none()), max_size=4))
def test_fewer_than_five_people_move_nothing(
    history: list[Registry], changes: list[tuple[int, frozenset[Form] | None]]
) -> None:
    """Whatever up to four people do between two snapshots: join, leave or change forms, none moves by it.

    So a reader who knows what all the others did cannot subtract them away.
    """
    counted, before = snapshots(history, RULES, list(Form))[-1]
    last = history[-1]
    if any(counted[name] != now for name, now in contributors(last, list(Form)).items()):
        history = [last]
        before = snapshots(history, RULES, list(Form))[-1][1]
    after = dict(last)
    for number, forms in changes:
        if forms is None:
            after.pop(bytes([number]), None)
        else:
            after[bytes([number])] = forms
    assert snapshots([*history, after], RULES, list(Form))[-1][1] == before


def test_slow_change_adds_up() -> None:
    """One person a month joins: the number stands still for four months and moves with the fifth."""
    months = [{bytes([n]): frozenset({Form.CERVICAL}) for n in range(20 + month)} for month in range(6)]
    shown = [table.total for _, table in snapshots(months, RULES, list(Form))]
    assert shown == [Published(20, 5)] * 5 + [Published(25, 5)]


def test_people_who_come_and_go_count_as_changes() -> None:
    """Five others in place of five who left are ten changes, though the number is the same."""
    before = {bytes([n]): frozenset({Form.CERVICAL}) for n in range(20)}
    after = {bytes([n]): frozenset({Form.CERVICAL}) for n in range(5, 25)}
    counted, _ = snapshots([before, after], RULES, list(Form))[-1]
    assert counted["total"] == set(after)
