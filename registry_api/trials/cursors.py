from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

from registry_api.trials.errors import InvalidCursor


def write_cursor(at: datetime, name: str) -> str:
    """An opaque place in a list that is ordered by moment and name."""
    return urlsafe_b64encode(f"{at.isoformat()} {name}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """The moment and name that a cursor stands for.

    Raises:
        InvalidCursor: it is none of ours.
    """
    try:
        at, name = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(" ", 1)
        moment = datetime.fromisoformat(at)
    except ValueError as fault:
        raise InvalidCursor from fault
    if moment.tzinfo is None or not name:
        raise InvalidCursor
    return moment, name
