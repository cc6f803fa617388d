from __future__ import annotations

import re
from importlib.resources import files

import pytest

from notifications.errors import SlotsWrong, TemplateUnknown
from notifications.segments import Encoding, measure, plain
from notifications.templates import LANGUAGES, longest_slots, render

EVERY = [(template, language) for template in longest_slots() for language in LANGUAGES]
TOLD = re.compile(
    r"dyston|diston|torticol|blepharo|blefaro|spasm|espasm|trial|study|estudio|ensayo|score|disease|enfermedad",
    re.IGNORECASE,
)


def _longest(template: str) -> dict[str, str]:
    return {slot: "W" * length for slot, length in longest_slots()[template].items()}


@pytest.mark.parametrize(("template", "language"), EVERY)
def test_a_text_fits_one_segment(template: str, language: str) -> None:
    """With its longest slots each text is one GSM-7 segment, as written, with nothing replaced."""
    body = render(template, language, _longest(template))
    size = measure(body)
    assert (size.encoding, size.segments) == (Encoding.GSM_7, 1), f"{size.units}: {body}"
    assert "{" not in body
    assert body == body.strip()
    for text in _longest(template).values():
        assert text in body


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_wording_itself_is_plain(language: str) -> None:
    """No letter of a wording has to be replaced on the way out, so no word comes out misspelt."""
    words = (files("notifications") / "wording" / f"{language}.toml").read_text("utf-8")
    for line in words.splitlines():
        assert line.startswith("#") or plain(line) == line


@pytest.mark.parametrize(("template", "language"), EVERY)
def test_a_text_is_discreet(template: str, language: str) -> None:
    """No disease, score or study stands on a locked screen (TRIALS in the help is a command)."""
    body = render(template, language, _longest(template)).replace("TRIALS", "")
    assert TOLD.search(body) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_words_each_template(language: str) -> None:
    """No template falls back to English, and none says the same in two languages."""
    for template in longest_slots():
        slots = _longest(template)
        assert language == "en" or render(template, language, slots) != render(template, "en", slots)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("help", {"en": "nobody watches it live", "es": "nadie lo vigila en vivo"}),
        ("started", {"en": "Nobody watches", "es": "Nadie los vigila"}),
        ("stopped", {"en": "START", "es": "START"}),
        ("start_to_return", {"en": "START", "es": "START"}),
        ("trial_alert", {"en": "STOP", "es": "STOP"}),
        ("sign_in_code", {"en": "10 minutes. Never share it", "es": "10 minutos. Nunca la compartas"}),
        ("sign_in_code_bound", {"en": "10 minutes. Never share it", "es": "10 minutos. Nunca la compartas"}),
    ],
)
def test_texts_say_what_they_must(template: str, words: dict[str, str]) -> None:
    """Who watches, how to come back, how to leave, and to keep a code secret."""
    for language, said in words.items():
        assert said in render(template, language, _longest(template))


def test_another_language_gets_english() -> None:
    """A language without wording falls back to English."""
    assert render("paused", "xx", {"days": "14"}) == render("paused", "en", {"days": "14"})


def test_slots_are_made_plain() -> None:
    """A slot's accents cannot push a text out of the cheap alphabet, nor can braces inject a slot."""
    assert "espasmo o tiron" in render("prompt", "es", {"items": "espasmo o tirón"})
    assert "{code}" in render("prompt", "en", {"items": "{code}"})


def test_wrong_slots_are_named() -> None:
    """An unknown template and wrong slots are refused."""
    with pytest.raises(TemplateUnknown, match="no_such"):
        render("no_such", "en", {})
    with pytest.raises(SlotsWrong, match="code"):
        render("sign_in_code", "en", {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_can_be_bound_to_a_host(language: str) -> None:
    """The last line has the form that phones read: the host after an @, the code after a #, nothing else."""
    slots = {"code": "042424", "host": "registry.example.org"}
    body = render("sign_in_code_bound", language, slots)
    assert body.startswith("042424 ")
    assert body.splitlines()[-1] == "@registry.example.org #042424"
