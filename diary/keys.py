"""Keys and moments as the database keeps them: a person's documents lie together, in order of their days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from diary.ids import PatientId

Document = dict[str, Any]
SEPARATOR = ":"


def to_milliseconds(moment: datetime) -> datetime:
    """The moment as precisely as the database keeps it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def own_key(patient: PatientId, *parts: str) -> str:
    """A document's id that begins with the patient, so that nobody's id can meet another person's record."""
    if SEPARATOR in patient:
        raise ValueError("a patient's id holds no colon")
    return SEPARATOR.join([patient, *parts])


def day_key(patient: PatientId, about: date, instrument: str) -> str:
    """The id of the one entry of a person, day and instrument; in its order a person's days are sorted."""
    return own_key(patient, about.isoformat(), instrument)


def day_span(
    patient: PatientId, since: date | None, until: date | None, before: tuple[date, str] | None
) -> Document:
    """The ids of a person's days from `since` to `until` (both included), before a place in their order."""
    ends = [patient + chr(ord(SEPARATOR) + 1)]
    if until is not None and until < date.max:
        ends.append(own_key(patient, (until + timedelta(days=1)).isoformat()))
    if before is not None:
        ends.append(day_key(patient, *before))
    return {"$gte": own_key(patient, since.isoformat() if since is not None else ""), "$lt": min(ends)}
