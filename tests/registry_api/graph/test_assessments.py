from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from registry_api.enrolment.consents import Purpose
from registry_api.identity.callers import Patient
from tests.registry_api.local_service import Api, LocalService, consent
from tests.registry_api.stored_bytes import all_of, stored_bytes
from tests.registry_api.trials.examples import study, with_status

_SCORES = "{ checkIns { edges { node { instrumentId about answers { itemId } scores { scaleId value } } } } }"


async def open_trial(coordinator: Api, number: int = 101) -> str:
    record = with_status(study(number), "RECRUITING", posted="2031-05-01")
    trial: str = (await coordinator.send("ImportTrial", record=record))["trial"]["id"]
    await coordinator.send("SetTrialCriteria", trialId=trial, criteria={"form": {"in": ["CERVICAL"]}})
    return trial


async def introduced(local: LocalService, coordinator: Api) -> tuple[dict[str, Any], Api, Patient]:
    """Totals about a patient who asked to be introduced to a trial of this coordinator, and that patient."""
    trial = await open_trial(coordinator)
    asking, patient = await local.patient()
    await asking.send("RequestIntroduction", trialId=trial)
    await coordinator.step_up()
    shown = await coordinator.send("Introductions", trialId=trial)
    (edge,) = shown["introductions"]["edges"]
    return totals(trial, edge["node"]["id"]), asking, patient


def totals(trial: str, introduction: str, **changes: Any) -> dict[str, Any]:
    return {
        "entryId": str(uuid4()),
        "trialId": trial,
        "introductionId": introduction,
        "instrumentId": "twstrs",
        "assessedOn": "2031-05-13",
        "totals": [{"scaleId": "severity", "value": 19}, {"scaleId": "pain", "value": 9.75}],
    } | changes


async def test_the_patient_sees_what_staff_typed_in(local: LocalService) -> None:
    """Totals are in the patient's own diary as they were typed, once, however often they are sent."""
    coordinator = await local.staff("coordinator")
    given, patient, _ = await introduced(local, coordinator)
    for already in (False, True):
        recorded = await coordinator.send("RecordTotals", input=given)
        assert recorded == {
            "__typename": "TotalsRecorded",
            "instrumentId": "twstrs",
            "assessedOn": "2031-05-13",
            "already": already,
        }
    (edge,) = (await patient.ask(_SCORES))["data"]["checkIns"]["edges"]
    assert edge["node"]["answers"] == []
    assert {score["scaleId"]: score["value"] for score in edge["node"]["scores"]} == {
        "total": None, "severity": 19, "disability": None, "pain": 9.75,
    }  # fmt: skip


async def test_a_later_one_corrects_and_nothing_is_lost(local: LocalService) -> None:
    """The correction is a revision: both are in the chain, each with who typed it."""
    coordinator = await local.staff("coordinator")
    given, _, _ = await introduced(local, coordinator)
    await coordinator.send("RecordTotals", input=given)
    local.clock.pass_(minutes=1)
    right = {"entryId": str(uuid4()), "totals": [{"scaleId": "pain", "value": 8}]}
    await coordinator.send("RecordTotals", input=given | right)
    (entry,) = await all_of(local.services.mongo.database, "check_ins")
    assert [(each["role"], each["answers"]["pain"]) for each in entry["revisions"]] == [
        ("STAFF", 39),
        ("STAFF", 32),
    ]


_WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"totals": []}, "totals"),
    ({"totals": [{"scaleId": "severity", "value": 36}]}, "totals.severity"),
    ({"totals": [{"scaleId": "pain", "value": 9.7}]}, "totals.pain"),
    ({"totals": [{"scaleId": "pain", "value": 9}, {"scaleId": "pain", "value": 8}]}, "totals"),
    ({"instrumentId": "gad-7"}, "instrumentId"),
    ({"instrumentId": "daily"}, "instrumentId"),
    ({"assessedOn": "2031-06-01"}, "assessedOn"),
    ({"assessedOn": "1999-06-01"}, "about"),
)


async def test_totals_that_cannot_be_right_name_their_field(local: LocalService) -> None:
    """What is out of range, of another instrument or of no possible day is refused, and nothing is stored."""
    coordinator = await local.staff("coordinator")
    given, _, _ = await introduced(local, coordinator)
    before = await stored_bytes(local.services.mongo.database)
    for changes, path in _WRONG:
        answer = await coordinator.send("RecordTotals", input=given | changes)
        assert [field["path"] for field in answer["fields"]] == [path], changes
    assert await stored_bytes(local.services.mongo.database) == before


async def test_an_id_that_was_used_is_refused(local: LocalService) -> None:
    """The same id with other totals is a mistake of the client, and shows nothing of what is there."""
    coordinator = await local.staff("coordinator")
    given, _, _ = await introduced(local, coordinator)
    await coordinator.send("RecordTotals", input=given)
    other = {"totals": [{"scaleId": "pain", "value": 1}]}
    answer = await coordinator.send("RecordTotals", input=given | other)
    assert [field["path"] for field in answer["fields"]] == ["entryId"]


async def test_it_takes_a_step_up(local: LocalService) -> None:
    """Five minutes after the proof, the coordinator proves again."""
    coordinator = await local.staff("coordinator")
    given, _, _ = await introduced(local, coordinator)
    local.clock.pass_(minutes=6)
    assert (await coordinator.send("RecordTotals", input=given))["code"] == "STEP_UP_REQUIRED"


async def test_who_is_not_yours_reads_as_not_there(local: LocalService) -> None:
    """Another's trial, another's introduction and none at all are told alike, and leave no trace."""
    coordinator, other = await local.staff("coordinator"), await local.staff("coordinator")
    given, _, _ = await introduced(local, coordinator)
    own = await open_trial(other, 102)
    await other.step_up()
    before = await all_of(local.services.mongo.database, "check_ins")
    for wrong in (
        {},
        {"trialId": own},
        {"trialId": own, "introductionId": "0" * 24},
        {"trialId": "x", "introductionId": "x"},
    ):
        answer = await other.send("RecordTotals", input=given | wrong)
        assert (answer["__typename"], answer["code"]) == ("NotFound", "NOT_FOUND")
    assert await all_of(local.services.mongo.database, "check_ins") == before


@pytest.mark.parametrize("change", ["declined", "consent taken back", "left"])
async def test_who_takes_it_back_is_not_there_any_more(local: LocalService, change: str) -> None:
    """Whoever says "not this one", takes the consent back or leaves is closed to the coordinator at once."""
    coordinator = await local.staff("coordinator")
    given, patient, _ = await introduced(local, coordinator)
    match change:
        case "declined":
            await patient.send("DeclineTrial", trialId=given["trialId"])
        case "consent taken back":
            await patient.send("SignConsent", input=consent(Purpose.TRIAL_CONTACT, "REFUSED"))
        case _:
            await patient.send("Withdraw", **{"from": ["DATA_USE"]})
    assert (await coordinator.send("RecordTotals", input=given))["code"] == "NOT_FOUND"
