from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one attack did and got, in words; `held` where that is within its bound."""

    attack: str
    tried: str
    got: str
    may_get: str
    held: bool
    seconds: float
