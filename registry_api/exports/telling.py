"""Puts a visit sheet into words. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from diary.cycling.comparison import Typical
from diary.cycling.marks import CycleSummary, Mark
from diary.treatments import Treatment, TreatmentKind
from registry_api.enrolment.profile import FormWithOnset
from registry_api.exports.charting import chart, item_label, style_of
from registry_api.exports.drawing_up import FEWEST_DAYS
from registry_api.exports.printed import (
    CycleRow,
    CycleTable,
    Labelled,
    Lines,
    PrintedSheet,
    WeekRow,
    WeekTable,
)
from registry_api.exports.questions.question import worded
from registry_api.exports.score_words import score_table
from registry_api.exports.treatment_words import dose, injected, mark_told, named, unwanted
from registry_api.exports.visit_sheet import Compared, Spell, VisitSheet
from registry_api.exports.words import Words, words_in
from registry_api.identity.languages import Language

LONGEST_NAME = 60
MOST_FORMS = 3
MOST_TREATMENTS = 6
MOST_WITH_EFFECTS = 3
_COLUMNS = (21, 31, 13, 11, 13, 14, 29)
_CUT = "…"


def told(sheet: VisitSheet, language: Language) -> PrintedSheet:
    """The sheet in a language; what is too long for one page is cut, and says so."""
    words = words_in(language)
    name = _cut(sheet.name)
    return PrintedSheet(
        title=words.say("title", name=name),
        made_on=sheet.made_on,
        lang=str(language),
        paper="us-letter" if sheet.letter else "a4",
        kicker=words.say("kicker"),
        name=name,
        about=_about(sheet, words),
        made=_made(sheet, words),
        short=_short(sheet, words),
        chart=chart(sheet, words),
        cycles=_cycle_table(sheet, words),
        weeks=_week_table(sheet, words),
        scores=score_table(sheet, words),
        treatments=Lines(words.say("treatments.title"), _treatments(sheet, words)),
        side_effects=Lines(words.say("side_effects.title"), _side_effects(sheet, words)),
        questions=Lines(
            words.say("questions.title"), tuple(worded(each, language) for each in sheet.questions)
        ),
        no_questions=words.say("questions.none"),
        foot=(words.say("foot.made_by"), words.say("foot.is_not")),
    )


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + _CUT


def _cut_lines(lines: Sequence[str], most: int, words: Words) -> tuple[str, ...]:
    """As many lines as there may be, the last of which says how many more there are."""
    if len(lines) <= most:
        return tuple(lines)
    return (*lines[: most - 1], words.say("more", count=len(lines) - most + 1))


def _about(sheet: VisitSheet, words: Words) -> tuple[str, ...]:
    forms = [_form(each, words) for each in sheet.forms] or [words.say("no_form")]
    born = words.say("born", month=words.partial(sheet.born), age=sheet.age)
    return (born, words.say("join").join(_cut_lines(forms, MOST_FORMS, words)))


def _form(stated: FormWithOnset, words: Words) -> str:
    what = words.say(f"forms.{stated.form}")
    return what if stated.onset is None else words.say("since", what=what, date=words.partial(stated.onset))


def _made(sheet: VisitSheet, words: Words) -> tuple[Labelled, ...]:
    last = words.day(sheet.made_on)
    covered = words.say("head.covered", first=words.day(sheet.first_day), last=last)
    rests = words.say("head.rests", answered=sheet.answered, days=words.count("weeks.days", sheet.days))
    return (
        Labelled(words.say("head.made_on"), last),
        Labelled(words.say("head.covers"), covered if sheet.days > 1 else last),
        Labelled(words.say("head.rests_on"), rests),
    )


def _short(sheet: VisitSheet, words: Words) -> str:
    """The one thing to read where there is time for nothing else; empty for who has no injections."""
    said = []
    if sheet.day_of_cycle is not None:
        said.append(
            words.say("short.day" if sheet.day_of_cycle else "short.first_day", day=sheet.day_of_cycle)
        )
    usual = sheet.usual
    marks = {"benefit": usual.benefit, "peak": usual.peak, "wearing_off": usual.wearing_off}
    typical = [
        words.say(f"short.{kind}", weeks=_range(found, words)) for kind, found in marks.items() if found
    ]
    if typical:
        count = len(sheet.cycles)
        said.append(words.say("short.usual", count=count, told=words.say("join").join(typical)))
    return " ".join(said)


def _range(found: Typical, words: Words) -> str:
    if found.earliest == found.latest:
        return str(found.week)
    return words.say("short.range", week=found.week, earliest=found.earliest, latest=found.latest)


def _cycle_table(sheet: VisitSheet, words: Words) -> CycleTable:
    rows = [CycleRow(style_of(each, sheet), _cycle_cells(each, words)) for each in sheet.cycles]
    stated = any(
        mark.seen is None and mark.stated is not None for each in sheet.cycles for mark in _both(each)
    )
    levels = any(each.best_level is not None for each in sheet.cycles)
    products = {one.product for each in sheet.cycles for one in each.injections}
    notes = {
        "cycles.from_to": levels,
        "cycles.units_differ": len(products) > 1,
        "cycles.star": stated,
    }
    return CycleTable(
        title=words.say("cycles.title"),
        columns=_COLUMNS,
        head=words.listed("cycles.head"),
        rows=tuple(rows),
        notes=tuple(words.say(key) for key, needed in notes.items() if needed),
    )


def _both(cycle: CycleSummary) -> Sequence[Mark]:
    return (cycle.benefit, cycle.wearing_off)


def _cycle_cells(cycle: CycleSummary, words: Words) -> tuple[str, ...]:
    change = words.say("nothing")
    if cycle.usual_level is not None and cycle.best_level is not None:
        change = words.say(
            "cycles.change",
            usual=words.number(cycle.usual_level),
            best=words.number(round(cycle.best_level, 1)),
        )
    return (
        words.partial(cycle.injected_on),
        "; ".join(injected(cycle.injections, words)) or words.say("nothing"),
        change,
        mark_told(cycle.benefit, "day", words),
        mark_told(cycle.peak, "week", words),
        mark_told(cycle.wearing_off, "week", words),
        unwanted(cycle.injections, words) or words.say("cycles.no_effects"),
    )


def _week_table(sheet: VisitSheet, words: Words) -> WeekTable:
    rows = [_week_row(each, words) for each in sheet.compared]
    (now, of_now), (before, of_before) = sheet.avoided.now, sheet.avoided.before
    if of_now or of_before:
        rows.append(
            WeekRow(
                label=words.say("weeks.avoided"),
                now=str(now) if of_now else words.say("nothing"),
                now_of=words.count("weeks.of_days", of_now),
                before=str(before) if of_before else words.say("nothing"),
                before_of=words.count("weeks.of_days", of_before),
                pictured=False,
            )
        )
    too_few = any(each.now.median is None or each.before.median is None for each in sheet.compared)
    return WeekTable(
        title=words.say("weeks.title"),
        head=tuple(words.say(f"weeks.{key}") for key in ("median", "now", "before", "picture")),
        rows=tuple(rows),
        notes=(words.say("weeks.too_few", count=FEWEST_DAYS),) if too_few else (),
    )


def _week_row(row: Compared, words: Words) -> WeekRow:
    def value(spell: Spell) -> str:
        return words.say("nothing") if spell.median is None else words.number(spell.median)

    return WeekRow(
        label=item_label(row.item, words),
        now=value(row.now),
        now_of=words.count("weeks.days", row.now.days),
        before=value(row.before),
        before_of=words.count("weeks.days", row.before.days),
        now_at=row.now.median,
        before_at=row.before.median,
    )


def _treatments(sheet: VisitSheet, words: Words) -> tuple[str, ...]:
    lines = [_in_use(each, words) for each in sheet.treatments] + [
        _ended(each, words) for each in sheet.stopped
    ]
    return _cut_lines(lines or [words.say("treatments.none")], MOST_TREATMENTS, words)


def _in_use(treatment: Treatment, words: Words) -> str:
    date = words.partial(treatment.started_on)
    if treatment.kind is TreatmentKind.TOXIN_INJECTION:
        what = injected([treatment], words) or (named(treatment, words),)
        return words.say("treatments.injection", what=what[0], date=date)
    what_now, amount = named(treatment, words), dose(treatment, words)
    if amount:
        what_now = words.say("treatments.with_dose", what=what_now, dose=amount)
    return words.say("treatments.since", what=what_now, date=date)


def _ended(treatment: Treatment, words: Words) -> str:
    ended = words.partial(treatment.ended_on) if treatment.ended_on else ""
    line = words.say("treatments.stopped", what=named(treatment, words), date=ended)
    if treatment.stop_reason is None:
        return line
    return words.say("treatments.because", told=line, reason=words.say(f"reasons.{treatment.stop_reason}"))


def _side_effects(sheet: VisitSheet, words: Words) -> tuple[str, ...]:
    """Of the medicines and the stimulator; those of injections stand beside them in the table."""
    lines = [
        words.say("side_effects.of", what=named(each, words), effects=effects)
        for each in (*sheet.treatments, *sheet.stopped)
        if each.kind is not TreatmentKind.TOXIN_INJECTION and (effects := unwanted([each], words))
    ]
    return _cut_lines(lines, MOST_WITH_EFFECTS, words)
