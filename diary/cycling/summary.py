"""What a cycle looks like when its ratings are read as one line. Pure; higher ratings are worse.

How the marks are found, in words that a clinician can check:

* A day's *level* is the median of the seven days about it, if at least three of them are rated.
* The *usual level* is the median of the ratings from fourteen days before an injection to three days after
  it, if there are four. Benefit begins from about day 4, so these days are hardly touched by it. Where there
  are too few, or the injection before is less than six weeks back (a top-up), that of the last cycle counts.
* The *peak* is the middle of the fifteen days that are lowest on average; the *best level* is their average.
* *Benefit was seen* where the best level is better than the usual one by 30 %, but no less than one and a
  half points and no more than two. On ratings from 0 to 10, two points or 30 % is the change that people call
  "much improved" (Farrar et al., Pain 2001;94:149-158).
* *Benefit began* on the first day from which levels stay better than usual by a quarter of the way to the
  best level, and by at least one point.
* The *person's own line* lies half-way between their usual and their best level of that cycle.
* It is *wearing off* from the first day after the peak from which levels stay on that line or on its wrong
  side. To stay is to be there on five of the next seven observed days.

Typically benefit comes from day 4, is greatest near week 4 and fades from week 8 to 10. None of that is
assumed: only the person's own ratings count, of this cycle and of the days before it, never of later ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median

from diary.check_ins import CheckIn, Timeliness
from diary.cycles import days_since_injection
from diary.cycling.levels import Crossing, Levels, first_to_stay, lowest_fortnight, smoothed
from diary.cycling.marks import DAYS_IN_WEEK, CycleSummary, Mark, Missing, WeekLevel, week_of
from diary.partial_dates import PartialDate
from diary.treatments import Treatment, TreatmentKind

LONGEST_DAYS = 26 * DAYS_IN_WEEK
USUAL_FROM, USUAL_TO = -14, 3
TOP_UP_WITHIN = timedelta(days=6 * DAYS_IN_WEEK)
FEWEST_USUAL = 4
FEWEST_RATED = 14
PEAK_SETTLED_AFTER = 14
BENEFIT_SHARE, BENEFIT_AT_LEAST, BENEFIT_AT_MOST = 0.3, 1.5, 2.0
ONSET_SHARE, ONSET_AT_LEAST = 0.25, 1.0
PEAK_FROM, PEAK_TO = 8, 56


def summaries(
    treatments: Iterable[Treatment], ratings: Mapping[date, float], today: date, most: int | None = None
) -> tuple[CycleSummary, ...]:
    """The person's cycles, oldest first, as the ratings of one item by day show them.

    `today` is the day that the person lives in. `most` keeps the latest ones. An injection that is not known
    to the day has a summary too, which says only that its date is uncertain.
    """
    injections = sorted(
        (one for one in treatments if one.kind is TreatmentKind.TOXIN_INJECTION),
        key=lambda one: (one.started_on.first_day, one.started_on.last_day, one.id),
    )
    starts: dict[PartialDate, list[Treatment]] = {}
    for injection in injections:
        starts.setdefault(injection.started_on, []).append(injection)
    exact = sorted(start.first_day for start in starts if start.is_day)
    found: list[CycleSummary] = []
    usual: float | None = None
    previous = date.min
    for start, those in starts.items():
        if not start.is_day:
            found.append(_uncertain(start, those))
            continue
        first = start.first_day
        following = next((later for later in exact if later > first), None)
        vague = min(
            (other.first_day for other in starts if not other.is_day and other.last_day > first), default=None
        )
        cycle = _Cycle(
            first=first,
            ends_on=following - timedelta(days=1) if following else None,
            vague=vague is not None and (following is None or vague < following),
            over=following is not None or (today - first).days > LONGEST_DAYS,
            last_day=((following - timedelta(days=1) if following else today) - first).days,
            ratings=_of_cycle(injections, ratings, first, following, today),
            before=_before(ratings, first),
            top_up=first - previous < TOP_UP_WITHIN,
        )
        previous = first
        summary = _summary(cycle, those, usual)
        usual = summary.usual_level
        found.append(summary)
    return tuple(found[-most:] if most else found)


def ratings_of(check_ins: Iterable[CheckIn], item: str) -> dict[date, float]:
    """The ratings of one item by day, without withdrawn entries and those later than the day after."""
    return {
        check_in.about: float(answer.rating)
        for check_in in check_ins
        if not check_in.withdrawn
        and check_in.timeliness is not Timeliness.RETROSPECTIVE
        and (answer := check_in.answer(item)) is not None
        and answer.rating is not None
    }


@dataclass(frozen=True, slots=True)
class _Cycle:
    """`ratings` by day since the injection; `before` those of the two weeks before it, by negative days."""

    first: date
    ends_on: date | None
    vague: bool
    over: bool
    last_day: int
    ratings: Levels
    before: Levels
    top_up: bool


def _of_cycle(
    injections: Sequence[Treatment],
    ratings: Mapping[date, float],
    first: date,
    following: date | None,
    today: date,
) -> dict[int, float]:
    last = min(following - timedelta(days=1) if following else today, first + timedelta(days=LONGEST_DAYS))
    days = ((about - first).days for about in sorted(ratings) if first <= about <= last)
    return {
        day: ratings[first + timedelta(days=day)]
        for day in days
        if days_since_injection(first + timedelta(days=day), injections) == day
    }


def _before(ratings: Mapping[date, float], first: date) -> dict[int, float]:
    days = range(USUAL_FROM, 0)
    return {day: ratings[about] for day in days if (about := first + timedelta(days=day)) in ratings}


def _uncertain(start: PartialDate, injections: Sequence[Treatment]) -> CycleSummary:
    mark = Mark(missing=Missing.UNCERTAIN_DATE)
    return CycleSummary(start, tuple(injections), None, 0, None, None, None, mark, mark, mark, ())


def _summary(cycle: _Cycle, injections: Sequence[Treatment], usual_before: float | None) -> CycleSummary:
    usual = usual_before if cycle.top_up else _usual(cycle, usual_before)
    levels = smoothed(
        {**cycle.before, **cycle.ratings}, range(USUAL_FROM, max(cycle.ratings, default=-1) + 1)
    )
    best = lowest_fortnight({day: level for day, level in levels.items() if day > USUAL_TO})
    nothing = Mark(missing=_why_nothing(cycle))
    shown = CycleSummary(
        injected_on=PartialDate.of_day(cycle.first),
        injections=tuple(injections),
        ends_on=cycle.ends_on,
        days_observed=len(cycle.ratings),
        usual_level=usual,
        best_level=best[1] if best else None,
        line=None,
        benefit=nothing,
        peak=nothing,
        wearing_off=nothing,
        weeks=_weeks(cycle.ratings),
    )
    if usual is not None and best is not None and _enough(cycle, levels):
        shown = _marked(shown, cycle, levels, usual, best)
    return _with_stated(shown, cycle.first)


def _enough(cycle: _Cycle, levels: Levels) -> bool:
    """Whether fourteen days are rated, and half of those have levels in which a peak is to be expected."""
    expected = range(PEAK_FROM, min(PEAK_TO, cycle.last_day) + 1)
    seen = sum(day in levels for day in expected)
    return len(cycle.ratings) >= FEWEST_RATED and seen > 0 and 2 * seen >= len(expected)


def _usual(cycle: _Cycle, before: float | None) -> float | None:
    near = [*cycle.before.values(), *(at for day, at in cycle.ratings.items() if day <= USUAL_TO)]
    return float(median(near)) if len(near) >= FEWEST_USUAL else before


def _marked(
    shown: CycleSummary, cycle: _Cycle, levels: Levels, usual: float, best: tuple[int, float]
) -> CycleSummary:
    peak, level = best
    drop = usual - level
    if drop < min(BENEFIT_AT_MOST, max(BENEFIT_AT_LEAST, BENEFIT_SHARE * usual)):
        none = Mark(missing=Missing.NO_BENEFIT_SEEN if _peak_is_past(cycle) else _why_nothing(cycle))
        return replace(shown, benefit=none, peak=none, wearing_off=none)
    line = usual - drop / 2
    onset = usual - max(ONSET_AT_LEAST, ONSET_SHARE * drop)
    began = first_to_stay(levels, lambda at: at <= onset, after=0)
    worn = first_to_stay(levels, lambda at: at >= line, after=peak)
    settled = cycle.over or worn is not None or max(levels) - peak >= PEAK_SETTLED_AFTER
    return replace(
        shown,
        line=line,
        benefit=_mark(began, Missing.TOO_FEW_DAYS),
        peak=Mark(seen=peak) if settled else Mark(missing=Missing.NOT_YET),
        wearing_off=_mark(worn, _why_not_worn(cycle, levels)),
    )


def _mark(crossing: Crossing | None, otherwise: Missing) -> Mark:
    if crossing is None:
        return Mark(missing=otherwise)
    return Mark(seen=crossing.day) if crossing.sure else Mark(missing=Missing.TOO_FEW_DAYS)


def _peak_is_past(cycle: _Cycle) -> bool:
    return not cycle.vague and cycle.last_day >= PEAK_TO


def _why_nothing(cycle: _Cycle) -> Missing:
    """Why there are no marks: a date, days that may still come, or days that are missing for good."""
    if cycle.vague:
        return Missing.UNCERTAIN_DATE
    return Missing.TOO_FEW_DAYS if cycle.over or cycle.last_day >= PEAK_TO else Missing.NOT_YET


def _why_not_worn(cycle: _Cycle, levels: Levels) -> Missing:
    if cycle.vague:
        return Missing.UNCERTAIN_DATE
    unseen = cycle.last_day - max(levels)
    if unseen > DAYS_IN_WEEK:
        return Missing.TOO_FEW_DAYS
    return Missing.LASTED if cycle.over else Missing.NOT_YET


def _weeks(ratings: Levels) -> tuple[WeekLevel, ...]:
    by_week: dict[int, list[float]] = {}
    for day, rating in sorted(ratings.items()):
        if day > 0:
            by_week.setdefault(week_of(day), []).append(rating)
    return tuple(
        WeekLevel(week, len(those), float(median(those)), min(those), max(those))
        for week, those in by_week.items()
    )


def _with_stated(shown: CycleSummary, first: date) -> CycleSummary:
    """Beside what the ratings show, what the person said of that day's injections: the earliest of each."""
    noticed = [one.benefit_noticed_on for one in shown.injections if one.benefit_noticed_on is not None]
    wore_off = [one.wore_off_on for one in shown.injections if one.wore_off_on is not None]
    return replace(
        shown,
        benefit=replace(shown.benefit, stated=(min(noticed) - first).days if noticed else None),
        wearing_off=replace(shown.wearing_off, stated=(min(wore_off) - first).days if wore_off else None),
    )
