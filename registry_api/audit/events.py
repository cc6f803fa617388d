"""What the trail says of an act: who, in which role, what, on whose record, why, from where, when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

Subject = NewType("Subject", str)
"""Whose record it is: the id of a patient, a member of staff, an organisation or a trial, or our own name."""

SERVICE = Subject("service")


class Channel(StrEnum):
    """Which door an act came through."""

    WEB = "WEB"
    SMS = "SMS"
    API = "API"
    WORKER = "WORKER"
    COMMAND = "COMMAND"


class Action(StrEnum):
    """What was done; past tense, as an event is."""

    SIGNED_IN = "SIGNED_IN"
    SIGN_IN_REJECTED = "SIGN_IN_REJECTED"
    SIGNED_OUT = "SIGNED_OUT"
    SESSIONS_ENDED = "SESSIONS_ENDED"
    STEPPED_UP = "STEPPED_UP"
    PASSKEY_ADDED = "PASSKEY_ADDED"
    PASSKEY_REMOVED = "PASSKEY_REMOVED"
    TOKEN_ISSUED = "TOKEN_ISSUED"  # noqa: S105 the name of an act
    TOKEN_REVOKED = "TOKEN_REVOKED"  # noqa: S105 the same
    STAFF_ADDED = "STAFF_ADDED"
    ROLE_CHANGED = "ROLE_CHANGED"
    LOGIN_LINKED = "LOGIN_LINKED"
    LOGIN_UNLINKED = "LOGIN_UNLINKED"
    CONSENT_SIGNED = "CONSENT_SIGNED"
    DATA_USE_ENDED = "DATA_USE_ENDED"
    DATA_USE_RESUMED = "DATA_USE_RESUMED"
    CONTACT_ENDED = "CONTACT_ENDED"
    CONTACT_RESUMED = "CONTACT_RESUMED"
    PAUSED = "PAUSED"
    RESUMED = "RESUMED"
    OPTED_OUT = "OPTED_OUT"
    OPTED_IN = "OPTED_IN"
    ENROLLED = "ENROLLED"
    SETTINGS_CHANGED = "SETTINGS_CHANGED"
    CHECK_IN_RECORDED = "CHECK_IN_RECORDED"
    CHECK_IN_AMENDED = "CHECK_IN_AMENDED"
    CHECK_IN_WITHDRAWN = "CHECK_IN_WITHDRAWN"
    NOTE_RECORDED = "NOTE_RECORDED"
    NOTE_AMENDED = "NOTE_AMENDED"
    NOTE_WITHDRAWN = "NOTE_WITHDRAWN"
    TREATMENT_RECORDED = "TREATMENT_RECORDED"
    TREATMENT_AMENDED = "TREATMENT_AMENDED"
    TREATMENT_WITHDRAWN = "TREATMENT_WITHDRAWN"
    TREATMENT_RESTORED = "TREATMENT_RESTORED"
    QUESTION_ADDED = "QUESTION_ADDED"
    QUESTION_REMOVED = "QUESTION_REMOVED"
    INTRODUCTION_REQUESTED = "INTRODUCTION_REQUESTED"
    TRIAL_DECLINED = "TRIAL_DECLINED"
    IDENTITY_READ = "IDENTITY_READ"
    RECORD_READ = "RECORD_READ"
    EXPORTED = "EXPORTED"
    TRAIL_COPIED = "TRAIL_COPIED"
    TRIAL_IMPORTED = "TRIAL_IMPORTED"
    CRITERIA_SET = "CRITERIA_SET"
    NOTICE_COMPOSED = "NOTICE_COMPOSED"
    NOTICE_APPROVED = "NOTICE_APPROVED"
    NOTICE_STOPPED = "NOTICE_STOPPED"
    ERASURE_ASKED = "ERASURE_ASKED"
    ERASURE_CANCELLED = "ERASURE_CANCELLED"
    ERASED = "ERASED"
    INSTRUMENT_LOADED = "INSTRUMENT_LOADED"
    INSTRUMENT_LICENSED = "INSTRUMENT_LICENSED"
    INSTRUMENT_RESCORED = "INSTRUMENT_RESCORED"
    KEY_MADE = "KEY_MADE"
    KEY_DESTROYED = "KEY_DESTROYED"
    MASTER_KEY_ROTATED = "MASTER_KEY_ROTATED"
    MASTER_KEY_DESTROYED = "MASTER_KEY_DESTROYED"


LOOKS = frozenset({Action.IDENTITY_READ, Action.RECORD_READ, Action.EXPORTED})
"""Acts by which somebody sees what a record holds."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an act came from; `network` is cut to /24 or /48, so that it names no household by itself."""

    channel: Channel = Channel.WEB
    network: str | None = None


ANYWHERE = Origin()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an id, never a name, and the role that permits the act."""

    id: str
    role: str
    origin: Origin = ANYWHERE


def worker_actor() -> Actor:
    """The service itself, at work without anybody asking."""
    return Actor(SERVICE, "SERVICE", Origin(Channel.WORKER))


def command_actor() -> Actor:
    """Whoever may run `registry` on the deployer's machine."""
    return Actor("deployer", "DEPLOYER", Origin(Channel.COMMAND))


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One act. `record` is the id of the part that it touched; `reason` is our wording, never free text."""

    actor: Actor
    action: Action
    subject: str
    at: datetime
    record: str | None = None
    reason: str = ""
