from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.check_ins import Answer, NoAnswer
from diary.checking_in.answering import checked, digest
from diary.errors import InvalidAnswers
from diary.instruments.catalogue import daily, definition
from diary.instruments.items import ItemKind
from tests.diary.examples import core

TRUE = cast("Any", bool(1))
RATINGS = [item.id for item in daily().items if item.kind is ItemKind.RATING]
ANSWERS = st.one_of(
    st.builds(Answer.rated, st.sampled_from(RATINGS), st.integers(0, 10)),
    st.builds(lambda yes: Answer.said("avoided", yes=yes), st.booleans()),
    st.builds(Answer.skipped, st.sampled_from(RATINGS)),
    st.builds(Answer.does_not_apply, st.sampled_from(RATINGS)),
)
ANSWER_LISTS = st.lists(ANSWERS, min_size=1, unique_by=lambda answer: answer.item)


@pytest.mark.parametrize(
    ("answers", "paths"),
    [
        ((), ["answers"]),
        ((Answer.rated("pain", 11),), ["answers[0].rating"]),
        ((Answer.rated("pain", -1),), ["answers[0].rating"]),
        ((Answer.rated("pain", TRUE),), ["answers[0].rating"]),
        ((Answer.rated("pain", cast("Any", 4.0)),), ["answers[0].rating"]),
        ((Answer.said("pain", yes=True),), ["answers[0].yes"]),
        ((Answer.rated("avoided", 1),), ["answers[0].rating"]),
        ((Answer("pain"),), ["answers[0]"]),
        ((Answer("pain", rating=0, not_answered=NoAnswer.SKIPPED),), ["answers[0]"]),
        ((Answer("avoided", rating=1, yes=False),), ["answers[0]"]),
        ((Answer.rated("mood_of_the_cat", 3),), ["answers[0].item_id"]),
        ((*core(6, 4, 2), Answer.rated("pain", 4)), ["answers[3].item_id"]),
        ((Answer.rated("pain", 99),) * 20_000, ["answers"]),
        ((Answer.rated("pain", 99), Answer("pulling"), Answer.rated("", 1)), ["rating", "[1]", "item_id"]),
    ],
)
def test_each_fault_is_named_by_its_path(answers: tuple[Answer, ...], paths: list[str]) -> None:
    """What is wrong with the answers is said field by field, all of it at once."""
    with pytest.raises(InvalidAnswers) as refusal:
        checked(daily(), answers)
    found = [fault.path for fault in refusal.value.fields]
    assert len(found) == len(paths)
    assert all(path.endswith(end) for path, end in zip(found, paths, strict=True))


@given(answers=ANSWER_LISTS)
def test_valid_answers_are_kept_and_ordered(answers: list[Answer]) -> None:
    """Any valid answers are taken unchanged, in the order of the questionnaire, however they come."""
    kept = checked(daily(), answers)
    order = [item.id for item in daily().items]
    assert set(kept) == set(answers)
    assert [answer.item for answer in kept] == sorted((one.item for one in answers), key=order.index)
    assert checked(daily(), answers[::-1]) == kept


@given(one=ANSWER_LISTS, other=ANSWER_LISTS)
def test_digest_is_equal_for_equal_answers_only(one: list[Answer], other: list[Answer]) -> None:
    """A digest tells other answers from the same ones in another order."""
    assert digest("record", answers=one) == digest("record", answers=one[::-1])
    assert (digest("record", answers=one) == digest("record", answers=other)) is (set(one) == set(other))
    assert digest("record", answers=one) != digest("amend", answers=one)


def test_an_item_says_which_ways_there_are_to_give_no_answer() -> None:
    """A daily item may be left out as not applying; one of the GAD-7 may be skipped and no more."""
    pain, item = daily().items[1].id, definition("gad-7").items[0].id
    assert checked(daily(), [Answer.does_not_apply(pain)])
    assert checked(definition("gad-7"), [Answer.skipped(item)])
    with pytest.raises(InvalidAnswers) as refusal:
        checked(definition("gad-7"), [Answer.does_not_apply(item)])
    assert [fault.path for fault in refusal.value.fields] == ["answers[0].not_answered"]
