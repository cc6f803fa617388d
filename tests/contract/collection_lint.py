"""A lint: collections are touched in a few files only, so that who reads what can be read in them.

A line that must be an exception says so: `# collections: allowed, <why>`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

MAY_TOUCH = {"store.py", "outbox.py", "mongo.py"}
ALLOWED = "# collections: allowed, "

_DATABASES = {"database", "_database"}
_OF_A_DATABASE = {
    "aggregate", "command", "create_collection", "cursor_command", "drop_collection", "get_collection",
    "list_collection_names", "list_collections", "watch", "with_options",
}  # fmt: skip
_OF_A_COLLECTION = {
    "bulk_write", "count_documents", "create_index", "create_indexes", "delete_many", "delete_one",
    "estimated_document_count", "find_one", "find_one_and_delete", "find_one_and_replace",
    "find_one_and_update", "insert_one", "replace_one", "update_many", "update_one",
}  # fmt: skip
_DRIVER_TYPES = {"AsyncIOMotorClient", "AsyncIOMotorCollection", "AsyncMongoClient", "MongoClient"}


def faults(source: str) -> list[str]:
    """What a file does that only the few may do, with line numbers; escaped lines are left out."""
    lines = source.splitlines()
    return [
        f"line {number}: {what}"
        for number, what in sorted(_found(ast.parse(source)))
        if ALLOWED not in lines[number - 1]
    ]


def _found(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=value) if _is_database(value):
                yield node.lineno, "takes a collection out of a database"
            case ast.Call(func=ast.Attribute(value=value, attr=name)) if (
                _is_database(value) and name in _OF_A_DATABASE
            ):
                yield node.lineno, f"calls {name} on a database"
            case ast.Attribute(attr=name) if name in _OF_A_COLLECTION:
                yield node.lineno, f"uses {name} of a collection"
            case ast.ImportFrom(names=names):
                for name in sorted({each.name for each in names} & _DRIVER_TYPES):
                    yield node.lineno, f"imports {name}"


def _is_database(node: ast.expr) -> bool:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _DATABASES
    return False
