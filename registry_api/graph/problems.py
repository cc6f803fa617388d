"""What can be wrong with a mutation, as types: each is a value that a client can read and show.

Which of our errors becomes which problem is said once, in `registry_api.graph.errors`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Protocol

import strawberry

from registry_api.enrolment.consents import Purpose
from registry_api.enrolment.participation import Axis
from registry_api.graph.diary_types import CheckIn
from registry_api.graph.safety_types import SafetyReply


@strawberry.enum(description="What went wrong, for programs.")
class ProblemCode(StrEnum):
    INVALID_INPUT = "INVALID_INPUT"
    NOT_SIGNED_IN = "NOT_SIGNED_IN"
    NOT_ALLOWED = "NOT_ALLOWED"
    NOT_FOUND = "NOT_FOUND"
    TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
    COUNTRY_NOT_SERVED = "COUNTRY_NOT_SERVED"
    TEXTS_UNAVAILABLE = "TEXTS_UNAVAILABLE"
    CODE_REJECTED = "CODE_REJECTED"
    PASSKEY_REJECTED = "PASSKEY_REJECTED"
    PASSKEY_MISSING = "PASSKEY_MISSING"
    STEP_UP_REQUIRED = "STEP_UP_REQUIRED"
    SIGN_IN_AGAIN = "SIGN_IN_AGAIN"
    LIMIT_REACHED = "LIMIT_REACHED"
    CONSENT_MISSING = "CONSENT_MISSING"
    CONSENT_TEXT_CHANGED = "CONSENT_TEXT_CHANGED"
    PARTICIPATION_ENDED = "PARTICIPATION_ENDED"
    NOT_ENROLLED = "NOT_ENROLLED"
    CHECK_IN_CONFLICT = "CHECK_IN_CONFLICT"
    CHECK_IN_IN_THE_FUTURE = "CHECK_IN_IN_THE_FUTURE"
    NOTE_NOT_KEPT = "NOTE_NOT_KEPT"
    NOT_A_STUDY_RECORD = "NOT_A_STUDY_RECORD"


@strawberry.interface(description="Something that the caller can put right.")
class Problem:
    message: str = strawberry.field(description="One sentence for a person: what is wrong and what to do.")
    code: ProblemCode


@strawberry.type(description="What is wrong with one field of the input; `path` is like `answers[2].rating`.")
class FieldProblem:
    path: str
    message: str


class Fault(Protocol):
    """How every domain says what is wrong with a field."""

    @property
    def path(self) -> str: ...

    @property
    def message(self) -> str: ...


def field_problems(faults: Iterable[Fault]) -> list[FieldProblem]:
    """Paths are given in the contract's camel case, whatever the domain calls its fields."""
    return [FieldProblem(path=_camel(fault.path), message=fault.message) for fault in faults]


def _camel(path: str) -> str:
    return re.sub(r"(?<=[a-z0-9])_([a-z])", lambda found: found[1].upper(), path)


@strawberry.type
class InvalidInput(Problem):
    fields: list[FieldProblem]


@strawberry.type
class NotSignedIn(Problem):
    pass


@strawberry.type
class NotAllowed(Problem):
    pass


@strawberry.type(description="It is not there, or it is not yours: the two read the same.")
class NotFound(Problem):
    pass


@strawberry.type
class TooManyRequests(Problem):
    retry_after_seconds: int


@strawberry.type(description="We text no codes to numbers of this country.")
class CountryNotServed(Problem):
    pass


@strawberry.type(description="As many codes as this service allows were texted, to this country or in all.")
class TextsUnavailable(Problem):
    retry_after_seconds: int


@strawberry.type(description="The code is wrong, used, expired or out of tries: the text is the same.")
class CodeRejected(Problem):
    retry_after_seconds: int = strawberry.field(
        description="Seconds until another try on this number; 0 for now."
    )


@strawberry.type(description="Whatever did not hold, the text is the same.")
class PasskeyRejected(Problem):
    pass


@strawberry.type(description="This needs a passkey, and the account has none.")
class PasskeyMissing(Problem):
    pass


@strawberry.type(description="This needs the proof of a passkey within the last five minutes: see `stepUp`.")
class StepUpRequired(Problem):
    pass


@strawberry.type(description="The sign-in is too long ago for this.")
class SignInAgain(Problem):
    pass


@strawberry.type(description="There are as many as there may be at a time.")
class LimitReached(Problem):
    most: int


@strawberry.type
class ConsentMissing(Problem):
    purpose: Purpose


@strawberry.type(description="The words speak of danger, and are answered though the note cannot be kept.")
class NoteNotKept(Problem):
    reply: SafetyReply = strawberry.field(description="Show it at once, before anything else.")


@strawberry.type(description="The text that was shown is not the current one.")
class ConsentTextChanged(Problem):
    current_version: str


@strawberry.type(description="The person has ended contact or the use of their data; only they resume it.")
class ParticipationEnded(Problem):
    axis: Axis


@strawberry.type
class NotEnrolled(Problem):
    pass


@strawberry.type(description="An id that was accepted before came again with other content.")
class CheckInConflict(Problem):
    existing: CheckIn


@strawberry.type
class CheckInInTheFuture(Problem):
    today: date = strawberry.field(description="The day that is open now, where the person is.")


@strawberry.type(description="The JSON is not one complete ClinicalTrials.gov v2 study record.")
class NotAStudyRecord(Problem):
    fields: list[FieldProblem]


OwnEntryProblem = ConsentMissing | ParticipationEnded | NotEnrolled | InvalidInput | NotSignedIn | NotAllowed
"""What keeps somebody from writing into their own diary, whatever they write."""
