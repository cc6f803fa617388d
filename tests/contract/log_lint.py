"""A lint: what is logged has a name of ours and only fields that the pipeline knows, so that none is lost."""

from __future__ import annotations

import ast
import re

from registry_api.logs import FORMS

_LOGGER = "_log"
_LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
_OWN_NAME = re.compile(r"[a-z][a-z_]{0,59}")


def faults(source: str) -> list[str]:
    """What is wrong with the log calls of a file, with line numbers."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=level)) if (
                name == _LOGGER and level in _LEVELS
            ):
                found += [f"line {node.lineno}: {what}" for what in _wrong(node)]
    return found


def _wrong(call: ast.Call) -> list[str]:
    match call.args:
        case [ast.Constant(value=str(event))] if _OWN_NAME.fullmatch(event):
            wrong = []
        case _:
            wrong = ["the event is no name of ours"]
    fields = [keyword.arg or "**" for keyword in call.keywords]
    return [*wrong, *(f"{field} is no field of the logs" for field in fields if field not in FORMS)]
