"""What somebody made up is treated with. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from diary.forms import Form
from diary.ids import TreatmentId
from diary.partial_dates import PartialDate
from diary.treatments import ToxinResponse, Treatment, TreatmentKind
from registry_api.seeding import traits
from registry_api.seeding.chance import happens, identifier

_REMEMBERED_DAYS = 420
_PRODUCTS = ("onabotulinumtoxinA", "abobotulinumtoxinA", "incobotulinumtoxinA", "daxibotulinumtoxinA")
_PRODUCT_SHARES = (50, 25, 20, 5)
_RESPONSES = (ToxinResponse.GOOD, ToxinResponse.PARTIAL, ToxinResponse.POOR)
_RESPONSE_SHARES = (60, 30, 10)
_MEDICINES = ("anticholinergic", "baclofen", "benzodiazepine", "levodopa", "vmat2_inhibitor")
_MEDICINE_SHARES = (30, 25, 30, 8, 7)
DEPTH = {ToxinResponse.GOOD: 0.65, ToxinResponse.PARTIAL: 0.4, ToxinResponse.POOR: 0.12}
"""The share of the severity that an injection takes away at its peak."""


def injection_days(chance: Random, forms: tuple[Form, ...], today: date) -> tuple[date, ...]:
    """The injections of the last fourteen months, oldest first, about twelve weeks apart; none if naive."""
    if not any(happens(chance, traits.by_form()[form].toxin) for form in forms):
        return ()
    days, ago = [], chance.randint(2, 104)
    while ago <= _REMEMBERED_DAYS:
        days.append(today - timedelta(days=ago))
        ago += max(70, round(chance.gauss(86, 8)))
    return tuple(reversed(days))


def toxin_treatments(
    chance: Random, seed: int, key: str, days: tuple[date, ...]
) -> tuple[ToxinResponse | None, float, tuple[Treatment, ...]]:
    """The usual response, how deep the relief is, and the injections as they are recorded."""
    if not days:
        return None, 0.0, ()
    product = chance.choices(_PRODUCTS, _PRODUCT_SHARES)[0]
    usual = chance.choices(_RESPONSES, _RESPONSE_SHARES)[0]
    treatments = tuple(
        Treatment(
            id=treatment_id(seed, key, "toxin", number),
            kind=TreatmentKind.TOXIN_INJECTION,
            started_on=PartialDate.of_day(day),
            product=product,
            response=usual if happens(chance, 0.85) else chance.choice(_RESPONSES),
        )
        for number, day in enumerate(days)
    )
    return usual, min(0.9, max(0.05, chance.gauss(DEPTH[usual], 0.08))), treatments


def stimulator(
    chance: Random, seed: int, key: str, forms: tuple[Form, ...], today: date
) -> tuple[Treatment, ...]:
    """Deep brain stimulation, for a few."""
    if not any(happens(chance, traits.by_form()[form].dbs) for form in forms):
        return ()
    since = today - timedelta(days=chance.randint(200, 3000))
    return (
        Treatment(
            id=treatment_id(seed, key, "dbs", 0),
            kind=TreatmentKind.DBS,
            started_on=PartialDate(since.year, since.month),
        ),
    )


def oral_medicine(
    chance: Random, seed: int, key: str, forms: tuple[Form, ...], today: date
) -> tuple[Treatment, ...]:
    """A medicine by mouth, for two in five, some of whom have stopped it."""
    if not forms or not happens(chance, 0.4):
        return ()
    since = today - timedelta(days=chance.randint(20, 2000))
    until = since + timedelta(days=chance.randint(15, 900)) if happens(chance, 0.3) else None
    return (
        Treatment(
            id=treatment_id(seed, key, "medicine", 0),
            kind=TreatmentKind.ORAL_MEDICINE,
            started_on=PartialDate.of_day(since),
            ended_on=PartialDate.of_day(until) if until and until < today else None,
            product=chance.choices(_MEDICINES, _MEDICINE_SHARES)[0],
        ),
    )


def treatment_id(seed: int, key: str, kind: str, number: int) -> TreatmentId:
    return TreatmentId(str(identifier(seed, "treatment", key, kind, number)))
