"""The newest scores of a person's questionnaires, for their sheet. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from diary.check_ins import CheckIn
from diary.instruments.catalogue import DAILY, Cadence, definition
from diary.scores import Score
from diary.scoring.totals import TOTAL
from registry_api.exports.visit_sheet import Scored

MOST_PARTS = 8
"""As many as a questionnaire without a total has; the CDIP-58 has the most."""


def newest_scores(entries: Iterable[CheckIn], today: date) -> tuple[Scored, ...]:
    """Of each questionnaire the last entry with a value, newest first; daily ones are told as ratings."""
    newest: dict[str, Scored] = {}
    for entry in sorted(entries, key=lambda each: (each.about, each.received_at)):
        if entry.instrument == DAILY or entry.about > today:
            continue
        if definition(entry.instrument).cadence is Cadence.DAILY:
            continue
        found = _told([each for each in entry.scores if each.value is not None])
        if found:
            newest[entry.instrument] = Scored(
                instrument=entry.instrument, version=found[0].version, about=entry.about, scores=found
            )
    return tuple(sorted(newest.values(), key=lambda each: each.about, reverse=True))


def _told(scores: list[Score]) -> tuple[Score, ...]:
    total = [each for each in scores if each.scale == TOTAL]
    return tuple(total or scores[:MOST_PARTS])
