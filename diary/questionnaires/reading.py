"""What a FHIR R4 Questionnaire says, matched to a definition. Pure, but for the library that checks FHIR."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from diary.errors import FieldFault, NotAQuestionnaire
from diary.instruments.catalogue import Instrument
from diary.instruments.items import Item
from diary.questionnaires.options import Options, option_sets
from diary.questionnaires.resources import Json, loinc_of, primary, texts

_ANSWERED = {"choice", "open-choice", "integer", "decimal", "boolean"}
_ASIDE = {"display", "group", "quantity"}


@dataclass(frozen=True)
class Loaded:
    """The words of one instrument as they were loaded.

    `labels` are by item and language, `options` by item, value and language. `instruction` is what stands
    before the items, `sha256` that of all words. `left_out` names the items that the definition does not ask,
    with its reasons, and `no_options` those whose answers have no words here.
    """

    instrument: str
    version: str
    sha256: str
    url: str | None
    labels: Mapping[str, Mapping[str, str]]
    options: Mapping[str, Mapping[int, Mapping[str, str]]]
    instruction: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    no_options: tuple[str, ...] = ()


def read(document: Json, definition: Instrument, value_sets: Sequence[Json] = ()) -> Loaded:
    """The words of a checked Questionnaire, item by item of the definition.

    Items are told by their LOINC codes where both sides have them, and by their order where they have not.

    Raises:
        NotAQuestionnaire: an item is missing or too much, has no text, or answers on another scale; or the
            language is not said.
    """
    if not document.get("language"):
        message = "Please say in which language the texts are, such as de."
        raise NotAQuestionnaire([FieldFault("language", message)])
    language = primary(document["language"])
    leaves = list(_leaves(document.get("item", ()), "item"))
    pairs, left_out = _paired(leaves, definition)
    sets = option_sets(document, value_sets, language)
    faults: list[FieldFault] = []
    labels: dict[str, Mapping[str, str]] = {}
    options: dict[str, Mapping[int, Mapping[str, str]]] = {}
    for item, (path, node) in pairs:
        labels[item.id] = texts(node, "text", language)
        if not labels[item.id]:
            faults.append(FieldFault(f"{path}.text", "This item has no text."))
        found = Options.of(node, path, item, language, sets)
        faults += found.faults
        if found.words:
            options[item.id] = found.words
    if faults:
        raise NotAQuestionnaire(faults)
    instruction = _instruction(document, language)
    words = json.dumps([labels, options, instruction], sort_keys=True)
    return Loaded(
        instrument=definition.id,
        version=definition.version,
        sha256=hashlib.sha256(words.encode()).hexdigest(),
        url=document.get("url"),
        labels=labels,
        options=options,
        instruction=instruction,
        left_out=left_out,
        no_options=tuple(item.id for item, _ in pairs if item.options and item.id not in options),
    )


Leaf = tuple[str, Json]


def _leaves(nodes: Sequence[Json], path: str) -> Iterator[Leaf]:
    for place, node in enumerate(nodes):
        here = f"{path}[{place}]"
        if node.get("type") not in _ASIDE:
            yield here, node
        yield from _leaves(node.get("item", ()), f"{here}.item")


def _paired(leaves: Sequence[Leaf], definition: Instrument) -> tuple[list[tuple[Item, Leaf]], dict[str, str]]:
    reasons = definition.fhir.leaves_out
    asked = [(path, node) for path, node in leaves if loinc_of(node) not in reasons]
    left_out = {node["linkId"]: reasons[code] for _, node in leaves if (code := loinc_of(node)) in reasons}
    strange = [path for path, node in asked if node.get("type") not in _ANSWERED]
    if strange:
        message = "An item of this type is none of the definition's."
        raise NotAQuestionnaire([FieldFault(f"{path}.type", message) for path in strange])
    if all(item.code for item in definition.items) and all(loinc_of(node) for _, node in asked):
        return _by_code(asked, definition), left_out
    if len(asked) != len(definition.items):
        message = f"{definition.id} has {len(definition.items)} items, and here are {len(asked)}."
        raise NotAQuestionnaire([FieldFault("item", message)])
    return list(zip(definition.items, asked, strict=True)), left_out


def _by_code(asked: Sequence[Leaf], definition: Instrument) -> list[tuple[Item, Leaf]]:
    known = {item.code: item for item in definition.items}
    found: dict[str, Leaf] = {}
    faults = []
    for path, node in asked:
        item = known.get(loinc_of(node))
        if item is None or item.id in found:
            what = "twice here" if item else f"none of {definition.id}'s"
            faults.append(FieldFault(f"{path}.code", f"This item is {what}."))
        else:
            found[item.id] = path, node
    faults += [
        FieldFault("item", f"The item with LOINC code {item.code} is missing.")
        for item in definition.items
        if item.id not in found
    ]
    if faults:
        raise NotAQuestionnaire(faults)
    return [(item, found[item.id]) for item in definition.items]


def _instruction(document: Json, language: str) -> dict[str, str]:
    """The text that stands before the first question, whose sense it may carry."""
    for node in document.get("item", ()):
        if node.get("type") in {"display", "group"} and texts(node, "text", language):
            return texts(node, "text", language)
        if node.get("type") not in {"display", "group"}:
            break
    return {}
