"""Which definition a FHIR Questionnaire belongs to. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from diary.errors import NoDefinitionFits, UnknownInstrument
from diary.instruments.catalogue import Instrument, Kind
from diary.questionnaires.resources import Json, loinc_of


def matched(document: Json, known: Collection[Instrument]) -> Instrument:
    """The definition that a checked Questionnaire means: by its address, its LOINC code, or its items' codes.

    Only what lacks wording, and is asked of people, is looked at.

    Raises:
        NoDefinitionFits: none does, or more than one; it names those with as many items.
    """
    candidates = [one for one in known if one.kind is Kind.ASKED and not one.worded]
    found = [one for one in candidates if _means(document, one)]
    if len(found) != 1:
        count = sum(1 for _ in _questions(document.get("item", ())))
        alike = [one.id for one in candidates if len(one.items) == count]
        raise NoDefinitionFits(sorted({*alike, *(one.id for one in found)}))
    return found[0]


def loadable(instrument: str, known: Mapping[str, Instrument]) -> Instrument:
    """The definition of this id, whose wording a deployer loads.

    Raises:
        UnknownInstrument: there is none, or its wording is here, or it has none.
    """
    one = known.get(instrument)
    if one is None or one.worded or one.kind is not Kind.ASKED:
        raise UnknownInstrument
    return one


def _means(document: Json, one: Instrument) -> bool:
    url = str(document.get("url", "")).split("|", maxsplit=1)[0]
    if url in one.fhir.urls:
        return True
    code = loinc_of(document)
    if code is not None and code in {one.fhir.code, *one.fhir.also}:
        return True
    codes = {loinc_of(node) for node in _questions(document.get("item", ()))}
    return {item.code for item in one.items} <= codes - {None}


def _questions(nodes: Collection[Json]) -> Collection[Json]:
    found: list[Json] = []
    for node in nodes:
        if node.get("type") not in {"display", "group", "quantity"}:
            found.append(node)
        found += _questions(node.get("item", ()))
    return found
