"""What can be wrong, as a tree.

DiaryError
├── InvalidFields            carries the faults, field by field
│   ├── InvalidAnswers
│   ├── InvalidNote
│   ├── InvalidTreatment
│   ├── InvalidCoreItems
│   ├── InvalidTotals
│   ├── InvalidPlans
│   ├── NotAQuestionnaire    a file that a deployer loads
│   ├── InvalidTrend
│   ├── InvalidPage
│   └── InvalidSpan
├── UnknownTimeZone
├── UnknownInstrument
├── NoDefinitionFits         carries the instruments that may be meant
├── TextNotLoaded
├── FutureCheckIn            carries the day that is open now
├── CheckInNotFound
├── NoteNotFound
├── EntryConflict            carries the entry that is there
├── TreatmentConflict        carries the treatment that is there
├── TreatmentNotFound
└── ReasonCannotBeSealed     a fault of the wiring

A text that is no partial date is a plain ValueError, as `date.fromisoformat` has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from diary.check_ins import CheckIn
from diary.treatments import Treatment


class DiaryError(Exception):
    """The root; its text says what to do and holds no personal data."""


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field; `path` is like `answers[2].rating`."""

    path: str
    message: str


class InvalidFields(DiaryError):
    """Some fields cannot be taken as they are; nothing was stored."""

    sentence = "Something is missing or cannot be right. Please look at the marked fields."

    def __init__(self, fields: Iterable[FieldFault]) -> None:
        self.fields = tuple(fields)
        super().__init__(self.sentence)


class InvalidAnswers(InvalidFields):
    sentence = "These answers cannot be saved as they are. Please look at the marked ones."


class InvalidNote(InvalidFields):
    sentence = "This note cannot be saved as it is. Please look at the marked fields."


class InvalidTreatment(InvalidFields):
    sentence = "This treatment cannot be saved as it is. Please look at the marked fields."


class InvalidCoreItems(InvalidFields):
    sentence = "Please choose two symptoms from the list to follow every day."


class InvalidPlans(InvalidFields):
    sentence = "These questionnaires cannot be planned so. Please look at the marked fields."


class InvalidTotals(InvalidFields):
    sentence = "These totals cannot be saved as they are. Please look at the marked ones."


class NotAQuestionnaire(InvalidFields):
    sentence = "This file cannot be loaded as a questionnaire."


class InvalidTrend(InvalidFields):
    sentence = "This cannot be shown over time. Please look at the marked fields."


class InvalidPage(InvalidFields):
    sentence = "This page cannot be read. Please start again from the first page."


class InvalidSpan(InvalidFields):
    sentence = "This many days cannot be looked at together. Please ask for fewer, or for one at least."


class UnknownTimeZone(DiaryError):
    def __init__(self) -> None:
        super().__init__("This time zone is not known. Please use a name such as America/New_York.")


class UnknownInstrument(DiaryError):
    def __init__(self) -> None:
        super().__init__("There is no such questionnaire. Please choose one from the list.")


class NoDefinitionFits(DiaryError):
    """A questionnaire is of no known instrument, or may be of several."""

    def __init__(self, alike: Iterable[str]) -> None:
        self.alike = tuple(alike)
        named = f" With as many items we know: {', '.join(self.alike)}." if self.alike else ""
        super().__init__(f"It is not plain which instrument this is. Please say so with --as.{named}")


class TextNotLoaded(DiaryError):
    """A licence is to be recorded for wording that nobody has loaded."""

    def __init__(self) -> None:
        super().__init__("The wording of this questionnaire is not loaded. Please load it first.")


class FutureCheckIn(DiaryError):
    """The day has not begun; `today` is the day that is open now, where the person is."""

    def __init__(self, today: date) -> None:
        self.today = today
        super().__init__("This day has not begun yet. Please choose today.")


class CheckInNotFound(DiaryError):
    def __init__(self) -> None:
        super().__init__("There is no such check-in. Please open your diary again.")


class NoteNotFound(DiaryError):
    def __init__(self) -> None:
        super().__init__("There is no such note. Please open your diary again.")


class EntryConflict(DiaryError):
    """An id that was accepted before came again with other content; `existing` is the entry that took it."""

    def __init__(self, existing: CheckIn) -> None:
        self.existing = existing
        super().__init__("This check-in was saved before with other answers. Please correct the saved one.")


class TreatmentConflict(DiaryError):
    """The id of a treatment came again with other content."""

    def __init__(self, existing: Treatment) -> None:
        self.existing = existing
        super().__init__("This treatment was saved before with other details. Please add it as a new one.")


class TreatmentNotFound(DiaryError):
    def __init__(self) -> None:
        super().__init__("There is no such treatment. Please open your treatments again.")


class ReasonCannotBeSealed(DiaryError):
    """A reason in free text came to a store that was made without an envelope."""

    def __init__(self) -> None:
        super().__init__("A reason cannot be kept here. Please save the correction without one.")
