"""People, records and a working stand-in for the registry's people, to test trials with."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.ids import PatientId
from registry_api.trials.facts import Person
from registry_api.trials.person_json import read_person

STUDIES = Path(__file__).parents[2] / "fixtures" / "studies"
NOON = datetime(2026, 7, 10, 12, tzinfo=UTC)

SINCE = "2026-01-01"
BOSTON = {"from": SINCE, "country": "US", "lat": 42.36, "lon": -71.06}
PERSON: dict[str, Any] = {
    "id": "p",
    "birth_date": "1980-06-15",
    "sex": "FEMALE",
    "residence": [BOSTON],
    "languages": [{"from": SINCE, "value": ["en"]}],
    "forms_stated_on": SINCE,
    "forms": [{"form": "CERVICAL", "onset": "2020-03-10", "recorded_on": SINCE}],
    "distribution": [{"from": SINCE, "value": "FOCAL"}],
    "isolated": [{"from": SINCE, "value": "yes"}],
    "toxin": {
        "statements": [{"from": SINCE, "ever": "yes", "list_complete": True}],
        "injections": [{"date": "2026-05-01", "product": "any", "response": "GOOD"}],
    },
    "dbs": [{"from": SINCE, "value": "no"}],
    "medicines": [{"from": SINCE, "taking": "none"}],
}


def person(**changes: Any) -> Person:
    """Somebody who has told everything, with some facts changed."""
    return read_person(PERSON | changes)


def people(count: int, **changes: Any) -> list[Person]:
    """As many people, in order of their ids."""
    return [person(id=f"patient-{number:05}", **changes) for number in range(count)]


def study(number: int) -> dict[str, Any]:
    """One of the study records in tests/fixtures, by the last digits of its number."""
    record: dict[str, Any] = json.loads((STUDIES / f"NCT9000{number:04}.json").read_text("utf-8"))
    return record


def with_status(
    record: Mapping[str, Any], status: str, *, posted: str, sites: str | None = None
) -> dict[str, Any]:
    """The record with another status, posted on another day; `sites` is the status of each site."""
    changed = deepcopy(dict(record))
    module = changed["protocolSection"]["statusModule"]
    module["overallStatus"] = status
    module["lastUpdatePostDateStruct"]["date"] = posted
    for site in changed["protocolSection"]["contactsLocationsModule"]["locations"]:
        site["status"] = sites or status
    return changed


class ListedPeople:
    """Keeps the promises of `People` with people from a list."""

    def __init__(self, listed: Sequence[Person]) -> None:
        self.listed = sorted(listed, key=lambda each: each.id)

    async def batches(
        self,
        size: int,
        now: datetime,  # noqa: ARG002 as promised
        *,
        after: PatientId | None = None,
    ) -> AsyncIterator[Sequence[Person]]:
        waiting = [each for each in self.listed if after is None or each.id > after]
        for start in range(0, len(waiting), size):
            yield waiting[start : start + size]

    async def admit(self, patient: PatientId, now: datetime, *, session: AsyncIOMotorClientSession) -> None:
        """Everybody may be introduced."""
