"""The questionnaires that the diary knows. Each is a JSON file in `definitions/`, checked when it is read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, model_validator

from diary.errors import FieldFault, InvalidCoreItems, UnknownInstrument
from diary.forms import Form

DAILY = "daily"
CHOSEN_CORE_ITEMS = 2
_SOURCE_LANGUAGE = "en"


class ItemKind(StrEnum):
    RATING = "RATING"
    YES_NO = "YES_NO"


class LicenceStatus(StrEnum):
    OWN = "own"
    FREE = "free"
    LICENSED = "licensed"
    UNVERIFIED = "unverified"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wording(RootModel[dict[str, Annotated[str, Field(min_length=1)]]]):
    """One text in several languages, keyed by lower-case language code."""

    model_config = ConfigDict(frozen=True)

    def in_language(self, language: str) -> str:
        """The text in this language, or in English where it is not translated yet."""
        return self.root.get(language.lower(), self.root[_SOURCE_LANGUAGE])

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(self.root)


class Item(_Frozen):
    """One question.

    A RATING runs from `minimum` to `maximum`, whose meanings are `lowest` and `highest`. `short` is the name
    for text messages. An item with `forms` is asked of people with one of them, one without of everybody.
    A `symptom` can be chosen as one of the two that a person follows every day.
    """

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    kind: ItemKind
    label: Wording
    short: Wording
    lowest: Wording | None = None
    highest: Wording | None = None
    minimum: int | None = None
    maximum: int | None = None
    forms: tuple[Form, ...] = ()
    symptom: bool = False

    @property
    def form(self) -> Form | None:
        """The form that the item mainly belongs to."""
        return self.forms[0] if self.forms else None

    def applies_to(self, forms: Collection[Form]) -> bool:
        return not self.forms or any(form in forms for form in self.forms)

    @model_validator(mode="after")
    def _scale_is_whole(self) -> Item:
        scale = (self.lowest, self.highest, self.minimum, self.maximum)
        if self.kind is ItemKind.YES_NO:
            if any(part is not None for part in scale) or self.symptom:
                raise ValueError(f"{self.id}: yes-or-no items have no scale")
        elif any(part is None for part in scale):
            raise ValueError(f"{self.id}: a rating needs both ends of its scale, in number and in words")
        elif self.minimum >= self.maximum:  # type: ignore[operator]
            raise ValueError(f"{self.id}: the scale is upside down")
        return self


def _unique(items: tuple[Item, ...]) -> tuple[Item, ...]:
    if len({item.id for item in items}) != len(items):
        raise ValueError("an item occurs twice")
    return items


class Instrument(_Frozen):
    """A questionnaire of one version. `default_core` and `fixed_core` name the items of the daily core."""

    id: str
    version: str
    languages: frozenset[str]
    licence: LicenceStatus
    title: Wording
    recall_window: Wording
    items: Annotated[tuple[Item, ...], AfterValidator(_unique)]
    default_core: tuple[str, ...] = ()
    fixed_core: tuple[str, ...] = ()

    def item(self, item_id: str) -> Item | None:
        return next((item for item in self.items if item.id == item_id), None)

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
        for name in (*self.default_core, *self.fixed_core):
            if self.item(name) is None:
                raise ValueError(f"{name}: the core names an item that is not there")
        wordings = [self.title, self.recall_window]
        for item in self.items:
            wordings += [item.label, item.short, *(end for end in (item.lowest, item.highest) if end)]
        if any(wording.languages != self.languages for wording in wordings):
            raise ValueError("a text is missing in one of the languages, or is there in one too many")
        return self


@cache
def instruments() -> dict[str, Instrument]:
    """All published instruments by id, in their newest version; one of unverified licence is left out."""
    folder = files("diary.instruments").joinpath("definitions")
    read = [
        Instrument.model_validate_json(file.read_bytes())
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".json")
    ]
    return {one.id: one for one in read if one.licence is not LicenceStatus.UNVERIFIED}


def instrument(instrument_id: str) -> Instrument:
    """The instrument of this id.

    Raises:
        UnknownInstrument: there is none.
    """
    try:
        return instruments()[instrument_id]
    except KeyError:
        raise UnknownInstrument from None


def daily() -> Instrument:
    """The questionnaire of every day."""
    return instrument(DAILY)
