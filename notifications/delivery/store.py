"""The outbox as the relay sees it: claims with leases, and every step of a message's state.

`lease_until` and `leased_by` say who works on a record; `due_at` when it is next to be looked at. Each step
names the state and the lease that it starts from, so that a worker which has lost its lease changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import ReturnDocument

from notifications.delivery.consequences import Concerned
from notifications.envelope import Envelope
from notifications.errors import LeaseLost
from notifications.ids import AddressKey, CarrierSid, MessageId, RecipientId, key_owner
from notifications.messages import TERMINAL, Kind, Message, Report, State, before_report
from notifications.outbox import NO_LEASE, OUTBOX, SLOTS_FIELD, cancelling
from notifications.phone import PhoneNumber

CALL_FIELD = "outbox.call"
_WITH_THE_CARRIER = [State.SENDING, State.UNKNOWN, State.SENT, State.DELIVERED, State.UNDELIVERED]
_FORGOTTEN_WORDS = {"sealed_slots": "", "call": ""}


@dataclass(frozen=True)
class Call:
    """What was, or may have been, handed to the carrier; sealed until the outcome is known."""

    to: PhoneNumber = field(repr=False)
    body: str = field(repr=False)


@dataclass(frozen=True)
class Posted:
    """What a carrier's report needs to know of the record that it is about."""

    concerned: Concerned
    attempts: int


class Deliveries:
    def __init__(
        self, database: AsyncIOMotorDatabase[dict[str, Any]], envelope: Envelope, *, lease: timedelta
    ) -> None:
        self._messages = database[OUTBOX]
        self._envelope = envelope
        self._lease = lease

    async def claim_due(self, now: datetime, worker: str) -> Message | None:
        """Leases the most urgent message that is due."""
        return await self._claim({"state": State.QUEUED}, now, worker)

    async def claim_doubtful(self, now: datetime, worker: str) -> Message | None:
        """Leases a message of which nobody knows whether the carrier has it."""
        return await self._claim({"state": {"$in": [State.SENDING, State.UNKNOWN]}}, now, worker)

    async def slots_of(self, message: Message) -> Mapping[str, str]:
        """The slots of a claimed message, opened."""
        if message.sealed_slots is None:
            return message.slots
        opened = await self._envelope.open(key_owner(message.recipient), SLOTS_FIELD, message.sealed_slots)
        return {str(name): str(value) for name, value in json.loads(opened).items()}

    async def call_of(self, message: Message) -> Call | None:
        """What a doubtful message would have sent; None if that is gone."""
        if message.sealed_call is None:
            return None
        opened = await self._envelope.open(key_owner(message.recipient), CALL_FIELD, message.sealed_call)
        to, body = json.loads(opened)
        return Call(PhoneNumber(to), body)

    async def trial_messages(
        self, recipient: RecipientId, since: datetime, session: AsyncIOMotorClientSession
    ) -> int:
        """How many trial messages went, or may have gone, to a person since then."""
        return int(
            await self._messages.count_documents(
                {
                    "recipient": recipient,
                    "capped": True,
                    "intent_at": {"$gt": since},
                    "state": {"$in": _WITH_THE_CARRIER},
                },
                session=session,
            )
        )

    async def intend(
        self,
        message: Message,
        call: Call,
        address_key: AddressKey,
        now: datetime,
        session: AsyncIOMotorClientSession,
    ) -> None:
        """Records that the message is about to be handed to the carrier. Raises LeaseLost."""
        sealed = await self._envelope.seal(
            key_owner(message.recipient), CALL_FIELD, json.dumps([call.to, call.body])
        )
        await self._step(
            message,
            State.QUEUED,
            {
                "$set": {
                    "state": State.SENDING,
                    "intent_at": now,
                    "due_at": now,
                    "lease_until": now + self._lease,
                    "address_key": address_key,
                    "call": sealed,
                },
                "$inc": {"attempts": 1},
                "$unset": {"reason": ""},
            },
            session,
        )

    async def hold(
        self, message: Message, until: datetime, reason: str, session: AsyncIOMotorClientSession | None = None
    ) -> None:
        """Puts a claimed message back until a later moment. Raises LeaseLost."""
        held = {"due_at": until, "reason": reason, "lease_until": NO_LEASE}
        await self._step(message, State.QUEUED, {"$set": held}, session)

    async def cancel(
        self, message: Message, reason: str, session: AsyncIOMotorClientSession | None = None
    ) -> None:
        """Ends a claimed message that must not be sent. Raises LeaseLost."""
        await self._step(message, message.state, cancelling(reason), session)

    async def expire(self, message: Message, session: AsyncIOMotorClientSession | None = None) -> None:
        """Ends a claimed message whose time is over. Raises LeaseLost."""
        await self._step(
            message,
            State.QUEUED,
            {"$set": {"state": State.EXPIRED}, "$unset": _FORGOTTEN_WORDS},
            session,
        )

    async def fail(
        self,
        message: Message,
        reason: str,
        *,
        code: int | None = None,
        session: AsyncIOMotorClientSession | None = None,
    ) -> None:
        """Ends a claimed message that cannot be sent. Raises LeaseLost."""
        failed = {"state": State.FAILED, "reason": reason, "error_code": code}
        await self._step(message, message.state, {"$set": failed, "$unset": _FORGOTTEN_WORDS}, session)

    async def put_back(
        self, message: Message, due_at: datetime, session: AsyncIOMotorClientSession | None = None
    ) -> None:
        """Queues again a message that the carrier certainly does not have. Raises LeaseLost."""
        await self._step(
            message,
            message.state,
            {
                "$set": {"state": State.QUEUED, "due_at": due_at, "lease_until": NO_LEASE},
                "$unset": {"call": ""},
            },
            session,
        )

    async def look_again(self, message: Message, due_at: datetime) -> None:
        """Leaves a claimed message as it is until a later moment. Raises LeaseLost."""
        later = {"due_at": due_at, "lease_until": NO_LEASE}
        await self._step(message, message.state, {"$set": later}, None)

    async def doubt(self, message: Message, ask_at: datetime) -> None:
        """Marks a message whose outcome is not known, to be looked up at a moment. Raises LeaseLost."""
        await self._step(
            message,
            message.state,
            {"$set": {"state": State.UNKNOWN, "due_at": ask_at, "lease_until": NO_LEASE}},
            None,
        )

    async def known_sids(self, sids: Iterable[CarrierSid]) -> frozenset[CarrierSid]:
        """Those of the carrier's names that already belong to a record."""
        found = self._messages.find({"sids": {"$in": list(sids)}}, {"sids": 1})
        return frozenset([CarrierSid(sid) async for document in found for sid in document["sids"]])

    async def posted(
        self, message: MessageId, session: AsyncIOMotorClientSession | None = None
    ) -> Posted | None:
        """The record that a report is about; None if there is none that was ever handed to the carrier."""
        found = await self._messages.find_one(
            {"_id": message, "intent_at": {"$exists": True}}, session=session
        )
        if found is None:
            return None
        concerned = Concerned(message, RecipientId(found["recipient"]), AddressKey(found["address_key"]))
        return Posted(concerned, found["attempts"])

    async def report(
        self,
        message: MessageId,
        report: Report,
        session: AsyncIOMotorClientSession | None = None,
    ) -> bool:
        """Notes what the carrier says of a message; True if that moved it on.

        Reports about an attempt that the carrier has given up (a spent name) change nothing.

        Raises:
            DuplicateKeyError: the carrier's name belongs to another record.
        """
        state, sid = report.state, report.sid
        forgotten = _FORGOTTEN_WORDS if state in TERMINAL else {"call": ""}
        facts: dict[str, Any] = {"state": state, f"moments.{state}": report.at}
        if state in TERMINAL and report.error_code is not None:
            facts["error_code"] = report.error_code
        moved = await self._messages.update_one(
            {
                "_id": message,
                "intent_at": {"$exists": True},
                "state": {"$in": list(before_report(state))},
                "spent": {"$ne": sid},
            },
            {"$set": facts, "$addToSet": {"sids": sid}, "$unset": forgotten},
            session=session,
        )
        if moved.matched_count:
            return True
        await self._messages.update_one({"_id": message}, {"$addToSet": {"sids": sid}}, session=session)
        return False

    async def give_up_attempt(
        self, message: MessageId, sid: CarrierSid, due_at: datetime, session: AsyncIOMotorClientSession
    ) -> None:
        """Queues a message again whose last attempt the carrier has ended for a passing reason."""
        await self._messages.update_one(
            {
                "_id": message,
                "state": {"$in": [State.SENDING, State.UNKNOWN, State.SENT]},
                "spent": {"$ne": sid},
            },
            {
                "$set": {"state": State.QUEUED, "due_at": due_at, "lease_until": NO_LEASE},
                "$addToSet": {"sids": sid, "spent": sid},
                "$unset": {"call": ""},
            },
            session=session,
        )

    async def _claim(self, which: Mapping[str, Any], now: datetime, worker: str) -> Message | None:
        found = await self._messages.find_one_and_update(
            {**which, "urgency": {"$gte": 0}, "due_at": {"$lte": now}, "lease_until": {"$lte": now}},
            {
                "$set": {"lease_until": now + self._lease, "leased_by": f"{worker}:{uuid4().hex}"},
                "$inc": {"claims": 1},
            },
            sort=[("urgency", 1), ("due_at", 1)],
            return_document=ReturnDocument.AFTER,
        )
        return _message(found) if found else None

    async def _step(
        self,
        message: Message,
        state: State,
        update: Mapping[str, Any],
        session: AsyncIOMotorClientSession | None,
    ) -> None:
        result = await self._messages.update_one(
            {"_id": message.id, "state": state, "leased_by": message.lease}, update, session=session
        )
        if result.matched_count == 0:
            raise LeaseLost(f"the message {message.id}")


def _message(found: Mapping[str, Any]) -> Message:
    return Message(
        id=MessageId(found["_id"]),
        recipient=RecipientId(found["recipient"]),
        kind=Kind(found["kind"]),
        template=found["template"],
        language=found["language"],
        state=State(found["state"]),
        attempts=found["attempts"],
        claims=found["claims"],
        lease=found["leased_by"],
        lease_until=found["lease_until"],
        slots=found.get("slots", {}),
        sealed_slots=found.get("sealed_slots"),
        sealed_call=found.get("call"),
        expires_at=found.get("expires_at"),
        intent_at=found.get("intent_at"),
        trial=found.get("trial"),
    )
