"""The answers of a Questionnaire's item: which number each counts, and its words in each language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from diary.errors import FieldFault
from diary.instruments.items import Item
from diary.questionnaires.resources import Json, ordinal, primary, texts

Words = dict[int, dict[str, str]]


@dataclass(frozen=True)
class Choice:
    """One answer as a resource has it, at its place there."""

    path: str
    code: str | None
    number: int | None
    words: dict[str, str]


@dataclass(frozen=True)
class Options:
    """The words of an item's answers, by number; none where the Questionnaire only names a list."""

    words: Words
    faults: tuple[FieldFault, ...] = ()

    @classmethod
    def of(
        cls, node: Json, path: str, item: Item, language: str, sets: Mapping[str, Sequence[Choice]]
    ) -> Options:
        """The answers of one item, if they are those of the definition, number for number."""
        choices = list(_own(node, path, language)) or sets.get(node.get("answerValueSet", ""), [])
        if not choices or not item.options:
            return cls({})
        numbers = {option.code: option.value for option in item.options if option.code}
        words: Words = {}
        for choice in choices:
            number = choice.number if choice.number is not None else numbers.get(choice.code or "")
            if number is None:
                fault = FieldFault(choice.path, "This answer carries no ordinal value.")
                return cls({}, (fault,))
            if number in words or number not in {option.value for option in item.options}:
                low, high = item.range
                message = f"The answers of this item count {low} to {high}, each once."
                return cls({}, (FieldFault(choice.path, message),))
            words[number] = choice.words
        if len(words) != len(item.options):
            low, high = item.range
            return cls({}, (FieldFault(path, f"The answers of this item count {low} to {high}, each once."),))
        return cls(words)


def option_sets(document: Json, others: Sequence[Json], language: str) -> dict[str, list[Choice]]:
    """The answers of value sets, contained or given beside, by what a Questionnaire calls them."""
    found: dict[str, list[Choice]] = {}
    for place, contained in enumerate(document.get("contained", ())):
        if contained.get("resourceType") == "ValueSet":
            found[f"#{contained.get('id')}"] = list(_members(contained, f"contained[{place}]", language))
    for other in others:
        choices = list(_members(other, "ValueSet", primary(other.get("language", language))))
        found[other.get("url", "")] = choices
        found[f"{other.get('url', '')}|{other.get('version', '')}"] = choices
    return found


def _own(node: Json, path: str, language: str) -> Iterator[Choice]:
    for place, option in enumerate(node.get("answerOption", ())):
        here = f"{path}.answerOption[{place}]"
        coding = option.get("valueCoding") or {}
        whole = option.get("valueInteger")
        number = ordinal(option, coding)
        yield Choice(
            path=here,
            code=coding.get("code"),
            number=whole if number is None else number,
            words=texts(coding, "display", language) or texts(option, "valueString", language),
        )


def _members(value_set: Json, path: str, language: str) -> Iterator[Choice]:
    for place, part in enumerate(value_set.get("compose", {}).get("include", ())):
        for number, concept in enumerate(part.get("concept", ())):
            yield _member(concept, f"{path}.compose.include[{place}].concept[{number}]", language)
    for number, concept in enumerate(value_set.get("expansion", {}).get("contains", ())):
        yield _member(concept, f"{path}.expansion.contains[{number}]", language)


def _member(concept: Json, path: str, language: str) -> Choice:
    words = texts(concept, "display", language)
    for designation in concept.get("designation", ()):
        if designation.get("language") and designation.get("value"):
            words[primary(designation["language"])] = designation["value"]
    return Choice(path, concept.get("code"), ordinal(concept), words)
