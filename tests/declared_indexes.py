"""Every index that the packages declare, gathered as the service does at start."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence

from pymongo import IndexModel

import diary
import notifications
import registry_api
from registry_api import audit, vault


def declared_indexes() -> dict[str, Sequence[IndexModel]]:
    gathered: dict[str, Sequence[IndexModel]] = {**vault.INDEXES, **audit.INDEXES}
    for package in (diary, notifications, registry_api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith(".indexes") and module.name.count("."):
                gathered.update(importlib.import_module(module.name).INDEXES)
    return gathered
