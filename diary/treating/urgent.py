"""What to do at once when a side effect can be an emergency."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter

from diary.treatments import URGENT, SideEffect


def advice(side_effects: Iterable[SideEffect], language: str) -> str | None:
    """The words for who states one of them, in this language or English; None where none is urgent.

    The toxin's effect can spread from where it was injected; labels of all toxins say to seek care at once
    when swallowing, speaking or breathing becomes hard (FDA boxed warning for botulinum toxins, 2009).
    """
    if URGENT.isdisjoint(side_effects):
        return None
    return _texts().get(language.lower(), _texts()["en"])


@cache
def _texts() -> dict[str, str]:
    return TypeAdapter(dict[str, str]).validate_json(
        files("diary.treating").joinpath("urgent.json").read_bytes()
    )
