from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.errors import InvalidTreatment, TreatmentConflict
from diary.ids import TreatmentId
from diary.indexes import TREATMENTS
from diary.partial_dates import PartialDate
from diary.treating.chain import ChangedTreatment
from diary.treating.products import product_named, products
from diary.treating.rules import checked
from diary.treating.store import TreatmentStore
from diary.treatments import ToxinResponse, Treatment, TreatmentKind
from registry_api.mongo import Mongo
from tests.diary.examples import NOON, PATIENT, STRANGER, injection, new_id


def treatment(
    kind: TreatmentKind,
    started_on: str,
    ended_on: str | None = None,
    product: str | None = None,
    response: ToxinResponse | None = None,
) -> Treatment:
    return Treatment(
        id=TreatmentId(new_id()),
        kind=kind,
        started_on=PartialDate.parse(started_on),
        ended_on=PartialDate.parse(ended_on) if ended_on else None,
        product=product,
        response=response,
    )


@pytest.fixture
def store(mongo: Mongo) -> TreatmentStore:
    return TreatmentStore(mongo.database)


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        (treatment(TreatmentKind.DBS, "2026-03-06"), ["started_on"]),
        (treatment(TreatmentKind.DBS, "2026-04"), ["started_on"]),
        (treatment(TreatmentKind.DBS, "2027"), ["started_on"]),
        (treatment(TreatmentKind.DBS, "1949"), ["started_on"]),
        (treatment(TreatmentKind.DBS, "2020-05", "2020-04"), ["ended_on"]),
        (treatment(TreatmentKind.DBS, "2020-05", "2026-05"), ["ended_on"]),
        (treatment(TreatmentKind.DBS, "2020", product="other"), ["product"]),
        (treatment(TreatmentKind.TOXIN_INJECTION, "2020", "2021"), ["ended_on"]),
        (treatment(TreatmentKind.TOXIN_INJECTION, "2020", product="from Dr Okafor"), ["product"]),
        (treatment(TreatmentKind.TOXIN_INJECTION, "2020", product="baclofen"), ["product"]),
        (treatment(TreatmentKind.ORAL_MEDICINE, "2020", response=ToxinResponse.GOOD), ["response"]),
        (treatment(TreatmentKind.ORAL_MEDICINE, "2027", product="x"), ["started_on", "product"]),
    ],
)
def test_treatment_that_cannot_be(given: Treatment, paths: list[str]) -> None:
    """Dates out of reach, products off the list and fields of another kind are named, and not echoed."""
    with pytest.raises(InvalidTreatment) as refusal:
        checked(given, NOON)
    assert [fault.path for fault in refusal.value.fields] == paths
    assert "Okafor" not in repr(refusal.value.fields)


@pytest.mark.parametrize(
    "given",
    [
        treatment(TreatmentKind.TOXIN_INJECTION, "2026-03-04", response=ToxinResponse.PARTIAL),
        treatment(TreatmentKind.ORAL_MEDICINE, "2026", "2026-03", "levodopa"),
        treatment(TreatmentKind.DBS, "1950"),
        treatment(TreatmentKind.DBS, "2020", "2020-02"),
    ],
)
def test_treatment_that_can_be(given: Treatment) -> None:
    """Dates known to the year, month or day up to today are taken as they are."""
    assert checked(given, NOON) == given


def test_today_in_the_easternmost_zone_is_not_the_future() -> None:
    """A day that has begun somewhere may be named."""
    evening = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
    assert checked(injection("2026-03-05"), evening).started_on == PartialDate.parse("2026-03-05")
    with pytest.raises(InvalidTreatment):
        checked(injection("2026-03-05"), evening - timedelta(minutes=1))


@pytest.mark.parametrize(
    ("kind", "name", "product"),
    [
        (TreatmentKind.TOXIN_INJECTION, "onabotulinumtoxinA", "onabotulinumtoxinA"),
        (TreatmentKind.TOXIN_INJECTION, " BOTOX ", "onabotulinumtoxinA"),
        (TreatmentKind.TOXIN_INJECTION, "daxxify", "daxibotulinumtoxinA"),
        (TreatmentKind.ORAL_MEDICINE, "clonazepam", "benzodiazepine"),
        (TreatmentKind.ORAL_MEDICINE, "Baclofeno", "baclofen"),
    ],
)
def test_product_by_any_of_its_names(kind: TreatmentKind, name: str, product: str) -> None:
    """A brand or another name is kept as the product's id."""
    assert checked(treatment(kind, "2020", product=name), NOON).product == product


@pytest.mark.parametrize("kind", list(TreatmentKind))
def test_names_of_products_are_clear(kind: TreatmentKind) -> None:
    """No name means two products, and each product has a label in both languages."""
    for product in products(kind):
        for name in (product.id, *product.names):
            assert product_named(kind, name) == product
        assert product.label_in("en")
        assert product.label_in("es")


async def test_recorded_once(store: TreatmentStore, mongo: Mongo) -> None:
    """The same treatment again is `already`, whichever of its product's names it uses."""
    given = injection("2026-01-05", "Botox")
    first = await store.record(PATIENT, given, NOON)
    again = await store.record(
        PATIENT, replace(given, product="onabotulinumtoxinA"), NOON + timedelta(days=1)
    )
    assert (first.already, again.already) == (False, True)
    assert again.treatment == first.treatment
    assert await store.list_for(PATIENT) == [first.treatment]
    assert await mongo.database[TREATMENTS].estimated_document_count() == 1


async def test_same_id_with_other_content(store: TreatmentStore) -> None:
    """An id that comes back with another date is a conflict; for somebody else it is free."""
    given = injection("2026-01-05")
    first = await store.record(PATIENT, given, NOON)
    other = replace(given, started_on=PartialDate.parse("2026-01-06"))
    with pytest.raises(TreatmentConflict) as conflict:
        await store.record(PATIENT, other, NOON)
    assert conflict.value.existing == first.treatment
    assert not (await store.record(STRANGER, other, NOON)).already
    assert await store.list_for(PATIENT) == [first.treatment]


@pytest.mark.parametrize("in_transaction", [False, True])
async def test_fifty_at_once_are_one(mongo: Mongo, store: TreatmentStore, *, in_transaction: bool) -> None:
    """Fifty copies of one request at once, in transactions or not, record one treatment."""
    given = injection("2026-01-05")

    async def act(session: AsyncIOMotorClientSession) -> ChangedTreatment:
        return await store.record(PATIENT, given, NOON, session=session)

    results = await asyncio.gather(
        *(mongo.transact(act) if in_transaction else store.record(PATIENT, given, NOON) for _ in range(50))
    )
    assert sum(not result.already for result in results) == 1
    assert len(await store.list_for(PATIENT)) == 1


async def test_list_is_latest_first_and_own(store: TreatmentStore) -> None:
    """A person's treatments come latest start first, nobody else's among them, bulk inserts included."""
    starts = ["2024", "2026-01-05", "2025-06"]
    assert await store.insert_many([]) == 0
    many = [(PATIENT, replace(injection(start), recorded_at=NOON)) for start in starts]
    assert await store.insert_many(many) == 3
    assert (
        await store.insert_many([*many, (STRANGER, replace(injection("2026-02-02"), recorded_at=NOON))]) == 1
    )
    listed = [str(one.started_on) for one in await store.list_for(PATIENT)]
    assert listed == ["2026-01-05", "2025-06", "2024"]
