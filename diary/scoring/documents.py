"""Score rows as parts of an entry's document, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from diary.check_ins import Revision
from diary.errors import UnknownInstrument
from diary.instruments import catalogue
from diary.scores import NoScore, Score, ScoreRow

Document = dict[str, Any]


def score_row_to_document(row: ScoreRow, version: str, revisions: Sequence[Revision]) -> Document:
    """A row for the database: scale → number, or the reason why there is none.

    What follows from the rest is left out: the version where it is the entry's, when it was computed where
    that was when its revision was received; and bands, which the version gives.
    """
    values = {
        score.scale: score.reason.value if score.reason else _number(score.value) for score in row.scores
    }
    document: Document = {"revision": row.revision, "values": values}
    if row.version != version:
        document["version"] = row.version
    if row.at != _received(revisions, row.revision):
        document["at"] = row.at
    return document


def score_row_from_document(
    document: Mapping[str, Any], instrument: str, version: str, revisions: Sequence[Revision]
) -> ScoreRow:
    by = document.get("version", version)
    return ScoreRow(
        version=by,
        revision=document["revision"],
        at=document.get("at") or _received(revisions, document["revision"]),
        scores=tuple(_score(instrument, by, scale, value) for scale, value in document["values"].items()),
    )


def _score(instrument: str, version: str, scale: str, value: float | str) -> Score:
    if isinstance(value, str):
        return Score(scale, version, None, NoScore(value))
    try:
        known = catalogue.definition(instrument, version).scale(scale)
    except UnknownInstrument:
        known = None
    band = known.band_of(value) if known else None
    return Score(scale, version, float(value), band=band.id if band else None)


def _number(value: float | None) -> float | int | None:
    """A whole number takes less room than one with a point."""
    return int(value) if value is not None and value.is_integer() else value


def _received(revisions: Sequence[Revision], number: int) -> datetime:
    return next(revision.at for revision in revisions if revision.number == number)
