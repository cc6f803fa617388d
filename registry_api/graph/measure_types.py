"""What can be followed over time, as clients see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import strawberry

from diary.instruments import catalogue
from diary.instruments.catalogue import Kind
from diary.instruments.scales import Direction, Scale
from diary.trending import measures
from registry_api.graph import enums as _enums  # noqa: F401 registers the domain's enums
from registry_api.graph.instrument_types import Band, Licence, band


@strawberry.type(description="What is followed, on its scale.")
class Measure:
    id: strawberry.ID = strawberry.field(
        description="An item of the daily check-in, such as pain, or a score, such as weekly/pain."
    )
    label: str
    minimum: float
    maximum: float
    direction: Direction = strawberry.field(description="What a higher number means.")


@strawberry.type(description="The value of a measure on one day.")
class MeasureValue:
    on: date
    value: float
    band: Band | None = strawberry.field(description="For screening, never a diagnosis.")


@strawberry.type(description="A measure of which this person has values, and the questionnaire it is from.")
class OwnMeasure:
    measure: Measure
    name: str = strawberry.field(description="What it is called within its questionnaire.")
    instrument_id: strawberry.ID
    title: str = strawberry.field(description="The questionnaire's.")
    kind: Kind = strawberry.field(description="TYPED_IN where the values are staff's.")
    licence: Licence
    bands: list[Band]
    values: list[MeasureValue] = strawberry.field(description="Oldest first; never none.")


def measure(one: measures.Measure, language: str) -> Measure:
    return Measure(
        id=strawberry.ID(one.id),
        label=one.label(language),
        minimum=one.lowest,
        maximum=one.highest,
        direction=one.direction,
    )


def own_measure(
    one: measures.Measure,
    values: Mapping[date, float],
    published: Mapping[str, catalogue.Instrument],
    language: str,
) -> OwnMeasure:
    instrument = one.instrument
    licence = published.get(instrument.id, instrument).licence
    bands = one.of.bands if isinstance(one.of, Scale) else ()
    return OwnMeasure(
        measure=measure(one, language),
        name=one.name(language),
        instrument_id=strawberry.ID(instrument.id),
        title=instrument.title.in_language(language),
        kind=instrument.kind,
        licence=Licence(status=licence.status, owner=licence.owner),
        bands=[band(each, language) for each in bands],
        values=[
            MeasureValue(on=on, value=value, band=band(each, language) if each else None)
            for on, value in values.items()
            for each in [one.band_of(value)]
        ],
    )
