"""FHIR Questionnaires of our own making, whose wording is nobody's."""

from __future__ import annotations

from typing import Any

from diary.instruments.catalogue import Instrument

LOINC = "http://loinc.org"
ANSWERS = "https://example.org/answers"
_TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
_ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"


def translated(**words: str) -> dict[str, Any]:
    """The companion of a text that carries its translations."""
    return {
        "extension": [
            {
                "url": _TRANSLATION,
                "extension": [{"url": "lang", "valueCode": spoken}, {"url": "content", "valueString": text}],
            }
            for spoken, text in words.items()
        ]
    }


def ordinal(value: float) -> list[dict[str, Any]]:
    return [{"url": _ORDINAL, "valueDecimal": value}]


def questionnaire(definition: Instrument, *, options: bool = True, codes: bool = True) -> dict[str, Any]:
    """A Questionnaire in English with a German translation that fits the definition."""
    return {
        "resourceType": "Questionnaire",
        "status": "active",
        "language": "en-GB",
        "item": [
            {
                "linkId": "0",
                "type": "display",
                "text": "How often was it so?",
                "_text": translated(de="Wie oft war es so?"),
            },
            *(
                _item(definition, place, options=options, codes=codes)
                for place in range(len(definition.items))
            ),
        ],
    }


def grouped(definition: Instrument, *, named_by: str = "linkId") -> dict[str, Any]:
    """A Questionnaire whose items stand in groups that are named after the scales; theirs are numbers."""
    whole = questionnaire(definition)
    questions = {item.id: node for item, node in zip(definition.items, whole["item"][1:], strict=True)}
    groups = []
    for place, scale in enumerate(definition.scales):
        named = {"linkId": scale.id} if named_by == "linkId" else {"code": [{"code": scale.id}]}
        items = [questions[name] for name in scale.items]
        groups.append({"linkId": f"group-{place}", "type": "group", "text": "Part", "item": items} | named)
    return whole | {"item": [whole["item"][0], *groups]}


def named(definition: Instrument) -> dict[str, Any]:
    """A Questionnaire whose items have the link ids of the definition's."""
    whole = questionnaire(definition)
    for item, node in zip(definition.items, whole["item"][1:], strict=True):
        node["linkId"] = item.id
    return whole


def value_set(definition: Instrument) -> dict[str, Any]:
    """The answers of the definition's items as a list of their own, told by their codes."""
    return {
        "resourceType": "ValueSet",
        "status": "active",
        "url": ANSWERS,
        "language": "en",
        "compose": {
            "include": [
                {
                    "system": LOINC,
                    "concept": [
                        {
                            "code": option.code,
                            "display": f"answer {option.value}",
                            "designation": [{"language": "de", "value": f"Antwort {option.value}"}],
                        }
                        for option in definition.items[0].options
                    ],
                }
            ]
        },
    }


def _item(definition: Instrument, place: int, *, options: bool, codes: bool) -> dict[str, Any]:
    item = definition.items[place]
    made: dict[str, Any] = {
        "linkId": str(place + 1),
        "type": "choice",
        "text": f"question {place + 1}",
        "_text": translated(de=f"Frage {place + 1}"),
    }
    if codes and item.code:
        made["code"] = [{"system": LOINC, "code": item.code}]
    if options:
        made["answerOption"] = [
            {
                "extension": ordinal(option.value),
                "valueCoding": {
                    "display": f"answer {option.value}",
                    "_display": translated(de=f"Antwort {option.value}"),
                },
            }
            for option in item.options
        ]
    else:
        made["answerValueSet"] = ANSWERS
    return made
