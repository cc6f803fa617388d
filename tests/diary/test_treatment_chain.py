from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.errors import InvalidTreatment, TreatmentConflict, TreatmentNotFound
from diary.ids import TreatmentId
from diary.indexes import TREATMENTS
from diary.partial_dates import PartialDate
from diary.treating import chain as chains
from diary.treating.chain import AMENDABLE, ChangedTreatment, TreatmentChain
from diary.treating.documents import chain_from_document, chain_to_document
from diary.treating.muscles import muscle_ids, muscles
from diary.treating.products import products
from diary.treating.rules import checked
from diary.treating.store import TreatmentStore
from diary.treating.urgent import advice
from diary.treatments import (
    URGENT,
    Change,
    DoseUnit,
    SideEffect,
    StopReason,
    ToxinResponse,
    Treatment,
    TreatmentKind,
)
from registry_api.mongo import Mongo
from tests.diary.examples import NOON, PATIENT, STRANGER, injection, new_id

KIND = TreatmentKind
DAY = date(2026, 1, 20)


def day(text: str) -> PartialDate:
    return PartialDate.parse(text)


FULL = replace(
    injection("2026-01-05", "onabotulinumtoxinA"),
    dose=150.0,
    muscles=("splenius_capitis", "trapezius"),
    response=ToxinResponse.GOOD,
    benefit_noticed_on=date(2026, 1, 9),
    wore_off_on=date(2026, 3, 1),
    side_effects=(SideEffect.DRY_MOUTH, SideEffect.TROUBLE_SWALLOWING),
    stop_reason=StopReason.SWITCHED,
)
MEDICINE = Treatment(
    TreatmentId(new_id()),
    KIND.ORAL_MEDICINE,
    day("2025-03"),
    product="baclofen",
    dose=30.0,
    dose_unit=DoseUnit.MILLIGRAMS,
    changes=(Change(day("2025-06"), 40.0), Change(day("2026-01-02"), 50.5)),
)
DBS = Treatment(TreatmentId(new_id()), KIND.DBS, day("2024-05"), changes=(Change(day("2024-08-01")),))


@pytest.mark.parametrize("treatment", [FULL, MEDICINE, DBS, injection("2026")])
def test_a_treatment_that_can_be_is_kept_whole(treatment: Treatment) -> None:
    """Through the rules and the database it comes back as it was."""
    taken = checked(treatment, NOON)
    assert taken == treatment
    opened = chains.opened(PATIENT, taken, NOON)
    assert chain_from_document(chain_to_document(opened)) == opened


@pytest.mark.parametrize(
    ("treatment", "paths"),
    [
        (replace(FULL, product=None), ["product"]),
        (replace(FULL, dose=0.0), ["dose"]),
        (replace(FULL, dose=-3.0), ["dose"]),
        (replace(FULL, dose=float("nan")), ["dose"]),
        (replace(FULL, dose=float("inf")), ["dose"]),
        (replace(FULL, dose=5000.0), ["dose"]),
        (replace(FULL, dose=0.0001), ["dose"]),
        (replace(FULL, dose_unit=DoseUnit.TABLETS), ["dose_unit"]),
        (replace(FULL, muscles=("left arm of Mrs Hart",)), ["muscles"]),
        (replace(FULL, benefit_noticed_on=date(2026, 1, 4)), ["benefit_noticed_on"]),
        (replace(FULL, benefit_noticed_on=date(2026, 1, 9), wore_off_on=date(2026, 1, 8)), ["wore_off_on"]),
        (replace(FULL, wore_off_on=date(2026, 3, 6)), ["wore_off_on"]),
        (replace(FULL, started_on=day("2024-01-05")), ["benefit_noticed_on", "wore_off_on"]),
        (replace(FULL, changes=(Change(day("2026-02")),)), ["changes"]),
        (replace(MEDICINE, muscles=("trapezius",), wore_off_on=DAY), ["muscles", "wore_off_on"]),
        (replace(MEDICINE, dose_unit=None), ["dose_unit", "dose_unit", "dose_unit"]),
        (replace(MEDICINE, dose=30_000.0), ["dose"]),
        (replace(MEDICINE, changes=(Change(day("2024"), 1.0),)), ["changes[0].on"]),
        (replace(MEDICINE, changes=(Change(day("2027"), 0.0),)), ["changes[0].on", "changes[0].dose"]),
        (replace(MEDICINE, changes=(Change(day("2026")),) * 51), ["changes"]),
        (replace(DBS, dose=3.0), ["dose"]),
        (replace(DBS, changes=(Change(day("2025"), 2.0),)), ["changes[0].dose"]),
    ],
)
def test_a_treatment_that_cannot_be(treatment: Treatment, paths: list[str]) -> None:
    """Each fault is named by its field, and what was sent is not echoed."""
    with pytest.raises(InvalidTreatment) as refusal:
        checked(treatment, NOON)
    assert [fault.path for fault in refusal.value.fields] == paths
    assert "Hart" not in repr(refusal.value.fields)


def test_lists_of_codes_are_complete() -> None:
    """Every toxin has a highest dose, every muscle a label in both languages, and no id occurs twice."""
    assert all(product.highest_dose for product in products(KIND.TOXIN_INJECTION))
    assert len(muscle_ids()) == sum(len(those) for those in muscles().values())
    labels = [muscle.label for those in muscles().values() for muscle in those]
    assert all(label["en"] and label["es"] for label in labels)


@pytest.mark.parametrize("urgent", ["TROUBLE_SWALLOWING", "TROUBLE_SPEAKING", "TROUBLE_BREATHING"])
def test_emergencies_are_told_at_once(urgent: str) -> None:
    """Each of the three raises the words, in the person's language or English, and nothing else does."""
    said = [SideEffect.DRY_MOUTH, SideEffect(urgent)]
    assert "Get emergency care" in (advice(said, "en") or "")
    assert advice(said, "ES") != advice(said, "en") == advice(said, "xx")
    assert advice(set(SideEffect) - URGENT, "en") is None


def test_an_amendment_is_laid_over_what_stands() -> None:
    """Fields that it does not name stay, and the chain keeps what was there before."""
    first = chains.opened(PATIENT, FULL, NOON)
    second = chains.amended(first, "a", {"wore_off_on": None, "dose": 140.0}, NOON)
    assert second.treatment == replace(first.treatment, wore_off_on=None, dose=140.0)
    assert second.revisions[0] == first.revisions[0]
    assert [revision.number for revision in second.revisions] == [1, 2]
    with pytest.raises(ValueError, match="cannot be amended"):
        chains.amended(first, "a", {"kind": KIND.DBS}, NOON)


def test_withdrawal_and_its_undo_are_revisions() -> None:
    """Taken out it keeps its content; brought back it is as it was, and an amendment brings it back too."""
    first = chains.opened(PATIENT, FULL, NOON)
    gone = chains.withdrawn(first, "w", NOON)
    assert gone.withdrawn
    for back in (chains.restored(gone, "r", NOON), chains.amended(gone, "a", {"response": None}, NOON)):
        assert not back.withdrawn
        assert len(back.revisions) == 3
    assert chains.restored(gone, "r", NOON).treatment == first.treatment


@given(st.lists(st.tuples(st.sampled_from("adwr"), st.integers(0, 5)), max_size=12))
def test_whatever_is_sent_again_changes_nothing(steps: list[tuple[str, int]]) -> None:
    """Every id counts once, revisions only grow, and the view is that of the last one."""
    chain = chains.opened(PATIENT, FULL, NOON)
    for kind, number in steps:
        grown = _step(chain, kind, number)
        assert grown.revisions[: len(chain.revisions)] == chain.revisions
        assert _step(grown, kind, number) == grown
        chain = grown
    for kind, number in steps:
        assert _step(chain, kind, number) == chain
    assert [revision.number for revision in chain.revisions] == list(range(1, len(chain.revisions) + 1))
    assert len({receipt.key for receipt in chain.receipts}) == len(chain.receipts)


def _step(chain: TreatmentChain, kind: str, number: int) -> TreatmentChain:
    changes: dict[str, dict[str, Any]] = {"a": {"dose": 100.0 + number}, "d": {"response": None}}
    key = f"{kind}{number}"
    if kind in changes:
        return chains.amended(chain, key, changes[kind], NOON)
    return (chains.withdrawn if kind == "w" else chains.restored)(chain, key, NOON)


def test_an_id_serves_one_wish() -> None:
    """The id of an amendment cannot withdraw, and the same amendment cannot say something else."""
    chain = chains.amended(chains.opened(PATIENT, FULL, NOON), "a", {"dose": 90.0}, NOON)
    wishes: list[tuple[Callable[[], TreatmentChain], str]] = [
        (lambda: chains.amended(chain, "a", {"dose": 91.0}, NOON), "amendment_id"),
        (lambda: chains.withdrawn(chain, "a", NOON), "withdrawal_id"),
        (lambda: chains.restored(chain, "a", NOON), "restoration_id"),
    ]
    for again, path in wishes:
        with pytest.raises(InvalidTreatment) as refusal:
            again()
        assert [fault.path for fault in refusal.value.fields] == [path]


@pytest.fixture
def store(mongo: Mongo) -> TreatmentStore:
    return TreatmentStore(mongo.database)


async def _amend(mongo: Mongo, store: TreatmentStore, key: str, **changes: Any) -> ChangedTreatment:
    return await mongo.transact(
        lambda session: store.amend(PATIENT, FULL.id, key, changes, NOON, session=session)
    )


async def test_a_chain_in_the_database(mongo: Mongo, store: TreatmentStore) -> None:
    """Amended, withdrawn and restored it is one document; lists leave out what was taken out."""
    await store.record(PATIENT, FULL, NOON)
    moved = await _amend(mongo, store, "a", started_on=day("2026-01-06"), dose=140.0)
    assert (moved.already, moved.treatment.dose) == (False, 140.0)
    assert (await _amend(mongo, store, "a", started_on=day("2026-01-06"), dose=140.0)).already
    await store.record(PATIENT, injection("2026-01-05"), NOON)
    assert [str(one.started_on) for one in await store.list_for(PATIENT)] == ["2026-01-06", "2026-01-05"]
    gone = await mongo.transact(lambda session: store.withdraw(PATIENT, FULL.id, "w", NOON, session=session))
    assert gone.chain.withdrawn
    assert [one.id for one in await store.list_for(PATIENT)] != [FULL.id]
    assert len(await store.list_for(PATIENT)) == len((await store.list_for_many([PATIENT]))[PATIENT]) == 1
    back = await mongo.transact(lambda session: store.restore(PATIENT, FULL.id, "r", NOON, session=session))
    (kept,) = [chain for chain in await store.chains_for(PATIENT) if chain.id == FULL.id]
    assert kept == back.chain
    assert [revision.withdrawal for revision in kept.revisions] == [False, False, True, False]


async def test_recording_again_after_an_amendment_is_no_conflict(mongo: Mongo, store: TreatmentStore) -> None:
    """A phone that sends its first request again does not undo what was amended since, and is not refused."""
    await store.record(PATIENT, FULL, NOON)
    await _amend(mongo, store, "a", dose=140.0)
    again = await store.record(PATIENT, FULL, NOON + timedelta(days=3))
    assert (again.already, again.treatment.dose) == (True, 140.0)
    with pytest.raises(TreatmentConflict):
        await store.record(PATIENT, replace(FULL, dose=140.0), NOON)


async def test_somebody_elses_treatment_is_not_there(mongo: Mongo, store: TreatmentStore) -> None:
    """Whoever else asks, with the right id, finds nothing."""
    await store.record(STRANGER, FULL, NOON)
    with pytest.raises(TreatmentNotFound):
        await _amend(mongo, store, "a", dose=1.0)


async def test_a_row_from_before_there_were_revisions(mongo: Mongo, store: TreatmentStore) -> None:
    """It is read as a chain of one, and grows like any other."""
    old = {
        "_id": f"{PATIENT}:{FULL.id}",
        "patient": PATIENT,
        "id": FULL.id,
        "kind": "TOXIN_INJECTION",
        "started_on": "2026-01-05",
        "ended_on": None,
        "product": "onabotulinumtoxinA",
        "response": "GOOD",
        "recorded_at": NOON,
    }
    await mongo.database[TREATMENTS].insert_one(old)
    assert [one.response for one in await store.list_for(PATIENT)] == [ToxinResponse.GOOD]
    await _amend(mongo, store, "a", dose=140.0)
    (chain,) = await store.chains_for(PATIENT)
    assert [revision.treatment.dose for revision in chain.revisions] == [None, 140.0]
    plain = replace(injection("2026-01-05", "Botox"), id=FULL.id, response=ToxinResponse.GOOD)
    assert (await store.record(PATIENT, plain, NOON)).already


def test_what_can_be_amended() -> None:
    """Everything but what a treatment is."""
    assert set(Treatment.__dataclass_fields__) - AMENDABLE == {"id", "kind", "recorded_at"}
