"""The weekly questionnaires of people made up, asked by the plans that the service follows. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from diary.check_ins import Answer, Channel, CheckIn, NewCheckIn
from diary.checking_in import chain
from diary.days import moment, open_day
from diary.ids import EntryId
from diary.instruments.catalogue import Instrument, instrument, instruments
from diary.instruments.items import Item
from diary.instruments.scales import Direction, Domain
from diary.planning.dues import due
from diary.planning.plans import plans_of
from registry_api.seeding.chance import dice, happens, identifier
from registry_api.seeding.diaries import Day, day_of, rating
from registry_api.seeding.person import Person

_HIGHEST = 10
_SKIPPED = 0.03
_LESS_THAN_DAILY = 0.9
_DAY = timedelta(days=1)


def weeks(seed: int, person: Person, days: int, anchor: datetime) -> Iterator[CheckIn]:
    """What was answered in the weeks that ended before the day of `anchor`; the present one is still open."""
    zone = ZoneInfo(person.zone)
    today, joined = open_day(anchor, zone), open_day(person.enrolled_at, zone)
    plans = plans_of((), joined, person.form_names, instruments().values())
    for ago in range(days, 0, -1):
        start = today - ago * _DAY
        for asked in due(plans, person.treatments, (), start):
            if asked.since != start or asked.until >= today:
                continue
            chance = dice(seed, "week", person.key, asked.instrument, start.isoformat())
            kept = happens(chance, person.course.adherence * _LESS_THAN_DAILY)
            about = start + min(6, int(chance.expovariate(1))) * _DAY
            if kept and (today - about).days not in person.course.away:
                yield _answered(seed, person, instrument(asked.instrument), about, chance)


def _answered(seed: int, person: Person, questions: Instrument, about: date, chance: Random) -> CheckIn:
    day = day_of(person, about, chance.gauss(0, 0.7))
    entry = NewCheckIn(
        id=EntryId(str(identifier(seed, "week", person.key, questions.id, about.isoformat()))),
        about=about,
        zone=person.zone,
        answers=tuple(_answer(chance, item, day) for item in questions.items_for(person.form_names)),
        channel=Channel.WEB,
        instrument=questions.id,
    )
    at = moment(about, time(chance.randrange(17, 23), chance.randrange(60)), ZoneInfo(person.zone))
    said = chain.recording(entry, tuple(entry.answers), person.patient, at)
    return chain.opened(person.patient, entry, questions, said)


def _answer(chance: Random, item: Item, day: Day) -> Answer:
    if happens(chance, _SKIPPED):
        return Answer.skipped(item.id)
    burden = _burden(item, day) + chance.gauss(0, 0.6)
    return Answer.rated(
        item.id, rating(burden if item.direction is Direction.HIGHER_IS_WORSE else _HIGHEST - burden)
    )


def _burden(item: Item, day: Day) -> float:
    match item.domain:
        case Domain.PAIN:
            return day.symptoms * day.person.course.pain + 0.4 * day.mood
        case Domain.DISABILITY:
            return 0.7 * day.of_forms(*item.forms or day.person.form_names) - 0.3
        case Domain.PSYCHIATRIC:
            return 0.7 * day.visible() + day.mood
        case _:
            return day.of_forms(*item.forms or day.person.form_names)
