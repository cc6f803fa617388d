from pymongo import ASCENDING, IndexModel

CHATS = "chats"
SAFETY_FLAGS = "safety_flags"

INDEXES: dict[str, tuple[IndexModel, ...]] = {
    CHATS: (),
    SAFETY_FLAGS: (
        IndexModel([("open", ASCENDING), ("at", ASCENDING)]),
        IndexModel([("patient", ASCENDING)]),
    ),
}
