from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from diary.partial_dates import PartialDate


class Onset(BaseModel):
    on: PartialDate


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020", date(2020, 1, 1), date(2020, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2021-02", date(2021, 2, 1), date(2021, 2, 28)),
        ("2020-02-03", date(2020, 2, 3), date(2020, 2, 3)),
    ],
)
def test_span(text: str, first: date, last: date) -> None:
    """A partial date spans from its first to its last possible day."""
    partial = PartialDate.parse(text)
    assert (partial.first_day, partial.last_day) == (first, last)
    assert partial.is_day is (first == last)


@pytest.mark.parametrize(
    "text",
    ["", "20", "2020-1", "2020-13", "2020-02-30", "0000", "2020-00", "2020-02-", " 2020", "2020\n", "٢٠٢٠"],
)
def test_not_a_date(text: str) -> None:
    """What is no date of the calendar is a ValueError, and a validation error in pydantic."""
    with pytest.raises(ValueError, match="date"):
        PartialDate.parse(text)
    with pytest.raises(ValidationError):
        Onset.model_validate({"on": text})


def test_day_without_month() -> None:
    """A day cannot be known without its month."""
    with pytest.raises(ValueError, match="month"):
        PartialDate(2020, None, 3)


@given(day=st.dates(), precision=st.sampled_from([4, 7, 10]))
def test_text_goes_through_unchanged(day: date, precision: int) -> None:
    """Any cut of any day reads back as written, through pydantic and JSON too, and its span holds the day."""
    text = day.isoformat()[:precision]
    partial = PartialDate.parse(text)
    assert str(partial) == text
    assert partial.first_day <= day <= partial.last_day
    assert json.loads(Onset(on=partial).model_dump_json()) == {"on": text}
    assert Onset.model_validate_json(json.dumps({"on": text})).on == partial


@given(one=st.dates(), other=st.dates(), precision=st.sampled_from([4, 7, 10]))
def test_spans_are_equal_or_apart(one: date, other: date, precision: int) -> None:
    """Two partial dates of one precision are the same or do not overlap, in the order of their texts."""
    first, second = (PartialDate.parse(day.isoformat()[:precision]) for day in sorted((one, other)))
    assert first == second or first.last_day < second.first_day
    assert str(first) <= str(second)
