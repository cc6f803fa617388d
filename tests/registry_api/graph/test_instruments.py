from __future__ import annotations

from typing import Any

import pytest

from diary.instruments.catalogue import definition
from diary.instruments.licences import Licence, LicenceStatus
from registry_api.audit.events import command_actor
from tests.diary.questionnaires import grouped, questionnaire
from tests.registry_api.local_service import Api, LocalService

_OURS = ["daily", "social-daily", "social-weekly", "weekly"]
_ALL = "{ instruments { id kind recallDays scales { id step notScored source } } }"


async def publish(local: LocalService, instrument: str) -> None:
    """Loads words of an instrument and records a licence, as the deployer does."""
    desk, now = local.services.questionnaires, local.services.now()
    one = definition(instrument)
    document = grouped(one) if one.fhir.by_name else questionnaire(one)
    await desk.load(document, command_actor(), now, instrument=instrument)
    terms = Licence(status=LicenceStatus.LICENSED, owner="Somebody", reference="a letter")
    await desk.record_licence(instrument, terms, command_actor(), now)


async def ids(api: Api) -> list[str]:
    return [each["id"] for each in await api.send("Instruments", language="EN")]


async def test_everybody_sees_our_own(local: LocalService) -> None:
    """Without signing in: the daily questionnaire first, then the rest of our own, and nobody else's."""
    await publish(local, "gad-7")
    assert await ids(local.client()) == _OURS


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("EN", "How was the week?"),
        ("ES", "¿Cómo ha ido la semana?"),
        ("FR", "Comment s\u2019est passée la semaine ?"),
        ("DE", "Wie war die Woche?"),
    ],
)
async def test_questionnaires_speak_four_languages(local: LocalService, language: str, title: str) -> None:
    """Two more than the app."""
    asked = await local.client().send("Instruments", language=language)
    weekly = next(each for each in asked if each["id"] == "weekly")
    assert (weekly["language"], weekly["title"]) == (language, title)
    assert weekly["licence"] == {"status": "OWN", "owner": "This project"}


async def test_what_was_licensed_is_asked_of_those_it_is_for(local: LocalService) -> None:
    """A patient with dystonia of neck and hand is asked the GAD-7 and the CDIP-58, and not the VHI-10."""
    enrolled, _ = await local.patient()
    for instrument in ("gad-7", "cdip-58", "vhi-10"):
        await publish(local, instrument)
    assert await ids(enrolled) == ["daily", "cdip-58", "gad-7", *_OURS[1:]]
    asked = await enrolled.send("Instruments", language="FR")
    gad: dict[str, Any] = next(each for each in asked if each["id"] == "gad-7")
    assert (gad["language"], gad["recallWindow"]) == ("EN", "How often was it so?")
    assert gad["items"][0]["options"][3] == {"value": 3, "label": "answer 3"}
    assert gad["items"][0]["permits"] == ["SKIPPED"]
    (total,) = gad["scales"]
    assert [(band["id"], band["atLeast"]) for band in total["bands"]] == [
        ("minimal", 0), ("mild", 5), ("moderate", 10), ("severe", 15),
    ]  # fmt: skip
    assert "Spitzer" in total["bandsSource"]


async def test_loaded_words_wait_for_their_licence(local: LocalService) -> None:
    """What is loaded and not licensed is asked of nobody."""
    enrolled, _ = await local.patient()
    document = questionnaire(definition("gad-7"))
    await local.services.questionnaires.load(document, command_actor(), local.services.now())
    assert await ids(enrolled) == _OURS


@pytest.mark.caller("coordinator")
async def test_coordinators_see_the_totals_that_they_may_type_in(api: Api) -> None:
    """Beside our own, with their ranges and steps; what cannot be scored would say why."""
    shown = (await api.ask(_ALL))["data"]["instruments"]
    typed = {each["id"]: each for each in shown if each["kind"] == "TYPED_IN"}
    assert set(typed) == {"fmdrs", "jrs", "twstrs"}
    assert {scale["id"]: scale["step"] for scale in typed["twstrs"]["scales"]} == {
        "total": 0.25, "severity": 1, "disability": 1, "pain": 0.25,
    }  # fmt: skip


async def test_each_item_says_what_a_higher_number_means(local: LocalService) -> None:
    """Of one scale, most items point one way and the reversed one the other."""
    asked = await local.client().send("Instruments", language="EN")
    social = next(each for each in asked if each["id"] == "social-weekly")
    better = {item["id"] for item in social["items"] if item["direction"] == "HIGHER_IS_BETTER"}
    assert better == {"at_ease"}
