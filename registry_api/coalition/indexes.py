from __future__ import annotations

from pymongo import IndexModel

ORGANISATIONS = "organisations"
SNAPSHOTS = "coalition_snapshots"
CONTRIBUTORS = "coalition_contributors"
SECRETS = "coalition_secrets"

INDEXES: dict[str, tuple[IndexModel, ...]] = {
    ORGANISATIONS: (),  # each of the four is read by _id alone
    SNAPSHOTS: (),
    CONTRIBUTORS: (),
    SECRETS: (),
}
