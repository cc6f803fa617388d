from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.keywords import Intent, intent, normalised

LABELLED = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "evaluation" / "opt_out.jsonl")
    .read_text("utf-8")
    .splitlines()
]
RESERVED = ["STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT", "ARRET", "ARRETE"]


def _got(text: str) -> str:
    found = intent(text)
    return found.value if found else "none"


def test_the_labelled_set_is_read_right() -> None:
    """Every opt-out is seen, none is seen where there is none, and the other intents are right."""
    misses = [(line["text"], _got(line["text"])) for line in LABELLED if _got(line["text"]) != line["intent"]]
    assert misses == []


def test_the_labelled_set_is_broad() -> None:
    """Enough lines in each language, both of opt-outs and of sentences that only look like one."""
    counts = Counter((line["lang"], line["intent"]) for line in LABELLED)
    assert len(LABELLED) >= 150
    for language in ("en", "es", "fr", "de"):
        assert counts[language, "opt_out"] >= 20
        assert counts[language, "none"] >= 20
        assert counts[language, "opt_in"] >= 1
        assert counts[language, "help"] >= 1


@pytest.mark.parametrize("word", RESERVED)
@pytest.mark.parametrize(
    "form", ["{}", " {}. ", "{}!!!", "\N{OCTAGONAL SIGN} {}", "*{}*", "{} please", "\u200b{}\n"]
)
def test_each_reserved_word_in_each_dress(word: str, form: str) -> None:
    """The reserved words work in any case, with punctuation, emoji and politeness."""
    for dressed in (form.format(word), form.format(word.lower()), form.format(word.title())):
        assert intent(dressed) is Intent.OPT_OUT


@pytest.mark.parametrize(
    "text",
    ["yes", "YES", "ok", "resume", "continue", "subscribe", "come back", "start over", "sí", "oui", "ja"],
)
def test_only_start_and_unstop_bring_back(text: str) -> None:
    """No other word is an opt-in."""
    assert intent(text) is None


@given(st.text(max_size=200))
def test_any_text_is_read_quickly_and_without_error(text: str) -> None:
    """Whatever arrives, it has one reading, the same with spaces around it."""
    assert intent(f"  {text} ") == intent(text)
    assert normalised(normalised(text)) == normalised(text)


def test_a_long_text_takes_no_long_time() -> None:
    """Ten joined segments of near misses are read at once (no pattern explodes)."""
    for words in (
        "stop all the texts ",
        "no more of these ",
        "please i want you to ",
        "no quiero mas de estos ",
    ):
        assert intent((words * 100)[:1600] + "x") is None


@pytest.mark.parametrize("digits", ["6 4 2", "C 5", "10", "0 0 0", "6, 4, 2."])
def test_answers_are_no_keywords(digits: str) -> None:
    """Numbers alone ask nothing of the carrier."""
    assert intent(digits) is None
