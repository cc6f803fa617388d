"""Which item of a Questionnaire is which of the definition. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from diary.errors import FieldFault, NotAQuestionnaire
from diary.instruments.catalogue import Instrument
from diary.instruments.items import Item
from diary.questionnaires.resources import Json, loinc_of

_ANSWERED = {"choice", "open-choice", "integer", "decimal", "boolean"}
_ASIDE = {"display", "group", "quantity"}


@dataclass(frozen=True)
class Leaf:
    """A question at its place in the file, with the group that it stands in."""

    path: str
    node: Json
    group: Json | None = None


@dataclass(frozen=True)
class Pairing:
    """The question of each item, in the order of the definition, and why others are not asked."""

    questions: Sequence[tuple[Item, Leaf]]
    left_out: Mapping[str, str]


def paired(document: Json, definition: Instrument) -> Pairing:
    """The question that each item of the definition is.

    They are told by their LOINC codes where both sides have them, and by their order where they have not;
    those of a definition that goes by names, by their link ids or the groups that they stand in only.

    Raises:
        NotAQuestionnaire: an item is missing, too much or none of the definition's.
    """
    reasons = definition.fhir.leaves_out
    leaves = list(_leaves(document.get("item", ()), "item"))
    asked = [leaf for leaf in leaves if loinc_of(leaf.node) not in reasons]
    left_out = {
        leaf.node["linkId"]: reasons[code] for leaf in leaves if (code := loinc_of(leaf.node)) in reasons
    }
    strange = [leaf.path for leaf in asked if leaf.node.get("type") not in _ANSWERED]
    if strange:
        message = "An item of this type is none of the definition's."
        raise NotAQuestionnaire([FieldFault(f"{path}.type", message) for path in strange])
    if definition.fhir.by_name:
        return Pairing(_by_name(asked, definition), left_out)
    if all(item.code for item in definition.items) and all(loinc_of(leaf.node) for leaf in asked):
        return Pairing(_by_code(asked, definition), left_out)
    _check_number(asked, definition)
    return Pairing(list(zip(definition.items, asked, strict=True)), left_out)


def _leaves(nodes: Sequence[Json], path: str, group: Json | None = None) -> Iterator[Leaf]:
    for place, node in enumerate(nodes):
        here = f"{path}[{place}]"
        if node.get("type") not in _ASIDE:
            yield Leaf(here, node, group)
        within = node if node.get("type") == "group" else group
        yield from _leaves(node.get("item", ()), f"{here}.item", within)


def _by_code(asked: Sequence[Leaf], definition: Instrument) -> list[tuple[Item, Leaf]]:
    known = {item.code: item for item in definition.items}
    found: dict[str, Leaf] = {}
    faults = []
    for leaf in asked:
        item = known.get(loinc_of(leaf.node))
        if item is None or item.id in found:
            what = "twice here" if item else f"none of {definition.id}'s"
            faults.append(FieldFault(f"{leaf.path}.code", f"This item is {what}."))
        else:
            found[item.id] = leaf
    faults += [
        FieldFault("item", f"The item with LOINC code {item.code} is missing.")
        for item in definition.items
        if item.id not in found
    ]
    if faults:
        raise NotAQuestionnaire(faults)
    return [(item, found[item.id]) for item in definition.items]


def _by_name(asked: Sequence[Leaf], definition: Instrument) -> list[tuple[Item, Leaf]]:
    """By link ids where any is an item's, or else by the place in a group that is named after a scale."""
    _check_number(asked, definition)
    own = any(definition.item(leaf.node["linkId"]) for leaf in asked)
    names = [leaf.node["linkId"] for leaf in asked] if own else _names_in_groups(asked, definition)
    given = Counter(names)
    message = f"It is not plain which item of {definition.id} this is."
    faults = [
        FieldFault(f"{leaf.path}.linkId", message)
        for leaf, name in zip(asked, names, strict=True)
        if definition.item(name) is None or given[name] > 1
    ]
    if faults:
        raise NotAQuestionnaire([*faults, FieldFault("item", _how_to_name(definition))])
    found = dict(zip(names, asked, strict=True))
    return [(item, found[item.id]) for item in definition.items]


def _names_in_groups(asked: Iterable[Leaf], definition: Instrument) -> list[str]:
    """`stigma_2` for the second question of the group `stigma`, and nothing for one in no such group."""
    places: Counter[str] = Counter()
    names = []
    for leaf in asked:
        group = leaf.group or {}
        called = {group.get("linkId"), *(coding.get("code") for coding in group.get("code", ()))}
        scale = next((scale.id for scale in definition.scales if scale.id in called), "")
        places[scale] += 1
        names.append(f"{scale}_{places[scale]}" if scale else "")
    return names


def _check_number(asked: Sequence[Leaf], definition: Instrument) -> None:
    if len(asked) != len(definition.items):
        message = f"{definition.id} has {len(definition.items)} items, and here are {len(asked)}."
        raise NotAQuestionnaire([FieldFault("item", message)])


def _how_to_name(definition: Instrument) -> str:
    parts = ", ".join(f"{scale.id} ({len(scale.items)})" for scale in definition.scales)
    return (
        "The order of a file is not trusted here. Give every item the linkId of ours, such as "
        f"{definition.items[0].id}, or put the items of each subscale, in order, into a group whose linkId "
        f"or code is the subscale's: {parts}."
    )
