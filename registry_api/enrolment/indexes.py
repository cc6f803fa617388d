from __future__ import annotations

from pymongo import IndexModel

SIGNATURES = "consent_signatures"
PARTICIPATION = "participation_events"
PROFILES = "profiles"

INDEXES: dict[str, tuple[IndexModel, ...]] = {
    SIGNATURES: (
        IndexModel([("patient", 1), ("purpose", 1), ("number", 1)], unique=True),
        IndexModel(
            [("patient", 1), ("id", 1)], unique=True, partialFilterExpression={"id": {"$exists": True}}
        ),
    ),
    PARTICIPATION: (IndexModel([("patient", 1), ("number", 1)], unique=True),),
    PROFILES: (
        IndexModel([("changed_at", 1)], partialFilterExpression={"changed_at": {"$exists": True}}),
        IndexModel([("matchable", 1), ("_id", 1)], partialFilterExpression={"matchable": True}),
        IndexModel([("counted", 1), ("_id", 1)], partialFilterExpression={"counted": True}),
    ),
}
