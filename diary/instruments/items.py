"""One question of an instrument: its words, its scale, and which answers it takes."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from pydantic import Field, model_validator

from diary.check_ins import NoAnswer
from diary.forms import Form
from diary.instruments.scales import Direction, Domain
from diary.instruments.wording import UNWORDED, Frozen, Wording


class ItemKind(StrEnum):
    """A RATING shows the words of its two ends, a CHOICE the words of every value."""

    RATING = "RATING"
    CHOICE = "CHOICE"
    YES_NO = "YES_NO"


class Option(Frozen):
    """One of the answers of a CHOICE; `code` is what it is called in LOINC, where it is there."""

    value: int
    label: Wording = UNWORDED
    code: str | None = None


class Item(Frozen):
    """One question.

    A RATING runs from `minimum` to `maximum`, whose meanings are `lowest` and `highest`; a CHOICE has
    `options` over that range. `direction` says what a higher number means, `permits` which ways there are to
    give none. `short` is the name for text messages. An item with `forms` is asked of people with one of
    them, one without of everybody. A `symptom` can be chosen as one of the two that a person follows every
    day. `code` is LOINC's.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: ItemKind
    label: Wording = UNWORDED
    short: Wording = UNWORDED
    lowest: Wording | None = None
    highest: Wording | None = None
    minimum: int | None = None
    maximum: int | None = None
    options: tuple[Option, ...] = ()
    direction: Direction = Direction.HIGHER_IS_WORSE
    permits: tuple[NoAnswer, ...] = (NoAnswer.SKIPPED,)
    domain: Domain | None = None
    forms: tuple[Form, ...] = ()
    symptom: bool = False
    code: str | None = None

    @property
    def form(self) -> Form | None:
        """The form that the item mainly belongs to."""
        return self.forms[0] if self.forms else None

    @property
    def range(self) -> tuple[int, int]:
        """The lowest and the highest value; yes counts as 1 and no as 0."""
        return self.minimum or 0, 1 if self.maximum is None else self.maximum

    def applies_to(self, forms: Collection[Form]) -> bool:
        return not self.forms or any(form in forms for form in self.forms)

    def wordings(self) -> tuple[Wording, ...]:
        """Every text that a person reads of it."""
        ends = tuple(end for end in (self.lowest, self.highest) if end is not None)
        return (self.label, *ends, *(option.label for option in self.options))

    @model_validator(mode="after")
    def _scale_is_whole(self) -> Item:
        ends, numbers = (self.lowest, self.highest), (self.minimum, self.maximum)
        if self.kind is ItemKind.YES_NO:
            if any(part is not None for part in (*ends, *numbers)) or self.symptom or self.options:
                raise ValueError(f"{self.id}: yes-or-no items have no scale")
            return self
        if self.minimum is None or self.maximum is None:
            raise ValueError(f"{self.id}: both ends of the scale are numbers")
        if self.minimum >= self.maximum:
            raise ValueError(f"{self.id}: the scale is upside down")
        if self.kind is ItemKind.RATING and (None in ends or self.options):
            raise ValueError(f"{self.id}: a rating needs both ends of its scale in words, and only them")
        if self.kind is ItemKind.CHOICE:
            values = [option.value for option in self.options]
            if any(end is not None for end in ends) or values != list(range(self.minimum, self.maximum + 1)):
                raise ValueError(f"{self.id}: a choice has one option for each value")
        return self
