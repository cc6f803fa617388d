from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence

from pymongo import IndexModel

import diary
import notifications
import registry_api
from registry_api.wiring import INDEXES


def test_the_service_makes_every_index_that_a_package_declares() -> None:
    """No package's indexes are forgotten where the service gathers them, and none are made up there."""
    declared: dict[str, Sequence[IndexModel]] = {}
    for package in (diary, notifications, registry_api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith(".indexes"):
                found = importlib.import_module(module.name).INDEXES
                assert not declared.keys() & found.keys(), module.name
                declared.update(found)
    assert _described(INDEXES) == _described(declared)


def _described(indexes: object) -> dict[str, list[object]]:
    assert isinstance(indexes, dict)
    return {name: [model.document for model in models] for name, models in indexes.items()}
