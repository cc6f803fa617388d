from __future__ import annotations

from dataclasses import replace

from diary.scores import Score
from registry_api.exports.drawing_up import draw_up
from registry_api.exports.reading import parts
from registry_api.exports.telling import told
from registry_api.identity.languages import Language
from tests.registry_api.exports.sheets import TODAY, diary, everything, facts, gad_7, scored, twstrs, weekly


def test_a_score_is_told_with_its_band_its_day_and_that_it_is_no_diagnosis() -> None:
    """The newest of each questionnaire, newest first."""
    entries = [*diary(10), gad_7(40, 16, "severe"), gad_7(12), weekly(3)]
    table = told(draw_up(facts(check_ins=entries)), Language.EN).scores
    assert table.rows == (
        (
            "How was the week?",
            "Movements 40, Pain 35.5, Everyday life 20, Mood and worry 30 (each of 100)",
            "11 May 2031",
        ),
        ("GAD-7", "11 of 21, moderate range", "2 May 2031"),
    )
    assert table.notes == ("Screening, not a diagnosis.",)


def test_what_has_no_value_or_was_withdrawn_has_no_score() -> None:
    """The one before counts then."""
    withdrawn = gad_7(1)
    withdrawn = replace(
        withdrawn, revisions=(replace(withdrawn.current, answers=(), said=None, withdrawal=True),)
    )
    sheet = draw_up(facts(check_ins=[gad_7(30, 7, "mild"), gad_7(12, None), withdrawn, gad_7(-2)]))
    assert [(each.about, each.scores[0].value) for each in sheet.scored] == [(gad_7(30).about, 7)]


def test_a_clinicians_total_says_who_typed_it_in() -> None:
    """It is marked, and is in no way screening."""
    table = told(draw_up(facts(check_ins=[twstrs(20)])), Language.ES).scores
    assert table.rows == (("TWSTRS\u2020", "32,5 de 85", "24 abr 2031"),)
    parts = scored(TODAY, "fmdrs", Score("movement", "1.0.0", 40.5), Score("disability", "1.0.0", 9))
    (row,) = told(draw_up(facts(check_ins=[parts])), Language.EN).scores.rows
    assert row[1] == "Movement 40.5 of 120, Disability 9 of 30"
    assert table.notes == ("\u2020 Total anotado por el personal de un estudio.",)


def test_without_scores_there_is_no_such_part() -> None:
    """Neither on the page nor in words; of many, the newest are told whole, the others counted."""
    printed = told(draw_up(facts(check_ins=diary(3))), Language.EN)
    assert printed.scores.rows == ()
    assert printed.scores.title not in [each.title for each in parts(printed)]
    many = told(draw_up(everything()), Language.EN).scores
    assert len(many.rows) == 4
    cdip, cdq = (row[1] for row in many.rows if row[0] in {"CDIP-58", "CDQ-24"})
    assert (cdip.count(" 88"), cdq.count(" 88")) == (8, 5)
    assert many.notes[-1] == "4 more are in the diary."
    assert draw_up(everything()).scored[0].about == TODAY
