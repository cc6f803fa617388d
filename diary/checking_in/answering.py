"""What may be answered: pure rules over an instrument and the answers that somebody sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from diary import days
from diary.check_ins import Answer, Timeliness
from diary.errors import FieldFault, InvalidAnswers, UnknownTimeZone
from diary.instruments.catalogue import Instrument, Kind
from diary.instruments.items import Item, ItemKind
from diary.scoring import totals

OLDEST_YEARS = 2
_CLOCKS_SHOW = (datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


def checked(instrument: Instrument, answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """The answers in the order of the instrument, if each can be taken.

    Any item of the instrument may be answered, whichever forms the person has; none must be.

    Raises:
        InvalidAnswers: none was given, or one is unknown, given twice, out of range, or not exactly one of a
            rating, yes or no, skipped, does not apply.
    """
    if instrument.kind is Kind.TYPED_IN:
        return totals.checked(instrument, answers)
    faults = list(_faults(instrument, answers))
    if faults:
        raise InvalidAnswers(faults)
    return in_order(instrument, answers)


def in_order(instrument: Instrument, answers: Iterable[Answer]) -> tuple[Answer, ...]:
    place = {item.id: number for number, item in enumerate(instrument.items)}
    return tuple(sorted(answers, key=lambda answer: place.get(answer.item, len(place))))


def checked_zone(name: str) -> ZoneInfo:
    """The zone of this name.

    Raises:
        InvalidAnswers: there is none.
    """
    try:
        return days.zone_named(name)
    except UnknownTimeZone as error:
        raise InvalidAnswers([FieldFault("time_zone", str(error))]) from None


def checked_clock(shown: datetime | None, field: str) -> datetime | None:
    """What the client's clock showed, in UTC. It may be wrong by years: the entry counts all the same.

    Raises:
        InvalidAnswers: it names no offset from UTC, or a moment that no clock shows.
    """
    if shown is None:
        return None
    earliest, latest = _CLOCKS_SHOW
    if shown.tzinfo is None or not earliest <= shown < latest:
        message = "Please send the clock's date and time with its offset from UTC."
        raise InvalidAnswers([FieldFault(field, message)])
    return shown.astimezone(UTC)


def checked_day(about: date, now: datetime, zone: ZoneInfo) -> Timeliness:
    """How late an entry about this day comes, if it may still come.

    Raises:
        FutureCheckIn: the day has not begun.
        InvalidAnswers: the day is more than two years back.
    """
    timeliness = days.timeliness(about, now, zone)
    if (days.open_day(now, zone) - about).days > OLDEST_YEARS * 366:
        message = "Please choose a day of the last two years."
        raise InvalidAnswers([FieldFault("about", message)])
    return timeliness


def digest(*facts: str, answers: Iterable[Answer]) -> bytes:
    """Sixteen bytes that are equal where two clients' messages say the same, in whatever order."""
    said = sorted(
        f"{answer.item}={answer.rating}/{answer.yes}/{answer.not_answered or ''}" for answer in answers
    )
    return hashlib.sha256("\n".join([*facts, *said]).encode()).digest()[:16]


def _faults(instrument: Instrument, answers: Sequence[Answer]) -> Iterator[FieldFault]:
    if not answers:
        yield FieldFault("answers", "Please answer at least one question, or skip it.")
    if len(answers) > len(instrument.items):
        yield FieldFault("answers", "There are more answers than questions.")
        return
    seen: set[str] = set()
    for number, answer in enumerate(answers):
        path = f"answers[{number}]"
        item = instrument.item(answer.item)
        if item is None:
            yield FieldFault(f"{path}.item_id", "There is no such question.")
        elif answer.item in seen:
            yield FieldFault(f"{path}.item_id", "This question is answered twice.")
        else:
            yield from _faults_of_one(item, answer, path)
        seen.add(answer.item)


def _faults_of_one(item: Item, answer: Answer, path: str) -> Iterator[FieldFault]:
    given = [value for value in (answer.rating, answer.yes, answer.not_answered) if value is not None]
    if len(given) != 1:
        yield FieldFault(path, "Give one answer: a value, skipped, or does not apply.")
    elif answer.not_answered is not None:
        if answer.not_answered not in item.permits:
            yield FieldFault(
                f"{path}.not_answered", "This question does not take that. Please answer or skip it."
            )
    elif item.kind is ItemKind.YES_NO:
        if type(answer.yes) is not bool:
            yield FieldFault(f"{path}.{_given_as(answer)}", "Please answer yes or no.")
    elif not _in_range(item, answer.rating):
        message = f"Please choose a whole number from {item.minimum} to {item.maximum}."
        yield FieldFault(f"{path}.{_given_as(answer)}", message)


def _given_as(answer: Answer) -> str:
    return "rating" if answer.rating is not None else "yes"


def _in_range(item: Item, rating: object) -> bool:
    if type(rating) is not int or item.minimum is None or item.maximum is None:
        return False
    return item.minimum <= rating <= item.maximum
