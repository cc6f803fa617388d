"""Which instruments ask for entries to be scored anew. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from diary.instruments.catalogue import Instrument


def newer(known: Iterable[Instrument]) -> dict[str, Instrument]:
    """The newest version of every instrument that had an earlier one whose answers it understands, by id."""
    newest: dict[str, Instrument] = {}
    earlier: set[str] = set()
    for one in sorted(known, key=lambda each: each.age):
        before = newest.get(one.id)
        if before is None or not one.understands(before.version):
            earlier.discard(one.id)
        else:
            earlier.add(one.id)
        newest[one.id] = one
    return {name: newest[name] for name in sorted(earlier)}
