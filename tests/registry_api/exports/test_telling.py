from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import Any

import pytest

from diary.cycling.marks import week_of
from diary.forms import Form
from diary.partial_dates import PartialDate
from diary.treatments import DoseUnit, SideEffect, StopReason
from registry_api.exports.drawing_up import draw_up
from registry_api.exports.questions.question import suggestions
from registry_api.exports.telling import told
from registry_api.exports.visit_sheet import Facts
from registry_api.exports.words import words_in
from registry_api.identity.languages import Language
from tests.registry_api.exports.sheets import TODAY, everything, facts, injection, medicine, nothing


def texts(value: Any) -> list[str]:
    """Every text in a printed sheet."""
    if isinstance(value, str):
        return [value]
    if is_dataclass(value):
        return [text for each in fields(value) for text in texts(getattr(value, each.name))]
    return [text for each in value for text in texts(each)] if isinstance(value, tuple) else []


def keys(table: dict[str, Any], before: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in table.items():
        found |= keys(value, f"{before}{key}.") if isinstance(value, dict) else {f"{before}{key}"}
    return found


def gaps(table: dict[str, Any]) -> dict[str, list[str]]:
    """The names in braces of each word."""
    words = words_in(Language.EN).__class__(Language.EN, table)
    return {key: sorted(re.findall(r"\{(\w+)\}", str(words.listed(key)))) for key in keys(table)}


def test_both_languages_say_the_same() -> None:
    """Each has every word, with the same gaps."""
    assert gaps(words_in(Language.ES).data) == gaps(words_in(Language.EN).data)
    assert all(set(each.label) == {str(language) for language in Language} for each in suggestions())


@pytest.mark.parametrize("language", Language)
def test_every_code_has_a_word(language: Language) -> None:
    """A form, a side effect, a reason or a unit of dose that is new needs one."""
    words = words_in(language)
    for table, codes in (
        ("forms", Form),
        ("effects", SideEffect),
        ("reasons", StopReason),
        ("doses", DoseUnit),
    ):
        assert set(words.data[table]) == set(codes)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("of", [facts(), everything(), nothing()], ids=["usual", "everything", "nothing"])
def test_no_gap_is_left_open(of: Facts, language: Language) -> None:
    """Whatever there is or is not, the words are whole."""
    assert not [text for text in texts(told(draw_up(of), language)) if re.search(r"[{}]", text)]


def test_the_chart_says_in_words_what_it_shows() -> None:
    """Item, scale, each cycle with product and units, every week, the marks, and the person's own line."""
    alt = " ".join(told(draw_up(facts()), Language.EN).chart.told)
    for part in (
        "Pulling, twisting or spasms",
        "from 0 (none) to 10 (worst)",
        "Injection of 15 Mar 2031, onabotulinumtoxinA, 150\u00a0U: week 1: 7",
        "week 5: 2",
        "Best about day 35",
        "Wearing off from day 64",
        "half-way between usual and best, is at 4.5",
    ):
        assert part in alt


def test_each_cycle_is_a_line_of_its_own_style_with_its_label() -> None:
    """The newest is the strongest; the table names the same style."""
    printed = told(draw_up(facts()), Language.EN)
    assert [(line.style, line.label) for line in printed.chart.lines] == [
        (0, "15 Mar 2031"),
        (1, "21 Dec 2030"),
        (2, "28 Sept 2030"),
    ]
    assert [row.style for row in printed.cycles.rows] == [0, 1, 2]
    assert {mark.kind for mark in printed.chart.lines[1].marks} == {"benefit", "peak", "worn_off"}
    assert printed.chart.own_line is not None


def test_a_line_is_open_where_weeks_are_missing() -> None:
    """One missing week is bridged, two are a gap."""
    start = TODAY - timedelta(days=60)
    missing = {3, 5, 6}
    kept = [each for each in facts().check_ins if week_of((each.about - start).days) not in missing]
    (line, *_) = told(draw_up(facts(check_ins=kept)), Language.EN).chart.lines
    assert [len(run) for run in line.runs] == [3, 3]


def test_what_the_person_said_is_starred_and_explained() -> None:
    """A benefit that only they noticed is told apart from one that the ratings show."""
    said = injection(60, benefit_noticed_on=TODAY - timedelta(days=54))
    printed = told(draw_up(facts(treatments=[said], check_ins=[])), Language.EN)
    (row,) = printed.cycles.rows
    assert row.style is None
    assert "day\u00a06*" in [cell.replace(" ", "\u00a0") for cell in row.cells]
    assert any(note.startswith("*") for note in printed.cycles.notes)


def test_a_cycle_says_how_far_ratings_went_down() -> None:
    """From the usual level to that of the best fortnight, in the signs of the language."""
    cells = told(draw_up(facts()), Language.EN).cycles.rows[1].cells
    assert cells[:4] == ("21 Dec 2030", "onabotulinumtoxinA, 150\u00a0U", "7 to 2", "day 14")


def test_units_of_two_products_are_not_compared() -> None:
    """The sheet says so where there are two, and only there."""
    other = injection(144, product="abobotulinumtoxinA", dose=500.0)
    note = "Units of different products cannot be compared."
    assert note in told(draw_up(facts(treatments=[injection(60), other])), Language.EN).cycles.notes
    assert note not in told(draw_up(facts()), Language.EN).cycles.notes


def test_what_is_too_long_is_cut_and_counted() -> None:
    """Names, forms, treatments and side effects."""
    printed = told(draw_up(everything()), Language.EN)
    assert len(printed.name) == 60
    assert printed.about[1].endswith("and 4 more")
    assert printed.treatments.lines[-1] == "and 15 more"
    assert printed.side_effects.lines[-1] == "and 7 more"
    assert printed.cycles.rows[0].cells[-1].endswith("and 3 more")


def test_treatments_are_told_with_dose_start_and_reason() -> None:
    """In the person's language."""
    stopped = medicine(
        3, product=None, ended_on=PartialDate(2031, 4), stop_reason=StopReason.SIDE_EFFECTS,
        side_effects=(SideEffect.DRY_MOUTH, SideEffect.TROUBLE_SWALLOWING),
    )  # fmt: skip
    printed = told(draw_up(facts(treatments=[injection(60), medicine(1), stopped])), Language.ES)
    assert printed.treatments.lines == (
        "onabotulinumtoxinA, 150\u00a0U, última vez el 15 mar 2031",
        "Baclofeno 30 mg al día, desde febrero de 2024",
        "Suspendido: Medicamento oral, abril de 2031 (efectos secundarios)",
    )
    assert printed.side_effects.lines == ("Medicamento oral: dificultad para tragar, boca seca",)


def test_a_picked_question_is_in_the_language_of_the_sheet() -> None:
    """What the person wrote stays as it is."""
    lines = told(draw_up(facts()), Language.ES).questions.lines
    assert lines == (
        "El efecto se acaba antes de la siguiente inyección. ¿Puede ser antes?",
        "May I swim after the injection?",
    )


def test_who_has_said_nothing_reads_kind_words() -> None:
    """No chart without ratings, no median without days."""
    printed = told(draw_up(nothing()), Language.EN)
    assert printed.chart.lines == ()
    assert "within a few weeks" in printed.chart.told[0]
    assert printed.short == ""
    assert printed.made[1].value == "14 May 2031"
    assert {row.now for row in printed.weeks.rows} == {"\u2013"}
    assert printed.treatments.lines == ("None on record.",)
