"""Texts in several languages, and the frozen model that all parts of a definition are made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel

SOURCE_LANGUAGE = "en"


class Frozen(BaseModel):
    """A part of a definition: it never changes once it is read, and knows no field that we do not."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Wording(RootModel[dict[str, Annotated[str, Field(min_length=1)]]]):
    """One text in several languages, keyed by lower-case language code; empty where it is not loaded yet."""

    model_config = ConfigDict(frozen=True)

    def in_language(self, language: str) -> str:
        """The text in this language, or in English, or in the first language that it has; or nothing."""
        spoken = self.spoken(language)
        return self.root[spoken] if spoken else ""

    def spoken(self, language: str) -> str | None:
        """The language in which somebody who asks for this one gets the text; None where there is none."""
        wanted = (language.lower(), SOURCE_LANGUAGE, *sorted(self.root))
        return next((each for each in wanted if each in self.root), None)

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(self.root)


UNWORDED = Wording({})
