"""What a treatment may say: pure rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from math import isfinite

from diary.errors import FieldFault, InvalidTreatment
from diary.partial_dates import PartialDate
from diary.treating.muscles import muscle_ids
from diary.treating.products import product_named
from diary.treatments import Treatment, TreatmentKind

EARLIEST_YEAR = 1950
HIGHEST_AMOUNT = 20_000
MOST_CHANGES = 50
LONGEST_EFFECT = timedelta(days=366)
_EASTERNMOST = timedelta(hours=14)
_DIGITS = 3

_INJECTION_ONLY = {
    "response": "Only an injection has a response. Please leave it empty.",
    "muscles": "Only an injection has muscles. Please leave them out.",
    "benefit_noticed_on": "Only an injection has a day on which it began to help. Please leave it empty.",
    "wore_off_on": "Only an injection wears off. Please leave it empty.",
}


def checked(treatment: Treatment, now: datetime) -> Treatment:
    """The treatment with its product's id in place of another name, and each coded list in order and once.

    A day counts as future when it has begun nowhere on Earth.

    Raises:
        InvalidTreatment: a date is in the future, before 1950 or before the start, the product or a muscle is
            not on the list, a dose is none that the product has, or a field does not belong to a treatment of
            this kind.
    """
    faults = list(_faults(treatment, (now + _EASTERNMOST).date()))
    if faults:
        raise InvalidTreatment(faults)
    product = product_named(treatment.kind, treatment.product) if treatment.product is not None else None
    return replace(
        treatment,
        product=product.id if product else None,
        dose=None if treatment.dose is None else round(treatment.dose, _DIGITS),
        muscles=tuple(sorted(set(treatment.muscles))),
        side_effects=tuple(sorted(set(treatment.side_effects))),
        changes=tuple(sorted(treatment.changes, key=lambda change: (str(change.on), change.dose or 0))),
    )


def _faults(treatment: Treatment, today: date) -> Iterator[FieldFault]:
    yield from _faults_of_date("started_on", treatment.started_on, today)
    if treatment.ended_on is not None:
        yield from _faults_of_date("ended_on", treatment.ended_on, today)
        if treatment.kind is TreatmentKind.TOXIN_INJECTION:
            yield FieldFault("ended_on", "An injection has one date only. Please leave the end empty.")
        elif treatment.ended_on.last_day < treatment.started_on.first_day:
            yield FieldFault("ended_on", "The end cannot come before the start.")
    if treatment.product is not None and product_named(treatment.kind, treatment.product) is None:
        yield FieldFault("product", "Please choose a product from the list, or leave it empty.")
    if treatment.kind is TreatmentKind.TOXIN_INJECTION:
        yield from _faults_of_injection(treatment, today)
    else:
        yield from (
            FieldFault(field, message)
            for field, message in _INJECTION_ONLY.items()
            if getattr(treatment, field) not in (None, ())
        )
    yield from _faults_of_dose(treatment)
    yield from _faults_of_changes(treatment, today)


def _faults_of_injection(treatment: Treatment, today: date) -> Iterator[FieldFault]:
    if not muscle_ids().issuperset(treatment.muscles):
        yield FieldFault("muscles", "Please choose muscles from the list.")
    noticed, wore_off = treatment.benefit_noticed_on, treatment.wore_off_on
    for field, day in (("benefit_noticed_on", noticed), ("wore_off_on", wore_off)):
        if day is None:
            continue
        if day > today:
            yield FieldFault(field, "This date is in the future. Please choose today or an earlier day.")
        elif day < treatment.started_on.first_day:
            yield FieldFault(field, "This cannot come before the injection.")
        elif day > treatment.started_on.last_day + LONGEST_EFFECT:
            yield FieldFault(field, "That is more than a year after the injection. Please check the dates.")
    if noticed is not None and wore_off is not None and wore_off < noticed:
        yield FieldFault("wore_off_on", "It cannot wear off before it began to help.")


def _faults_of_dose(treatment: Treatment) -> Iterator[FieldFault]:
    if treatment.dose_unit is not None and treatment.kind is not TreatmentKind.ORAL_MEDICINE:
        yield FieldFault("dose_unit", "Only a medicine has a unit to choose. Please leave it empty.")
    if treatment.dose is None:
        return
    if not (isfinite(treatment.dose) and round(treatment.dose, _DIGITS) > 0):
        yield FieldFault("dose", "Please give a number above 0, or leave it empty.")
    elif treatment.kind is TreatmentKind.DBS:
        yield FieldFault("dose", "Deep brain stimulation has no dose. Please leave it empty.")
    elif treatment.kind is TreatmentKind.ORAL_MEDICINE:
        if treatment.dose > HIGHEST_AMOUNT:
            yield FieldFault("dose", "That is more than anybody takes in a day. Please check the number.")
        if treatment.dose_unit is None:
            yield FieldFault("dose_unit", "Please say in what the dose is counted.")
    elif treatment.product is None:
        message = "Please choose the product: units of one product are not those of another."
        yield FieldFault("product", message)
    else:
        product = product_named(treatment.kind, treatment.product)
        if product and product.highest_dose is not None and treatment.dose > product.highest_dose:
            message = "That is more than is given of this product. Please check the number and the product."
            yield FieldFault("dose", message)


def _faults_of_changes(treatment: Treatment, today: date) -> Iterator[FieldFault]:
    if treatment.changes and treatment.kind is TreatmentKind.TOXIN_INJECTION:
        yield FieldFault(
            "changes", "An injection is not changed. Please add the next one as a new treatment."
        )
        return
    if len(treatment.changes) > MOST_CHANGES:
        yield FieldFault("changes", f"Please keep to {MOST_CHANGES} changes.")
        return
    for number, change in enumerate(treatment.changes):
        path = f"changes[{number}]"
        yield from _faults_of_date(f"{path}.on", change.on, today)
        if change.on.last_day < treatment.started_on.first_day:
            yield FieldFault(f"{path}.on", "A change cannot come before the start.")
        if change.dose is None:
            continue
        if treatment.kind is TreatmentKind.DBS:
            yield FieldFault(f"{path}.dose", "Settings have no dose. Please leave it empty.")
        elif not (isfinite(change.dose) and 0 < change.dose <= HIGHEST_AMOUNT):
            yield FieldFault(
                f"{path}.dose", "Please give a number above 0 that can be right, or leave it empty."
            )
        elif treatment.dose_unit is None:
            yield FieldFault("dose_unit", "Please say in what the dose is counted.")


def _faults_of_date(path: str, given: PartialDate, today: date) -> Iterator[FieldFault]:
    if given.first_day > today:
        yield FieldFault(path, "This date is in the future. Please choose today or an earlier day.")
    elif given.year < EARLIEST_YEAR:
        yield FieldFault(path, f"Please choose a date from {EARLIEST_YEAR} on.")
