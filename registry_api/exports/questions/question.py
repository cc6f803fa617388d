"""A question for the next visit, and the rules of asking one. Pure."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import NewType

from pydantic import BaseModel, ConfigDict

from diary.errors import FieldFault
from diary.own_words import legible

QuestionId = NewType("QuestionId", str)
SuggestionId = NewType("SuggestionId", str)

MOST_QUESTIONS = 5
LONGEST_QUESTION = 140
"""Characters: two lines of the sheet."""

_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: the id of a suggestion, or the person's own words."""

    id: QuestionId
    suggestion: SuggestionId | None = None
    text: str | None = field(default=None, repr=False)


class Suggestion(BaseModel):
    """A question that many have, in every language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: SuggestionId
    label: dict[str, str]


@cache
def suggestions() -> tuple[Suggestion, ...]:
    """What can be picked, in the order in which it is offered."""
    text = files("registry_api.exports.questions").joinpath("suggestions.toml").read_text("utf-8")
    return tuple(Suggestion.model_validate(each) for each in tomllib.loads(text)["suggestion"])


def worded(question: Question, language: str) -> str:
    """The question as it is read; a suggestion in the language asked for."""
    if question.text is not None:
        return question.text
    return next(each.label[language] for each in suggestions() if each.id == question.suggestion)


def tidy(text: str) -> str:
    """The words that can be read, with single blanks, as one line."""
    return _BLANKS.sub(" ", legible(text))


def faults(question: Question) -> list[FieldFault]:
    """What is wrong with a question; nothing where it can be taken."""
    if (question.suggestion is None) == (question.text is None):
        return [FieldFault("question", "Choose a question from the list, or write one of your own.")]
    if question.suggestion is not None:
        known = any(each.id == question.suggestion for each in suggestions())
        return [] if known else [FieldFault("suggestionId", "There is no such question on the list.")]
    if not question.text:
        return [FieldFault("text", "Write your question, or choose one from the list.")]
    if len(question.text) > LONGEST_QUESTION:
        message = f"Keep it to {LONGEST_QUESTION} characters, so that it can be read at a glance."
        return [FieldFault("text", message)]
    return []
