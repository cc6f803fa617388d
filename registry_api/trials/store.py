from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import DESCENDING

from registry_api.trials.ctgov import CanonicalRecord
from registry_api.trials.cursors import read_cursor, write_cursor
from registry_api.trials.documents import (
    Document,
    criteria_document,
    criteria_from,
    trial_document,
    trial_from,
)
from registry_api.trials.errors import InvalidCriteria, TrialNotFound
from registry_api.trials.ids import TrialId
from registry_api.trials.trial import CriteriaVersion, Trial

TRIALS = "trials"
RECORDS = "trial_records"
CRITERIA = "trial_criteria"
MAX_OPEN_TRIALS = 500
_log = structlog.get_logger("trials")
_OPEN_WITH_CRITERIA: Document = {"is_open": True, "criteria": {"$type": "object"}}


@dataclass(frozen=True, slots=True)
class TrialPage:
    trials: tuple[Trial, ...]
    has_next: bool

    @staticmethod
    def cursor(trial: Trial) -> str:
        return write_cursor(trial.imported_at, trial.id)


class TrialStore:
    """Trials, every study record they were imported from, and every version of their criteria."""

    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]]) -> None:
        self._trials = database[TRIALS]
        self._records = database[RECORDS]
        self._criteria = database[CRITERIA]

    async def own(
        self, owner: str, trial: TrialId, *, session: AsyncIOMotorClientSession | None = None
    ) -> Trial:
        """A trial of this member of staff.

        Raises:
            TrialNotFound: there is none of that id, or it is somebody else's.
        """
        return _found(await self._trials.find_one({"_id": trial, "owner": owner}, session=session))

    async def page(self, owner: str, *, first: int, after: str | None = None) -> TrialPage:
        """Trials of this member of staff, newest import first; at most 100.

        Raises:
            InvalidCursor: `after` is no cursor.
        """
        limit = max(1, min(first, 100))
        query: Document = {"owner": owner}
        if after is not None:
            at, name = read_cursor(after)
            query["$or"] = [{"imported_at": {"$lt": at}}, {"imported_at": at, "_id": {"$lt": name}}]
        order = [("imported_at", DESCENDING), ("_id", DESCENDING)]
        found = await self._trials.find(query, sort=order, limit=limit + 1).to_list(limit + 1)
        return TrialPage(tuple(trial_from(each) for each in found[:limit]), len(found) > limit)

    async def open_trials(self) -> list[Trial]:
        """The trials that people can join now and whose criteria are set, at most 500.

        One whose criteria an earlier version of the service took, and this one does not, is left out, so that
        it cannot keep everybody from all the others.
        """
        found = self._trials.find(_OPEN_WITH_CRITERIA, limit=MAX_OPEN_TRIALS)
        read = [_read_if_possible(each) async for each in found]
        return [trial for trial in read if trial is not None]

    async def open_trial(self, trial: TrialId, *, session: AsyncIOMotorClientSession | None = None) -> Trial:
        """A trial that people can join now and whose criteria are set.

        Raises:
            TrialNotFound: there is none of that id, or it is not open.
        """
        return _found(await self._trials.find_one({"_id": trial, **_OPEN_WITH_CRITERIA}, session=session))

    async def any_trial(self, trial: TrialId) -> Trial:
        """A trial whoever owns it: for the worker.

        Raises:
            TrialNotFound: there is none of that id.
        """
        return _found(await self._trials.find_one({"_id": trial}))

    async def of_study(
        self, nct_id: str, *, session: AsyncIOMotorClientSession | None = None
    ) -> Trial | None:
        """The trial of a study, whoever owns it: for imports."""
        found = await self._trials.find_one({"nct_id": nct_id}, session=session)
        return trial_from(found) if found else None

    async def keep(self, trial: Trial, *, session: AsyncIOMotorClientSession) -> None:
        """Writes a trial as it is now, inside the transaction that read it."""
        await self._trials.replace_one({"_id": trial.id}, trial_document(trial), upsert=True, session=session)

    async def set_reach(
        self, trial: TrialId, reach: Document, *, session: AsyncIOMotorClientSession | None = None
    ) -> None:
        await self._trials.update_one({"_id": trial}, {"$set": {"reach": reach}}, session=session)

    async def has_record(
        self, trial: TrialId, sha256: str, *, session: AsyncIOMotorClientSession | None = None
    ) -> bool:
        """Whether this very record was imported before, as the newest or not."""
        found = await self._records.find_one({"_id": f"{trial}:{sha256}"}, {"_id": 1}, session=session)
        return found is not None

    async def keep_record(
        self,
        trial: TrialId,
        record: CanonicalRecord,
        imported_by: str,
        now: datetime,
        *,
        session: AsyncIOMotorClientSession,
    ) -> None:
        """Adds a raw record; records are never changed."""
        await self._records.insert_one(
            {
                "_id": f"{trial}:{record.sha256}",
                "trial": trial,
                "sha256": record.sha256,
                "json": record.text,
                "imported_by": imported_by,
                "imported_at": now,
            },
            session=session,
        )

    async def raw_record(self, trial: TrialId, sha256: str) -> str:
        """The canonical JSON of a record that was imported.

        Raises:
            TrialNotFound: there is no such record.
        """
        found = await self._records.find_one({"_id": f"{trial}:{sha256}"}, {"json": 1})
        if found is None:
            raise TrialNotFound
        return str(found["json"])

    async def keep_criteria(
        self, trial: TrialId, criteria: CriteriaVersion, *, session: AsyncIOMotorClientSession
    ) -> None:
        """Adds a version of the criteria; versions are never changed."""
        document = {"_id": f"{trial}:{criteria.number}", "trial": trial, **criteria_document(criteria)}
        await self._criteria.insert_one(document, session=session)

    async def criteria_history(self, trial: TrialId) -> list[CriteriaVersion]:
        """Every version of the criteria, the oldest first; at most 1000."""
        found = self._criteria.find({"trial": trial}, sort=[("number", 1)], limit=1000)
        return [criteria_from(each) async for each in found]


def _found(document: Document | None) -> Trial:
    if document is None:
        raise TrialNotFound
    return trial_from(document)


def _read_if_possible(document: Document) -> Trial | None:
    try:
        return trial_from(document)
    except InvalidCriteria:
        _log.error("trial_not_readable", trial=document["_id"])
        return None
