from __future__ import annotations

import json
import re

from diary.forms import Form
from diary.treating.muscles import muscles
from diary.treatments import SideEffect, StopReason
from tests.contract.project import ROOT

_CODES = (ROOT / "web/src/treatments/codes.ts").read_text("utf-8")
_WORDS = {
    language: json.loads((ROOT / f"web/src/words/{language}.json").read_text("utf-8"))
    for language in ("en", "es")
}


def test_the_web_app_offers_the_muscles_that_the_service_knows() -> None:
    """The same ones for each form, under the same names in both languages."""
    listed = _CODES[: _CODES.index("SIDE_EFFECTS")]
    for form in Form:
        offered = re.search(rf"{form}: \[(.*?)\]", listed, re.DOTALL)
        assert offered
        assert re.findall(r'"(\w+)"', offered[1]) == [muscle.id for muscle in muscles()[form]]
        for muscle in muscles()[form]:
            for language, words in _WORDS.items():
                assert words[f"muscle.{muscle.id}"] == muscle.label_in(language)


def test_every_code_has_its_words() -> None:
    """Side effects and reasons are named in both languages, and each is offered somewhere."""
    for words in _WORDS.values():
        assert all(words.get(f"sideEffect.{effect}") for effect in SideEffect)
        assert all(words.get(f"stopReason.{reason}") for reason in StopReason)
    assert all(f'"{code}"' in _CODES for code in (*SideEffect, *StopReason))
