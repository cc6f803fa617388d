from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from registry_api.enrolment.consents import Purpose
from tests.diary.examples import kept
from tests.query_plans import QueryPlans
from tests.registry_api.local_service import Api, LocalService, check_in, consent, ratings, treatment
from tests.registry_api.stored_bytes import all_of, stored_bytes

TODAY = date(2031, 5, 14)
FEW = 4  # commands: who calls, the entries, the treatments


@pytest.mark.caller("enrolled")
async def test_a_check_in_is_kept_and_shown(api: Api) -> None:
    """It is today's entry, with a rating, a yes and a skip kept apart, and days since the last injection."""
    await api.send("RecordTreatment", input=treatment(startedOn="2031-05-01"))
    answers: list[dict[str, Any]] = [
        {"itemId": "pulling", "rating": 0},
        {"itemId": "avoided", "yes": False},
        {"itemId": "pain", "notAnswered": "SKIPPED"},
    ]
    recorded = await api.send("RecordCheckIn", input=check_in(answers))
    assert (recorded["__typename"], recorded["already"]) == ("CheckInRecorded", False)
    today = (await api.send("TodaysCheckIn"))["patient"]["today"]
    assert today["date"] == "2031-05-14"
    assert today["closesAt"] == "2031-05-15T07:00:00+00:00"
    shown = {answer.pop("itemId"): answer for answer in today["checkIn"]["answers"]}
    assert shown == {
        "pulling": {"rating": 0, "yes": None, "notAnswered": None},
        "avoided": {"rating": None, "yes": False, "notAnswered": None},
        "pain": {"rating": None, "yes": None, "notAnswered": "SKIPPED"},
    }
    (edge,) = (await api.send("CheckIns", first=10))["edges"]
    assert (edge["node"]["timeliness"], edge["node"]["daysSinceInjection"]) == ("ON_THE_DAY", 13)


@pytest.mark.caller("enrolled")
async def test_check_ins_come_in_pages_newest_day_first(api: Api) -> None:
    """Each page goes on after the cursor of the one before, and a range of days is kept to."""
    for day in range(1, 8):
        await api.send("RecordCheckIn", input=check_in(about=f"2031-05-0{day}"))
    first = await api.send("CheckIns", first=3)
    second = await api.send("CheckIns", first=3, after=first["pageInfo"]["endCursor"])
    third = await api.send("CheckIns", first=3, after=second["pageInfo"]["endCursor"])
    days = [edge["node"]["about"] for page in (first, second, third) for edge in page["edges"]]
    assert days == [f"2031-05-0{day}" for day in range(7, 0, -1)]
    assert [page["pageInfo"]["hasNextPage"] for page in (first, second, third)] == [True, True, False]
    some = await api.send("CheckIns", first=9, **{"from": "2031-05-02", "to": "2031-05-03"})
    assert len(some["edges"]) == 2


@pytest.mark.caller("enrolled")
@pytest.mark.parametrize("page", [{"first": 0}, {"first": 1000}, {"first": 3, "after": "nonsense"}])
async def test_a_page_that_cannot_be_is_the_clients_mistake(api: Api, page: dict[str, Any]) -> None:
    """Too short, too long, or after no cursor."""
    assert await api.refusal("CheckIns", **page) == "BAD_USER_INPUT"


@pytest.mark.caller("enrolled")
async def test_an_entry_sent_again_changes_nothing(api: Api, local: LocalService) -> None:
    """The same id with the same content is `already`; with other content it shows what is there."""
    entry = check_in()
    await api.send("RecordCheckIn", input=entry)
    before = await stored_bytes(local.services.mongo.database)
    again = await api.send("RecordCheckIn", input=entry)
    assert again["already"] is True
    other = await api.send("RecordCheckIn", input={**entry, "answers": ratings(pulling=9)})
    assert (other["__typename"], other["code"]) == ("CheckInConflict", "CHECK_IN_CONFLICT")
    assert {answer["itemId"]: answer["rating"] for answer in other["existing"]["answers"]}["pulling"] == 6
    assert await stored_bytes(local.services.mongo.database) == before


@pytest.mark.caller("enrolled")
async def test_an_entry_sent_five_times_at_once_is_one_entry(api: Api) -> None:
    """A client that retries too early gets one answer five times."""
    entry = check_in()
    answers = await asyncio.gather(*(api.send("RecordCheckIn", input=entry) for _ in range(5)))
    assert sorted(answer["already"] for answer in answers) == [False, True, True, True, True]
    assert len((await api.send("CheckIns", first=10))["edges"]) == 1


@pytest.mark.caller("enrolled")
async def test_a_correction_is_added_and_the_first_answer_stays(api: Api) -> None:
    """The newest answers show, both revisions are kept, and the same correction again is `already`."""
    recorded = await api.send("RecordCheckIn", input=check_in())
    correction = {
        "checkInId": recorded["checkIn"]["id"],
        "amendmentId": str(uuid4()),
        "answers": [{"itemId": "pain", "rating": 9}],
        "reason": "I mistyped",
    }
    amended = await api.send("AmendCheckIn", input=correction)
    assert amended["already"] is False
    assert (await api.send("AmendCheckIn", input=correction))["already"] is True
    entry = (await api.send("TodaysCheckIn"))["patient"]["today"]["checkIn"]
    pains = [
        answer["rating"]
        for revision in entry["revisions"]
        for answer in revision["answers"]
        if answer["itemId"] == "pain"
    ]
    assert pains == [4, 9]


@pytest.mark.caller("enrolled")
async def test_words_of_danger_in_a_reason_are_answered_at_once(api: Api, local: LocalService) -> None:
    """With the fixed reply, and one flag for staff each, also where the change itself is refused."""
    entry = (await api.send("RecordCheckIn", input=check_in()))["checkIn"]["id"]
    change = {"checkInId": entry, "amendmentId": str(uuid4()), "answers": ratings(pain=2)}
    calm = await api.send("AmendCheckIn", input={**change, "reason": "I mistyped"})
    assert calm["safety"] is None
    change |= {"amendmentId": str(uuid4()), "reason": "I want to die"}
    for already in (False, True):
        amended = await api.send("AmendCheckIn", input=change)
        assert (amended["already"], amended["safety"]["call"]) == (already, "988")
    taken_back = {"checkInId": entry, "withdrawalId": str(uuid4()), "reason": "I want to end my life"}
    assert "988" in (await api.send("WithdrawCheckIn", input=taken_back))["safety"]["message"]
    nowhere = {**taken_back, "checkInId": "nowhere", "withdrawalId": str(uuid4())}
    assert (await api.send("WithdrawCheckIn", input=nowhere))["__typename"] == "NotFound"
    flags = await all_of(local.services.mongo.database, "safety_flags")
    assert [flag["danger"] for flag in flags] == ["self_harm"] * 3


@pytest.mark.caller("enrolled")
async def test_a_withdrawn_entry_is_listed_without_answers_and_comes_back(api: Api) -> None:
    """It is no entry of today; its chain is all there; the answers sent again undo it."""
    recorded = await api.send("RecordCheckIn", input=check_in())
    withdrawal = {"checkInId": recorded["checkIn"]["id"], "withdrawalId": str(uuid4()), "reason": "Not mine"}
    withdrawn = await api.send("WithdrawCheckIn", input=withdrawal)
    assert (withdrawn["already"], withdrawn["checkIn"]["withdrawn"]) == (False, True)
    assert (await api.send("WithdrawCheckIn", input=withdrawal))["already"] is True
    assert (await api.send("TodaysCheckIn"))["patient"]["today"]["checkIn"] is None
    (edge,) = (await api.send("CheckIns", first=9))["edges"]
    assert (edge["node"]["withdrawn"], edge["node"]["answers"]) == (True, [])
    undo = {
        "checkInId": recorded["checkIn"]["id"],
        "amendmentId": str(uuid4()),
        "answers": ratings(),
        "clientAt": "2031-05-14T16:00:00Z",
        "buildsOn": withdrawn["checkIn"]["saidAt"],
    }
    back = (await api.send("AmendCheckIn", input=undo))["checkIn"]
    assert (back["withdrawn"], len(back["answers"]), len(back["revisions"])) == (False, 3, 3)
    assert (await api.send("TodaysCheckIn"))["patient"]["today"]["checkIn"]["id"] == back["id"]


@pytest.mark.caller("enrolled")
async def test_what_is_said_of_a_withdrawal_names_its_fields(api: Api) -> None:
    """An id that was used for something else, a reason that is too long, and an entry that is not there."""
    entry = check_in()
    await api.send("RecordCheckIn", input=entry)
    for change, path in (
        ({"withdrawalId": entry["entryId"]}, "withdrawalId"),
        ({"reason": "x" * 501}, "reason"),
        ({"buildsOn": "2999-01-01T00:00:00Z"}, "buildsOn"),
    ):
        given = {"checkInId": entry["entryId"], "withdrawalId": str(uuid4()), **change}
        answer = await api.send("WithdrawCheckIn", input=given)
        assert [field["path"] for field in answer["fields"]] == [path]
    given = {"checkInId": str(uuid4()), "withdrawalId": str(uuid4())}
    assert (await api.send("WithdrawCheckIn", input=given))["code"] == "NOT_FOUND"


@pytest.mark.parametrize("reason", [None, "I mistyped"])
async def test_somebody_elses_entry_reads_as_absent(local: LocalService, reason: str | None) -> None:
    """Amending another patient's entry answers exactly as amending one that does not exist."""
    owner, _ = await local.patient()
    recorded = await owner.send("RecordCheckIn", input=check_in())
    other, _ = await local.patient()
    answers = [
        await other.send(
            "AmendCheckIn",
            input={
                "checkInId": name,
                "amendmentId": str(uuid4()),
                "answers": ratings(),
                "reason": reason,
            },
        )
        for name in (recorded["checkIn"]["id"], str(uuid4()), "x;$gt")
    ]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["code"] == "NOT_FOUND"


@pytest.mark.caller("enrolled")
@pytest.mark.parametrize(
    ("change", "paths"),
    [
        ({"answers": ratings(pulling=11)}, ["answers[0].rating"]),
        ({"answers": ratings(pain=-1)}, ["answers[1].rating"]),
        ({"answers": []}, ["answers"]),
        ({"answers": [{"itemId": "height", "rating": 3}]}, ["answers[0].itemId"]),
        ({"answers": [{"itemId": "pain", "rating": 3, "yes": True}]}, ["answers[0]"]),
        ({"answers": [{"itemId": "pain"}]}, ["answers[0]"]),
        ({"answers": [*ratings(), {"itemId": "pain", "rating": 5}]}, ["answers[3].itemId"]),
        ({"timeZone": "Mars/Olympus"}, ["timeZone"]),
        ({"about": "1999-01-01"}, ["about"]),
        ({"instrumentId": "lsas-sr"}, ["instrumentId"]),
    ],
)
async def test_an_entry_that_cannot_be_right_names_its_field(
    api: Api, local: LocalService, logged: Callable[[], str], change: dict[str, Any], paths: list[str]
) -> None:
    """The problem says where, nothing is stored, and no answer is in the log."""
    before = await stored_bytes(local.services.mongo.database)
    answer = await api.send("RecordCheckIn", input=check_in(**change))
    assert (answer["__typename"], answer["code"]) == ("InvalidInput", "INVALID_INPUT")
    assert [field["path"] for field in answer["fields"]] == paths
    assert await stored_bytes(local.services.mongo.database) == before
    assert "fear_of_being_looked_at" not in logged()


@pytest.mark.caller("enrolled")
async def test_a_check_in_about_tomorrow_is_told_which_day_is_today(api: Api, local: LocalService) -> None:
    """The answer carries the day that is open where the person is, and nothing is stored."""
    before = await stored_bytes(local.services.mongo.database)
    answer = await api.send("RecordCheckIn", input=check_in(about="2031-05-15"))
    assert (answer["code"], answer["today"]) == ("CHECK_IN_IN_THE_FUTURE", "2031-05-14")
    assert await stored_bytes(local.services.mongo.database) == before


@pytest.mark.caller("enrolled")
@pytest.mark.parametrize(
    "change",
    [{"about": "14/05/2031"}, {"entryId": "one"}, {"clientAt": "noon"}, {"answers": "six"}, {"rating": 5}],
)
async def test_what_the_schema_does_not_take_is_the_clients_mistake(
    api: Api, local: LocalService, change: dict[str, Any]
) -> None:
    """A value of the wrong type is refused before any rule is asked, and nothing is stored."""
    before = await stored_bytes(local.services.mongo.database)
    assert await api.refusal("RecordCheckIn", input=check_in(**change)) == "BAD_USER_INPUT"
    assert await stored_bytes(local.services.mongo.database) == before


@pytest.mark.caller("patient")
async def test_the_diary_needs_consent_and_then_enrolment(api: Api) -> None:
    """Each entry is refused with what is missing."""
    for name, given in (("RecordCheckIn", check_in()), ("RecordTreatment", treatment())):
        answer = await api.send(name, input=given)
        assert (answer["code"], answer["purpose"]) == ("CONSENT_MISSING", "REGISTRY")
    await api.send("SignConsent", input=consent(Purpose.REGISTRY))
    for name, given in (("RecordCheckIn", check_in()), ("RecordTreatment", treatment())):
        assert (await api.send(name, input=given))["code"] == "NOT_ENROLLED"


@pytest.mark.caller("enrolled")
async def test_a_treatment_is_kept_once(api: Api) -> None:
    """Sent again it is `already`; its id with other content, or a wrong date, names the field."""
    given = treatment()
    assert (await api.send("RecordTreatment", input=given))["already"] is False
    assert (await api.send("RecordTreatment", input=given))["already"] is True
    for changed, path in (
        ({"startedOn": "2031-04-02"}, "treatmentId"),
        ({"startedOn": "2031-02-30"}, "startedOn"),
        ({"startedOn": "2031-06-01", "treatmentId": str(uuid4())}, "startedOn"),
    ):
        answer = await api.send("RecordTreatment", input=given | changed)
        assert [field["path"] for field in answer["fields"]] == [path]
    edges = (await api.send("Treatments"))["patient"]["treatments"]["edges"]
    assert [edge["node"]["startedOn"] for edge in edges] == ["2031-03-02"]


async def test_questions_follow_the_persons_forms_and_language(local: LocalService) -> None:
    """Who has limb dystonia is asked about hand and foot; somebody unknown is not."""
    enrolled, _ = await local.patient()
    own, *_ = await enrolled.send("Instruments", language="ES")
    general, *_ = await local.client().send("Instruments", language="EN")
    assert "hand_or_foot_task" in {item["id"] for item in own["items"]}
    assert "hand_or_foot_task" not in {item["id"] for item in general["items"]}
    assert own["title"] == "¿Cómo ha ido el día?"
    assert {item["id"] for item in own["items"] if item["core"]} == {
        "pulling", "pain", "fear_of_being_looked_at",
    }  # fmt: skip


async def test_a_page_of_any_length_takes_as_many_round_trips(
    local: LocalService, query_plans: QueryPlans
) -> None:
    """One entry, thirty or four hundred: the same few commands, reasons in free text included."""
    api, patient = await local.patient()
    days = [TODAY - timedelta(days=ago) for ago in range(1, 400)]
    await local.services.diary.insert_many([kept(day, patient=patient.patient_id) for day in days])
    for about in (str(TODAY), str(TODAY - timedelta(days=20))):
        recorded = await api.send("RecordCheckIn", input=check_in(about=about))
        amendment = {"amendmentId": str(uuid4()), "answers": ratings(pain=9), "reason": "I mistyped"}
        await api.send("AmendCheckIn", input={**amendment, "checkInId": recorded["checkIn"]["id"]})
    await api.send("RecordTreatment", input=treatment(startedOn="2031-05-01"))
    sent = []
    for first in (1, 1, 30, 400):
        before = query_plans.sent
        page = await api.send("CheckIns", first=first)
        assert len(page["edges"]) == first
        sent.append(query_plans.sent - before)
    assert sent[1] == sent[2] == sent[3]
    assert sent[1] <= FEW
