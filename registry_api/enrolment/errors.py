"""What can be wrong about consents, enrolment and settings.

EnrolmentError
├── ConsentMissing       carries the purpose that has no yes
├── ConsentTextChanged   carries the version that is current
├── SignatureConflict
├── ParticipationEnded   carries the axis that the person has ended
├── PauseTooLong
├── TooManyChanges       carries when there may be another
├── NotEnrolled
└── InvalidEnrolment     carries the faults, field by field
"""

from __future__ import annotations

from collections.abc import Iterable

from diary.errors import FieldFault
from registry_api.enrolment.consents import Purpose
from registry_api.enrolment.participation import LONGEST_PAUSE_DAYS, Axis

_NAMES = {
    Purpose.REGISTRY: "the registry",
    Purpose.TEXTS: "text messages",
    Purpose.TRIAL_CONTACT: "hearing about trials",
    Purpose.BIOSPECIMEN_LINK: "linking samples",
    Purpose.RECONTACT: "being asked about new studies",
    Purpose.RESEARCH_SHARING: "sharing data with researchers",
}

_ENDED = {
    Axis.CONTACT: "You have asked us not to contact you. Allow contact again under Consents first.",
    Axis.DATA_USE: "You have stopped the use of your data. Allow it again under Consents first.",
}


class EnrolmentError(Exception):
    """Its text tells the person what to do and holds nothing personal."""


class ConsentMissing(EnrolmentError):
    """`purpose` is the consent without which this cannot be done."""

    def __init__(self, purpose: Purpose) -> None:
        super().__init__(
            f"This needs your consent to {_NAMES[purpose]}. Read and sign it under Consents first."
        )
        self.purpose = purpose


class ConsentTextChanged(EnrolmentError):
    """The text that was shown is not the one that is current; `current_version` is."""

    def __init__(self, current_version: str) -> None:
        super().__init__("This consent text has changed. Open it again, read it, and then decide.")
        self.current_version = current_version


class SignatureConflict(EnrolmentError):
    """An id that was accepted before came again with another decision or text."""

    def __init__(self) -> None:
        super().__init__("This id belongs to another signature. Make a new one for each decision.")


class ParticipationEnded(EnrolmentError):
    """The person has ended `axis`, on which this rests; only they resume it."""

    def __init__(self, axis: Axis) -> None:
        super().__init__(_ENDED[axis])
        self.axis = axis


class PauseTooLong(EnrolmentError):
    def __init__(self) -> None:
        super().__init__(f"A pause takes 1 to {LONGEST_PAUSE_DAYS} days.")


class TooManyChanges(EnrolmentError):
    """So many in a day are no change of mind any more. `retry_after_seconds` is at least 1."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(
            "You have changed this very often today. Try again tomorrow. A no is taken at any time."
        )
        self.retry_after_seconds = retry_after_seconds


class NotEnrolled(EnrolmentError):
    def __init__(self) -> None:
        super().__init__("Complete your enrolment first.")


class InvalidEnrolment(EnrolmentError):
    """`fields` says what is wrong and where; nothing was stored. Paths are like `forms[0].onset`."""

    def __init__(self, fields: Iterable[FieldFault]) -> None:
        super().__init__("Something is missing or cannot be right. Look at the marked fields.")
        self.fields = tuple(fields)
