"""What is typical of each form, of places and of names; read from the data files beside this one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from pydantic import BaseModel, ConfigDict

from diary.forms import Form
from registry_api.enrolment.profile import Sex
from registry_api.identity.languages import Language


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Traits(_Frozen):
    """One form. `onset`: mean and deviation in years; `share`: of first forms; `then`: chances of more."""

    share: float
    onset: tuple[float, float]
    female: float
    toxin: float
    dbs: float
    pain: float
    looked_at: float
    then: Mapping[Form, float]


class Home(_Frozen):
    zone: str
    share: float
    postal_codes: tuple[str, ...]


class Country(_Frozen):
    code: str
    share: float
    spanish: float
    homes: tuple[Home, ...]


class Names(_Frozen):
    FEMALE: tuple[str, ...]
    MALE: tuple[str, ...]
    family: tuple[str, ...]

    def given(self, sex: Sex) -> tuple[str, ...]:
        return self.FEMALE if sex is Sex.FEMALE else self.MALE


@cache
def by_form() -> Mapping[Form, Traits]:
    raw = _read("traits.toml")
    return {form: Traits.model_validate(raw[form]) for form in Form}


@cache
def unaffected() -> float:
    """The share of registrants without any form."""
    return float(_read("traits.toml")["unaffected"])


@cache
def countries() -> tuple[Country, ...]:
    return tuple(Country.model_validate(raw) for raw in _read("places.toml")["country"])


@cache
def names(language: Language) -> Names:
    return Names.model_validate(_read("names.toml")[language])


def _read(file: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("registry_api.seeding").joinpath(file).read_text("utf-8"))
