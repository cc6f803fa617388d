"""How the diary's questions are put by text."""

from collections.abc import Iterable

from diary.instruments.catalogue import daily
from diary.instruments.items import ItemKind
from registry_api.chatbot.session import Question


def questions(items: Iterable[str], language: str) -> tuple[Question, ...]:
    """The daily items of these ids as they are asked by text; ids that the instrument lacks are left out."""
    known = [item for name in items if (item := daily().item(name)) is not None]
    return tuple(
        Question(
            id=item.id,
            kind="rating" if item.kind is ItemKind.RATING else "yes_no",
            name=item.short.in_language(language),
            label=item.label.in_language(language),
            low=item.minimum or 0,
            high=10 if item.maximum is None else item.maximum,
        )
        for item in known
    )
