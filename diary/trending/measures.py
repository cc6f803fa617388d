"""What can be followed over time: the rated items of the daily check-in, and the scores of questionnaires."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from diary.errors import FieldFault, InvalidTrend, UnknownInstrument
from diary.instruments import catalogue
from diary.instruments.catalogue import DAILY, Cadence, Instrument
from diary.instruments.items import Item, ItemKind
from diary.instruments.scales import Band, Direction, Method, Scale

_SEPARATOR = "/"


@dataclass(frozen=True)
class Measure:
    """A rated item of the daily check-in, such as `pain`, or a scale, such as `weekly/pain`."""

    instrument: Instrument
    of: Item | Scale

    @property
    def id(self) -> str:
        if not isinstance(self.of, Scale):
            return self.of.id
        return f"{self.instrument.id}{_SEPARATOR}{self.of.id}"

    @property
    def lowest(self) -> float:
        return self.of.minimum or 0

    @property
    def highest(self) -> float:
        return self.of.maximum or 0

    @property
    def direction(self) -> Direction:
        return self.of.direction

    @property
    def late_counts(self) -> bool:
        """Whether a value counts that came later than the day after; of what asks every day it does not."""
        return self.instrument.cadence is not Cadence.DAILY

    def name(self, language: str) -> str:
        """What it is called within its questionnaire."""
        return (self.of.title if isinstance(self.of, Scale) else self.of.label).in_language(language)

    def label(self, language: str) -> str:
        """What it is called among all measures: a scale with its questionnaire before it."""
        if not isinstance(self.of, Scale):
            return self.name(language)
        return f"{self.instrument.title.in_language(language)}: {self.name(language)}"

    def band_of(self, value: float) -> Band | None:
        return self.of.band_of(value) if isinstance(self.of, Scale) else None


def measure(measure_id: str) -> Measure:
    """The measure of this id.

    Raises:
        InvalidTrend: there is none, or it has no numbers: a yes-or-no item, a scale that is not scored.
    """
    instrument_id, separator, scale = measure_id.partition(_SEPARATOR)
    try:
        if not separator:
            return rated(measure_id)
        instrument = catalogue.definition(instrument_id)
    except UnknownInstrument:
        instrument = None
    found = instrument.scale(scale) if instrument else None
    if instrument is None or found is None or found.method is Method.NOT_SCORED:
        message = "Please choose a rated question of the daily check-in, or a score such as weekly/pain."
        raise InvalidTrend([FieldFault("measure", message)])
    return Measure(instrument, found)


def rated(item_id: str) -> Measure:
    """The rated item of this id.

    Raises:
        InvalidTrend: there is none, or it is answered by yes or no.
    """
    item = catalogue.daily().item(item_id)
    if item is None or item.kind is not ItemKind.RATING:
        raise InvalidTrend([FieldFault("measure", "Please choose a rated question of the daily check-in.")])
    return Measure(catalogue.daily(), item)


@cache
def measures() -> Mapping[str, tuple[Measure, ...]]:
    """All that can be followed, by instrument: the daily one first, its rated items before its scales."""
    known = sorted(catalogue.definitions().values(), key=lambda one: (one.id != DAILY, one.id))
    return {one.id: tuple(_measures_of(one)) for one in known}


def _measures_of(instrument: Instrument) -> Iterator[Measure]:
    if instrument.id == DAILY:
        yield from (Measure(instrument, item) for item in instrument.items if item.kind is ItemKind.RATING)
    yield from (Measure(instrument, one) for one in instrument.scales if one.method is not Method.NOT_SCORED)
