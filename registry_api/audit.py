"""What was done to whose record, by whom: added to, never changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo import IndexModel

from registry_api.mongo import Mongo

_EVENTS = "audit_events"
INDEXES = {_EVENTS: (IndexModel([("subject", 1), ("at", -1)]), IndexModel([("actor", 1), ("at", -1)]))}


@dataclass(frozen=True, kw_only=True)
class AuditEvent:
    """One act: `actor` and `subject` are ids, never names; `reason` is our own wording, never free text."""

    actor: str
    role: str
    action: str
    subject: str
    reason: str
    at: datetime


class Audit:
    """The trail of acts on people's records."""

    def __init__(self, mongo: Mongo) -> None:
        self._events = mongo.database[_EVENTS]

    async def record(self, event: AuditEvent, *, session: AsyncIOMotorClientSession | None = None) -> None:
        """Adds an event; inside a transaction it stands or falls with the act."""
        await self._events.insert_one({"_id": uuid4().hex, **asdict(event)}, session=session)

    async def about(self, subject: str, *, limit: int = 100) -> list[AuditEvent]:
        """The newest events about one record."""
        found = self._events.find({"subject": subject}, {"_id": 0}, sort=[("at", -1)], limit=limit)
        return [AuditEvent(**event) async for event in found]
