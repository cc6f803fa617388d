from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from diary.ids import EntryId, PatientId, PromptId
from diary.planning.dues import Answered, Due, Why
from diary.prompting.fading import LONGEST_RUN, Fading, Pace, fading, to_offer
from diary.prompts import Ask, Prompt
from tests.diary.test_days import ZONES

START = date(2026, 3, 1)
DAY = timedelta(days=1)
NEW_YORK = ZoneInfo("America/New_York")


def sent(about: date, zone: ZoneInfo = NEW_YORK, hour: int = 19, **rest: Any) -> Prompt:
    """A prompt of that evening, unless `rest` says that it was answered."""
    at = datetime(about.year, about.month, about.day, hour, tzinfo=zone).astimezone(UTC)
    made = Prompt(
        PromptId(str(about)), PatientId("p"), about, zone.key, ("pain",), at, at + 3 * DAY, at + 3 * DAY
    )
    return replace(made, **rest)


def lived(days: int, answers: frozenset[int] = frozenset(), zone: ZoneInfo = NEW_YORK) -> dict[int, Ask]:
    """What is sent on which day from the start, where a web answer comes an hour before on the days named."""
    prompts: list[Prompt] = []
    heard: datetime | None = None
    asks: dict[int, Ask] = {}
    for number in range(days):
        today = START + number * DAY
        if number in answers:
            heard = sent(today, zone, 18).sent_at
        ask = fading(prompts[-LONGEST_RUN:], heard).ask_on(today)
        if ask is not None:
            prompts.append(sent(today, zone))
            asks[number] = ask
    return asks


def test_seven_days_then_three_weeks_then_a_question_then_silence() -> None:
    """Who never answers gets eleven texts in five weeks, the last of which asks whether to pause."""
    asks = lived(400)
    assert list(asks) == [0, 1, 2, 3, 4, 5, 6, 13, 20, 27, 34]
    assert [day for day, ask in asks.items() if ask is Ask.WHETHER_TO_PAUSE] == [34]


def test_any_answer_brings_the_daily_prompt_back() -> None:
    """After seven, after a weekly one, and after the question: from the answer on it is daily again."""
    for day in (7, 16, 36, 90):
        asks = lived(day + 30, frozenset({day}))
        assert [one for one in asks if day <= one < day + 8] == [*range(day, day + 7)]
        assert day + 13 in asks


def test_who_answers_on_the_web_every_evening_never_fades() -> None:
    """An answer before the prompt leaves the prompt without one, and is heard all the same."""
    assert list(lived(60, frozenset(range(60)))) == list(range(60))


@given(answers=st.frozensets(st.integers(0, 119)), zone=ZONES)
def test_fading_is_the_same_in_every_zone(answers: frozenset[int], zone: ZoneInfo) -> None:
    """Days decide, not hours: no change of clocks adds or drops a prompt, and no gap exceeds what is due."""
    asks = lived(120, answers, zone)
    assert asks == lived(120, answers)
    assert all(day in asks for day in answers), "a day that was answered is prompted as always"


@given(shuffled=st.randoms(), unanswered=st.integers(0, LONGEST_RUN))
def test_the_order_of_prompts_makes_no_difference(shuffled: st.DataObject, unanswered: int) -> None:
    """Newest first or last, a run is a run."""
    prompts = [sent(START + number * DAY) for number in range(unanswered)]
    there = fading(prompts, None)
    shuffled.shuffle(prompts)  # type: ignore[attr-defined]
    assert fading(prompts, None) == there
    assert there.unanswered == unanswered


def test_a_late_answer_counts_from_when_it_came() -> None:
    """The prompt of the evening before it is answered; one that was sent before the answer is no silence."""
    first = sent(
        START, answered_entry=EntryId("e"), answered_at=sent(START + DAY).sent_at + timedelta(hours=2)
    )
    assert fading([first, sent(START + DAY)], None) == Fading(0, None)
    assert fading([first, sent(START + DAY), sent(START + 2 * DAY)], None) == Fading(1, START + 2 * DAY)


def test_the_settings_can_say_when_the_next_one_comes() -> None:
    """Weekly means seven days after the last; resting means none."""
    assert Fading(7, START).pace is Fading(10, START).pace is Pace.WEEKLY
    assert Fading(7, START).next_on(START + DAY) == START + 7 * DAY
    assert Fading(7, START).next_on(START + 9 * DAY) == START + 9 * DAY
    assert (Fading(11, START).pace, Fading(11, START).next_on(START + 90 * DAY)) == (Pace.RESTING, None)


def test_each_questionnaire_is_offered_once_in_its_week() -> None:
    """What a prompt of this week has offered, and what is answered, is not offered again."""
    week = {"since": START, "until": START + 6 * DAY, "why": Why.WEEKLY}
    dues = [Due("weekly", **week), Due("social", **week)]  # type: ignore[arg-type]
    assert to_offer(dues, [sent(START - DAY, offered=("weekly", "social"))]) == ("weekly", "social")
    assert to_offer(dues, [sent(START, offered=("weekly",))]) == ("social",)
    answered = Due("weekly", **week, answered=Answered("weekly", START, EntryId("e")))  # type: ignore[arg-type]
    assert to_offer([answered], []) == ()
