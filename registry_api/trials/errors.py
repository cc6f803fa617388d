"""What can be wrong with a trial, its criteria or an introduction.

TrialError
├── NotAStudyRecord      the JSON is not a ClinicalTrials.gov v2 study record
├── InvalidCriteria      the tree of criteria cannot be read
├── InvalidPerson        a person's facts cannot be read
├── TrialNotFound        absent, somebody else's, or not open: they read the same
├── TrialOfAnother       this study was imported by another coordinator
└── InvalidCursor        a page was asked for after something that is no cursor
"""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """One thing wrong: where, as a dotted path, and what, as a sentence without the value."""

    path: str
    message: str


class TrialError(Exception):
    """Base of every error of this package."""


class _Faulty(TrialError):
    advice = ""

    def __init__(self, fields: tuple[Fault, ...]) -> None:
        super().__init__(fields)
        self.fields = fields

    def __str__(self) -> str:
        shown = "; ".join(f"{path}: {message}" if path else message for path, message in self.fields[:3])
        rest = f" And {len(self.fields) - 3} more." if len(self.fields) > 3 else ""  # noqa: PLR2004
        return f"{self.advice} {shown}{rest}"


class NotAStudyRecord(_Faulty):
    """The JSON is not a complete ClinicalTrials.gov v2 study record."""

    advice = "Send one complete study record as the ClinicalTrials.gov API v2 returns it."


class InvalidCriteria(_Faulty):
    """The tree of criteria cannot be read."""

    advice = "Correct the criteria."


class InvalidPerson(_Faulty):
    """The facts of a person cannot be read."""

    advice = "Correct the person's facts."


class TrialNotFound(TrialError):
    """There is no such trial for this caller: absent, foreign and closed read the same."""

    def __str__(self) -> str:
        return "There is no such trial. Choose one from your list."


class TrialOfAnother(TrialError):
    """The study was imported by another coordinator, who alone may change it."""

    def __init__(self, nct_id: str) -> None:
        super().__init__(nct_id)
        self.nct_id = nct_id

    def __str__(self) -> str:
        return f"{self.nct_id} is kept by another coordinator. Ask an administrator to hand it over."


class InvalidCursor(TrialError):
    """A page was asked for after something that is no cursor."""

    def __str__(self) -> str:
        return "Ask for the page after a cursor that an earlier page gave."
