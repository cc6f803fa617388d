"""How scores are put into words: never as a diagnosis. Pure."""

from __future__ import annotations

from diary.instruments.catalogue import Instrument, Kind, definition
from diary.scores import Score
from registry_api.exports.printed import ScoreTable
from registry_api.exports.visit_sheet import Scored, VisitSheet
from registry_api.exports.words import Words

MOST_SCORED = 4
"""Questionnaires that are told; the newest ones."""


def score_table(sheet: VisitSheet, words: Words) -> ScoreTable:
    """The newest questionnaires with their day; no rows where there are none."""
    told = sheet.scored[:MOST_SCORED]
    banded = any(score.band for each in told for score in each.scores)
    typed_in = any(definition(each.instrument).kind is Kind.TYPED_IN for each in told)
    left = len(sheet.scored) - len(told)
    notes = [
        *([words.say("scores.screening")] if banded else []),
        *([words.say("scores.typed_in")] if typed_in else []),
        *([words.say("scores.more", count=left)] if left else []),
    ]
    return ScoreTable(
        title=words.say("scores.title"),
        head=words.listed("scores.head"),
        rows=tuple(_row(each, words) for each in told),
        notes=tuple(notes),
    )


def _row(scored: Scored, words: Words) -> tuple[str, str, str]:
    instrument = definition(scored.instrument, scored.version)
    title = instrument.title.in_language(words.language) or instrument.id.upper()
    if instrument.kind is Kind.TYPED_IN:
        title += words.say("scores.mark")
    values = _parts(scored, instrument, words) or _value(scored.scores[0], instrument, words)
    return title, values, words.day(scored.about)


def _parts(scored: Scored, instrument: Instrument, words: Words) -> str | None:
    """The parts of a questionnaire without a total; None where it has one number."""
    known = [(scale, each) for each in scored.scores if (scale := instrument.scale(each.scale)) is not None]
    if len(known) < 2:  # noqa: PLR2004 one is no part
        return None
    highest = {scale.maximum for scale, _ in known}
    told = words.say("join").join(
        words.say(
            "scores.part",
            part=scale.title.in_language(words.language),
            value=words.number(each.value or 0) if len(highest) == 1 else _value(each, instrument, words),
        )
        for scale, each in known
    )
    return (
        words.say("scores.parts", parts=told, most=words.number(highest.pop())) if len(highest) == 1 else told
    )


def _value(score: Score, instrument: Instrument, words: Words) -> str:
    scale = instrument.scale(score.scale)
    value = words.number(score.value or 0)
    if scale is None:
        return value
    told = words.say("scores.value", value=value, most=words.number(scale.maximum))
    band = next((each for each in scale.bands if each.id == score.band), None)
    if band is None:
        return told
    return words.say("scores.banded", told=told, band=band.label.in_language(words.language))
