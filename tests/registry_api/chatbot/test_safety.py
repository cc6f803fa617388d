from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_api.chatbot.evaluation import SafetyLine, score_safety
from registry_api.chatbot.safety import Danger, help_line, screen

SET = Path(__file__).parents[2] / "evaluation" / "safety.jsonl"
LINES = [SafetyLine.model_validate_json(line) for line in SET.read_text("utf-8").splitlines()]


def test_the_labelled_set_meets_its_goals() -> None:
    """Every labelled crisis is found, and at least 85 % of what is found is one."""
    score = score_safety(LINES)
    misses = "\n".join(f"{line.lang} {line.kind}: {line.text}" for line in score.misses)
    assert len(LINES) >= 80
    assert score.recall == 1.0, misses
    assert score.precision >= 0.85, misses


@given(
    line=st.sampled_from([line for line in LINES if line.crisis]),
    around=st.sampled_from(["6 4 2", "ok", "STOP"]),
)
def test_a_crisis_is_found_inside_an_answer(line: SafetyLine, around: str) -> None:
    """An answer or a reserved word beside it does not hide a crisis."""
    assert screen(f"{around}. {line.text}") is not None
    assert screen(f"{line.text}. {around}") is not None


@given(line=st.sampled_from([line for line in LINES if line.crisis]))
def test_capitals_and_signs_do_not_hide_a_crisis(line: SafetyLine) -> None:
    """Shouting and signs at the end change nothing."""
    assert screen(f"{line.text.upper()}!!!") is not None


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("I want to die, my husband hits me", Danger.SELF_HARM),
        ("he hits me and I can't breathe", Danger.HARM_FROM_OTHERS),
        ("I can't swallow since the injection", Danger.MEDICAL_EMERGENCY),
    ],
)
def test_the_gravest_kind_counts(text: str, danger: Danger) -> None:
    """Where a text speaks of several dangers, danger to one's own life comes first."""
    assert screen(text) is danger


@given(text=st.text(max_size=80))
def test_any_text_is_screened_without_a_fault(text: str) -> None:
    """No text breaks the screen."""
    screen(text)


@pytest.mark.parametrize(
    ("country", "line"),
    [("US", "988"), ("CA", "988"), ("GB", "116 123"), ("IE", "116 123"), ("DE", "112"), ("ES", "112")],
)
def test_each_country_has_its_line(country: str, line: str) -> None:
    """The line is that of the country, not of the language."""
    assert help_line(country, "es") == line


def test_an_unlisted_country_is_sent_to_its_own_emergency_number() -> None:
    """Where no line is known none is invented."""
    assert help_line("BR", "en") == help_line(None, "en") == "your local emergency number"
    assert help_line("MX", "es") == "el número de emergencias local"
