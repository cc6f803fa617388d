"""What may move from one snapshot to the next: a count stands still until enough people joined or left it.

Without this rule a reader who knows who joined in a month could subtract last month's table from this one's.
People are compared with those counted when the number last moved, not with last month's, so that slow change
adds up instead of being lost. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet


def settle(
    counted: Mapping[str, AbstractSet[bytes]],
    present: Mapping[str, AbstractSet[bytes]],
    must_change: int,
) -> dict[str, AbstractSet[bytes]]:
    """Who is counted now, by count: those present where it may move, those counted before where it may not.

    People are opaque marks. A count that `counted` does not know was never published and is taken as it is.
    """
    return {
        name: people if _may_move(counted.get(name), people, must_change) else counted[name]
        for name, people in present.items()
    }


def _may_move(before: AbstractSet[bytes] | None, now: AbstractSet[bytes], must_change: int) -> bool:
    return before is None or len(before ^ now) >= must_change
