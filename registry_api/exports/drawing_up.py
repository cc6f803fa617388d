"""Draws a visit sheet up from what is on record. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from statistics import median

from diary.check_ins import CheckIn, Timeliness
from diary.cycles import days_since_injection
from diary.cycling.comparison import compared
from diary.cycling.marks import CycleSummary
from diary.cycling.summary import USUAL_FROM, ratings_of, summaries
from diary.instruments.catalogue import DAILY, daily
from diary.partial_dates import PartialDate
from diary.treatments import Treatment, TreatmentKind
from registry_api.exports.scoring import newest_scores
from registry_api.exports.visit_sheet import Avoided, Compared, Facts, ItemWeeks, Spell, VisitSheet

DAYS_COVERED = 84
SPELL_DAYS = 28
MOST_CYCLES = 3
FEWEST_DAYS = 5
"""A median of fewer answered days in four weeks is not told."""

_WEEK = 7
_AVOIDED, _DISTRESS = "avoided", "distress"
_LETTER = frozenset({"US", "CA", "MX", "CL", "CO", "CR", "GT", "PA", "PH", "PR", "SV", "VE"})
"""Where paper is US Letter (CLDR, measurement system supplement); A4 elsewhere."""

Ratings = Mapping[date, float]


def reads_from(treatments: Iterable[Treatment], today: date) -> date:
    """The first day whose entries the sheet of this day may need."""
    exact = {
        each.started_on.first_day for each in treatments if _is_injection(each) and each.started_on.is_day
    }
    latest = sorted(day for day in exact if day <= today)[-MOST_CYCLES:]
    return min([_first(DAYS_COVERED, today), *(day + timedelta(days=USUAL_FROM) for day in latest)])


def draw_up(facts: Facts) -> VisitSheet:
    """The sheet of one person and day. Entries that came later than the day after count nowhere."""
    instrument, today = daily(), facts.today
    entries = [each for each in facts.check_ins if _counts(each, today)]
    core = [item.id for item in instrument.core(facts.core_items)]
    ratings = {item: ratings_of(entries, item) for item in (*core, _DISTRESS)}
    days = min(DAYS_COVERED, max(1, (today - facts.enrolled_on).days + 1))
    first_day = _first(days, today)
    cycles = _cycles(facts.treatments, ratings[core[0]], today)
    return VisitSheet(
        name=facts.name,
        born=facts.birth_month,
        age=_age(facts.birth_month, today),
        forms=facts.forms,
        letter=facts.country in _LETTER,
        made_on=today,
        first_day=first_day,
        days=days,
        answered=len({each.about for each in entries if each.about >= first_day and _rated(each)}),
        measure=core[0],
        day_of_cycle=days_since_injection(today, facts.treatments),
        cycles=cycles,
        usual=compared(cycles[::-1]),
        by_week=() if any(each.weeks for each in cycles) else _by_week(core[:-1], ratings, today),
        compared=tuple(
            each
            for item, rated in ratings.items()
            if (each := _compared(item, rated, today)).days or item in core
        ),
        avoided=_avoided(entries, today),
        scored=newest_scores(facts.check_ins, today),
        treatments=_in_use(facts.treatments, today),
        stopped=_stopped(facts.treatments, first_day, today),
        questions=tuple(facts.questions),
    )


def _first(days: int, last: date) -> date:
    return last - timedelta(days=days - 1)


def _counts(entry: CheckIn, today: date) -> bool:
    timely = entry.timeliness is not Timeliness.RETROSPECTIVE and entry.about <= today
    return entry.instrument == DAILY and timely and not entry.withdrawn


def _rated(entry: CheckIn) -> bool:
    return any(answer.rating is not None for answer in entry.answers)


def _age(born: PartialDate, today: date) -> int:
    """Completed years; in the month of birth the birthday is taken to have been."""
    return today.year - born.year - (today.month < (born.month or 1))


def _cycles(treatments: Iterable[Treatment], ratings: Ratings, today: date) -> tuple[CycleSummary, ...]:
    """The last ones that have begun, newest first."""
    begun = [each for each in treatments if each.started_on.first_day <= today]
    return summaries(begun, ratings, today, MOST_CYCLES)[::-1]


def _by_week(items: Sequence[str], ratings: Mapping[str, Ratings], today: date) -> tuple[ItemWeeks, ...]:
    """The chosen symptoms over the weeks that the sheet covers."""
    start = _first(DAYS_COVERED, today)
    found = []
    for item in items:
        weeks: dict[date, list[float]] = defaultdict(list)
        for about, rating in sorted(ratings[item].items()):
            if about >= start:
                weeks[about - (about - start) % timedelta(days=_WEEK)].append(rating)
        if weeks:
            found.append(ItemWeeks(item, tuple((first, median(those)) for first, those in weeks.items())))
    return tuple(found)


def _compared(item: str, ratings: Ratings, today: date) -> Compared:
    now, before = (_spell(ratings, end) for end in _ends(today))
    return Compared(item, now, before)


def _spell(ratings: Ratings, end: date) -> Spell:
    rated = [rating for about, rating in ratings.items() if _first(SPELL_DAYS, end) <= about <= end]
    return Spell(median(rated) if len(rated) >= FEWEST_DAYS else None, len(rated))


def _avoided(entries: Sequence[CheckIn], today: date) -> Avoided:
    said = {each.about: answer.yes for each in entries if (answer := each.answer(_AVOIDED)) is not None}
    now, before = (
        [yes for about, yes in said.items() if yes is not None and _first(SPELL_DAYS, end) <= about <= end]
        for end in _ends(today)
    )
    return Avoided((sum(now), len(now)), (sum(before), len(before)))


def _ends(today: date) -> tuple[date, date]:
    return today, today - timedelta(days=SPELL_DAYS)


def _is_injection(treatment: Treatment) -> bool:
    return treatment.kind is TreatmentKind.TOXIN_INJECTION


def _in_use(treatments: Iterable[Treatment], today: date) -> tuple[Treatment, ...]:
    """The injections of the last day on which there were any, and what has begun and not ended."""
    begun = [each for each in treatments if each.started_on.first_day <= today]
    toxin = [each for each in begun if _is_injection(each)]
    last = max((each.started_on.first_day for each in toxin), default=None)
    going_on = [
        each
        for each in begun
        if not _is_injection(each) and (each.ended_on is None or each.ended_on.last_day > today)
    ]
    latest_first = sorted(going_on, key=lambda each: each.started_on.first_day, reverse=True)
    return (*(each for each in toxin if each.started_on.first_day == last), *latest_first)


def _stopped(treatments: Iterable[Treatment], since: date, today: date) -> tuple[Treatment, ...]:
    ended = (each for each in treatments if each.ended_on is not None)
    return tuple(each for each in ended if each.ended_on and since <= each.ended_on.last_day <= today)
