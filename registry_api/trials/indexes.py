"""Every index of this package's collections; the service makes them at start.

`trial_jobs` are indexed only while they are to do: those that are done cost nothing.
"""

from __future__ import annotations

from pymongo import ASCENDING, DESCENDING, IndexModel

from registry_api.trials.alerting.store import JOBS, MATCHES
from registry_api.trials.introducing.store import RESPONSES
from registry_api.trials.store import CRITERIA, RECORDS, TRIALS

_TO_DO = {"lease_until": {"$exists": True}}

INDEXES: dict[str, tuple[IndexModel, ...]] = {
    TRIALS: (
        IndexModel([("nct_id", ASCENDING)], unique=True),
        IndexModel([("owner", ASCENDING), ("imported_at", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("is_open", ASCENDING)], partialFilterExpression={"is_open": True}),
    ),
    RECORDS: (),
    CRITERIA: (IndexModel([("trial", ASCENDING), ("number", ASCENDING)], unique=True),),
    JOBS: (
        IndexModel([("lease_until", ASCENDING)], partialFilterExpression=_TO_DO, name="to_do"),
        IndexModel(
            [("trial", ASCENDING), ("number", ASCENDING)], partialFilterExpression=_TO_DO, name="in_order"
        ),
    ),
    MATCHES: (
        IndexModel([("trial", ASCENDING), ("period", ASCENDING), ("patient", ASCENDING)], unique=True),
        IndexModel([("patient", ASCENDING), ("alerted_at", DESCENDING)]),
    ),
    RESPONSES: (
        IndexModel([("patient", ASCENDING)]),
        IndexModel(
            [("trial", ASCENDING), ("introduction_requested_at", DESCENDING), ("_id", DESCENDING)],
            partialFilterExpression={"introduction_requested_at": {"$type": "date"}},
        ),
    ),
}
