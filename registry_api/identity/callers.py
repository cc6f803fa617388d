"""Who is asking: a typed value that is handed from the edge to the rule, never a bare id.

`stepped_up_at` is when the caller last proved with a passkey, in this session, that it is they.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from diary.ids import PatientId
from registry_api.audit.events import ANYWHERE, Actor, Origin
from registry_api.identity.ids import SessionId, StaffId, TokenId


class Role(StrEnum):
    """What an account is for; an account has one. A program with a token has no account."""

    ANONYMOUS = "ANONYMOUS"
    PATIENT = "PATIENT"
    COORDINATOR = "COORDINATOR"
    APPROVER = "APPROVER"
    COALITION_MEMBER = "COALITION_MEMBER"
    ADMINISTRATOR = "ADMINISTRATOR"
    API_CLIENT = "API_CLIENT"


class TokenScope(StrEnum):
    """What a token lets a program do; each is granted alone."""

    AGGREGATES_READ = "aggregates:read"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class Anonymous:
    role: ClassVar[Role] = Role.ANONYMOUS


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A patient who signed in. Only sign-in and seeding make one: whoever holds it acts as that person."""

    role: ClassVar[Role] = Role.PATIENT
    patient_id: PatientId
    session_id: SessionId
    origin: Origin = ANYWHERE
    stepped_up_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinator:
    role: ClassVar[Role] = Role.COORDINATOR
    staff_id: StaffId
    session_id: SessionId
    name: str = field(repr=False)
    origin: Origin = ANYWHERE
    stepped_up_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    role: ClassVar[Role] = Role.APPROVER
    staff_id: StaffId
    session_id: SessionId
    name: str = field(repr=False)
    origin: Origin = ANYWHERE
    stepped_up_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoalitionMember:
    role: ClassVar[Role] = Role.COALITION_MEMBER
    staff_id: StaffId
    session_id: SessionId
    name: str = field(repr=False)
    organisation: str
    origin: Origin = ANYWHERE
    stepped_up_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator:
    role: ClassVar[Role] = Role.ADMINISTRATOR
    staff_id: StaffId
    session_id: SessionId
    name: str = field(repr=False)
    origin: Origin = ANYWHERE
    stepped_up_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiClient:
    """A program of an organisation, which came with a token. It may what the token allows."""

    role: ClassVar[Role] = Role.API_CLIENT
    token_id: TokenId
    organisation: str
    allows: frozenset[TokenScope]
    origin: Origin = ANYWHERE


Staff = Coordinator | Approver | CoalitionMember | Administrator
SignedInCaller = Patient | Staff
Caller = Anonymous | SignedInCaller | ApiClient


def account_of(caller: SignedInCaller) -> str:
    """The id of the account that the caller signed in to."""
    return caller.patient_id if isinstance(caller, Patient) else caller.staff_id


def actor_of(caller: SignedInCaller) -> Actor:
    """The caller as the audit trail names them."""
    return Actor(account_of(caller), caller.role, caller.origin)


def stranger(origin: Origin) -> Actor:
    """Whoever did not sign in, as the audit trail names them."""
    return Actor(Role.ANONYMOUS.lower(), Role.ANONYMOUS, origin)
