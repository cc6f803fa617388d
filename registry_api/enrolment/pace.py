"""How often somebody may change their mind in a day: far oftener than anybody does, so that lists end.

A no that takes a yes back, and leaving, always work. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from registry_api.enrolment.errors import TooManyChanges

MOST_A_DAY = 60
_DAY = timedelta(days=1)


def require_pace(moments: Iterable[datetime], now: datetime) -> None:
    """Raises TooManyChanges where the last 24 hours of these moments hold all that there may be."""
    today = sorted(moment for moment in moments if moment > now - _DAY)
    if len(today) >= MOST_A_DAY:
        raise TooManyChanges(max(1, int((today[-MOST_A_DAY] + _DAY - now).total_seconds())))
