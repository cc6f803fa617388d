"""How treatments are put into words: products, doses, side effects, and what a cycle shows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from diary.cycling.marks import CycleSummary, Mark
from diary.treating.products import products
from diary.treatments import URGENT, Treatment, TreatmentKind
from registry_api.exports.words import Words

MOST_EFFECTS = 3
"""Side effects of one treatment that are named; the rest is counted."""


def product_label(treatment: Treatment, words: Words) -> str | None:
    """The name of the product in the language; None where none was stated."""
    known = products(treatment.kind)
    return next((each.label_in(words.language) for each in known if each.id == treatment.product), None)


def injected(injections: Iterable[Treatment], words: Words) -> tuple[str, ...]:
    """The products of one day, each with its units; nothing where none was stated."""
    return tuple(text for each in injections if (text := _with_units(each, words)))


def _with_units(injection: Treatment, words: Words) -> str:
    label = product_label(injection, words)
    units = None if injection.dose is None else words.say("units", units=words.number(injection.dose))
    return words.say("join").join(part for part in (label, units) if part)


def dose(medicine: Treatment, words: Words) -> str | None:
    """The amount a day as it is now."""
    changed = [each.dose for each in medicine.changes if each.dose is not None]
    amount = changed[-1] if changed else medicine.dose
    if amount is None or medicine.dose_unit is None:
        return None
    return words.say(f"doses.{medicine.dose_unit}", amount=words.number(amount))


def named(treatment: Treatment, words: Words) -> str:
    """What it is, for a list."""
    if treatment.kind is TreatmentKind.DBS:
        return words.say("treatments.dbs")
    unnamed = "injection" if treatment.kind is TreatmentKind.TOXIN_INJECTION else "medicine"
    return product_label(treatment, words) or words.say(f"treatments.{unnamed}_unnamed")


def unwanted(treatments: Iterable[Treatment], words: Words) -> str:
    """The first side effects of some treatments, each once, urgent ones before others; empty without any."""
    found = dict.fromkeys(effect for each in treatments for effect in each.side_effects)
    shown = [words.say(f"effects.{effect}") for effect in sorted(found, key=lambda each: each not in URGENT)]
    more = [words.say("more", count=len(shown) - MOST_EFFECTS)] if len(shown) > MOST_EFFECTS else []
    return words.say("join").join([*shown[:MOST_EFFECTS], *more])


def mark_told(mark: Mark, unit: str, words: Words) -> str:
    """A mark as a cell, in days or weeks, with a star where only the person said so; or why there is none."""
    if mark.day is None:
        return words.say(f"missing.{mark.missing}") if mark.missing else words.say("nothing")
    told = words.say(f"cycles.{unit}", number=mark.day if unit == "day" else mark.week)
    return told if mark.seen is not None else words.say("cycles.stated", told=told)


def marked(cycle: CycleSummary, words: Words) -> Sequence[str]:
    """The marks that a cycle has, as sentences without a full stop."""
    marks = {"benefit": cycle.benefit, "peak": cycle.peak, "worn_off": cycle.wearing_off}
    return [
        words.say(f"chart.told.{kind}", day=mark.day, week=mark.week)
        for kind, mark in marks.items()
        if mark.day is not None
    ]
