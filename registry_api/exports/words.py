"""The words of a sheet in one language, and how it writes dates, numbers and counts."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from diary.partial_dates import PartialDate
from registry_api.identity.languages import Language


@dataclass(frozen=True, slots=True)
class Words:
    """`data` is a file of `wording/`; a key is the names of its tables and the word, with dots."""

    language: Language
    data: dict[str, Any]

    def say(self, key: str, **filled: object) -> str:
        """The words of a key, with what stands in their braces."""
        found = self._found(key)
        return str(found).format(**filled)

    def count(self, key: str, count: int) -> str:
        """The words of a key for so many."""
        return self.say(f"{key}.{'one' if count == 1 else 'other'}", count=count)

    def listed(self, key: str) -> tuple[str, ...]:
        """The words of a key that has several."""
        return tuple(self._found(key))

    def number(self, value: float) -> str:
        """A whole number as such, another with one digit after the sign of the language."""
        return (
            f"{value:.0f}" if value == int(value) else f"{value:.1f}".replace(".", self.say("dates.decimal"))
        )

    def day(self, day: date) -> str:
        """Such as 5 Mar 2031: never to be mistaken for another day."""
        return self.say("dates.day", day=day.day, month=self._month(day.month, "short_months"), year=day.year)

    def short_day(self, day: date) -> str:
        return self.say("dates.short", day=day.day, month=self._month(day.month, "short_months"))

    def partial(self, known: PartialDate) -> str:
        """As exact as it is known."""
        if known.month is None:
            return str(known.year)
        if known.day is None:
            return self.say("dates.month", month=self._month(known.month, "months"), year=known.year)
        return self.day(known.first_day)

    def _month(self, number: int, names: str) -> str:
        found: list[str] = self._found(f"dates.{names}")
        return found[number - 1]

    def _found(self, key: str) -> Any:
        found: Any = self.data
        for part in key.split("."):
            found = found[part]
        return found


@cache
def words_in(language: Language) -> Words:
    """The words of a language."""
    text = files("registry_api.exports").joinpath("wording", f"{language}.toml").read_text("utf-8")
    return Words(language, tomllib.loads(text))
