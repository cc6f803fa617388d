"""How strong symptoms are over an injection cycle of about twelve weeks. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

# Days since the injection, and the share of the full benefit: from day 4, most near week 4, fading in week 8.
_BENEFIT = (
    (0, 0.0),
    (3, 0.0),
    (10, 0.55),
    (21, 0.95),
    (28, 1.0),
    (49, 0.9),
    (63, 0.5),
    (77, 0.15),
    (98, 0.0),
)
_DAYS = [day for day, _ in _BENEFIT]


def benefit(days_since_injection: int) -> float:
    """The share of the full benefit, 0 to 1, so many days after an injection."""
    place = bisect_right(_DAYS, days_since_injection)
    if place == 0 or place == len(_BENEFIT):
        return 0.0
    (start, low), (end, high) = _BENEFIT[place - 1], _BENEFIT[place]
    return low + (high - low) * (days_since_injection - start) / (end - start)


def relief(day: date, injections: Sequence[date]) -> float:
    """The benefit on a day of the last injection on or before it; 0 without one."""
    last = max((injection for injection in injections if injection <= day), default=None)
    return 0.0 if last is None else benefit((day - last).days)
