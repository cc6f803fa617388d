"""What a FHIR R4 Questionnaire says, matched to a definition. Pure, but for the library that checks FHIR."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from diary.errors import FieldFault, NotAQuestionnaire
from diary.instruments.catalogue import Instrument
from diary.questionnaires.options import Options, option_sets
from diary.questionnaires.pairing import paired
from diary.questionnaires.resources import Json, primary, texts


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

    Raises:
        NotAQuestionnaire: an item is missing or too much, has no text, or answers on another scale; or the
            language is not said.
    """
    if not document.get("language"):
        message = "Please say in which language the texts are, such as de."
        raise NotAQuestionnaire([FieldFault("language", message)])
    language = primary(document["language"])
    pairing = paired(document, definition)
    sets = option_sets(document, value_sets, language)
    faults: list[FieldFault] = []
    labels: dict[str, Mapping[str, str]] = {}
    options: dict[str, Mapping[int, Mapping[str, str]]] = {}
    for item, leaf in pairing.questions:
        labels[item.id] = texts(leaf.node, "text", language)
        if not labels[item.id]:
            faults.append(FieldFault(f"{leaf.path}.text", "This item has no text."))
        found = Options.of(leaf.node, leaf.path, item, language, sets)
        faults += found.faults
        if found.words:
            options[item.id] = found.words
    if faults:
        raise NotAQuestionnaire(faults)
    instruction = _instruction(document, definition, language)
    words = json.dumps([labels, options, instruction], sort_keys=True)
    return Loaded(
        instrument=definition.id,
        version=definition.version,
        sha256=hashlib.sha256(words.encode()).hexdigest(),
        url=document.get("url"),
        labels=labels,
        options=options,
        instruction=instruction,
        left_out=pairing.left_out,
        no_options=tuple(item.id for item, _ in pairing.questions if item.options and item.id not in options),
    )


def _instruction(document: Json, definition: Instrument, language: str) -> dict[str, str]:
    """The text that stands before the first question, whose sense it may carry; names of subscales do not."""
    before = {"display"} if definition.fhir.by_name else {"display", "group"}
    for node in document.get("item", ()):
        if node.get("type") in before and texts(node, "text", language):
            return texts(node, "text", language)
        if node.get("type") not in {"display", "group"}:
            break
    return {}
