from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from diary.check_ins import Answer, Timeliness
from diary.partial_dates import PartialDate
from registry_api.exports.drawing_up import draw_up, reads_from
from registry_api.exports.visit_sheet import Compared, Spell
from tests.registry_api.exports.sheets import TODAY, diary, entry, facts, injection, medicine, nothing


def test_three_cycles_are_newest_first_with_their_marks() -> None:
    """Each of the last three injections has its benefit, its best week and, once past, its wearing-off."""
    sheet = draw_up(facts(treatments=[injection(60), injection(144), injection(228), injection(312)]))
    assert [each.injected_on.first_day for each in sheet.cycles] == [
        TODAY - timedelta(days=ago) for ago in (60, 144, 228)
    ]
    assert [each.peak.week for each in sheet.cycles] == [5, 5, 5]
    assert [each.wearing_off.week for each in sheet.cycles] == [None, 10, 10]
    assert sheet.day_of_cycle == 60
    assert sheet.by_week == ()
    assert sheet.usual.peak is not None
    assert sheet.usual.peak.cycles == 3


def test_an_injection_to_come_is_no_cycle_yet() -> None:
    """Only what has begun by today is shown."""
    sheet = draw_up(facts(treatments=[injection(60), injection(-7)]))
    assert len(sheet.cycles) == 1
    assert [each.started_on.first_day for each in sheet.treatments] == [TODAY - timedelta(days=60)]


def test_four_weeks_are_held_against_the_four_before() -> None:
    """Each followed item has its median and days on either side; so has avoiding, in days."""
    sheet = draw_up(facts())
    assert sheet.compared[2] == Compared("fear_of_being_looked_at", Spell(3, 28), Spell(5, 28))
    assert [each.item for each in sheet.compared] == ["pulling", "pain", "fear_of_being_looked_at"]
    assert sheet.avoided.now == (7, 28)


def test_the_borders_of_four_weeks_are_kept() -> None:
    """The 28th day back counts for now, the 29th for before, the 57th for neither."""
    entries = [entry(TODAY - timedelta(days=ago), Answer.rated("pain", 1)) for ago in (27, 28, 55, 56)]
    found = next(each for each in draw_up(facts(check_ins=entries)).compared if each.item == "pain")
    assert (found.now.days, found.before.days) == (1, 2)


@pytest.mark.parametrize(("days", "median"), [(4, None), (5, 6)])
def test_too_few_days_have_no_median(days: int, median: float | None) -> None:
    """Four days in four weeks say nothing; five do."""
    entries = [entry(TODAY - timedelta(days=ago), Answer.rated("pain", 6)) for ago in range(days)]
    found = next(each for each in draw_up(facts(check_ins=entries)).compared if each.item == "pain")
    assert found.now == Spell(median, days)


def test_what_was_skipped_withdrawn_or_came_too_late_counts_nowhere() -> None:
    """Nor does an entry of another questionnaire."""
    late = entry(TODAY, Answer.rated("pain", 9), timeliness=Timeliness.RETROSPECTIVE)
    skipped = entry(TODAY - timedelta(days=1), Answer.skipped("pain"))
    whole = entry(TODAY - timedelta(days=2), Answer.rated("pain", 9))
    withdrawn = replace(whole, revisions=(replace(whole.current, answers=(), withdrawal=True),))
    weekly = replace(entry(TODAY - timedelta(days=3), Answer.rated("pain", 9)), instrument="weekly")
    sheet = draw_up(facts(check_ins=[late, skipped, withdrawn, weekly]))
    assert sheet.answered == 0
    assert all(each.days == 0 for each in sheet.compared)


@pytest.mark.parametrize(
    ("enrolled_on", "days"),
    [(date(2030, 1, 1), 84), (TODAY - timedelta(days=9), 10), (TODAY, 1), (TODAY + timedelta(days=1), 1)],
)
def test_a_sheet_covers_twelve_weeks_or_what_there_was(enrolled_on: date, days: int) -> None:
    """Who joined lately is not told that they left days out; clocks that disagree do no harm."""
    sheet = draw_up(facts(enrolled_on=enrolled_on, check_ins=diary(300)))
    assert (sheet.days, sheet.answered) == (days, days)
    assert sheet.first_day == TODAY - timedelta(days=days - 1)


def test_without_injections_the_last_weeks_are_drawn() -> None:
    """Twelve weeks of the two symptoms that the person follows."""
    sheet = draw_up(facts(treatments=[medicine(1)], core_items=("pain", "pulling")))
    assert [each.item for each in sheet.by_week] == ["pain", "pulling"]
    assert [first for first, _ in sheet.by_week[0].weeks] == [
        TODAY - timedelta(days=83 - 7 * week) for week in range(12)
    ]
    assert sheet.day_of_cycle is None


def test_who_has_said_nothing_has_a_sheet_all_the_same() -> None:
    """It is empty, and nothing fails."""
    sheet = draw_up(nothing())
    assert (sheet.cycles, sheet.by_week, sheet.treatments) == ((), (), ())


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (PartialDate(1984, 4), 47),
        (PartialDate(1984, 5), 47),
        (PartialDate(1984, 6), 46),
        (PartialDate(1984), 47),
    ],
)
def test_age_is_in_completed_years(born: PartialDate, age: int) -> None:
    """The birth month itself counts as reached."""
    assert draw_up(facts(birth_month=born)).age == age


def test_treatments_in_use_and_those_just_stopped_are_told_apart() -> None:
    """What ended before the twelve weeks is left out."""
    over = medicine(2, ended_on=PartialDate(2030, 11))
    stopped = medicine(3, ended_on=PartialDate(2031, 4))
    sheet = draw_up(facts(treatments=[injection(60), injection(144), medicine(1), over, stopped]))
    assert [each.id for each in sheet.treatments] == ["injection-60", "medicine-1"]
    assert [each.id for each in sheet.stopped] == ["medicine-3"]


@pytest.mark.parametrize(("country", "letter"), [("US", True), ("CA", True), ("ES", False), ("GB", False)])
def test_paper_is_that_of_the_country(country: str, letter: bool) -> None:  # noqa: FBT001 of a table
    """North America prints on Letter."""
    assert draw_up(facts(country=country)).letter is letter


def test_entries_are_read_from_before_the_oldest_cycle_shown() -> None:
    """A fortnight before the third last injection; without injections, the twelve weeks."""
    four = [injection(ago) for ago in (60, 144, 228, 312)]
    assert reads_from(four, TODAY) == TODAY - timedelta(days=228 + 14)
    assert reads_from([medicine(1)], TODAY) == TODAY - timedelta(days=83)
