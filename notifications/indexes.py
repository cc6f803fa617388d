"""Every index of this package's collections; the service makes them at start."""

from __future__ import annotations

from pymongo import ASCENDING, IndexModel

from notifications.inbox.store import INBOX, SENDERS
from notifications.outbox import OUTBOX
from notifications.store import ADDRESSES, FLAGS, RECEIPTS

INDEXES: dict[str, tuple[IndexModel, ...]] = {
    OUTBOX: (
        IndexModel([("reason_key", ASCENDING)], unique=True),
        IndexModel([("state", ASCENDING), ("urgency", ASCENDING), ("due_at", ASCENDING)]),
        IndexModel([("recipient", ASCENDING), ("state", ASCENDING)]),
        IndexModel(
            [("recipient", ASCENDING), ("intent_at", ASCENDING)],
            partialFilterExpression={"capped": True},
        ),
        IndexModel(
            [("trial", ASCENDING), ("state", ASCENDING), ("reason", ASCENDING)],
            partialFilterExpression={"trial": {"$exists": True}},
        ),
        IndexModel([("sids", ASCENDING)], unique=True, sparse=True),
    ),
    ADDRESSES: (),
    RECEIPTS: (),
    FLAGS: (IndexModel([("open", ASCENDING), ("at", ASCENDING)]),),
    INBOX: (
        IndexModel([("state", ASCENDING), ("received_at", ASCENDING), ("_id", ASCENDING)]),
        IndexModel(
            [("address_key", ASCENDING), ("state", ASCENDING), ("received_at", ASCENDING), ("_id", ASCENDING)]
        ),
    ),
    SENDERS: (IndexModel([("lease_until", ASCENDING)]),),
}
