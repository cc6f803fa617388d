"""The diaries of people made up: symptoms that follow injections, gaps, skipped items, corrections. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import exp
from random import Random
from zoneinfo import ZoneInfo

from diary.check_ins import Answer, AuthorRole, Channel, CheckIn, NewCheckIn
from diary.checking_in import chain, saying
from diary.checking_in.answering import digest
from diary.days import moment
from diary.forms import Form
from diary.ids import EntryId
from diary.instruments.catalogue import daily
from diary.instruments.items import Item, ItemKind
from registry_api.seeding.chance import dice, happens, identifier
from registry_api.seeding.curve import relief
from registry_api.seeding.person import Person

_HIGHEST = 10
_MORE = 0.25
_SKIPPED = 0.03
_DOES_NOT_APPLY = 0.04
_AMENDED = 0.015
_NEXT_MORNING = 0.04
_USUAL_EVENING = time(19)


@dataclass(frozen=True)
class Day:
    """How somebody is on one day; the mood drifts from day to day."""

    symptoms: float
    usual: float
    mood: float
    person: Person

    def visible(self) -> float:
        return self.person.course.looked_at + 0.35 * (self.symptoms - self.usual) + self.mood

    def of_forms(self, *forms: Form) -> float:
        """The symptoms where one of the forms is there, a little of them elsewhere."""
        return self.symptoms * (1.0 if self.person.form_names.intersection(forms) else 0.3)


_RATINGS: dict[str, Callable[[Day], float]] = {
    "pulling": lambda day: day.of_forms(Form.CERVICAL, Form.LIMB, Form.CRANIOFACIAL, Form.OTHER),
    "pain": lambda day: day.symptoms * day.person.course.pain + 0.4 * day.mood,
    "head_position": lambda day: day.of_forms(Form.CERVICAL),
    "eye_opening": lambda day: day.of_forms(Form.BLEPHAROSPASM),
    "voice_effort": lambda day: day.of_forms(Form.LARYNGEAL),
    "jaw_and_mouth": lambda day: day.of_forms(Form.CRANIOFACIAL),
    "hand_or_foot_task": lambda day: day.of_forms(Form.LIMB),
    "trunk_and_walking": lambda day: day.of_forms(Form.OTHER),
    "fear_of_being_looked_at": Day.visible,
    "stopped_doing": lambda day: 0.75 * day.symptoms + day.mood - 0.5,
    "distress": lambda day: 0.3 * day.visible() + 0.25 * day.symptoms + day.mood,
}


def diary(seed: int, person: Person, days: int, anchor: datetime) -> Iterator[CheckIn]:
    """The check-ins about the `days` days before the day of `anchor`, oldest first; none before enrolment."""
    chance, zone, questions = dice(seed, "diary", person.key), ZoneInfo(person.zone), _questions(person)
    today, joined = anchor.astimezone(zone).date(), person.enrolled_at.astimezone(zone).date()
    mood = 0.0
    for ago in range(days, 0, -1):
        mood = 0.8 * mood + chance.gauss(0, 0.45)
        about, missed = today - timedelta(days=ago), not happens(chance, person.course.adherence)
        if not missed and about > joined and ago not in person.course.away:
            answers = _answers(chance, day_of(person, about, mood), questions)
            yield _received(_entry(seed, person, about, answers, chance), person, chance, anchor)


@dataclass(frozen=True)
class Questions:
    """What somebody is asked, in the order of the instrument."""

    core: tuple[Item, ...]
    all: tuple[Item, ...]


def _questions(person: Person) -> Questions:
    core = {item.id for item in daily().core(person.core_items)}
    applies = {item.id for item in daily().items_for(person.form_names, person.core_items)}
    return Questions(
        core=tuple(item for item in daily().items if item.id in core),
        all=tuple(item for item in daily().items if item.id in applies),
    )


def day_of(person: Person, about: date, mood: float) -> Day:
    """How somebody is on a day, between one injection and the next."""
    course = person.course
    symptoms = course.severity * (1 - course.depth * relief(about, course.injections)) + 0.5 * mood
    return Day(symptoms=symptoms, usual=course.severity * 0.7, mood=mood, person=person)


def _answers(chance: Random, day: Day, questions: Questions) -> tuple[Answer, ...]:
    if day.person.course.channel is Channel.WEB and happens(chance, _MORE):
        return tuple(_answer(chance, item, day) for item in questions.all)
    return tuple(_answer(chance, item, day) for item in questions.core)


def _answer(chance: Random, item: Item, day: Day) -> Answer:
    if happens(chance, _SKIPPED):
        return Answer.skipped(item.id)
    if item.forms and happens(chance, _DOES_NOT_APPLY):
        return Answer.does_not_apply(item.id)
    if item.kind is ItemKind.YES_NO:
        return Answer.said(item.id, yes=happens(chance, 1 / (1 + exp(5.5 - day.visible()))))
    return Answer.rated(item.id, rating(_RATINGS[item.id](day) + chance.gauss(0, 0.6)))


def rating(value: float) -> int:
    """The nearest rating from 0 to 10."""
    return min(_HIGHEST, max(0, round(value)))


def _entry(seed: int, person: Person, about: date, answers: tuple[Answer, ...], chance: Random) -> NewCheckIn:
    channel = person.course.channel
    if channel is Channel.SMS and happens(chance, 0.05):
        channel = Channel.WEB
    prompted = None
    if channel is Channel.SMS:
        prompted = moment(about, person.prompt_time or _USUAL_EVENING, ZoneInfo(person.zone))
    return NewCheckIn(
        id=EntryId(str(identifier(seed, "entry", person.key, about.isoformat()))),
        about=about,
        zone=person.zone,
        answers=answers,
        channel=channel,
        prompted_at=prompted,
    )


def _received(entry: NewCheckIn, person: Person, chance: Random, anchor: datetime) -> CheckIn:
    at = min(_when(entry, chance), anchor)
    said = chain.recording(entry, tuple(entry.answers), person.patient, at)
    made = chain.opened(person.patient, entry, daily(), said)
    return _corrected(made, chance, anchor) if happens(chance, _AMENDED) else made


def _when(entry: NewCheckIn, chance: Random) -> datetime:
    if entry.prompted_at is not None:
        return entry.prompted_at + timedelta(minutes=round(chance.expovariate(1 / 25)), seconds=20)
    zone = ZoneInfo(entry.zone)
    if happens(chance, _NEXT_MORNING):
        return moment(entry.about + timedelta(days=1), time(8, chance.randrange(60)), zone)
    return moment(entry.about, time(chance.randrange(17, 23), chance.randrange(60)), zone)


def _corrected(made: CheckIn, chance: Random, anchor: datetime) -> CheckIn:
    """Somebody touched the wrong number and put it right."""
    rated = [answer for answer in made.answers if answer.rating is not None]
    if not rated:
        return made
    wrong = chance.choice(rated)
    right = Answer.rated(wrong.item, rating((wrong.rating or 0) + chance.choice((-2, -1, 1, 2))))
    at = min(made.received_at + timedelta(minutes=chance.randint(1, 40)), anchor)
    said = chain.Contribution(
        key=str(identifier(0, made.id, "amendment")),
        content=digest("amend", made.about.isoformat(), made.instrument, answers=[right]),
        answers=(right,),
        author=made.patient,
        role=AuthorRole.PATIENT,
        channel=made.channel,
        at=at,
        said_at=saying.said_at(at, None, builds_on=made.said_at),
    )
    return chain.with_addition(made, chain.addition(made, said, daily()))
