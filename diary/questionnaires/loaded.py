"""From loaded words to an instrument that may be asked. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from diary.instruments.catalogue import Instrument
from diary.instruments.items import Item
from diary.instruments.licences import Licence
from diary.instruments.wording import SOURCE_LANGUAGE, Wording
from diary.questionnaires.reading import Loaded


@dataclass(frozen=True)
class Shelved:
    """Loaded words as they are kept; nobody is shown them while `licence` is missing or unverified."""

    text: Loaded
    loaded_at: datetime
    licence: Licence | None = None
    licensed_at: datetime | None = None


def languages_of(text: Loaded) -> frozenset[str]:
    """The languages in which every item has its words, and every answer where answers have words at all."""
    if text.no_options:
        return frozenset()
    each = [set(words) for words in text.labels.values()]
    each += [set(words) for options in text.options.values() for words in options.values()]
    return frozenset(set.intersection(*each)) if each else frozenset()


def published(definition: Instrument, shelved: Shelved) -> Instrument | None:
    """The definition with its loaded words; None while something is missing, or a licence for it.

    Words that were loaded for another version of the definition are not taken for this one.
    """
    licence, languages = shelved.licence, languages_of(shelved.text)
    if licence is None or not licence.status.allows_publishing or not languages:
        return None
    if shelved.text.version != definition.version:
        return None
    items = [_worded(item, shelved.text, languages) for item in definition.items]
    instruction = {spoken: text for spoken, text in shelved.text.instruction.items() if spoken in languages}
    recall = {spoken: definition.recall_window.in_language(spoken) for spoken in languages}
    return Instrument.model_validate(
        definition.model_copy(
            update={
                "items": tuple(items),
                "languages": languages,
                "licence": licence,
                "title": _cut(definition.title, languages),
                "recall_window": Wording(recall | instruction),
            }
        ).model_dump()
    )


def _worded(item: Item, text: Loaded, languages: frozenset[str]) -> Item:
    words = text.options.get(item.id, {})
    options = tuple(
        option.model_copy(update={"label": _kept(words[option.value], languages)}) for option in item.options
    )
    return item.model_copy(update={"label": _kept(text.labels[item.id], languages), "options": options})


def _kept(words: Mapping[str, str], languages: frozenset[str]) -> Wording:
    return Wording({spoken: text for spoken, text in words.items() if spoken in languages})


def _cut(title: Wording, languages: frozenset[str]) -> Wording:
    """A name in just these languages: a proper name reads the same in one that we do not write."""
    return Wording({spoken: title.in_language(spoken) for spoken in languages} or {SOURCE_LANGUAGE: ""})
