"""What can be wrong about exports.

ExportError
├── SheetUnavailable   too many are being set; it may be asked for again
├── QuestionConflict   an id came again with another question
├── TooManyQuestions   so many at most
└── InvalidQuestion    carries the faults, field by field
"""

from __future__ import annotations

from collections.abc import Iterable

from diary.errors import FieldFault
from registry_api.exports.questions.question import MOST_QUESTIONS


class ExportError(Exception):
    """Its text tells the person what to do and holds nothing personal."""


class SheetUnavailable(ExportError):
    def __init__(self) -> None:
        super().__init__("Your sheet cannot be made right now. Try again in a minute.")


class QuestionConflict(ExportError):
    """An id that is taken came again with another question."""

    def __init__(self) -> None:
        super().__init__("This id belongs to another question. Make a new one for each question.")


class TooManyQuestions(ExportError):
    """`most` is how many there may be."""

    def __init__(self) -> None:
        self.most = MOST_QUESTIONS
        super().__init__(f"A visit is short: {MOST_QUESTIONS} questions at most. Take one off first.")


class InvalidQuestion(ExportError):
    """`fields` says what is wrong and where; nothing was stored."""

    def __init__(self, fields: Iterable[FieldFault]) -> None:
        super().__init__("This question cannot be kept as it is. Look at the marked field.")
        self.fields = tuple(fields)
