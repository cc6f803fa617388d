"""What can be wrong about consents, enrolment and settings.

EnrolmentError
├── ConsentMissing       carries the purpose that has no yes
├── ConsentTextChanged   carries the version that is current
├── NotEnrolled
└── InvalidEnrolment     carries the faults, field by field
"""

from __future__ import annotations

from collections.abc import Iterable

from diary.errors import FieldFault
from registry_api.enrolment.consents import Purpose

_NAMES = {
    Purpose.REGISTRY: "the registry",
    Purpose.TEXTS: "text messages",
    Purpose.TRIAL_CONTACT: "hearing about trials",
    Purpose.BIOSPECIMEN_LINK: "linking samples",
    Purpose.RECONTACT: "being asked about new studies",
    Purpose.RESEARCH_SHARING: "sharing data with researchers",
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


class NotEnrolled(EnrolmentError):
    def __init__(self) -> None:
        super().__init__("Complete your enrolment first.")


class InvalidEnrolment(EnrolmentError):
    """`fields` says what is wrong and where; nothing was stored. Paths are like `forms[0].onset`."""

    def __init__(self, fields: Iterable[FieldFault]) -> None:
        super().__init__("Something is missing or cannot be right. Look at the marked fields.")
        self.fields = tuple(fields)
