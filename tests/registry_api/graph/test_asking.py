from __future__ import annotations

import pytest

from tests.registry_api.local_service import Api, LocalService, check_in


@pytest.mark.caller("enrolled")
async def test_the_daily_ratings_are_due_until_they_are_answered(api: Api) -> None:
    """They are asked each day until 03:00, and the entry that answers them is named."""
    (due,) = await api.send("Due")
    assert due == {
        "instrumentId": "daily",
        "why": "DAILY",
        "week": None,
        "about": "2031-05-14",
        "since": "2031-05-14",
        "until": "2031-05-14",
        "closesAt": "2031-05-15T07:00:00+00:00",
        "answered": False,
        "checkInId": None,
    }
    entry = check_in()
    await api.send("RecordCheckIn", input=entry)
    (answered,) = await api.send("Due")
    assert (answered["answered"], answered["checkInId"]) == (True, entry["entryId"])


@pytest.mark.caller("patient")
async def test_nothing_is_due_before_enrolment(api: Api) -> None:
    """Who has told nothing yet is asked nothing, and has no plans."""
    assert await api.send("Due") == []
    assert (await api.send("Plans"))["patient"]["settings"]["plans"] == []


async def test_what_is_due_is_for_patients_alone(local: LocalService) -> None:
    """Staff and strangers are refused."""
    assert await (await local.api()).refusal("Due") == "NOT_SIGNED_IN"
    assert await (await local.staff("coordinator")).refusal("Due") == "NOT_ALLOWED"


@pytest.mark.caller("enrolled")
async def test_a_plan_for_what_cannot_be_planned_is_refused(api: Api) -> None:
    """The daily ratings have their time, no plan; an unknown questionnaire has none either."""
    for name in ("daily", "horoscope"):
        wish = {"plans": [{"instrumentId": name, "rhythm": "OFF"}]}
        answer = await api.send("ChangeSettings", input=wish)
        assert answer["fields"] == [
            {"path": "plans[0].instrumentId", "message": "This questionnaire cannot be planned."}
        ]
