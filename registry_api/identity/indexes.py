from __future__ import annotations

from pymongo import IndexModel

ACCOUNTS = "accounts"
CHALLENGES = "sign_in_challenges"
DECOYS = "sign_in_decoys"
ALLOWANCES = "sign_in_allowances"
SIGN_IN_FLAGS = "sign_in_flags"
SESSIONS = "sessions"
STAFF_LOGINS = "staff_logins"
SIGN_ON_ATTEMPTS = "sign_on_attempts"
PASSKEYS = "passkeys"
PASSKEY_CHALLENGES = "passkey_challenges"
API_TOKENS = "api_tokens"

NUMBERS = "numbers"
STOPPED_NUMBERS = "stopped_numbers"

_ENDS_BY_ITSELF = IndexModel([("purge_at", 1)], expireAfterSeconds=0)

INDEXES: dict[str, tuple[IndexModel, ...]] = {
    ACCOUNTS: (IndexModel([("number", 1)], unique=True),),
    NUMBERS: (
        IndexModel([("key", 1)], unique=True),
        IndexModel([("purge_at", 1)], partialFilterExpression={"purge_at": {"$exists": True}}),
    ),
    STOPPED_NUMBERS: (),
    CHALLENGES: (IndexModel([("challenge", 1)], unique=True), _ENDS_BY_ITSELF),
    DECOYS: (_ENDS_BY_ITSELF,),
    ALLOWANCES: (_ENDS_BY_ITSELF,),
    SIGN_IN_FLAGS: (IndexModel([("open", 1), ("at", 1)]),),
    SESSIONS: (
        IndexModel([("account", 1)]),
        IndexModel([("expires_at", 1)], expireAfterSeconds=0),
    ),
    STAFF_LOGINS: (),  # read by _id
    SIGN_ON_ATTEMPTS: (_ENDS_BY_ITSELF,),
    PASSKEYS: (IndexModel([("account", 1), ("added_at", 1)]), _ENDS_BY_ITSELF),
    API_TOKENS: (
        IndexModel([("hash", 1)], unique=True),
        IndexModel([("organisation", 1), ("issued_at", -1)]),
        IndexModel([("purge_at", 1)], expireAfterSeconds=0),
    ),
    PASSKEY_CHALLENGES: (IndexModel([("expires_at", 1)], expireAfterSeconds=0),),
}
