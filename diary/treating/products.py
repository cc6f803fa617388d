"""The products that a treatment may name: a fixed list, because free text could identify a person."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, TypeAdapter

from diary.treatments import TreatmentKind


class Product(BaseModel):
    """A generic name or class of medicine; `names` are further names that mean it, such as brands.

    `highest_dose` is in the product's own units, for one session, and far above what is usual: it finds a
    slip of the finger or a wrong product, and says nothing about what is right.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    label: str | dict[str, str]
    names: tuple[str, ...]
    highest_dose: float | None = None

    def label_in(self, language: str) -> str:
        """The label in this language, or in English where it is not translated yet."""
        if isinstance(self.label, str):
            return self.label
        return self.label.get(language.lower(), self.label["en"])


@cache
def _products() -> dict[TreatmentKind, tuple[Product, ...]]:
    data = files("diary.treating").joinpath("products.json").read_bytes()
    return TypeAdapter(dict[TreatmentKind, tuple[Product, ...]]).validate_json(data)


def products(kind: TreatmentKind) -> tuple[Product, ...]:
    """What may be chosen as the product of a treatment of this kind."""
    return _products()[kind]


def product_named(kind: TreatmentKind, name: str) -> Product | None:
    """The product of this id, brand or other name, in capitals or not."""
    wanted = name.strip().casefold()
    for product in products(kind):
        if wanted in {product.id.casefold(), *(other.casefold() for other in product.names)}:
            return product
    return None
