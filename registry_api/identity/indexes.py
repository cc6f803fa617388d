from __future__ import annotations

from pymongo import IndexModel

ACCOUNTS = "accounts"
CHALLENGES = "sign_in_challenges"
SESSIONS = "sessions"
PASSKEYS = "passkeys"
PASSKEY_CHALLENGES = "passkey_challenges"

INDEXES: dict[str, tuple[IndexModel, ...]] = {
    ACCOUNTS: (IndexModel([("phone_key", 1)], unique=True),),
    CHALLENGES: (
        IndexModel([("challenge", 1)], unique=True),
        IndexModel([("purge_at", 1)], expireAfterSeconds=0),
    ),
    SESSIONS: (
        IndexModel([("account", 1)]),
        IndexModel([("expires_at", 1)], expireAfterSeconds=0),
    ),
    PASSKEYS: (
        IndexModel([("account", 1), ("added_at", 1)]),
        IndexModel([("purge_at", 1)], expireAfterSeconds=0),
    ),
    PASSKEY_CHALLENGES: (IndexModel([("expires_at", 1)], expireAfterSeconds=0),),
}
