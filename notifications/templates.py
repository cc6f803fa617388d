"""The words of every text message: one TOML file a language in wording/. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from notifications.errors import SlotsWrong, TemplateUnknown
from notifications.segments import plain

LANGUAGES = ("en", "es")
_FALLBACK = "en"
_FOLDER = files("notifications") / "wording"
_SLOT = re.compile(r"\{(\w+)\}")


def render(template: str, language: str, slots: Mapping[str, str]) -> str:
    """The body of a text: always GSM-7, in English where the language has no wording.

    Raises:
        TemplateUnknown: no template of that name.
        SlotsWrong: other slots than the template has.
    """
    check(template, slots)
    wording = _wordings(language if language in LANGUAGES else _FALLBACK)[template]
    return plain(_SLOT.sub(lambda slot: slots[slot.group(1)], wording)).strip()


def check(template: str, slots: Mapping[str, str]) -> None:
    """Raises TemplateUnknown or SlotsWrong where `render` would."""
    named = longest_slots().get(template)
    if named is None:
        raise TemplateUnknown(template)
    if named.keys() != slots.keys():
        raise SlotsWrong(
            template, frozenset(named.keys() - slots.keys()), frozenset(slots.keys() - named.keys())
        )


@cache
def longest_slots() -> Mapping[str, Mapping[str, int]]:
    """For each template its slots, and the longest value of each, in septets."""
    return MappingProxyType(tomllib.loads((_FOLDER / "slots.toml").read_text("utf-8")))


@cache
def _wordings(language: str) -> Mapping[str, str]:
    return MappingProxyType(tomllib.loads((_FOLDER / f"{language}.toml").read_text("utf-8")))
