"""The demo's trials: fictional study records, and criteria for those that have them, in `studies/`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from importlib import resources
from typing import Any

from registry_api.audit.events import Actor, Channel, Origin
from registry_api.audit.store import Audit
from registry_api.identity.callers import Role
from registry_api.mongo import Mongo
from registry_api.seeding.chance import identifier
from registry_api.trials.criteria import parse_criteria
from registry_api.trials.ids import TrialId
from registry_api.trials.importing import TrialDesk

_STUDIES = ("NCT91000001", "NCT91000002", "NCT91000003", "NCT91000004")


def study_records() -> Iterator[tuple[str, Any]]:
    """The number and the decoded record of each study that is sown."""
    for number in _STUDIES:
        yield number, read_study(f"{number}.json")


def read_study(file: str) -> Any:
    """A decoded file of `studies/`."""
    return json.loads(resources.files("registry_api.seeding").joinpath("studies", file).read_bytes())


class TrialSower:
    """Imports the studies for one coordinator; what the coordinator has changed since is left alone."""

    def __init__(self, mongo: Mongo, audit: Audit, seed: int, coordinator: str) -> None:
        self._mongo = mongo
        self._audit = audit
        self._seed = seed
        self._by = Actor(coordinator, Role.COORDINATOR, Origin(Channel.COMMAND))

    async def sow(self, now: datetime, progress: Callable[[str, int, int], None]) -> int:
        """Imports the records and sets criteria where there are none; how many trials were new."""
        criteria, added = read_study("criteria.json"), 0
        for done, (number, record) in enumerate(study_records(), start=1):
            trial = identifier(self._seed, "trial", number).hex
            desk = TrialDesk(self._mongo, self._audit, new_id=partial(TrialId, trial))
            imported = await desk.import_record(record, self._by, now)
            if imported.trial.criteria is None and number in criteria:
                tree = parse_criteria(criteria[number])
                await desk.set_criteria(self._by, imported.trial.id, tree, now)
            added += not imported.already
            progress("Trials", done, len(_STUDIES))
        return added
