"""Messages waiting to go out: queueing once for each reason, cancelling, counting."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import InsertOne, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from notifications import templates
from notifications.envelope import Envelope
from notifications.ids import MessageId, RecipientId, key_owner
from notifications.messages import Draft, Kind, State, Totals
from notifications.suppression import PAUSED, POLICIES, QUIET_HOURS

OUTBOX = "outbox"
SLOTS_FIELD = "outbox.slots"
NO_LEASE = datetime(1970, 1, 1, tzinfo=UTC)

_DUPLICATE_KEY = 11000
_KEPT_ON_OPT_OUT = [kind for kind, policy in POLICIES.items() if policy.despite_opt_out]


class Outbox:
    """Where every part of the service leaves what is to be texted, in its own transaction.

    It holds no phone number, and what a person said only sealed.
    """

    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]], envelope: Envelope) -> None:
        self._messages = database[OUTBOX]
        self._envelope = envelope

    async def enqueue(
        self, draft: Draft, now: datetime, *, session: AsyncIOMotorClientSession | None = None
    ) -> bool:
        """Queues a message, unless one with the same reason key was ever queued: then False.

        Raises:
            TemplateUnknown, SlotsWrong: at once, so that nothing is queued that cannot be sent.
        """
        try:
            result = await self._messages.update_one(
                {"reason_key": draft.reason_key},
                {"$setOnInsert": await self._document(draft, now)},
                upsert=True,
                session=session,
            )
        except DuplicateKeyError:
            if session is not None:
                raise
            return False  # two callers at the same moment: the other one queued it
        return result.upserted_id is not None

    async def enqueue_many(
        self, drafts: Sequence[Draft], now: datetime, *, session: AsyncIOMotorClientSession | None = None
    ) -> int:
        """Queues many messages in one unordered bulk write; how many were new.

        Inside a transaction it upserts, because there a duplicate would undo everything.
        """
        if not drafts:
            return 0
        documents = [await self._document(draft, now) for draft in drafts]
        if session is not None:
            result = await self._messages.bulk_write(
                [
                    UpdateOne({"reason_key": document["reason_key"]}, {"$setOnInsert": document}, upsert=True)
                    for document in documents
                ],
                ordered=False,
                session=session,
            )
            return int(result.upserted_count)
        try:
            result = await self._messages.bulk_write([InsertOne(each) for each in documents], ordered=False)
        except BulkWriteError as error:
            faults = error.details["writeErrors"]
            if (
                any(fault["code"] != _DUPLICATE_KEY for fault in faults)
                or error.details["writeConcernErrors"]
            ):
                raise
            return int(error.details["nInserted"])
        return int(result.inserted_count)

    async def cancel_queued(
        self,
        recipients: RecipientId | Iterable[RecipientId],
        reason: str,
        *,
        kinds: Iterable[Kind] | None = None,
        session: AsyncIOMotorClientSession | None = None,
    ) -> int:
        """Cancels what waits for these people; how many messages that were.

        What goes out even after an opt-out (its confirmation, the crisis reply) stays, so that it does not
        matter whether it was queued before or after this call. `kinds` narrows it down.
        """
        ids = [recipients] if isinstance(recipients, str) else list(recipients)
        chosen = {"$in": list(kinds)} if kinds is not None else {"$nin": _KEPT_ON_OPT_OUT}
        result = await self._messages.update_many(
            {"recipient": {"$in": ids}, "state": State.QUEUED, "kind": chosen},
            cancelling(reason),
            session=session,
        )
        return int(result.modified_count)

    async def release_paused(
        self, recipient: RecipientId, now: datetime, *, session: AsyncIOMotorClientSession | None = None
    ) -> int:
        """Makes what a pause of this person holds due at once; how many messages that were."""
        result = await self._messages.update_many(
            {"recipient": recipient, "state": State.QUEUED, "reason": PAUSED},
            {"$set": {"due_at": now}, "$unset": {"reason": ""}},
            session=session,
        )
        return int(result.modified_count)

    async def cancel_trial(
        self,
        trial: str,
        reason: str,
        *,
        kinds: Iterable[Kind] = (Kind.TRIAL_ALERT,),
        session: AsyncIOMotorClientSession | None = None,
    ) -> int:
        """Cancels what waits about one trial, such as when it is suspended; how many messages that were."""
        result = await self._messages.update_many(
            {"trial": trial, "state": State.QUEUED, "kind": {"$in": list(kinds)}},
            cancelling(reason),
            session=session,
        )
        return int(result.modified_count)

    async def totals(self, trial: str) -> Totals:
        """How many messages about a trial are in each state, from an index alone."""
        by_state: dict[State, int] = {}
        held = 0
        groups = self._messages.aggregate(
            [
                {"$match": {"trial": trial}},
                {"$group": {"_id": {"state": "$state", "reason": "$reason"}, "count": {"$sum": 1}}},
            ]
        )
        async for group in groups:
            state = State(group["_id"]["state"])
            by_state[state] = by_state.get(state, 0) + group["count"]
            if state is State.QUEUED and group["_id"].get("reason") in {QUIET_HOURS, PAUSED}:
                held += group["count"]
        return Totals(by_state, held)

    async def states(self, reason_keys: Iterable[str]) -> dict[str, State]:
        """The state of each message that was ever queued for these reasons."""
        found = self._messages.find(
            {"reason_key": {"$in": list(reason_keys)}}, {"_id": 0, "reason_key": 1, "state": 1}
        )
        return {each["reason_key"]: State(each["state"]) async for each in found}

    async def waiting(self, now: datetime, *, at_most: int = 1000) -> int:
        """How many messages are due and not yet on their way, counted up to a limit; a measure of health."""
        return int(
            await self._messages.count_documents(
                {"state": State.QUEUED, "urgency": {"$gte": 0}, "due_at": {"$lte": now}}, limit=at_most
            )
        )

    async def _document(self, draft: Draft, now: datetime) -> dict[str, Any]:
        templates.check(draft.template, draft.slots)
        policy = POLICIES[draft.kind]
        due_at = max(now, draft.not_before or now)
        expires_at = draft.expires_at or (due_at + policy.lifetime if policy.lifetime else None)
        document: dict[str, Any] = {
            "_id": MessageId(uuid4().hex),
            "reason_key": draft.reason_key,
            "recipient": draft.recipient,
            "kind": draft.kind,
            "template": draft.template,
            "language": draft.language,
            "state": State.QUEUED,
            "urgency": policy.urgency,
            "queued_at": now,
            "due_at": due_at,
            "lease_until": NO_LEASE,
            "attempts": 0,
        }
        if expires_at is not None:
            document["expires_at"] = expires_at
        if draft.trial is not None:
            document["trial"] = draft.trial
        if policy.capped:
            document["capped"] = True
        if not policy.sealed_slots:
            document["slots"] = dict(draft.slots)
        elif draft.slots:
            document["sealed_slots"] = await self._envelope.seal(
                key_owner(draft.recipient), SLOTS_FIELD, json.dumps(dict(draft.slots))
            )
        return document


def cancelling(reason: str) -> dict[str, Any]:
    """The update that ends a queued message; its words are forgotten."""
    return {"$set": {"state": State.CANCELLED, "reason": reason}, "$unset": {"sealed_slots": "", "call": ""}}
