from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Meaning(StrEnum):
    """What a carrier's error code asks of us; explained in carrier_errors.toml."""

    OPTED_OUT = "opted_out"
    NUMBER = "number"
    RETRY = "retry"
    FLAG = "flag"
    OURS = "ours"
    OTHER = "other"


@dataclass(frozen=True)
class KnownError:
    meaning: Meaning
    about: str


_OTHER = KnownError(Meaning.OTHER, "not listed")


def known_error(code: int | None) -> KnownError:
    """What a code means; OTHER where it is not listed or the carrier gave none."""
    return _known().get(str(code), _OTHER)


@cache
def _known() -> dict[str, KnownError]:
    data = tomllib.loads((files("notifications") / "carrier_errors.toml").read_text("utf-8"))
    return {code: KnownError(Meaning(entry["meaning"]), entry["about"]) for code, entry in data.items()}
