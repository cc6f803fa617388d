from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from notifications.messages import Kind
from registry_api.audit.events import LOOKS
from registry_api.enrolment.consents import Purpose
from tests.registry_api.enrolment.people import FORM
from tests.registry_api.local_service import Api, LocalService, consent
from tests.registry_api.stored_bytes import all_of, stored_bytes
from tests.registry_api.trials.examples import study, with_status

_CERVICAL = {"all": [{"form": {"in": ["CERVICAL"]}}, {"age": {"min": 18}}]}
_SHOWN_TO_PATIENTS = """
query { trialsForMe(first: 5) { edges { node { state trial {
  title status sites { city }
  criteria { version } reach { label } importedAt recordSha256 alerts { queued }
  introductionCount introductions(first: 5) { edges { node { name phone } } }
} } } } }
"""


def _record(status: str = "RECRUITING", posted: str = "2031-05-01") -> dict[str, Any]:
    return with_status(study(101), status, posted=posted)


async def _open_trial(coordinator: Api, criteria: dict[str, Any] | None = None) -> str:
    imported = await coordinator.send("ImportTrial", record=_record())
    name: str = imported["trial"]["id"]
    await coordinator.send("SetTrialCriteria", trialId=name, criteria=criteria or _CERVICAL)
    return name


@pytest.mark.caller("coordinator")
async def test_a_record_is_imported_once_and_opens_when_it_recruits(api: Api) -> None:
    """The first record waits, the same again is `already`, and the recruiting one opens the trial."""
    first = await api.send("ImportTrial", record=_record("NOT_YET_RECRUITING", "2031-04-01"))
    assert (first["already"], first["opened"]) == (False, False)
    again = await api.send("ImportTrial", record=_record("NOT_YET_RECRUITING", "2031-04-01"))
    assert (again["already"], again["opened"]) == (True, False)
    opened = await api.send("ImportTrial", record=_record())
    assert (opened["already"], opened["opened"]) == (False, True)
    assert opened["trial"]["id"] == first["trial"]["id"]
    (edge,) = (await api.send("Trials", first=10))["edges"]
    assert (edge["node"]["nctId"], edge["node"]["status"]) == ("NCT90000101", "RECRUITING")


@pytest.mark.caller("coordinator")
@pytest.mark.parametrize(
    ("record", "paths"),
    [
        ({}, {"protocolSection"}),
        ([], {""}),
        ("NCT90000101", {""}),
        (None, None),
        ({"hello": "Zebediah Quillfeather"}, {"protocolSection"}),
    ],
    ids=["empty", "list", "text", "null", "something else"],
)
async def test_what_is_no_study_record_is_told_what_is_missing(
    api: Api, local: LocalService, logged: Callable[[], str], record: Any, paths: set[str] | None
) -> None:
    """The problem names the fields, the record is not echoed, and nothing is stored or logged of it."""
    before = await stored_bytes(local.services.mongo.database)
    if paths is None:
        assert await api.refusal("ImportTrial", record=record) == "BAD_USER_INPUT"
    else:
        answer = await api.send("ImportTrial", record=record)
        assert (answer["__typename"], answer["code"]) == ("NotAStudyRecord", "NOT_A_STUDY_RECORD")
        assert {field["path"].partition(".")[0] for field in answer["fields"]} == paths
        assert "Quillfeather" not in str(answer)
    assert await stored_bytes(local.services.mongo.database) == before
    assert "Quillfeather" not in logged()


@pytest.mark.caller("coordinator")
async def test_criteria_come_back_in_words_and_as_they_were_sent(api: Api) -> None:
    """Each change makes a version; the same tree again makes none."""
    name = (await api.send("ImportTrial", record=_record()))["trial"]["id"]
    tree: dict[str, Any] = {
        "all": [
            {"form": {"in": ["CERVICAL", "LIMB"]}},
            {"not": {"dbs": {"is": True}}},
            {"any": [{"toxinNaive": {"is": True}}, {"weeksSinceToxin": {"min": 8}}]},
            {"distanceKm": {"max": 150}},
        ]
    }
    answer = await api.send("SetTrialCriteria", trialId=name, criteria=tree)
    assert answer["trial"]["criteria"]["version"] == 1
    assert await api.send("SetTrialCriteria", trialId=name, criteria=tree) == answer
    words = answer["trial"]["criteria"]["inWords"]
    assert len(words) >= 4
    assert all(isinstance(line, str) for line in words)
    shown = (await api.send("Trial", id=name))["criteria"]["tree"]
    assert shown["all"][1] == {"not": {"dbs": {"is": True}}}
    assert shown["all"][2]["any"][1] == {"weeks_since_toxin": {"min": 8}}
    answer = await api.send("SetTrialCriteria", trialId=name, criteria=_CERVICAL)
    assert answer["trial"]["criteria"]["version"] == 2


@pytest.mark.caller("coordinator")
@pytest.mark.parametrize(
    "criteria",
    [
        {"age": {"min": 40, "max": 30}},
        {"form": {"in": []}},
        {"all": []},
        {"country": {"in": ["Utopia"]}},
        {"symptomMonths": {"of": ["LIMB"], "min": -1}},
    ],
)
async def test_criteria_that_cannot_be_read_name_the_place(
    api: Api, local: LocalService, criteria: dict[str, Any]
) -> None:
    """A rule that nobody could meet, or that says nothing, is refused by field, and nothing is stored."""
    name = (await api.send("ImportTrial", record=_record()))["trial"]["id"]
    before = await stored_bytes(local.services.mongo.database)
    answer = await api.send("SetTrialCriteria", trialId=name, criteria=criteria)
    assert (answer["__typename"], answer["code"]) == ("InvalidInput", "INVALID_INPUT")
    assert answer["fields"]
    assert await stored_bytes(local.services.mongo.database) == before


@pytest.mark.caller("coordinator")
async def test_a_criterion_is_one_thing(api: Api) -> None:
    """An input with two leaves is refused by the schema itself."""
    name = (await api.send("ImportTrial", record=_record()))["trial"]["id"]
    both = {"age": {"min": 18}, "dbs": {"is": False}}
    assert await api.refusal("SetTrialCriteria", trialId=name, criteria=both) == "BAD_USER_INPUT"


async def test_another_coordinators_trial_reads_as_absent(local: LocalService) -> None:
    """Reading it, its introductions or setting its criteria answers as for a trial that does not exist."""
    owner, other = await local.staff("coordinator"), await local.staff("coordinator", "Dr Eva Lund")
    name = await _open_trial(owner)
    patient, _ = await local.patient()
    await patient.send("RequestIntroduction", trialId=name)
    for operation, argument in (("Trial", "id"), ("Introductions", "trialId")):
        read, absent = [await other.answer(operation, **{argument: each}) for each in (name, "0" * 32)]
        assert read == absent
        assert read["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    changed, absent = [
        await other.send("SetTrialCriteria", trialId=each, criteria=_CERVICAL) for each in (name, "0" * 32)
    ]
    assert changed == absent
    assert (await other.send("Trials", first=10))["edges"] == []
    assert await _looks(local) == []
    answer = await other.send("ImportTrial", record=_record("SUSPENDED", "2031-05-10"))
    assert answer["code"] == "NOT_ALLOWED"
    assert (await owner.send("Trial", id=name))["status"] == "RECRUITING"


async def test_a_patient_sees_a_trial_without_what_is_the_coordinators(local: LocalService) -> None:
    """Criteria, reach, alerts, introductions and the import are refused, and read as null."""
    name = await _open_trial(await local.staff("coordinator"))
    patient, _ = await local.patient()
    await patient.send("RequestIntroduction", trialId=name)
    await local.rematch()
    answer = await patient.ask(_SHOWN_TO_PATIENTS)
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"NOT_ALLOWED"}
    (edge,) = answer["data"]["trialsForMe"]["edges"]
    trial = edge["node"]["trial"]
    assert edge["node"]["state"] == "MAY_FIT"
    assert (trial.pop("title"), trial.pop("status")) == (
        study(101)["protocolSection"]["identificationModule"]["briefTitle"],
        "RECRUITING",
    )
    assert trial.pop("sites")
    refused = [
        "criteria", "reach", "importedAt", "recordSha256", "alerts", "introductionCount", "introductions",
    ]  # fmt: skip
    assert trial == dict.fromkeys(refused)
    assert sorted(error["path"][-1] for error in answer["errors"]) == sorted(refused)


async def test_alerts_go_to_those_who_may_fit_and_are_counted(local: LocalService) -> None:
    """The worker alerts the one match; the coordinator sees a number, a band and no person."""
    matching, _ = await local.patient()
    await local.patient(form=replace(FORM, forms=[FORM.forms[1]]))
    coordinator = await local.staff("coordinator")
    name = await _open_trial(coordinator)
    await local.rematch()
    (alert,) = await local.texts(Kind.TRIAL_ALERT)
    assert alert["trial"] == name
    shown = await coordinator.send("Trial", id=name)
    assert shown["alerts"] == {
        "queued": 1, "held": 0, "sent": 0, "delivered": 0, "undelivered": 0, "cancelled": 0,
    }  # fmt: skip
    assert shown["reach"]["atLeast"] == 0
    assert shown["reach"]["atMost"] >= 4
    assert shown["introductionCount"] == 0
    (edge,) = (await matching.send("TrialsForMe", first=5))["edges"]
    assert edge["node"]["alertedAt"] is not None


async def test_only_those_who_asked_are_introduced_and_each_look_is_on_record(local: LocalService) -> None:
    """The coordinator sees the one who asked, with name and number; every read adds an audit event."""
    coordinator = await local.staff("coordinator")
    name = await _open_trial(coordinator)
    asking, patient = await local.patient(form=replace(FORM, name="Zebediah Quillfeather"))
    await local.patient()
    await coordinator.step_up()
    assert await _introduced(coordinator, name) == []
    for _ in range(2):
        asked = await asking.send("RequestIntroduction", trialId=name)
        assert asked["match"]["introductionRequestedAt"] is not None
    assert await _looks(local) == []
    for reads in (1, 2):
        (edge,) = await _introduced(coordinator, name)
        assert edge["node"]["name"] == "Zebediah Quillfeather"
        assert edge["node"]["phone"].startswith("+1202555")
        events = await _looks(local)
        assert len(events) == reads
        assert {(event["subject"], event["role"], event["reason"], event["record"]) for event in events} == {
            (patient.patient_id, "COORDINATOR", "introduction", "NCT90000101")
        }


async def test_a_patient_sees_who_looked_and_nobody_elses_looks(local: LocalService) -> None:
    """Each look is there with name, role and study, newest first and page by page; others see none of it."""
    coordinator = await local.staff("coordinator")
    name = await _open_trial(coordinator)
    asking, _ = await local.patient()
    other, _ = await local.patient()
    await asking.send("RequestIntroduction", trialId=name)
    assert (await asking.send("LooksAtMyRecord"))["edges"] == []
    await coordinator.step_up()
    for _ in range(21):
        local.clock.pass_(seconds=10)
        await coordinator.send("Introductions", trialId=name)
    page = await asking.send("LooksAtMyRecord")
    assert len(page["edges"]) == 20
    assert page["edges"][0]["node"] == {
        "at": local.clock().isoformat(),
        "role": "COORDINATOR",
        "name": "Dr Ines Falk",
        "study": "NCT90000101",
    }
    rest = await asking.send("LooksAtMyRecord", after=page["pageInfo"]["endCursor"])
    assert (len(rest["edges"]), rest["pageInfo"]["hasNextPage"]) == (1, False)
    assert (await other.send("LooksAtMyRecord"))["edges"] == []
    for cursor in ("x", "-1", "٣", "1" * 30):
        assert await asking.refusal("LooksAtMyRecord", after=cursor) == "BAD_USER_INPUT"


async def test_declining_takes_the_request_back(local: LocalService) -> None:
    """After "not this one" the coordinator sees nobody; asking again undoes it."""
    coordinator = await local.staff("coordinator")
    name = await _open_trial(coordinator)
    patient, _ = await local.patient()
    await patient.send("RequestIntroduction", trialId=name)
    declined = (await patient.send("DeclineTrial", trialId=name))["match"]
    assert declined["declinedAt"] is not None
    assert declined["introductionRequestedAt"] is None
    assert (await coordinator.send("Trial", id=name))["introductionCount"] == 0
    again = (await patient.send("RequestIntroduction", trialId=name))["match"]
    assert again["declinedAt"] is None
    assert (await coordinator.send("Trial", id=name))["introductionCount"] == 1


async def test_an_introduction_needs_consent_enrolment_and_an_open_trial(local: LocalService) -> None:
    """Each is refused with its own problem."""
    coordinator = await local.staff("coordinator")
    name = await _open_trial(coordinator)
    unwilling, _ = await local.patient(Purpose.REGISTRY)
    answer = await unwilling.send("RequestIntroduction", trialId=name)
    assert (answer["code"], answer["purpose"]) == ("CONSENT_MISSING", "TRIAL_CONTACT")
    new, _ = await local.patient(enrolled=False)
    await new.send("SignConsent", input=consent(Purpose.TRIAL_CONTACT))
    assert (await new.send("RequestIntroduction", trialId=name))["code"] in {
        "NOT_ENROLLED",
        "CONSENT_MISSING",
    }
    assert (await new.send("DeclineTrial", trialId=name))["code"] == "NOT_ENROLLED"
    willing, _ = await local.patient()
    for operation in ("RequestIntroduction", "DeclineTrial"):
        assert (await willing.send(operation, trialId="0" * 32))["code"] == "NOT_FOUND"
    await coordinator.send("ImportTrial", record=_record("COMPLETED", "2031-05-10"))
    assert (await willing.send("RequestIntroduction", trialId=name))["code"] == "NOT_FOUND"


@pytest.mark.caller("coordinator")
async def test_trials_and_introductions_come_in_pages(api: Api, local: LocalService) -> None:
    """Each page goes on after the cursor of the one before; a page that cannot be is the client's mistake."""
    for number in (101, 102, 103):
        record = with_status(study(number), "RECRUITING", posted="2031-05-01")
        await api.send("ImportTrial", record=record)
        local.clock.pass_(minutes=1)
    first = await api.send("Trials", first=2)
    second = await api.send("Trials", first=2, after=first["pageInfo"]["endCursor"])
    listed = [edge["node"]["nctId"] for page in (first, second) for edge in page["edges"]]
    assert listed == ["NCT90000103", "NCT90000102", "NCT90000101"]
    assert [page["pageInfo"]["hasNextPage"] for page in (first, second)] == [True, False]
    for wrong in ({"first": 0}, {"first": 101}, {"first": 2, "after": "nonsense"}):
        assert await api.refusal("Trials", **wrong) == "BAD_USER_INPUT"
    name = first["edges"][0]["node"]["id"]
    await api.step_up()
    assert await api.refusal("Introductions", trialId=name, after="nonsense") == "BAD_USER_INPUT"


async def _introduced(coordinator: Api, trial: str) -> list[dict[str, Any]]:
    answer = await coordinator.send("Introductions", trialId=trial)
    edges: list[dict[str, Any]] = answer["introductions"]["edges"]
    return edges


async def _looks(local: LocalService) -> list[dict[str, Any]]:
    events = await all_of(local.services.mongo.database, "audit_events")
    return [event for event in events if event["action"] in LOOKS]
