"""What can be followed over time: the rated items of the daily check-in."""

from __future__ import annotations

from diary.errors import FieldFault, InvalidTrend
from diary.instruments import catalogue
from diary.instruments.items import Item, ItemKind


def measure(item_id: str) -> Item:
    """The rated item of this id.

    Raises:
        InvalidTrend: there is none, or it is answered by yes or no.
    """
    item = catalogue.daily().item(item_id)
    if item is None or item.kind is not ItemKind.RATING:
        raise InvalidTrend([FieldFault("measure", "Please choose a rated question of the daily check-in.")])
    return item
