import pytest

from registry_api.chatbot.commands import command


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("STOP", "stop"),
        ("stop please", "stop"),
        ("START", "start"),
        ("Help", "help"),
        ("TRIALS", "trials"),
        ("trials?", "trials"),
        ("ensayos", "trials"),
        ("PAUSE 14", "pause 14"),
        ("pause for 14 days", "pause 14"),
        ("pausa 7 días", "pause 7"),
        ("PAUSE", "pause"),
        ("pause 9999", "pause"),
    ],
)
def test_a_reserved_word_alone_is_a_command(text: str, said: str) -> None:
    """Case, signs and politeness around a reserved word do not matter."""
    assert str(command(text)) == said


@pytest.mark.parametrize(
    "text", ["6 4 2", "the trials of life, 6", "pain 5, I had to pause", "pause button broke", ""]
)
def test_a_reserved_word_inside_a_sentence_is_none(text: str) -> None:
    """A sentence that holds such a word asks for nothing."""
    assert command(text) is None
