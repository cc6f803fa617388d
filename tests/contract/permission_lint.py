"""A lint: what may be done with somebody's data is asked of `enrolment.permissions` and decided nowhere else.

Outside the few files below nobody reads what was signed or changed, nor the marks on a profile that repeat it
for an index. A line that must be an exception says so: `# permission: allowed, <why>`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

ALLOWED = "# permission: allowed, "

MAY_READ = {
    "registry_api/enrolment/consenting/store.py",
    "registry_api/enrolment/consents.py",
    "registry_api/enrolment/copies.py",  # shows a signature to who gave it
    "registry_api/enrolment/documents.py",
    "registry_api/enrolment/errors.py",  # the names of the purposes
    "registry_api/enrolment/participation.py",
    "registry_api/enrolment/permissions.py",
    "registry_api/enrolment/signing.py",
    "registry_api/enrolment/taking_part.py",
    "registry_api/enrolment/uses.py",
    "registry_api/graph/consent.py",  # takes and shows signatures
    "registry_api/graph/consent_types.py",
    "registry_api/seeding/logins.py",  # makes them up
    "registry_api/seeding/people.py",
    "registry_api/seeding/seed.py",
}
MAY_MARK = {"registry_api/enrolment/indexes.py", "registry_api/enrolment/store.py"}

_STORES = {"SignatureStore", "ParticipationStore"}
_RULES = {"decide", "newest", "standings", "participation"}
_SIGNED = {"decision", "scopes", "contact_ended_at", "data_use_ended_at"}
_PURPOSES = {"Purpose", "Decision", "ConsentState"}
_MARKS = {"matchable", "counted"}

# What chooses by a mark, and facts of one moment: each read in one place, which asks or was told just before.
_ONLY_IN = {
    "enrolled_batches": "registry_api/trials/patients.py",
    "counted_batches": "registry_api/coalition/registrants.py",
    "texts_permitted": "notifications/suppression.py",
    "trial_contact_permitted": "notifications/suppression.py",
}


def faults(path: str, source: str) -> list[str]:
    """What a file reads or decides instead of asking, with line numbers; escaped lines are left out."""
    lines = source.splitlines()
    return [
        f"line {number}: {what}"
        for number, what in sorted(set(_found(path, ast.parse(source))))
        if ALLOWED not in lines[number - 1]
    ]


def _found(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if path not in MAY_MARK and isinstance(node, ast.Constant) and node.value in _MARKS:
            yield node.lineno, f"reads the mark {node.value}"
        if isinstance(node, ast.Attribute) and _ONLY_IN.get(node.attr, path) != path:
            yield node.lineno, f"reads {node.attr}"
        if path in MAY_READ:
            continue
        match node:
            case ast.ImportFrom(module=str(module), names=names) if "enrolment" in module:
                for name in sorted({each.name for each in names} & (_STORES | _RULES)):
                    yield node.lineno, f"imports {name}"
            case ast.Attribute(value=ast.Name(id=held), attr=name) if held in _PURPOSES:
                yield node.lineno, f"asks for {held}.{name}"
            case ast.Attribute(attr=name) if name in _SIGNED:
                yield node.lineno, f"reads {name}"
