"""Questionnaires as clients see them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum

import strawberry

from diary.check_ins import NoAnswer
from diary.forms import Form
from diary.instruments import catalogue, scales
from diary.instruments import items as questions
from diary.instruments.catalogue import Cadence, Kind
from diary.instruments.items import ItemKind
from diary.instruments.licences import LicenceStatus
from diary.instruments.scales import Direction, Domain
from registry_api.graph import enums as _enums  # noqa: F401 registers the domain's enums


@strawberry.enum(description="Languages of questionnaires; more than those of the app.")
class InstrumentLanguage(StrEnum):
    EN = "en"
    ES = "es"
    FR = "fr"
    DE = "de"


@strawberry.type(description="One answer of a choice.")
class Option:
    value: int
    label: str


@strawberry.type(description="One question.")
class Item:
    id: strawberry.ID
    kind: ItemKind
    label: str
    lowest: str | None = strawberry.field(
        description="What the lowest rating means; null for choices and yes-or-no items."
    )
    highest: str | None
    minimum: int | None
    maximum: int | None
    options: list[Option] = strawberry.field(description="The answers of a choice; empty for other items.")
    direction: Direction = strawberry.field(description="What a higher number means; yes is the higher one.")
    permits: list[NoAnswer] = strawberry.field(description="Which ways there are to give no answer.")
    domain: Domain | None
    core: bool = strawberry.field(description="One of this person's three daily ratings.")
    form: Form | None = strawberry.field(
        description="The form that the item belongs to; null where it is asked of everybody."
    )


@strawberry.type(description="The values of a scale from `atLeast` up to the next band. Never a diagnosis.")
class Band:
    id: strawberry.ID
    at_least: float
    label: str


@strawberry.type(description="One number that a questionnaire gives.")
class Scale:
    id: strawberry.ID
    title: str
    direction: Direction
    domain: Domain | None
    minimum: float
    maximum: float
    step: float | None = strawberry.field(description="Of totals that staff type in; null elsewhere.")
    source: str = strawberry.field(description="The publication that its rule is from.")
    not_scored: str | None = strawberry.field(description="Why it has no value, where it never has one.")
    bands: list[Band]
    bands_source: str | None = strawberry.field(description="The publication that its bands are from.")


@strawberry.type(description="Whose the wording of a questionnaire is.")
class Licence:
    status: LicenceStatus
    owner: str


@strawberry.type(description="A versioned questionnaire.")
class Instrument:
    id: strawberry.ID
    version: str
    kind: Kind
    cadence: Cadence
    language: InstrumentLanguage | None = strawberry.field(
        description="The language of its texts: the one asked for, or another where it lacks that one; null "
        "where it has a language that the API has no name for."
    )
    title: str
    recall_window: str
    recall_days: int = strawberry.field(description="How many days back it asks; 1 for today.")
    domain: Domain | None
    licence: Licence
    items: list[Item]
    scales: list[Scale]


def instrument(
    one: catalogue.Instrument, language: str, forms: Collection[Form], core_items: Sequence[str]
) -> Instrument:
    """The questionnaire as this person is asked it."""
    chosen = core_items if one.default_core else ()
    core = one.core(chosen)
    return Instrument(
        id=strawberry.ID(one.id),
        version=one.version,
        kind=one.kind,
        cadence=one.cadence,
        language=_language(one, language),
        title=one.title.in_language(language),
        recall_window=one.recall_window.in_language(language),
        recall_days=one.recall_days,
        domain=one.domain,
        licence=Licence(status=one.licence.status, owner=one.licence.owner),
        items=[_item(item, language, core=item in core) for item in one.items_for(forms, chosen)],
        scales=[_scale(scale, language) for scale in one.scales],
    )


def band(one: scales.Band, language: str) -> Band:
    return Band(id=strawberry.ID(one.id), at_least=one.at_least, label=one.label.in_language(language))


def _language(one: catalogue.Instrument, language: str) -> InstrumentLanguage | None:
    spoken = one.recall_window.spoken(language)
    return InstrumentLanguage(spoken) if spoken in set(InstrumentLanguage) else None


def _item(item: questions.Item, language: str, *, core: bool) -> Item:
    return Item(
        id=strawberry.ID(item.id),
        kind=item.kind,
        label=item.label.in_language(language),
        lowest=item.lowest.in_language(language) if item.lowest else None,
        highest=item.highest.in_language(language) if item.highest else None,
        minimum=item.minimum,
        maximum=item.maximum,
        options=[Option(value=each.value, label=each.label.in_language(language)) for each in item.options],
        direction=item.direction,
        permits=list(item.permits),
        domain=item.domain,
        core=core,
        form=item.form,
    )


def _scale(scale: scales.Scale, language: str) -> Scale:
    return Scale(
        id=strawberry.ID(scale.id),
        title=scale.title.in_language(language),
        direction=scale.direction,
        domain=scale.domain,
        minimum=scale.minimum,
        maximum=scale.maximum,
        step=scale.step,
        source=scale.source,
        not_scored=scale.not_scored,
        bands=[band(each, language) for each in scale.bands],
        bands_source=scale.bands_source,
    )
