"""The values of measures by day, in one query whatever the range."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from diary.check_ins import Timeliness
from diary.ids import PatientId
from diary.indexes import CHECK_INS
from diary.instruments.scales import Scale
from diary.keys import day_span
from diary.trending.measures import Measure, measures

_ONE_BATCH = 10_000  # rows of some 300 bytes: more than five years of three questionnaires a day
_AS_IT_STANDS = {"timeliness": 1, "version": 1, "revisions": {"$slice": -1}, "scores": {"$slice": -1}}


class MeasureStore:
    """Reads check-ins as numbers: no reasons, no revisions but the last, nothing to open."""

    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]]) -> None:
        self._check_ins = database[CHECK_INS]

    async def by_day(
        self, patient: PatientId, measure: Measure, since: date, until: date
    ) -> dict[date, float]:
        """The values of a measure on the days from `since` to `until`, both included.

        Left out are days without a value, entries that were withdrawn, and of what asks about one day those
        that came later than the day after. The range is as long as the caller lets it be: a year is some 400
        short rows.
        """
        wanted = {**day_span(patient, since, until, None), "$regex": f":{re.escape(measure.instrument.id)}$"}
        values: dict[date, float] = {}
        for document in await self._read(wanted):
            value = _value(document, measure)
            if value is not None:
                values[_day(document)] = value
        return values

    async def all(
        self, patient: PatientId, since: date, until: date
    ) -> list[tuple[Measure, dict[date, float]]]:
        """What `by_day` gives, for every measure that has a value on these days."""
        found: dict[str, dict[date, float]] = {}
        for document in await self._read(day_span(patient, since, until, None)):
            for measure in measures().get(_instrument(document), ()):
                value = _value(document, measure)
                if value is not None:
                    found.setdefault(measure.id, {})[_day(document)] = value
        return [(one, found[one.id]) for those in measures().values() for one in those if one.id in found]

    async def _read(self, place: Mapping[str, Any]) -> list[dict[str, Any]]:
        found = self._check_ins.find({"_id": place}, _AS_IT_STANDS).sort("_id", 1).batch_size(_ONE_BATCH)
        return await found.to_list(None)


def _value(document: Mapping[str, Any], measure: Measure) -> float | None:
    (last,) = document["revisions"]
    late = document["timeliness"] == Timeliness.RETROSPECTIVE
    if last.get("withdrawal", False) or (late and not measure.late_counts):
        return None
    if isinstance(measure.of, Scale):
        value = _score(document, measure, last["number"])
    else:
        value = last["answers"].get(measure.of.id)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _score(document: Mapping[str, Any], measure: Measure, revision: int) -> Any:
    """The number of the newest row, or why there is none; nothing where answers meant something else."""
    for row in document.get("scores", ()):
        by = row.get("version", document["version"])
        if row["revision"] == revision and measure.instrument.understands(by):
            return row["values"].get(measure.of.id)
    return None


def _instrument(document: Mapping[str, Any]) -> str:
    return str(document["_id"]).rsplit(":", 1)[1]


def _day(document: Mapping[str, Any]) -> date:
    return date.fromisoformat(document["_id"].rsplit(":", 2)[1])
