"""Why somebody did not come in through their institution. They are told on the sign-in page, in four ways."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Which of our sentences the sign-in page shows."""

    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class SignOnRefused(Exception):
    """For the log, `step` is our name for where it ended, and `cause` the kind of what a library raised."""

    def __init__(self, reason: Reason, step: str, cause: type[BaseException] | None = None) -> None:
        super().__init__(f"{reason}: {step}")
        self.reason = reason
        self.step = step
        self.cause = cause


class LoginTaken(Exception):
    """The institution's login is another account's."""

    def __init__(self) -> None:
        super().__init__("This login belongs to another account already.")
