from pymongo import ASCENDING, IndexModel

CHATS = "chats"
STRANGERS = "strangers"
SAFETY_FLAGS = "safety_flags"

INDEXES: dict[str, tuple[IndexModel, ...]] = {
    CHATS: (),
    STRANGERS: (IndexModel([("purge_at", ASCENDING)], expireAfterSeconds=0),),
    SAFETY_FLAGS: (IndexModel([("open", ASCENDING), ("at", ASCENDING)]),),
}
