"""What a treatment may say: pure rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from diary.errors import FieldFault, InvalidTreatment
from diary.partial_dates import PartialDate
from diary.treating.products import product_named
from diary.treatments import Treatment, TreatmentKind

EARLIEST_YEAR = 1950
_EASTERNMOST = timedelta(hours=14)


def checked(treatment: Treatment, now: datetime) -> Treatment:
    """The treatment with its product's id in place of another name.

    A day counts as future when it has begun nowhere on Earth.

    Raises:
        InvalidTreatment: a date is in the future, before 1950 or before the start, the product is not on the
            list, or a field does not belong to a treatment of this kind.
    """
    faults = list(_faults(treatment, (now + _EASTERNMOST).date()))
    if faults:
        raise InvalidTreatment(faults)
    if treatment.product is None:
        return treatment
    product = product_named(treatment.kind, treatment.product)
    return replace(treatment, product=product.id if product else None)


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
    if treatment.response is not None and treatment.kind is not TreatmentKind.TOXIN_INJECTION:
        yield FieldFault("response", "Only an injection has a response. Please leave it empty.")


def _faults_of_date(path: str, given: PartialDate, today: date) -> Iterator[FieldFault]:
    if given.first_day > today:
        yield FieldFault(path, "This date is in the future. Please choose today or an earlier day.")
    elif given.year < EARLIEST_YEAR:
        yield FieldFault(path, f"Please choose a date from {EARLIEST_YEAR} on.")
