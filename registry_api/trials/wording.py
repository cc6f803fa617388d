"""Criteria and reasons as sentences; the words themselves are data, one TOML file a language."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from diary.forms import Form
from diary.partial_dates import PartialDate
from registry_api.trials.criteria import All, Any_, Criterion, Fact, Leaf, Not
from registry_api.trials.reasons import Named, Reason, Slot

DEFAULT_LANGUAGE = "en"
_YES_NO = {Fact.ISOLATED, Fact.DBS, Fact.TOXIN_NAIVE}
_KINDS = {Fact.FORM: "form", Fact.LAST_TOXIN_RESPONSE: "response"}


class Wording:
    """The sentences of one language."""

    def __init__(self, words: dict[str, Any]) -> None:
        self._words = words

    def criteria(self, tree: Criterion) -> list[str]:
        """A tree in words, one sentence for each of its outermost conditions."""
        parts = tree.parts if isinstance(tree, All) else (tree,)
        return [self.criterion(part) for part in parts]

    def criterion(self, tree: Criterion) -> str:
        """A criterion in words."""
        if isinstance(tree, Leaf):
            return self._leaf(tree)
        logic = self._words["logic"]
        if isinstance(tree, Not):
            return self._negated(tree.part)
        inner = "; ".join(self.criterion(part) for part in tree.parts)
        text: str = logic["any" if isinstance(tree, Any_) else "all"].format(parts=inner)
        return text

    def reason(self, reason: Reason) -> str:
        """A reason in words."""
        template: str = self._words["because"][reason.key]
        return template.format(**{name: self._slot(slot) for name, slot in reason.slots.items()})

    def question(self, fact: Fact) -> str:
        """What to ask a person for, where one fact decides."""
        text: str = self._words["ask"][fact.value]
        return text

    def _negated(self, part: Criterion) -> str:
        if isinstance(part, Leaf) and part.fact in _YES_NO:
            return self._words["criterion"][f"{part.fact}_not_{_said(part)}"]  # type: ignore[no-any-return]
        text: str = self._words["logic"]["not"].format(part=self.criterion(part))
        return text

    def _leaf(self, leaf: Leaf) -> str:
        criterion: dict[str, str] = self._words["criterion"]
        if leaf.fact in _YES_NO:
            return criterion[f"{leaf.fact}_{_said(leaf)}"]
        if leaf.fact in {Fact.AGE, Fact.WEEKS_SINCE_TOXIN}:
            return self._bounded(leaf)
        if leaf.fact is Fact.SYMPTOM_MONTHS:
            key = "symptom_months_any" if leaf.of == frozenset(Form) else "symptom_months"
            forms = self._listed("form", (form.value for form in leaf.of), "or")
            return criterion[key].format(forms=forms, min=_number(leaf.minimum))
        values = self._listed(_KINDS.get(leaf.fact, leaf.fact.value), leaf.values, "or")
        return criterion[leaf.fact.value].format(
            values=values, min=_number(leaf.minimum), max=_number(leaf.maximum)
        )

    def _bounded(self, leaf: Leaf) -> str:
        bounds = "_".join(
            name for name, bound in (("min", leaf.minimum), ("max", leaf.maximum)) if bound is not None
        )
        template: str = self._words["criterion"][f"{leaf.fact}_{bounds}"]
        return template.format(min=_number(leaf.minimum), max=_number(leaf.maximum))

    def _slot(self, slot: Slot) -> str:
        if isinstance(slot, Named):
            return self._listed(slot.kind, slot.codes, "and")
        return self._date(slot) if isinstance(slot, PartialDate) else str(slot)

    def _listed(self, kind: str, codes: Iterable[str], joined_by: str) -> str:
        names = self._words["names"].get(kind, {})
        known = sorted(names.get(code, code) for code in codes)
        if len(known) < 2:  # noqa: PLR2004
            return "".join(known)
        logic = self._words["logic"]
        text: str = logic[joined_by].format(some=", ".join(known[:-1]), last=known[-1])
        for spoken_hard, written in logic["elisions"]:
            text = text.replace(spoken_hard, written)
        return text

    def _date(self, date: PartialDate) -> str:
        months = self._words["dates"]["months"]
        precision = "day" if date.day else "month" if date.month else "year"
        text: str = self._words["dates"][precision].format(
            day=date.day, month=months[date.month - 1] if date.month else "", year=date.year
        )
        return text


@cache
def wording(language: str) -> Wording:
    """The wording of a language; English where we have none in it."""
    there = languages()
    name = language if language in there else DEFAULT_LANGUAGE
    return Wording(tomllib.loads(files(__package__).joinpath("wording", f"{name}.toml").read_text("utf-8")))


@cache
def languages() -> frozenset[str]:
    """The languages that have a file of words."""
    folder = files(__package__).joinpath("wording")
    return frozenset(
        each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml")
    )


def in_words(tree: Criterion, language: str = DEFAULT_LANGUAGE) -> list[str]:
    """Criteria as sentences, one for each outermost condition."""
    return wording(language).criteria(tree)


def _said(leaf: Leaf) -> str:
    return "yes" if leaf.answer else "no"


def _number(bound: float | None) -> str:
    return "" if bound is None else f"{bound:g}"
