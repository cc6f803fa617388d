"""A lint: a resolver asks the access module who is calling before it reaches for what the service keeps.

A function that may go without says so in a comment inside it: `# access: not asked, <why>`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

DOOR = "registry_api.identity.access"
ALLOWED = "# access: not asked, "

_SERVICES = "services"
_HARMLESS = {"settings", "now"}  # what no record is behind
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def faults(source: str) -> list[str]:
    """The functions of a file that reach for a service without having asked."""
    tree, lines = ast.parse(source), source.splitlines()
    doors = set(_doors(tree))
    return [
        f"line {function.lineno}: {function.name} reaches {', '.join(sorted(reached))}"
        for function in _functions(tree)
        if (reached := set(_reached(function)))
        and not _asks(function, doors)
        and not any(ALLOWED in line for line in lines[function.lineno - 1 : function.end_lineno])
    ]


def _functions(tree: ast.Module) -> Iterator[_Function]:
    """Those of the module and of its classes; what is nested in one belongs to it."""
    for node in tree.body:
        for each in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(each, _Function):
                yield each


def _doors(tree: ast.Module) -> Iterator[str]:
    """The names under which functions of the access module are known here."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == DOOR:
            yield from (each.asname or each.name for each in node.names)


def _asks(function: _Function, doors: set[str]) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in doors
        for node in ast.walk(function)
    )


def _reached(function: _Function) -> Iterator[str]:
    """The parts of the service that a function touches, through `….services` or a name given to it."""
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and node.attr not in _HARMLESS and _is_services(node.value):
            yield node.attr


def _is_services(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name == _SERVICES
    return False
