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
        for each in (language.lower(), SOURCE_LANGUAGE, *sorted(self.root)):
            if each in self.root:
                return self.root[each]
        return ""

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(self.root)


UNWORDED = Wording({})
