"""A printed sheet as a screen reader would read it, part by part. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from registry_api.exports.printed import CycleTable, Lines, PrintedSheet, ScoreTable, WeekTable


def parts(sheet: PrintedSheet) -> list[Lines]:
    """Everything on the sheet but what is on every sheet, in the order of the page."""
    found = [
        Lines(sheet.name, (*sheet.about, *(f"{each.label}: {each.value}" for each in sheet.made))),
        Lines(sheet.chart.title, (*((sheet.short,) if sheet.short else ()), *sheet.chart.told)),
        Lines(sheet.cycles.title, tuple(_cycles(sheet.cycles))),
        Lines(sheet.weeks.title, tuple(_weeks(sheet.weeks))),
        Lines(sheet.scores.title, tuple(_scores(sheet.scores))),
        sheet.treatments,
        sheet.side_effects,
    ]
    return [each for each in found if each.lines]


def _cycles(table: CycleTable) -> Iterator[str]:
    for row in table.rows:
        first, *rest = row.cells
        told = (f"{head}: {cell}" for head, cell in zip(table.head[1:], rest, strict=True))
        yield f"{first}. {'. '.join(told)}."
    yield from table.notes


def _weeks(table: WeekTable) -> Iterator[str]:
    _, now, before, _ = table.head
    for row in table.rows:
        yield f"{row.label}. {now}: {row.now} ({row.now_of}). {before}: {row.before} ({row.before_of})."
    yield from table.notes


def _scores(table: ScoreTable) -> Iterator[str]:
    for what, value, day in table.rows:
        yield f"{what}: {value}. {day}."
    yield from table.notes
