"""The questionnaires that the diary knows. Each is a JSON file in `definitions/`, checked when it is read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from diary.check_ins import NoAnswer
from diary.errors import FieldFault, InvalidCoreItems, UnknownInstrument
from diary.forms import Form
from diary.instruments.items import Item
from diary.instruments.licences import Licence
from diary.instruments.scales import Domain, Method, Scale, Transform
from diary.instruments.wording import Frozen, Wording

DAILY = "daily"
CHOSEN_CORE_ITEMS = 2


class Kind(StrEnum):
    """Whether a person is asked, or staff type in totals from their own copy."""

    ASKED = "ASKED"
    TYPED_IN = "TYPED_IN"


class Cadence(StrEnum):
    """How often it is meant to be answered."""

    DAILY = "daily"
    WEEKLY = "weekly"
    EVERY_TWO_WEEKS = "every_two_weeks"
    EVERY_THREE_MONTHS = "every_three_months"
    AT_VISITS = "at_visits"


def _unique(items: tuple[Item, ...]) -> tuple[Item, ...]:
    if len({item.id for item in items}) != len(items):
        raise ValueError("an item occurs twice")
    return items


class Origin(Frozen):
    """What tells a FHIR Questionnaire of this instrument: its LOINC codes and its addresses.

    `leaves_out` are codes of items that such a Questionnaire may have and we do not ask, with the reason.
    `by_name` says that its items are told by their names only, never by their order.
    """

    code: str | None = None
    also: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    leaves_out: dict[str, str] = Field(default_factory=dict)
    by_name: bool = False


class Instrument(Frozen):
    """A questionnaire of one version. `default_core` and `fixed_core` name the items of the daily core.

    `languages` are those in which every text is here: none where a deployer has to load it. `recall_days` is
    how far back it asks, 1 for today. `forms` limits it to people with one of them.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: str = Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")
    kind: Kind = Kind.ASKED
    cadence: Cadence
    languages: frozenset[str]
    licence: Licence
    source: str = Field(min_length=1)
    title: Wording
    recall_window: Wording
    recall_days: int = Field(ge=1)
    domain: Domain | None = None
    forms: tuple[Form, ...] = ()
    items: Annotated[tuple[Item, ...], AfterValidator(_unique)] = ()
    scales: tuple[Scale, ...] = ()
    fhir: Origin = Origin()
    default_core: tuple[str, ...] = ()
    fixed_core: tuple[str, ...] = ()

    @property
    def worded(self) -> bool:
        """Whether everything that a person would read of it is here, in one language at least."""
        return bool(self.languages)

    @property
    def age(self) -> tuple[int, ...]:
        """The version in numbers: a newer one is greater."""
        return tuple(int(part) for part in self.version.split("."))

    def item(self, item_id: str) -> Item | None:
        return next((item for item in self.items if item.id == item_id), None)

    def scale(self, scale_id: str) -> Scale | None:
        return next((scale for scale in self.scales if scale.id == scale_id), None)

    def understands(self, version: str) -> bool:
        """Whether answers to this version of it mean the same here; in another major version they do not."""
        return version.partition(".")[0] == self.version.partition(".")[0]

    def applies_to(self, forms: Collection[Form]) -> bool:
        return not self.forms or any(form in forms for form in self.forms)

    def core(self, chosen: Sequence[str] = ()) -> tuple[Item, ...]:
        """The items of the daily core in the order in which they are asked.

        Raises:
            InvalidCoreItems: `chosen` is not empty and not two different symptoms of this instrument.
        """
        symptoms = [item for item in chosen if item not in self.fixed_core]
        self._check_core(symptoms)
        wanted = (*(symptoms or self.default_core), *self.fixed_core)
        return tuple(item for name in wanted if (item := self.item(name)) is not None)

    def items_for(self, forms: Collection[Form], core_items: Sequence[str] = ()) -> tuple[Item, ...]:
        """What a person with these forms is asked: the core first, then all else that applies.

        Raises:
            InvalidCoreItems: as for `core`.
        """
        core = self.core(core_items)
        rest = (item for item in self.items if item not in core and item.applies_to(forms))
        return (*core, *rest)

    def symptoms_for(self, forms: Collection[Form]) -> tuple[Item, ...]:
        """The symptoms from which a person with these forms may choose two to follow every day."""
        return tuple(item for item in self.items if item.symptom and item.applies_to(forms))

    def _check_core(self, symptoms: Sequence[str]) -> None:
        if not symptoms:
            return
        if len(symptoms) > len(self.items):
            raise InvalidCoreItems([FieldFault("core_items", "Please choose two different symptoms.")])
        faults = [
            FieldFault(f"core_items[{place}]", "Please choose a symptom from the list.")
            for place, name in enumerate(symptoms)
            if (item := self.item(name)) is None or not item.symptom
        ]
        if not faults and (len(symptoms) != CHOSEN_CORE_ITEMS or len(set(symptoms)) != len(symptoms)):
            faults.append(FieldFault("core_items", "Please choose two different symptoms."))
        if faults:
            raise InvalidCoreItems(faults)

    @model_validator(mode="after")
    def _is_complete(self) -> Instrument:
        core = [self.item(name) for name in (*self.default_core, *self.fixed_core)]
        if None in core:
            raise ValueError("the core names an item that is not there")
        if (self.kind is Kind.TYPED_IN) == bool(self.items):
            raise ValueError("a questionnaire that is asked has items, and totals have none")
        texts = [self.title, self.recall_window]
        for item in self.items:
            texts += [*item.wordings()] if self.worded else []
            texts += [item.short] if item.symptom or item in core else []
        languages = self.languages or self.title.languages
        if any(text.languages != languages for text in texts):
            raise ValueError("a text is missing in one of the languages, or is there in one too many")
        for scale in self.scales:
            self._check_scale(scale)
        return self

    def _check_scale(self, scale: Scale) -> None:
        if (scale.method is Method.TYPED_IN) != (self.kind is Kind.TYPED_IN) and scale.not_scored is None:
            raise ValueError(f"{scale.id}: totals are typed in, answers are added up")
        if not scale.items:
            return
        items = [self.item(name) for name in scale.items]
        if None in items:
            raise ValueError(f"{scale.id}: it names an item that is not there")
        there = [item for item in items if item is not None]
        for item in there:
            if (item.direction is scale.direction) == (item.id in scale.reversed):
                raise ValueError(f"{scale.id}: {item.id} points the other way than its reversal says")
        if scale.method is Method.SUM and any(
            item.forms or NoAnswer.DOES_NOT_APPLY in item.permits for item in there
        ):
            raise ValueError(f"{scale.id}: a sum needs items that are asked of everybody and always apply")
        ends = [item.range for item in there]
        raw = sum(low for low, _ in ends), sum(high for _, high in ends)
        if scale.method is Method.MEAN and len(set(ends)) != 1:
            raise ValueError(f"{scale.id}: a mean needs items of one range")
        if scale.method is Method.MEAN:
            raw = ends[0]
        expected = (0, 100) if scale.transform is Transform.PERCENT else raw
        if (scale.minimum, scale.maximum) != expected:
            raise ValueError(f"{scale.id}: its range is {expected[0]} to {expected[1]}")


@cache
def definitions() -> dict[str, Instrument]:
    """All definitions by id, in their newest version: also those that have no wording, or no licence."""
    newest: dict[str, Instrument] = {}
    for one in sorted(versions().values(), key=lambda each: each.age):
        newest[one.id] = one
    return newest


@cache
def versions() -> dict[tuple[str, str], Instrument]:
    """All definitions that were ever shipped, by id and version."""
    folder = files("diary.instruments").joinpath("definitions")
    read = [
        Instrument.model_validate_json(file.read_bytes())
        for file in folder.iterdir()
        if file.name.endswith(".json")
    ]
    return {(one.id, one.version): one for one in read}


@cache
def instruments() -> dict[str, Instrument]:
    """All that is published as it is shipped, by id, in the newest version.

    It is asked of people, and has its wording. What has an unverified licence is never among them.
    """
    return {
        name: one
        for name, one in definitions().items()
        if one.kind is Kind.ASKED and one.worded and one.licence.status.allows_publishing
    }


def instrument(instrument_id: str) -> Instrument:
    """The published instrument of this id.

    Raises:
        UnknownInstrument: there is none.
    """
    try:
        return instruments()[instrument_id]
    except KeyError:
        raise UnknownInstrument from None


def definition(instrument_id: str, version: str | None = None) -> Instrument:
    """The definition of this id, in its newest or in one certain version.

    Raises:
        UnknownInstrument: there is none.
    """
    try:
        if version is None:
            return definitions()[instrument_id]
        return versions()[instrument_id, version]
    except KeyError:
        raise UnknownInstrument from None


def daily() -> Instrument:
    """The questionnaire of every day."""
    return instrument(DAILY)
