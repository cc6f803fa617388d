"""What can be wrong about who somebody is and what they may touch.

IdentityError
├── InvalidPhone        the number cannot be texted, and why
├── CountryNotServed    we text no codes to that country
├── TooManyRequests     too many codes were asked for; when to come back
│   ├── TooManyTries    too many codes were tried; when to come back
│   └── TooManyStarts   too many sign-ins with a passkey were begun; when to come back
├── TextsUnavailable    no more codes are texted for now, to a country or to anybody
├── CodeRejected        one text for a wrong, used, expired or unknown code
├── NumberTaken         a staff account was asked for on a number that has another account
├── PasskeyRejected     one text for whatever did not hold: challenge, origin, signature, counter, owner
├── PasskeyMissing      a passkey is needed, and the account has none
├── StepUpRequired      needs a passkey's proof in the last five minutes
├── SignInAgain         the sign-in is too long ago to let a first passkey rest on it
├── TokenRejected       one text for a wrong, expired or revoked API token
├── LimitReached        so many at most; carries how many
├── InvalidDetails      carries the faults, field by field
├── NotSignedIn
├── NotAllowed          signed in, but not with the role that this needs
└── NotFound            not there, or not yours: the two read the same
"""

from __future__ import annotations

from collections.abc import Iterable

from diary.errors import FieldFault


class IdentityError(Exception):
    """Its text tells the person what to do and holds nothing personal."""


class InvalidPhone(IdentityError):
    """`reason` is a sentence for the person; the number itself is never in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CountryNotServed(IdentityError):
    def __init__(self) -> None:
        super().__init__(
            "We do not text codes to numbers of this country. Check the country code, or use another number."
        )


class TooManyRequests(IdentityError):
    """`retry_after_seconds` is at least 1."""

    what = "Too many codes were asked for. Wait {}, then ask for a new one."

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(self.what.format(_in_words(retry_after_seconds)))
        self.retry_after_seconds = retry_after_seconds


class TooManyTries(TooManyRequests):
    what = "Too many codes were tried. Wait {}, then try again."


class TooManyStarts(TooManyRequests):
    what = "Too many sign-ins were begun from your network. Wait {}, then try again."


class TextsUnavailable(IdentityError):
    """`retry_after_seconds` is at least 1. It says nothing about the person or the number."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(
            f"We cannot text codes right now. Please try again in {_in_words(retry_after_seconds)}."
        )
        self.retry_after_seconds = retry_after_seconds


class CodeRejected(IdentityError):
    """`retry_after_seconds` says when this number may be tried again; 0 is now."""

    def __init__(self, retry_after_seconds: int = 0) -> None:
        super().__init__("That code did not work. Check the number and the code, or ask for a new code.")
        self.retry_after_seconds = retry_after_seconds


class NumberTaken(IdentityError):
    def __init__(self) -> None:
        super().__init__("This number belongs to another account. Use a different number.")


class PasskeyRejected(IdentityError):
    def __init__(self) -> None:
        super().__init__("That passkey did not work. Try again, or sign in with a texted code.")


class PasskeyMissing(IdentityError):
    def __init__(self) -> None:
        super().__init__("This needs a passkey, and you have none yet. Add one first.")


class StepUpRequired(IdentityError):
    def __init__(self) -> None:
        super().__init__("Confirm with your passkey that it is you, then try again.")


class SignInAgain(IdentityError):
    def __init__(self) -> None:
        super().__init__(
            "You signed in some time ago. Sign out, sign in with a new code, then do this at once."
        )


class TokenRejected(IdentityError):
    def __init__(self) -> None:
        super().__init__("This token does not work: it is wrong, expired or revoked. Ask for a new one.")


class LimitReached(IdentityError):
    """`most` is how many there may be at a time."""

    def __init__(self, most: int) -> None:
        super().__init__(f"There can be {most} at most. Remove one that you no longer need.")
        self.most = most


class InvalidDetails(IdentityError):
    """`fields` says what is wrong and where; nothing was stored."""

    def __init__(self, *fields: FieldFault) -> None:
        super().__init__("Something cannot be right. Look at the marked fields.")
        self.fields: Iterable[FieldFault] = fields


class NotSignedIn(IdentityError):
    def __init__(self) -> None:
        super().__init__("Sign in first.")


class NotAllowed(IdentityError):
    def __init__(self) -> None:
        super().__init__("Your account cannot do this. Sign in with an account that can.")


class NotFound(IdentityError):
    def __init__(self) -> None:
        super().__init__("There is nothing here under this name. Go back and choose from the list.")


def _in_words(seconds: int) -> str:
    size, unit = (3600, "hour") if seconds > 3600 else (60, "minute")  # noqa: PLR2004 an hour is sixty minutes
    count = -(-seconds // size)
    return f"1 {unit}" if count == 1 else f"{count} {unit}s"
