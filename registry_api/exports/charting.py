"""The chart of a sheet: its lines and marks, and the same in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from diary.cycling.marks import DAYS_IN_WEEK, CycleSummary
from diary.instruments.catalogue import daily
from registry_api.exports.drawing_up import DAYS_COVERED
from registry_api.exports.printed import Chart, Line, Mark, Tick
from registry_api.exports.treatment_words import injected, marked
from registry_api.exports.visit_sheet import ItemWeeks, VisitSheet
from registry_api.exports.words import Words

LAST_WEEK = 16
"""Cycles are drawn up to the end of this week after the injection."""

_MIDDLE = 3 / DAYS_IN_WEEK
_WEEKS = DAYS_COVERED // DAYS_IN_WEEK
_LONGEST_STEP = 2  # weeks that a line may bridge; a longer gap stays open

Points = tuple[tuple[float, float], ...]


def chart(sheet: VisitSheet, words: Words) -> Chart:
    """The last cycles over each other; the last weeks for who has none; or a kind word."""
    drawn = [each for each in sheet.cycles if _shown_weeks(each)]
    if drawn:
        return _of_cycles(sheet, drawn, words)
    if sheet.by_week:
        return _of_weeks(sheet, words)
    return Chart(title=item_label(sheet.measure, words), told=(words.say("chart.too_little"),))


def item_label(item: str, words: Words) -> str:
    found = daily().item(item)
    return found.label.in_language(words.language) if found else item


def style_of(cycle: CycleSummary, sheet: VisitSheet) -> int | None:
    """Which line is this cycle's, the newest drawn one being 0; None where it has none."""
    drawn = [each for each in sheet.cycles if _shown_weeks(each)]
    return drawn.index(cycle) if cycle in drawn else None


def _of_cycles(sheet: VisitSheet, drawn: Sequence[CycleSummary], words: Words) -> Chart:
    label = item_label(sheet.measure, words)
    kinds = {mark.kind for each in drawn for mark in _marks(each)}
    own = sheet.usual.line
    told = [
        words.say("chart.alt_cycles", item=label),
        *(_cycle_in_words(each, words) for each in drawn),
        *([] if own is None else [words.say("chart.alt_own_line", value=words.number(round(own, 1)))]),
    ]
    return Chart(
        title=words.say("chart.cycles", item=label),
        told=tuple(told),
        first=0,
        last=LAST_WEEK,
        none=words.say("chart.none"),
        worst=words.say("chart.worst"),
        across=words.say("chart.across_cycles"),
        ticks=tuple(Tick(week, str(week)) for week in range(0, LAST_WEEK + 1, 2)),
        lines=tuple(_line_of(style, each, words) for style, each in enumerate(drawn)),
        own_line=None
        if own is None
        else Tick(own, words.say("chart.own_line", value=words.number(round(own, 1)))),
        legend=tuple((kind, words.say(f"chart.marks.{kind}")) for kind in _KINDS if kind in kinds),
    )


def _line_of(style: int, cycle: CycleSummary, words: Words) -> Line:
    points = _points(cycle)
    return Line(
        style=style,
        label=words.partial(cycle.injected_on),
        details=injected(cycle.injections, words),
        runs=_runs(points),
        ends=points[-1][1],
        marks=_marks(cycle),
    )


def _shown_weeks(cycle: CycleSummary) -> Sequence[tuple[int, float]]:
    return [(each.week, each.median) for each in cycle.weeks if each.week <= LAST_WEEK]


def _points(cycle: CycleSummary) -> Points:
    """Each week's median in the middle of its days, x in weeks since the injection."""
    return tuple((week - _MIDDLE, value) for week, value in _shown_weeks(cycle))


def _runs(points: Points) -> tuple[Points, ...]:
    runs: list[list[tuple[float, float]]] = []
    for point in points:
        if runs and point[0] - runs[-1][-1][0] <= _LONGEST_STEP:
            runs[-1].append(point)
        else:
            runs.append([point])
    return tuple(tuple(run) for run in runs)


_KINDS = ("benefit", "peak", "worn_off")


def _marks(cycle: CycleSummary) -> tuple[Mark, ...]:
    """The marks that fall on the line of the cycle, each at the height of the line on its day."""
    days = zip(_KINDS, (cycle.benefit.day, cycle.peak.day, cycle.wearing_off.day), strict=True)
    placed = ((kind, day / DAYS_IN_WEEK) for kind, day in days if day is not None)
    return tuple(
        Mark(kind=kind, x=x, y=y) for kind, x in placed if (y := _height(_points(cycle), x)) is not None
    )


def _height(points: Points, x: float) -> float | None:
    """The line at x, or at its nearest end where that is less than a week away."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 <= x <= x1 and x1 - x0 <= _LONGEST_STEP:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    near = min(points, key=lambda point: abs(point[0] - x))
    return near[1] if abs(near[0] - x) < 1 else None


def _cycle_in_words(cycle: CycleSummary, words: Words) -> str:
    points = (
        words.say("chart.point", week=week, value=words.number(value)) for week, value in _shown_weeks(cycle)
    )
    what = words.say("join").join([words.partial(cycle.injected_on), *injected(cycle.injections, words)])
    told = words.say("chart.alt_cycle", what=what, points=words.say("join").join(points))
    return " ".join([told, *(f"{mark}." for mark in marked(cycle, words))])


def _of_weeks(sheet: VisitSheet, words: Words) -> Chart:
    start = sheet.made_on - timedelta(days=DAYS_COVERED - 1)
    labels = [item_label(each.item, words) for each in sheet.by_week]
    title = words.say("chart.weeks", items=words.say("join").join(labels))
    told = [
        words.say("chart.alt_weeks", items=words.say("join").join(labels), count=_WEEKS),
        *(_item_in_words(each, words) for each in sheet.by_week),
    ]
    lines = []
    for style, each in enumerate(sheet.by_week):
        points = tuple(((first - start).days / DAYS_IN_WEEK + 0.5, value) for first, value in each.weeks)
        lines.append(
            Line(style=style, label=labels[style], details=(), runs=_runs(points), ends=points[-1][1])
        )
    days = [start + timedelta(weeks=week) for week in range(0, _WEEKS, 2)]
    return Chart(
        title=title,
        told=tuple(told),
        first=0,
        last=_WEEKS,
        none=words.say("chart.none"),
        worst=words.say("chart.worst"),
        across=words.say("chart.across_weeks"),
        ticks=tuple(Tick(2 * place, words.short_day(day)) for place, day in enumerate(days)),
        lines=tuple(lines),
    )


def _item_in_words(item: ItemWeeks, words: Words) -> str:
    points = (
        words.say("chart.dated_point", date=words.short_day(first), value=words.number(value))
        for first, value in item.weeks
    )
    label = item_label(item.item, words)
    return words.say("chart.alt_item", item=label, points=words.say("join").join(points))
