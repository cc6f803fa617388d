"""The ratings of one item by day, in one query whatever the range."""

from __future__ import annotations

from datetime import date
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from diary.check_ins import Timeliness
from diary.ids import PatientId
from diary.indexes import CHECK_INS
from diary.instruments.catalogue import DAILY
from diary.keys import day_span

_ABOUT_DAILY = f":{DAILY}"
_ONE_BATCH = 10_000  # rows of some 300 bytes: more than five years of three questionnaires a day


class RatingStore:
    """Reads check-ins as numbers: no reasons, no revisions but the last, nothing to open."""

    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]]) -> None:
        self._check_ins = database[CHECK_INS]

    async def by_day(self, patient: PatientId, item: str, since: date, until: date) -> dict[date, float]:
        """How an item of the daily check-in was rated on the days from `since` to `until`, both included.

        Left out are days without a rating, entries that were withdrawn, and those that came later than the
        day after. The range is as long as the caller lets it be: a year is some 400 short rows.
        """
        found = (
            self._check_ins.find(
                {"_id": day_span(patient, since, until, None)},
                {"timeliness": 1, "revisions": {"$slice": -1}},
            )
            .sort("_id", 1)
            .batch_size(_ONE_BATCH)
        )
        ratings: dict[date, float] = {}
        for document in await found.to_list(None):
            key: str = document["_id"]
            (last,) = document["revisions"]
            value = last["answers"].get(item)
            if (
                key.endswith(_ABOUT_DAILY)
                and document["timeliness"] != Timeliness.RETROSPECTIVE
                and not last.get("withdrawal", False)
                and isinstance(value, int)
                and not isinstance(value, bool)
            ):
                ratings[date.fromisoformat(key.rsplit(":", 2)[1])] = float(value)
        return ratings
