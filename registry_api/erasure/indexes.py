from __future__ import annotations

from pymongo import IndexModel

ERASURES = "erasures"

INDEXES: dict[str, tuple[IndexModel, ...]] = {
    ERASURES: (
        IndexModel(
            [("patient", 1)], unique=True, partialFilterExpression={"state": "ASKED"}, name="one_asked_for"
        ),
        IndexModel([("due_at", 1)], partialFilterExpression={"due_at": {"$exists": True}}, name="due"),
        IndexModel([("state", 1), ("master_key", 1)]),
    ),
}
