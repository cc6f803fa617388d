from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from registry_api.audit.events import Action
from tests.registry_api.graph.test_assessments import introduced
from tests.registry_api.local_service import Api, LocalService, check_in, enrolment, note, ratings, treatment
from tests.registry_api.stored_bytes import all_of
from tests.registry_api.trials.examples import study, with_status

Act = Callable[[LocalService, Api], Awaitable[Any]]


async def record_check_in(_local: LocalService, api: Api) -> Any:
    entry = check_in()
    await api.send("RecordCheckIn", input=entry)
    return await api.send("RecordCheckIn", input=entry)


async def amend_check_in(_local: LocalService, api: Api) -> Any:
    entry = check_in()
    await api.send("RecordCheckIn", input=entry)
    amendment = {"amendmentId": str(uuid4()), "answers": ratings(pain=9), "reason": "I mistyped"}
    amendment["checkInId"] = entry["entryId"]
    await api.send("AmendCheckIn", input=amendment)
    return await api.send("AmendCheckIn", input=amendment)


async def withdraw_check_in(_local: LocalService, api: Api) -> Any:
    entry = check_in()
    await api.send("RecordCheckIn", input=entry)
    withdrawal = {"checkInId": entry["entryId"], "withdrawalId": str(uuid4()), "reason": "Not mine"}
    await api.send("WithdrawCheckIn", input=withdrawal)
    return await api.send("WithdrawCheckIn", input=withdrawal)


async def record_note(_local: LocalService, api: Api) -> Any:
    given = note("A better day.")
    await api.send("RecordNote", input=given)
    return await api.send("RecordNote", input=given)


async def amend_note(_local: LocalService, api: Api) -> Any:
    given = note("A better day.")
    await api.send("RecordNote", input=given)
    change = {"noteId": given["noteId"], "amendmentId": str(uuid4()), "text": "A good day."}
    await api.send("AmendNote", input=change)
    return await api.send("AmendNote", input=change)


async def withdraw_note(_local: LocalService, api: Api) -> Any:
    given = note("A better day.")
    await api.send("RecordNote", input=given)
    withdrawal = {"noteId": given["noteId"], "withdrawalId": str(uuid4())}
    await api.send("WithdrawNote", input=withdrawal)
    return await api.send("WithdrawNote", input=withdrawal)


async def record_treatment(_local: LocalService, api: Api) -> Any:
    given = treatment()
    await api.send("RecordTreatment", input=given)
    return await api.send("RecordTreatment", input=given)


async def amend_treatment(_local: LocalService, api: Api) -> Any:
    given = treatment()
    await api.send("RecordTreatment", input=given)
    amendment = {"treatmentId": given["treatmentId"], "amendmentId": str(uuid4()), "dose": 150}
    await api.send("AmendTreatment", input=amendment)
    return await api.send("AmendTreatment", input=amendment)


async def withdraw_treatment(_local: LocalService, api: Api) -> Any:
    given = treatment()
    await api.send("RecordTreatment", input=given)
    withdrawal = {"treatmentId": given["treatmentId"], "withdrawalId": str(uuid4())}
    await api.send("WithdrawTreatment", input=withdrawal)
    return await api.send("WithdrawTreatment", input=withdrawal)


async def restore_treatment(local: LocalService, api: Api) -> Any:
    taken_out = (await withdraw_treatment(local, api))["treatment"]["id"]
    restoration = {"treatmentId": taken_out, "restorationId": str(uuid4())}
    await api.send("RestoreTreatment", input=restoration)
    return await api.send("RestoreTreatment", input=restoration)


async def add_question(_local: LocalService, api: Api) -> Any:
    question = {"questionId": str(uuid4()), "text": "May I swim after the injection?"}
    await api.send("AddQuestion", input=question)
    return await api.send("AddQuestion", input=question)


async def remove_question(_local: LocalService, api: Api) -> Any:
    question = str(uuid4())
    await api.send("AddQuestion", input={"questionId": question, "suggestionId": "pain"})
    await api.send("RemoveQuestion", questionId=question)
    return await api.send("RemoveQuestion", questionId=question)


async def enrol(_local: LocalService, api: Api) -> Any:
    return await api.send("Enrol", input=enrolment())


async def change_settings(_local: LocalService, api: Api) -> Any:
    return await api.send("ChangeSettings", input={"promptTime": "09:15"})


async def request_introduction(local: LocalService, api: Api) -> Any:
    trial = await open_trial(local)
    await api.send("RequestIntroduction", trialId=trial)
    return await api.send("RequestIntroduction", trialId=trial)


async def decline_trial(local: LocalService, api: Api) -> Any:
    return await api.send("DeclineTrial", trialId=await open_trial(local))


async def import_trial(_local: LocalService, api: Api) -> Any:
    await api.send("ImportTrial", record=study(101))
    return await api.send("ImportTrial", record=study(101))


async def record_totals(local: LocalService, api: Api) -> Any:
    given, _, _ = await introduced(local, api)
    await api.send("RecordTotals", input=given)
    return await api.send("RecordTotals", input=given)


async def set_criteria(_local: LocalService, api: Api) -> Any:
    trial = (await api.send("ImportTrial", record=study(101)))["trial"]["id"]
    await api.send("SetTrialCriteria", trialId=trial, criteria={"age": {"min": 18}})
    return await api.send("SetTrialCriteria", trialId=trial, criteria={"age": {"min": 18}})


async def open_trial(local: LocalService) -> str:
    coordinator = await local.staff("coordinator")
    record = with_status(study(101), "RECRUITING", posted="2031-05-01")
    trial: str = (await coordinator.send("ImportTrial", record=record))["trial"]["id"]
    await coordinator.send("SetTrialCriteria", trialId=trial, criteria={"form": {"in": ["CERVICAL"]}})
    return trial


ACTS: tuple[tuple[str, Act, Action], ...] = (
    ("enrolled", record_check_in, Action.CHECK_IN_RECORDED),
    ("enrolled", amend_check_in, Action.CHECK_IN_AMENDED),
    ("enrolled", withdraw_check_in, Action.CHECK_IN_WITHDRAWN),
    ("enrolled", record_note, Action.NOTE_RECORDED),
    ("enrolled", amend_note, Action.NOTE_AMENDED),
    ("enrolled", withdraw_note, Action.NOTE_WITHDRAWN),
    ("enrolled", record_treatment, Action.TREATMENT_RECORDED),
    ("enrolled", amend_treatment, Action.TREATMENT_AMENDED),
    ("enrolled", withdraw_treatment, Action.TREATMENT_WITHDRAWN),
    ("enrolled", restore_treatment, Action.TREATMENT_RESTORED),
    ("enrolled", add_question, Action.QUESTION_ADDED),
    ("enrolled", remove_question, Action.QUESTION_REMOVED),
    ("enrolled", enrol, Action.ENROLLED),
    ("enrolled", change_settings, Action.SETTINGS_CHANGED),
    ("enrolled", request_introduction, Action.INTRODUCTION_REQUESTED),
    ("enrolled", decline_trial, Action.TRIAL_DECLINED),
    ("coordinator", import_trial, Action.TRIAL_IMPORTED),
    ("coordinator", set_criteria, Action.CRITERIA_SET),
    ("coordinator", record_totals, Action.CHECK_IN_RECORDED),
)


@pytest.mark.parametrize(("kind", "act", "action"), ACTS, ids=[each[1].__name__ for each in ACTS])
async def test_an_act_is_on_record_once(local: LocalService, kind: str, act: Act, action: Action) -> None:
    """What changes something leaves an event: who, in which role, from where; what changes nothing, none."""
    api = await local.api(kind)
    before = {event["_id"] for event in await events(local)}
    await act(local, api)
    (event,) = [
        each for each in await events(local) if each["action"] == action and each["_id"] not in before
    ]
    assert event["role"] == ("PATIENT" if kind == "enrolled" else "COORDINATOR")
    assert (event["channel"], event["network"]) == ("WEB", "127.0.0.0/24")
    assert event["actor"] == (event["subject"] if kind == "enrolled" else event["actor"])


@pytest.mark.caller("enrolled")
async def test_what_is_refused_is_not_on_record(local: LocalService, api: Api) -> None:
    """An entry that cannot be taken leaves no event."""
    before = await events(local)
    answer = await api.send("RecordCheckIn", input=check_in(about="2031-06-01"))
    assert answer["code"] == "CHECK_IN_IN_THE_FUTURE"
    assert await events(local) == before


async def events(local: LocalService) -> list[dict[str, Any]]:
    return await all_of(local.services.mongo.database, "audit_events")
