"""Names of accounts, sessions and challenges: each opaque, each a string."""

from __future__ import annotations

from typing import NewType
from uuid import uuid4

from diary.ids import PatientId

StaffId = NewType("StaffId", str)
SessionId = NewType("SessionId", str)
DeviceId = NewType("DeviceId", str)
ChallengeId = NewType("ChallengeId", str)
TokenId = NewType("TokenId", str)
CredentialId = NewType("CredentialId", str)
"""The name that an authenticator gave to a passkey, in base64url."""

_CHALLENGE_PREFIX = "challenge:"


def new_patient_id() -> PatientId:
    return PatientId(uuid4().hex)


def new_staff_id() -> StaffId:
    return StaffId(uuid4().hex)


def new_challenge_id() -> ChallengeId:
    return ChallengeId(uuid4().hex)


def challenge_recipient(challenge: ChallengeId) -> str:
    """How the outbox names somebody who waits for a sign-in code and may have no account."""
    return f"{_CHALLENGE_PREFIX}{challenge}"


def challenge_of(recipient: str) -> ChallengeId | None:
    """The challenge that a recipient names; None where it names an account."""
    if not recipient.startswith(_CHALLENGE_PREFIX):
        return None
    return ChallengeId(recipient.removeprefix(_CHALLENGE_PREFIX))
