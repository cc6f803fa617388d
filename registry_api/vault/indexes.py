from __future__ import annotations

from pymongo import IndexModel

KEYS = "vault_keys"
MASTER_KEYS = "vault_master_keys"
EPOCHS = "vault_epochs"
DESTROYED = "vault_destroyed_keys"

INDEXES: dict[str, tuple[IndexModel, ...]] = {
    KEYS: (
        IndexModel(
            [("keyAltNames", 1)],
            unique=True,
            partialFilterExpression={"keyAltNames": {"$exists": True}},
        ),
    ),
    MASTER_KEYS: (
        IndexModel(
            [("state", 1)], unique=True, partialFilterExpression={"state": "ACTIVE"}, name="one_active"
        ),
    ),
    EPOCHS: (),
    DESTROYED: (),
}
