"""Watches every command that the code sends and asks the server how it would run it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

_EXPLAINED = {"find", "aggregate", "update", "delete", "findAndModify", "count", "distinct"}
_KEPT = {
    "find": ("filter", "sort", "hint", "projection", "collation", "skip", "limit"),
    "aggregate": ("pipeline", "hint", "collation"),
    "findAndModify": ("query", "sort", "update", "remove", "upsert", "hint", "new", "fields"),
    "count": ("query", "hint"),
    "distinct": ("key", "query"),
}
_CLEAN_UP = "test clean-up"


class QueryPlans(CommandListener):
    """Collects one command of each shape, to be explained when a test is over."""

    def __init__(self) -> None:
        self.sent = 0  # commands of any kind, so that a test can count round trips
        self._waiting: dict[str, dict[str, Any]] = {}
        self._seen: set[str] = set()

    def started(self, event: CommandStartedEvent) -> None:
        self.sent += 1
        command = event.command
        if event.command_name not in _EXPLAINED or command.get("comment") == _CLEAN_UP:
            return
        for explainable in _explainable(event.command_name, command):
            shape = repr(_shape(explainable))
            if shape not in self._seen:
                self._waiting[shape] = explainable

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass

    def forget(self) -> None:
        """Drops what set-up and clean-up have sent."""
        self._waiting.clear()

    async def collection_scans(self, database: AsyncIOMotorDatabase[dict[str, Any]]) -> list[dict[str, Any]]:
        """The commands since the last `forget` whose winning plan reads a whole collection."""
        waiting, self._waiting = self._waiting, {}
        scans = []
        for shape, command in waiting.items():
            answer = await database.command("explain", command, verbosity="queryPlanner")
            if any("COLLSCAN" in _stages(plan) for plan in _winning_plans(answer)):
                scans.append(command)
            else:
                self._seen.add(shape)
        return scans


def _explainable(name: str, command: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    collection = command[name]
    if not isinstance(collection, str) or collection.startswith("system."):
        return
    if name == "update":
        for update in command.get("updates", ()):
            yield {"update": collection, "updates": [update]}
    elif name == "delete":
        for delete in command.get("deletes", ()):
            yield {"delete": collection, "deletes": [delete]}
    else:
        kept = {key: command[key] for key in _KEPT[name] if key in command}
        if name == "aggregate":
            kept["cursor"] = {}
        yield {name: collection, **kept}


def _shape(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _shape(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return sorted({repr(_shape(inner)) for inner in value})
    return value if isinstance(value, str) and value.startswith("$") else type(value).__name__


def _winning_plans(answer: Any) -> Iterator[Any]:
    if isinstance(answer, Mapping):
        for key, inner in answer.items():
            if key == "winningPlan":
                yield inner
            else:
                yield from _winning_plans(inner)
    elif isinstance(answer, list):
        for inner in answer:
            yield from _winning_plans(inner)


def _stages(plan: Any) -> set[str]:
    if isinstance(plan, Mapping):
        found = {plan["stage"]} if isinstance(plan.get("stage"), str) else set()
        return found.union(*(_stages(inner) for inner in plan.values()))
    if isinstance(plan, list):
        return set().union(*(_stages(inner) for inner in plan))
    return set()
