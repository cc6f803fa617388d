"""The muscles that an injection may name, by form of dystonia: a fixed list, as for products."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, TypeAdapter

from diary.forms import Form


class Muscle(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    label: dict[str, str]

    def label_in(self, language: str) -> str:
        """The label in this language, or in English where it is not translated yet."""
        return self.label.get(language.lower(), self.label["en"])


@cache
def muscles() -> dict[Form, tuple[Muscle, ...]]:
    """The muscles that are injected for each form."""
    data = files("diary.treating").joinpath("muscles.json").read_bytes()
    return TypeAdapter(dict[Form, tuple[Muscle, ...]]).validate_json(data)


@cache
def muscle_ids() -> frozenset[str]:
    return frozenset(muscle.id for those in muscles().values() for muscle in those)
