from __future__ import annotations

from pymongo import IndexModel

EVENTS = "audit_events"
HEADS = "audit_heads"
ANCHORS = "audit_anchors"

INDEXES: dict[str, tuple[IndexModel, ...]] = {
    EVENTS: (
        IndexModel([("subject", 1), ("action", 1), ("_id", -1)]),
        IndexModel([("actor", 1), ("at", -1)]),
    ),
    HEADS: (IndexModel([("waiting", 1)], partialFilterExpression={"waiting": True}),),
    ANCHORS: (),  # read by _id, which counts them
}
