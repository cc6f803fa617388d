"""A trail of a few people, and ways to spoil it as somebody could who can write the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from registry_api.audit.anchoring.store import Anchors
from registry_api.audit.events import Action, Actor, AuditEvent, Channel, Origin
from registry_api.audit.indexes import ANCHORS, EVENTS, HEADS
from registry_api.audit.store import Audit
from registry_api.audit.verification import Verdict, Verification
from registry_api.identity.callers import Role
from registry_api.mongo import Mongo

KEY = b"k" * 32
NOW = datetime(2026, 3, 4, 17, 0, 0, 123456, tzinfo=UTC)
SUBJECTS = ("8a1f0f8e", "c4f7c0de", "c4f7c0de-1", "trial", "service")
_COLLECTIONS = (EVENTS, HEADS, ANCHORS)
_ACTOR = Actor("c0ffee", "COORDINATOR", Origin(Channel.WEB, "198.51.100.0/24"))

Document = dict[str, Any]


def by(name: str, role: Role = Role.COORDINATOR) -> Actor:
    """Somebody who acts."""
    return Actor(name, role, Origin(Channel.WEB))


def event(subject: str = SUBJECTS[0], minute: int = 0, action: Action = Action.IDENTITY_READ) -> AuditEvent:
    return AuditEvent(
        actor=_ACTOR,
        action=action,
        subject=subject,
        record=f"record {minute}" if minute % 2 else None,
        reason="introduction to NCT90000103",
        at=NOW + timedelta(minutes=minute),
    )


class Trail:
    def __init__(self, mongo: Mongo, copy: Path) -> None:
        self.mongo = mongo
        self.audit = Audit(mongo, KEY)
        self.anchors = Anchors(mongo, KEY, copy)

    async def add(self, *events: AuditEvent) -> None:
        """In one transaction."""
        await self.mongo.transact(lambda session: self.audit.record_many(events, session=session))

    async def grow(self, start: int = 0) -> None:
        """Six events each of five subjects, an anchor, two more each, an anchor, and one event more."""
        for minutes in (range(start, start + 6), range(start + 6, start + 8)):
            await self.add(*(event(subject, minute) for minute in minutes for subject in SUBJECTS))
            await self.anchors.add_if_due(NOW)
        await self.add(event(SUBJECTS[0], start + 8))

    async def verdict(self) -> Verdict:
        return await Verification(self.audit, self.anchors, KEY).run()

    async def stored(self) -> dict[str, list[Document]]:
        return {
            name: await self.mongo.database[name].find({"_id": {"$exists": True}}).to_list(None)
            for name in _COLLECTIONS
        }

    async def put(self, stored: dict[str, list[Document]]) -> None:
        """Makes the database hold these documents and no others."""
        for name, documents in stored.items():
            await self.mongo.database[name].delete_many({}, comment="test clean-up")
            if documents:
                await self.mongo.database[name].insert_many(documents)


def tamper(chance: Random, stored: dict[str, list[Document]]) -> tuple[str, dict[str, list[Document]]]:
    """One way to spoil what is stored, and what is stored then."""
    spoilt = {name: [dict(each) for each in documents] for name, documents in stored.items()}
    ways = (_alter, _remove, _swap, _cut_off, _cut_off_with_head, _lose_a_chain, _make_up, _alter_anchor)
    way = chance.choice(ways)
    way(chance, spoilt)
    return way.__name__, spoilt


def _alter(chance: Random, spoilt: dict[str, list[Document]]) -> None:
    link = chance.choice(spoilt[EVENTS])
    field = chance.choice(["actor", "role", "channel", "network", "action", "reason", "record", "at", "seal"])
    if field == "at":
        link["at"] += timedelta(milliseconds=chance.choice([-1, 1, 60_000]))
    elif field == "seal":
        at = chance.randrange(32)
        link["seal"] = link["seal"][:at] + bytes([link["seal"][at] ^ 1]) + link["seal"][at + 1 :]
    elif chance.random() < 0.2:
        del link[field]
    else:
        link[field] = f"{link[field]}x"


def _remove(chance: Random, spoilt: dict[str, list[Document]]) -> None:
    spoilt[EVENTS].remove(chance.choice(spoilt[EVENTS]))


def _swap(chance: Random, spoilt: dict[str, list[Document]]) -> None:
    one, other = chance.sample(spoilt[EVENTS], 2)
    one["_id"], other["_id"] = other["_id"], one["_id"]


def _cut_off(chance: Random, spoilt: dict[str, list[Document]]) -> None:
    theirs = _chain(chance, spoilt)
    _drop(spoilt, theirs[-chance.randint(1, len(theirs)) :])


def _cut_off_with_head(chance: Random, spoilt: dict[str, list[Document]]) -> None:
    """Also winds the end of the chain back, to a place that an anchor covers."""
    theirs = _chain(chance, spoilt)
    left = theirs[: chance.randint(1, 7)]
    _drop(spoilt, theirs[len(left) :])
    head = next(each for each in spoilt[HEADS] if each["_id"] == theirs[0]["subject"])
    head["number"], head["seal"] = len(left), left[-1]["seal"]


def _lose_a_chain(chance: Random, spoilt: dict[str, list[Document]]) -> None:
    theirs = _chain(chance, spoilt)
    _drop(spoilt, theirs)
    if chance.random() < 0.5:
        spoilt[HEADS] = [each for each in spoilt[HEADS] if each["_id"] != theirs[0]["subject"]]


def _make_up(chance: Random, spoilt: dict[str, list[Document]]) -> None:
    last = _chain(chance, spoilt)[-1]
    number = int(last["_id"][-10:]) + 1
    spoilt[EVENTS].append({**last, "_id": f"{last['subject']}#{number:010d}"})


def _alter_anchor(chance: Random, spoilt: dict[str, list[Document]]) -> None:
    if chance.random() < 0.5:
        spoilt[ANCHORS].pop(chance.randrange(len(spoilt[ANCHORS])))
    else:
        heads = [dict(each) for each in spoilt[ANCHORS][0]["heads"]]
        heads.pop(chance.randrange(len(heads)))
        spoilt[ANCHORS][0]["heads"] = heads


def _chain(chance: Random, spoilt: dict[str, list[Document]]) -> list[Document]:
    subject = chance.choice(SUBJECTS)
    return sorted(
        (each for each in spoilt[EVENTS] if each["subject"] == subject), key=lambda link: str(link["_id"])
    )


def _drop(spoilt: dict[str, list[Document]], gone: Sequence[Document]) -> None:
    names = {each["_id"] for each in gone}
    spoilt[EVENTS] = [each for each in spoilt[EVENTS] if each["_id"] not in names]
