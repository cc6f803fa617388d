"""One message to one person: what it is, which states it passes through, and in which order.

queued -> sending -> sent -> delivered | undelivered | failed; queued -> cancelled | expired; and
sending -> unknown where the carrier's answer was lost. A message goes back to queued
only when the carrier certainly does not have it, or has given that attempt up for a passing reason: then it
is a new attempt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from notifications.ids import CarrierSid, MessageId, RecipientId


class Kind(StrEnum):
    SIGN_IN_CODE = "sign_in_code"
    PROMPT = "prompt"
    REPLY = "reply"
    HELP = "help"
    OPT_OUT_CONFIRMATION = "opt_out_confirmation"
    OPT_IN_CONFIRMATION = "opt_in_confirmation"
    CRISIS = "crisis"
    TRIAL_ALERT = "trial_alert"
    TRIAL_CORRECTION = "trial_correction"


class State(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


TERMINAL = frozenset({State.DELIVERED, State.UNDELIVERED, State.FAILED, State.CANCELLED, State.EXPIRED})

_REPORTED = frozenset({State.SENT, State.DELIVERED, State.UNDELIVERED, State.FAILED})
_ORDER = {State.QUEUED: 0, State.SENDING: 1, State.UNKNOWN: 2, State.SENT: 3} | dict.fromkeys(TERMINAL, 4)

# The carrier's words for where a message is; "queued" means that the carrier has it, so for us it is sent.
_CARRIER_WORDS = {
    "accepted": State.SENT,
    "scheduled": State.SENT,
    "queued": State.SENT,
    "sending": State.SENT,
    "sent": State.SENT,
    "partially_delivered": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
    "undelivered": State.UNDELIVERED,
    "failed": State.FAILED,
    "canceled": State.FAILED,
}


def reported_state(carrier_status: str) -> State | None:
    """What a carrier's status means for us; None for a word that we do not know."""
    return _CARRIER_WORDS.get(carrier_status.casefold())


def after_report(current: State, reported: State) -> State:
    """The state after the carrier has reported one: forward only, whatever order reports come in.

    A report can come for a message that waits to be sent again (its first attempt's answer was lost): that it
    is with the carrier is the stronger fact.

    Raises:
        ValueError: the carrier cannot report such a state.
    """
    if reported not in _REPORTED:
        raise ValueError(reported)
    return reported if _ORDER[reported] > _ORDER[current] else current


def before_report(reported: State) -> frozenset[State]:
    """The states that a report of this one moves on."""
    return frozenset(state for state in State if after_report(state, reported) is not state)


@dataclass(frozen=True)
class Draft:
    """A message to be queued.

    Slots are sealed unless the kind is a trial message, whose link is the same for everybody. `reason_key`
    names the one reason for this text: a second draft with the same key is never sent. `not_before` and
    `expires_at` are aware moments; without `expires_at` the kind's own lifetime counts.
    """

    recipient: RecipientId
    kind: Kind
    template: str
    language: str
    slots: Mapping[str, str]
    reason_key: str
    not_before: datetime | None = None
    expires_at: datetime | None = None
    trial: str | None = None


@dataclass(frozen=True)
class Message:
    """An outbox record as its present holder sees it; `lease` is the holder's proof.

    `attempts` counts hand-overs to the carrier, `claims` how often a worker has taken the record up.
    """

    id: MessageId
    recipient: RecipientId
    kind: Kind
    template: str
    language: str
    state: State
    attempts: int
    claims: int
    lease: str
    lease_until: datetime
    slots: Mapping[str, str] = field(repr=False)
    sealed_slots: bytes | None = field(repr=False, default=None)
    sealed_call: bytes | None = field(repr=False, default=None)
    expires_at: datetime | None = None
    intent_at: datetime | None = None
    trial: str | None = None


@dataclass(frozen=True)
class Report:
    """What the carrier says of one attempt, whether it called us or was asked."""

    sid: CarrierSid
    state: State
    error_code: int | None
    at: datetime


@dataclass(frozen=True)
class Totals:
    """How many messages of one trial are in each state; `held` of the queued ones wait for their hour."""

    by_state: Mapping[State, int]
    held: int
