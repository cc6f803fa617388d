"""What matching may know about a person: dated facts, and what of them is known on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import NamedTuple, Protocol, TypeVar

from diary.forms import Form
from diary.ids import PatientId
from diary.partial_dates import PartialDate
from registry_api.trials.days import ANY_DAY, Span


class Residence(NamedTuple):
    """Where a person lives from a day on; `lat` and `lon` in degrees where the place is known."""

    since: date
    country: str | None = None
    lat: float | None = None
    lon: float | None = None


class Stated(NamedTuple):
    """A value that holds from a day on, in upper case; None and UNKNOWN are the same."""

    since: date
    value: str | None


class Spoken(NamedTuple):
    since: date
    languages: tuple[str, ...]


class FormOnset(NamedTuple):
    """A form that a person has; `since` is when it was recorded."""

    since: date
    form: Form
    onset: PartialDate | None = None


class ToxinStatement(NamedTuple):
    """What the person said about their injections; `ever` is YES, NO or UNKNOWN."""

    since: date
    ever: str
    list_complete: bool = False


class Injection(NamedTuple):
    """One toxin injection; it is known from its own day on. `response` is GOOD, PARTIAL, POOR or None."""

    on: PartialDate | None
    response: str | None = None


class Medicine(NamedTuple):
    """Medicines for dystonia; `taking` is NONE, SOME or UNKNOWN."""

    since: date
    taking: str
    unchanged_since: PartialDate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The dated facts that criteria ask about; nothing else about a person comes near matching.

    `zone` is where the person's days begin, `text_language` the language of texts to this person.
    """

    id: PatientId
    birth: PartialDate | None
    sex: str | None = None
    residences: Sequence[Residence] = ()
    languages: Sequence[Spoken] = ()
    forms_stated_on: date | None = None
    forms: Sequence[FormOnset] = ()
    distribution: Sequence[Stated] = ()
    isolated: Sequence[Stated] = ()
    dbs: Sequence[Stated] = ()
    toxin: Sequence[ToxinStatement] = ()
    injections: Sequence[Injection] = ()
    medicines: Sequence[Medicine] = ()
    text_language: str = "en"
    zone: tzinfo = UTC

    def day(self, now: datetime) -> date:
        """The day that it is for this person at a moment: the day that they are judged on, on every path."""
        return now.astimezone(self.zone).date()


@dataclass(slots=True, kw_only=True)
class Known:
    """What is known about a person on one day; later days are judged by it, as if only time passed."""

    on: date
    person: Person
    forms: Sequence[FormOnset] | None
    """None where no form was ever stated; empty for somebody unaffected."""
    residence: Residence | None
    spoken: Spoken | None
    distribution: Stated | None
    isolated: Stated | None
    dbs: Stated | None
    medicine: Medicine | None
    statement: ToxinStatement | None
    injections: Sequence[Injection]
    last_injection: Span | None
    """Between which days the last injection was; None where none is listed."""

    @property
    def ever_injected(self) -> bool | None:
        if self.injections:
            return True
        said = self.statement.ever if self.statement else "UNKNOWN"
        return {"YES": True, "NO": False}.get(said)


class _Dated(Protocol):
    @property
    def since(self) -> date: ...


_D = TypeVar("_D", bound=_Dated)


def known_on(person: Person, day: date) -> Known:
    """What is known on a day: of each fact the newest that is not dated later."""
    forms = [form for form in person.forms if form.since <= day]
    stated = bool(forms) or (person.forms_stated_on is not None and person.forms_stated_on <= day)
    injections = [each for each in person.injections if each.on is None or each.on.first_day <= day]
    return Known(
        on=day,
        person=person,
        forms=forms if stated else None,
        residence=_newest(person.residences, day),
        spoken=_newest(person.languages, day),
        distribution=_newest(person.distribution, day),
        isolated=_newest(person.isolated, day),
        dbs=_newest(person.dbs, day),
        medicine=_newest(person.medicines, day),
        statement=_newest(person.toxin, day),
        injections=injections,
        last_injection=_last([_span(each.on, day) for each in injections]),
    )


def last_injections(known: Known) -> list[Injection]:
    """The listed injections that may be the last: several where days are equal or not known exactly."""
    last = known.last_injection
    return [each for each in known.injections if last and _span(each.on, known.on).last >= last.first]


def onset(form: FormOnset) -> Span:
    """Between which days this form began."""
    return Span.of(form.onset) if form.onset else ANY_DAY


def _newest(items: Iterable[_D], day: date) -> _D | None:
    newest = None
    for item in items:
        if item.since <= day and (newest is None or item.since >= newest.since):
            newest = item
    return newest


def _span(on: PartialDate | None, known_on_day: date) -> Span:
    span = Span.of(on) if on else ANY_DAY
    return Span(span.first, min(span.last, known_on_day))


def _last(spans: Sequence[Span]) -> Span | None:
    if not spans:
        return None
    return Span(max(span.first for span in spans), max(span.last for span in spans))
