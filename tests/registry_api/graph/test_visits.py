from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.registry_api.local_service import Api, LocalService, check_in, treatment


def question(**changes: Any) -> dict[str, Any]:
    return {"questionId": str(uuid4()), "suggestionId": "pain", **changes}


@pytest.mark.caller("enrolled")
async def test_the_sheet_can_be_read_in_words(api: Api) -> None:
    """Part by part, as the page has it; parts that would be empty are left out."""
    await api.send("RecordTreatment", input=treatment(startedOn="2031-05-01", dose=150))
    await api.send("RecordCheckIn", input=check_in())
    sheet = await api.send("VisitSheet")
    assert (sheet["madeOn"], sheet["language"]) == ("2031-05-14", "EN")
    parts = {part["title"]: part["lines"] for part in sheet["parts"]}
    assert list(parts) == [
        "Amara Quispe",
        "Pulling, twisting or spasms, after each injection",
        "Each injection in numbers",
        "Last 4 weeks, and the 4 before",
        "Treatments now",
    ]
    assert "Cervical dystonia since June 2019, Limb dystonia" in parts["Amara Quispe"]
    assert parts["Each injection in numbers"][0].startswith(
        "1 May 2031. Product and units: onabotulinumtoxinA, 150\u00a0U. Change: "
    )
    assert (
        "Pain from the dystonia. Last 4: \u2013 (1 day). Before: \u2013 (0 days)."
        in parts["Last 4 weeks, and the 4 before"]
    )
    spanish = await api.send("VisitSheet", language="ES")
    assert "Tratamientos actuales" in [part["title"] for part in spanish["parts"]]


@pytest.mark.caller("enrolled")
async def test_what_a_questionnaire_added_up_to_is_on_the_sheet(api: Api) -> None:
    """With its day, as soon as it is answered."""
    items = [
        "looked_at", "speaking_up", "eating_or_writing", "being_judged", "beforehand", "stayed_away",
        "hiding", "at_ease",
    ]  # fmt: skip
    answers = [{"itemId": item, "rating": 5} for item in items]
    await api.send("RecordCheckIn", input=check_in(answers, instrumentId="social-weekly"))
    parts = {part["title"]: part["lines"] for part in (await api.send("VisitSheet"))["parts"]}
    (line,) = parts["Questionnaires, newest answers"]
    assert line.startswith("Among people this week: Social anxiety ")
    assert line.endswith("(each of 100). 14 May 2031.")


@pytest.mark.caller("patient")
async def test_before_enrolment_there_is_no_sheet(api: Api) -> None:
    """Nor are there questions; suggestions are there for everybody who may ask one."""
    assert await api.send("VisitSheet") is None
    assert await api.send("MyQuestions") == []
    assert len(await api.send("QuestionSuggestions", language="ES")) > 5


@pytest.mark.caller("enrolled")
async def test_a_question_is_put_on_the_list_taken_off_and_brought_back(api: Api) -> None:
    """Undo is adding it again under its id, in its place."""
    first, second = question(), question(suggestionId=None, text="May I swim after it?")
    await api.send("AddQuestion", input=first)
    added = await api.send("AddQuestion", input=second)
    assert [(each["suggestionId"], each["text"]) for each in added["questions"]] == [
        ("pain", None),
        (None, "May I swim after it?"),
    ]
    assert (added["already"], added["reply"]) == (False, None)
    removed = await api.send("RemoveQuestion", questionId=first["questionId"])
    assert [each["id"] for each in removed["questions"]] == [second["questionId"]]
    back = await api.send("AddQuestion", input={**first, "place": 0})
    assert [each["id"] for each in back["questions"]] == [first["questionId"], second["questionId"]]


@pytest.mark.caller("enrolled")
async def test_words_of_danger_are_answered_with_the_question(api: Api) -> None:
    """The fixed reply comes with the mutation's own answer, in the person's language."""
    added = await api.send("AddQuestion", input=question(suggestionId=None, text="I want to kill myself"))
    assert added["reply"]["call"] == "988"
    assert added["reply"]["message"].startswith("You matter")


@pytest.mark.caller("enrolled")
async def test_what_is_wrong_with_a_question_is_typed(api: Api) -> None:
    """A field that cannot be right, an id that is taken, one too many."""
    kept = question()
    await api.send("AddQuestion", input=kept)
    for wrong, path in (
        (question(suggestionId="salary"), "suggestionId"),
        (question(suggestionId=None, text=""), "text"),
        ({**kept, "suggestionId": "trials"}, "questionId"),
    ):
        answer = await api.send("AddQuestion", input=wrong)
        assert (answer["code"], [each["path"] for each in answer["fields"]]) == ("INVALID_INPUT", [path])
    for _ in range(4):
        await api.send("AddQuestion", input=question())
    answer = await api.send("AddQuestion", input=question())
    assert (answer["__typename"], answer["code"]) == ("LimitReached", "LIMIT_REACHED")


async def test_questions_are_each_persons_own(local: LocalService) -> None:
    """Nobody sees, or takes off, another's."""
    one, other = await local.api("enrolled"), await local.api("enrolled")
    asked = question()
    await one.send("AddQuestion", input=asked)
    await other.send("RemoveQuestion", questionId=asked["questionId"])
    assert [len(await api.send("MyQuestions")) for api in (one, other)] == [1, 0]
