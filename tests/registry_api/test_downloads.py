from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from pypdf import PdfReader

from registry_api.audit.events import Action
from registry_api.enrolment.participation import Axis
from registry_api.identity.callers import Patient, actor_of
from registry_api.identity.languages import Language
from tests.registry_api.enrolment.people import FORM
from tests.registry_api.exports.sheets import TODAY, diary, picked, written
from tests.registry_api.local_service import Api, LocalService, check_in, treatment
from tests.registry_api.stored_bytes import all_of

ADDRESS = "/me/visit-sheet.pdf"
PICTURE = "/me/visit-sheet.png"
OWN_WORDS = "May I swim with Wilhelmina?"


async def keep(local: LocalService, patient: Patient, api: Api) -> None:
    """An injection, a day of the diary, and two questions."""
    await api.send("RecordTreatment", input=treatment(startedOn=str(TODAY - timedelta(days=20))))
    await api.send("RecordCheckIn", input=check_in())
    for question in (picked("pain"), written(OWN_WORDS)):
        await local.services.visit_questions.add(patient, question, local.clock())


def words(answer: httpx2.Response) -> str:
    reader = PdfReader(io.BytesIO(answer.content))
    assert len(reader.pages) == 1
    return " ".join(reader.pages[0].extract_text().split())


async def events(local: LocalService) -> list[dict[str, Any]]:
    found = await all_of(local.services.mongo.database, "audit_events")
    return [each for each in found if each["action"] == Action.EXPORTED]


async def test_a_patient_gets_their_own_sheet(local: LocalService, logged: Callable[[], str]) -> None:
    """As PDF that no cache keeps, under a name that tells nobody, and on record in the audit trail."""
    api, patient = await local.patient()
    await keep(local, patient, api)
    answer = await api.http.get(ADDRESS)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == 'inline; filename="visit-sheet.pdf"'
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    text = words(answer)
    assert FORM.name in text
    assert "Day 20 since the last injection." in text
    assert OWN_WORDS in text
    (event,) = await events(local)
    assert (event["actor"], event["subject"], event["role"]) == (patient.patient_id,) * 2 + ("PATIENT",)
    assert (event["reason"], event["channel"]) == ("visit sheet", "WEB")
    assert not {FORM.name, "Wilhelmina"} & set(logged().split())


async def test_the_page_shows_a_picture_of_the_sheet(local: LocalService) -> None:
    """To look at in the app, for the patient alone; looking at one's own is no export."""
    api, _ = await local.patient()
    answer = await api.http.get(PICTURE, params={"language": "ES"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"\x89PNG")
    assert await events(local) == []
    for kind, status in (("anonymous", 401), ("coordinator", 403), ("patient", 409)):
        assert (await (await local.api(kind)).http.get(PICTURE)).status_code == status


async def test_ones_own_export_is_nobody_elses_look(local: LocalService) -> None:
    """The list of who has seen one's name has others only."""
    api, _ = await local.patient()
    await api.http.get(ADDRESS)
    assert (await api.send("LooksAtMyRecord"))["edges"] == []


async def test_a_sheet_can_be_had_in_the_doctors_language(local: LocalService) -> None:
    """Without a word it is the person's own; another language than ours is refused."""
    api, _ = await local.patient(form=replace(FORM, language=Language.ES, country="ES"))
    assert "Mis preguntas" in words(await api.http.get(ADDRESS))
    assert "My questions" in words(await api.http.get(ADDRESS, params={"language": "EN"}))
    refused = await api.http.get(ADDRESS, params={"language": "KLINGON"})
    assert (refused.status_code, refused.json()["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("anonymous", 401, "NOT_SIGNED_IN"),
        ("patient", 409, "NOT_ENROLLED"),
        ("coordinator", 403, "NOT_ALLOWED"),
        ("member", 403, "NOT_ALLOWED"),
        ("administrator", 403, "NOT_ALLOWED"),
        ("program", 401, "NOT_SIGNED_IN"),
    ],
)
async def test_nobody_else_gets_one(local: LocalService, kind: str, status: int, code: str) -> None:
    """Programs read a typed problem, browsers a page that says what to do; nothing is on record."""
    api = await local.api(kind)
    problem = await api.http.get(ADDRESS)
    assert (problem.status_code, problem.json()["code"]) == (status, code)
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.headers["cache-control"] == "no-store"
    page = await api.http.get(ADDRESS, headers={"accept": "text/html,*/*"})
    assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert problem.json()["detail"] in page.text
    assert await events(local) == []


async def test_only_reading_is_offered(local: LocalService) -> None:
    """The address takes no other kind of request."""
    assert (await local.client().http.post(ADDRESS)).status_code == 405


async def test_who_left_can_still_take_their_sheet_along(local: LocalService) -> None:
    """It shows a person their own, which needs nobody's use of their data."""
    api, patient = await local.patient()
    by = actor_of(patient)
    await local.services.taking_part.withdraw(patient.patient_id, [Axis.DATA_USE], local.clock(), by=by)
    assert (await api.http.get(ADDRESS)).status_code == 200


async def test_more_entries_than_a_page_are_read(local: LocalService) -> None:
    """Each day since the oldest cycle that is shown counts, also over a year ago."""
    api, patient = await local.patient()
    for ago in (60, 240, 450):
        await api.send("RecordTreatment", input=treatment(startedOn=str(TODAY - timedelta(days=ago))))
    entries = [replace(each, patient=patient.patient_id) for each in diary(470)]
    assert await local.services.diary.insert_many(entries) == 470
    printed = await local.services.visit_sheets.printed(patient, None, local.clock())
    assert printed is not None
    assert [line.runs[0][0][0] < 1 for line in printed.chart.lines] == [True] * 3
