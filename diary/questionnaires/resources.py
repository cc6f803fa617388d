"""FHIR R4 resources as they are read here: checked as a whole, then taken apart as plain JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from diary.errors import FieldFault, NotAQuestionnaire

Json = Mapping[str, Any]

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
ORDINALS = frozenset(
    {
        "http://hl7.org/fhir/StructureDefinition/ordinalValue",
        "http://hl7.org/fhir/StructureDefinition/itemWeight",
    }
)
LOINC = "http://loinc.org"
MOST_DEEP = 60
"""Levels of lists and objects: ten groups in one another take 22, and the checker fails at some 500."""


def checked_questionnaire(document: object) -> Json:
    """A Questionnaire that is valid FHIR R4 from its root to its last extension.

    Raises:
        NotAQuestionnaire: it is something else, or has faults; each with its place, such as
            `item[2].answerOption[1].extension[0].valueString`.
    """
    return _checked(document, "Questionnaire")


def checked_value_set(document: object) -> Json:
    """A ValueSet that is valid FHIR R4; raises as `checked_questionnaire` does."""
    return _checked(document, "ValueSet")


def texts(node: Json, name: str, language: str) -> dict[str, str]:
    """A text of a resource, and its translations, by language (ISO 639-1); empty texts are left out."""
    found = {language: node.get(name)}
    for extension in _extensions(node.get(f"_{name}"), TRANSLATION):
        parts = {part.get("url"): part for part in extension.get("extension", ())}
        spoken = parts.get("lang", {}).get("valueCode")
        content = parts.get("content", {})
        if spoken:
            found[primary(spoken)] = content.get("valueString") or content.get("valueMarkdown")
    return {spoken: text.strip() for spoken, text in found.items() if text and text.strip()}


def ordinal(*nodes: Json | None) -> int | None:
    """The whole number that the first of these nodes carries as its ordinal value."""
    for node in nodes:
        for extension in (node or {}).get("extension", ()):
            value = extension.get("valueDecimal")
            if extension.get("url") in ORDINALS and value is not None and value == int(value):
                return int(value)
    return None


def loinc_of(node: Json) -> str | None:
    """The LOINC code of an item or of a whole Questionnaire."""
    codes = (coding.get("code") for coding in node.get("code", ()) if coding.get("system") == LOINC)
    return next(codes, None)


def primary(language: str) -> str:
    """The language without region or script: de-AT is de."""
    return language.split("-", maxsplit=1)[0].lower()


def _extensions(node: Json | None, url: str) -> Iterator[Json]:
    return (each for each in (node or {}).get("extension", ()) if each.get("url") == url)


def _is_deeper(document: object, most: int) -> bool:
    level = [document]
    for _ in range(most):
        inner = [list(each.values()) if isinstance(each, Mapping) else each for each in level]
        level = [part for each in inner if isinstance(each, list) for part in each]
        if not level:
            return False
    return True


def _checked(document: object, kind: str) -> Json:
    if not isinstance(document, Mapping) or document.get("resourceType") != kind:
        raise NotAQuestionnaire([FieldFault("resourceType", f"This is no FHIR {kind}.")])
    if _is_deeper(document, MOST_DEEP):
        message = f"Lists and objects lie more than {MOST_DEEP} deep, which no questionnaire needs."
        raise NotAQuestionnaire([FieldFault("item", message)])
    try:
        _model(kind).model_validate(document)
    except ValidationError as wrong:
        faults = [
            FieldFault(_path(each["loc"]), f"{each['msg']}{_hint(document, each['loc'])}.")
            for each in wrong.errors(include_input=False, include_url=False)
        ]
        raise NotAQuestionnaire(faults) from None
    return document


def _model(kind: str) -> Any:
    # A second and a half of imports, which only who loads a file must wait for.
    from fhir.resources.R4B.questionnaire import Questionnaire  # noqa: PLC0415
    from fhir.resources.R4B.valueset import ValueSet  # noqa: PLC0415

    return Questionnaire if kind == "Questionnaire" else ValueSet


def _path(loc: tuple[int | str, ...]) -> str:
    path = ""
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _hint(document: Json, loc: tuple[int | str, ...]) -> str:
    """What the extension on the way to a fault is called, and the item that it is in."""
    node: Any = document
    link, called = None, None
    for part in loc:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(node, Mapping):
            link = node.get("linkId", link)
            called = node.get("url", called)
    named = str(called).rsplit("/", maxsplit=1)[-1] if called else None
    said = [f"in {named}" if named else "", f"of item {link}" if link else ""]
    where = " ".join(part for part in said if part)
    return f" ({where})" if where else ""
