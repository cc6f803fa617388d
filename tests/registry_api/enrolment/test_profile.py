from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from registry_api.enrolment.profile import Dated, as_of, with_fact

MAY, JUNE, JULY = date(2031, 5, 1), date(2031, 6, 1), date(2031, 7, 1)


def test_a_correction_keeps_what_was_known_before() -> None:
    """Asked about an earlier day, the history answers what was said by then."""
    history = with_fact(with_fact((), "FOCAL", MAY), "SEGMENTAL", JULY)
    assert as_of(history, date(2031, 4, 30)) is None
    assert as_of(history, JUNE) == "FOCAL"
    assert as_of(history, JULY) == "SEGMENTAL"


def test_the_last_word_of_a_day_counts() -> None:
    """Two statements of one day leave one; going back to the former fact leaves no trace of the detour."""
    history = with_fact((Dated(MAY, "FOCAL"),), "SEGMENTAL", JULY)
    assert with_fact(history, "GENERALISED", JULY) == (Dated(MAY, "FOCAL"), Dated(JULY, "GENERALISED"))
    assert with_fact(history, "FOCAL", JULY) == (Dated(MAY, "FOCAL"),)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.dates(MAY, JULY), st.sampled_from("abc"))))
def test_a_history_is_in_order_and_ends_with_the_last_word(said: list[tuple[date, str]]) -> None:
    """Whatever is said on whatever calendar, days rise, neighbours differ, and the newest word is last."""
    history: tuple[Dated[str], ...] = ()
    for day, word in said:
        history = with_fact(history, word, day)
        assert history[-1].value == word
    days = [fact.since for fact in history]
    assert days == sorted(set(days))
    assert all(one.value != other.value for one, other in pairwise(history))
