"""Chance and ids that follow from the seed, so that sowing twice meets what is there."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from random import Random
from typing import TypeVar

T = TypeVar("T")

_NAMESPACE = uuid.UUID("6f0c2b52-4c4e-5e0b-9a86-6d7f7d1a9b10")


def identifier(seed: int, *parts: str | int) -> uuid.UUID:
    """The same UUID for the same seed and parts."""
    return uuid.uuid5(_NAMESPACE, "/".join(map(str, (seed, *parts))))


def dice(seed: int, *parts: str | int) -> Random:
    """A source of chance of its own for each person and purpose, whoever else is sown."""
    return Random("/".join(map(str, (seed, *parts))))  # noqa: S311 nothing secret hangs on it


def happens(chance: Random, likely: float) -> bool:
    """True in this share of all cases, 0 to 1."""
    return chance.random() < likely


def weighted(chance: Random, shares: Mapping[T, float]) -> T:
    """One of the keys, each as often as its share says."""
    return chance.choices(list(shares), list(shares.values()))[0]
