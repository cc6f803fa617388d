import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.templates import render
from registry_api.chatbot.asking import questions
from registry_api.chatbot.effects import AmendCheckIn, FlagStaff, RecordCheckIn, Say
from registry_api.chatbot.engine import step
from registry_api.chatbot.session import Asked, Session
from registry_api.chatbot.transcript import Player

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))
REWRITE = "REWRITE_TRANSCRIPTS"  # REWRITE_TRANSCRIPTS=1 writes the files anew, for review as a diff

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
CORE = ("pulling", "pain", "fear_of_being_looked_at")


def asked_session(language: str = "en") -> Session:
    asked = Asked(
        prompt="p",
        about=NOW.date(),
        answerable_until=datetime(2026, 3, 3, 8, tzinfo=UTC),
        questions=questions(CORE, language),
    )
    return Session(language=language, country="US", trials_link="https://example.org/t", asked=asked)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_each_transcript_plays_as_written(path: Path) -> None:
    """A golden conversation gives the same answers, though its session becomes JSON between two lines."""
    written = path.read_text("utf-8")
    played = Player().play(written)
    if os.environ.get(REWRITE):
        path.write_text(played, "utf-8")
    else:
        assert played == written


@given(
    texts=st.lists(
        st.sampled_from(["6 4 2", "C 5 5 5", "hm", "STOP", "I want to die", "TRIALS", "skip", "pain 3"])
    )
)
def test_every_text_that_is_said_can_be_sent(texts: list[str]) -> None:
    """Whatever the order of texts, each reply fills its template and at most one is said."""
    session = asked_session()
    for text in texts:
        done = step(session, text, NOW)
        said = [effect for effect in done.effects if isinstance(effect, Say)]
        assert len(said) <= 1
        assert all(render(each.template, "en", each.slots) for each in said)
        session = Session.model_validate_json(done.session.model_dump_json())


@given(text=st.text(max_size=60))
def test_any_text_is_taken_without_a_fault(text: str) -> None:
    """No text breaks the conversation."""
    step(asked_session(), text, NOW)


def test_a_crisis_takes_no_answer() -> None:
    """Numbers beside words of danger are not recorded: there is the reply and the flag, and nothing else."""
    effects = step(asked_session(), "6 4 2 I want to die", NOW).effects
    assert [type(effect) for effect in effects] == [Say, FlagStaff]


def test_the_first_answer_records_and_later_ones_amend() -> None:
    """The first part of an answer makes the entry; the rest is laid over it."""
    first = step(asked_session(), "pain 5", NOW)
    second = step(first.session, "6 2", NOW)
    assert isinstance(first.effects[0], RecordCheckIn)
    assert isinstance(second.effects[0], AmendCheckIn)
    assert second.effects[0].answers == {"pulling": 6, "fear_of_being_looked_at": 2}


def test_effects_hide_answers_from_logs() -> None:
    """What a person answered does not stand in the representation of an effect."""
    effects = step(asked_session(), "6 4 2", NOW).effects
    assert not any(digit in repr(effects) for digit in ("=6", "'6", " 6 ", "6 4 2"))
