"""How events are tied to each other. Pure.

Each subject has a chain of its own, so that acts on different people never wait for each other. A link's seal
is the HMAC-SHA-256 of its content, its number and the seal before it, under a key that is not in the
database: whoever can write the database can neither alter, insert nor reorder an event without it showing.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from registry_api.audit.events import Action, Actor, AuditEvent, Channel, Origin

GENESIS = bytes(32)
SUBJECT_AND_NUMBER = "#"
_DIGITS = 10
LAST = 10**_DIGITS - 1

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """The newest link of a chain."""

    number: int
    seal: bytes


EMPTY = Head(0, GENESIS)


def link_id(subject: str, number: int) -> str:
    """The name of a link; the links of a subject sort by number."""
    return f"{subject}{SUBJECT_AND_NUMBER}{number:0{_DIGITS}d}"


def subject_and_number(name: str) -> tuple[str, int]:
    """Raises ValueError for a name that is no link's."""
    subject, _, number = name.rpartition(SUBJECT_AND_NUMBER)
    if len(number) != _DIGITS or not number.isdecimal() or not number.isascii():
        raise ValueError
    return subject, int(number)


def add(key: bytes, head: Head, event: AuditEvent) -> tuple[Head, Document]:
    """The chain with one more event, and the link as it is stored."""
    number = head.number + 1
    content: Document = {
        "actor": event.actor.id,
        "role": event.actor.role,
        "channel": event.actor.origin.channel.value,
        "network": event.actor.origin.network,
        "action": event.action.value,
        "subject": event.subject,
        "record": event.record,
        "reason": event.reason,
        "at": _milliseconds(event.at),
    }
    sealed = seal(key, link_id(event.subject, number), head.seal, content)
    return Head(number, sealed), {"_id": link_id(event.subject, number), **content, "seal": sealed}


def seal(key: bytes, name: str, previous: bytes, content: Document) -> bytes:
    """32 bytes over the link's name, the seal before it, and everything that it says."""
    said = {field: value for field, value in content.items() if field not in {"_id", "seal"}}
    canonical = orjson.dumps(
        [name, previous.hex(), {field: _plain(value) for field, value in said.items()}],
        option=orjson.OPT_SORT_KEYS,
    )
    return hmac.digest(key, canonical, hashlib.sha256)


def event_of(link: Document) -> AuditEvent:
    """What a link says."""
    network, record, at = link["network"], link["record"], link["at"]
    if not isinstance(at, datetime):
        raise TypeError
    return AuditEvent(
        actor=Actor(
            str(link["actor"]),
            str(link["role"]),
            Origin(Channel(str(link["channel"])), None if network is None else str(network)),
        ),
        action=Action(str(link["action"])),
        subject=str(link["subject"]),
        at=at,
        record=None if record is None else str(record),
        reason=str(link["reason"]),
    )


def _milliseconds(moment: datetime) -> datetime:
    """As the database keeps it."""
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


def _plain(value: object) -> object:
    """A value as canonical JSON has it; of a kind that we never write, the name of the kind."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds")
    if value is None or isinstance(value, str):
        return value
    return type(value).__name__
