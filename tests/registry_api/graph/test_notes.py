from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from registry_api.enrolment.consents import Purpose
from tests.query_plans import QueryPlans
from tests.registry_api.enrolment.people import NOW, REFUSED, signing
from tests.registry_api.local_service import Api, LocalService, note
from tests.registry_api.stored_bytes import all_of

DANGER = "I want to die"
BREATHLESS = "Since the injection I cannot breathe"


async def flags(local: LocalService) -> list[tuple[str, str]]:
    return [
        (each["patient"], each["danger"])
        for each in await all_of(local.services.mongo.database, "safety_flags")
    ]


@pytest.mark.caller("enrolled")
async def test_a_note_is_kept_changed_and_brought_back(api: Api, logged: Callable[[], str]) -> None:
    """Several a day, each with its chain; no word of it is in the log."""
    given = note("Philippa drove me to the clinic")
    recorded = await api.send("RecordNote", input=given)
    assert (recorded["__typename"], recorded["already"], recorded["safety"]) == ("NoteRecorded", False, None)
    assert (await api.send("RecordNote", input=given))["already"] is True
    await api.send("RecordNote", input=note("The new pillow helps", clientAt="2031-05-14T16:20:00Z"))
    change = {"noteId": given["noteId"], "amendmentId": str(uuid4()), "text": "Philippa drove me home"}
    assert (await api.send("AmendNote", input=change))["note"]["text"] == "Philippa drove me home"
    gone = await api.send("WithdrawNote", input={"noteId": given["noteId"], "withdrawalId": str(uuid4())})
    assert (gone["note"]["withdrawn"], gone["note"]["text"]) == (True, None)
    page = await api.send("Notes", first=9)
    nodes = [edge["node"] for edge in page["edges"]]
    assert [node["text"] for node in nodes] == [None, "The new pillow helps"]
    assert [one["text"] for one in nodes[0]["revisions"]] == [given["text"], change["text"], None]
    back = await api.send("AmendNote", input={**change, "amendmentId": str(uuid4())})
    assert (back["note"]["withdrawn"], back["note"]["id"]) == (False, given["noteId"])
    assert "Philippa" not in logged()


@pytest.mark.caller("enrolled")
@pytest.mark.parametrize(
    ("text", "danger", "words"),
    [(DANGER, "self_harm", "988"), (BREATHLESS, "medical_emergency", "nearest hospital")],
)
async def test_words_of_danger_are_answered_at_once(
    api: Api, local: LocalService, text: str, danger: str, words: str
) -> None:
    """With the fixed reply for the country, new or changed; staff see one flag however often it is sent."""
    given = note(text)
    for already in (False, True):
        answer = await api.send("RecordNote", input=given)
        assert answer["already"] is already
        assert answer["safety"]["call"] == (words if text == DANGER else None)
        assert words in answer["safety"]["message"]
    patient = (await api.send("Me"))["patient"]["id"]
    assert await flags(local) == [(patient, danger)]
    change = {"noteId": given["noteId"], "amendmentId": str(uuid4())}
    calm = await api.send("AmendNote", input={**change, "text": "Better now"})
    assert calm["safety"] is None
    again = await api.send("AmendNote", input={**change, "amendmentId": str(uuid4()), "text": text})
    assert words in again["safety"]["message"]
    assert len(await flags(local)) == 2


@pytest.mark.parametrize(
    "change", [{"text": f"{DANGER}{1000 * '.'}"}, {"about": "2031-05-15"}, {"timeZone": "Mars/Olympus"}]
)
@pytest.mark.caller("enrolled")
async def test_words_of_danger_are_answered_even_where_they_cannot_be_kept(
    api: Api, local: LocalService, change: dict[str, Any]
) -> None:
    """The reply goes before every other rule, and staff are told."""
    answer = await api.send("RecordNote", input=note(DANGER) | change)
    assert answer["code"] == "NOTE_NOT_KEPT"
    assert "988" in answer["reply"]["message"]
    assert answer["message"]
    assert len(await flags(local)) == 1
    assert (await api.send("Notes", first=9))["edges"] == []


@pytest.mark.caller("enrolled")
async def test_a_text_that_is_far_too_long_costs_little(api: Api) -> None:
    """Its beginning and its end are heard, and nobody else has to wait for the rest."""
    started = time.process_time()
    rambling = 120_000 * "I "
    assert (await api.send("RecordNote", input=note(rambling)))["code"] == "INVALID_INPUT"
    assert time.process_time() - started < 1
    answer = await api.send("RecordNote", input=note(rambling + DANGER))
    assert answer["code"] == "NOTE_NOT_KEPT"


async def test_somebody_who_may_keep_no_diary_is_answered_too(local: LocalService) -> None:
    """Without an enrolment the country is that of the number; without the consent, that of the form."""
    newcomer, _ = await local.patient(enrolled=False)
    left, who = await local.patient()
    await local.services.consents.sign(who, signing(Purpose.REGISTRY, REFUSED), NOW)
    for api in (newcomer, left):
        answer = await api.send("RecordNote", input=note(DANGER))
        assert (answer["code"], answer["reply"]["call"]) == ("NOTE_NOT_KEPT", "988")
        calm = await api.send("RecordNote", input=note("A better day."))
        assert calm["code"] == "CONSENT_MISSING"
        change = {"noteId": "x", "amendmentId": str(uuid4()), "text": DANGER}
        assert (await api.send("AmendNote", input=change))["code"] == "NOTE_NOT_KEPT"


@pytest.mark.caller("enrolled")
async def test_the_reply_is_in_the_persons_language(api: Api) -> None:
    """Whatever language the words of danger are in."""
    await api.send("ChangeSettings", input={"language": "ES"})
    answer = await api.send("RecordNote", input=note(DANGER))
    assert answer["safety"]["message"].startswith("Su vida importa y hay ayuda ahora mismo: 988.")


@pytest.mark.caller("enrolled")
async def test_faults_of_notes_name_their_fields(api: Api) -> None:
    """As those of check-ins do; somebody else's note reads as absent."""
    given = note("A better day.")
    await api.send("RecordNote", input=given)
    for change, path in (
        ({"text": ""}, "text"),
        ({"text": "other"}, "noteId"),
        ({"about": "1999-01-01"}, "about"),
    ):
        answer = await api.send("RecordNote", input={**given, **change})
        assert [field["path"] for field in answer["fields"]] == [path]
    answer = await api.send("RecordNote", input=note("x", about="2031-05-15"))
    assert (answer["code"], answer["today"]) == ("CHECK_IN_IN_THE_FUTURE", "2031-05-14")
    withdrawal = {"noteId": str(uuid4()), "withdrawalId": str(uuid4())}
    assert (await api.send("WithdrawNote", input=withdrawal))["code"] == "NOT_FOUND"
    assert await api.refusal("Notes", first=0) == "BAD_USER_INPUT"


async def test_a_page_of_notes_takes_as_many_round_trips(
    local: LocalService, query_plans: QueryPlans
) -> None:
    """However many notes it shows, all their words are opened at once."""
    api, _ = await local.patient()
    for number in range(12):
        await api.send("RecordNote", input=note(f"Note {number}"))
    sent = []
    for first in (1, 1, 12):
        before = query_plans.sent
        assert len((await api.send("Notes", first=first))["edges"]) == first
        sent.append(query_plans.sent - before)
    assert sent[1] == sent[2] <= 4
