from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from pydantic import ValidationError

from diary.errors import InvalidCoreItems, UnknownInstrument
from diary.forms import Form
from diary.instruments.catalogue import Instrument, ItemKind, daily, instrument, instruments

DAILY_ITEMS = {
    "pulling",
    "pain",
    "fear_of_being_looked_at",
    "stopped_doing",
    "eye_opening",
    "voice_effort",
    "jaw_and_mouth",
    "hand_or_foot_task",
    "avoided",
    "distress",
}
GSM_7 = set(
    "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)


def definition() -> dict[str, Any]:
    text = files("diary.instruments").joinpath("definitions/daily-1.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


def test_daily_has_its_ten_items() -> None:
    """The daily questionnaire has the ten items of the diary, one of them yes-or-no."""
    assert {item.id for item in daily().items} == DAILY_ITEMS
    assert [item.id for item in daily().items if item.kind is ItemKind.YES_NO] == ["avoided"]
    assert instruments()["daily"] is daily()


@pytest.mark.parametrize("language", ["en", "es", "EN", "ES"])
def test_short_names_fit_a_text_message(language: str) -> None:
    """Short names are brief, of the GSM-7 alphabet, and tell the items apart."""
    names = [item.short.in_language(language) for item in daily().items]
    assert all(len(name) <= 14 and set(name) <= GSM_7 for name in names)
    assert len(set(names)) == len(names)


def test_wording_in_both_languages() -> None:
    """Spanish differs from English everywhere, and a language that is not there yet reads English."""
    for item in daily().items:
        assert item.label.in_language("es") != item.label.in_language("en") == item.label.in_language("fr")


def test_core_is_two_symptoms_and_fear() -> None:
    """Everybody's core is three ratings: two symptoms, pulling and pain unless chosen, and fear."""
    assert [item.id for item in daily().core()] == ["pulling", "pain", "fear_of_being_looked_at"]
    chosen = ["hand_or_foot_task", "pain"]
    assert [item.id for item in daily().core(chosen)] == [*chosen, "fear_of_being_looked_at"]
    assert daily().core([*chosen, "fear_of_being_looked_at"]) == daily().core(chosen)


@pytest.mark.parametrize(
    ("chosen", "path"),
    [
        (["pain"], "core_items"),
        (["pain", "pain"], "core_items"),
        (["pain", "pulling", "voice_effort"], "core_items"),
        (["pain", "avoided"], "core_items[1]"),
        (["sleep"] * 20_000, "core_items"),
        (["sleep", "pain"], "core_items[0]"),
    ],
)
def test_core_that_cannot_be(chosen: list[str], path: str) -> None:
    """The choice is two different symptoms of the list, nothing else."""
    with pytest.raises(InvalidCoreItems) as refusal:
        daily().core(chosen)
    assert [fault.path for fault in refusal.value.fields] == [path]


@pytest.mark.parametrize(
    ("forms", "own"),
    [
        ([], set()),
        ([Form.CERVICAL], set()),
        ([Form.LARYNGEAL], {"voice_effort"}),
        ([Form.CRANIOFACIAL], {"eye_opening", "jaw_and_mouth"}),
        ([Form.BLEPHAROSPASM, Form.LIMB], {"eye_opening", "hand_or_foot_task"}),
    ],
)
def test_items_follow_the_forms(forms: list[Form], own: set[str]) -> None:
    """A person is asked the core first, what everybody is asked, and the items of the own forms."""
    asked = [item.id for item in daily().items_for(forms)]
    assert asked[:3] == [item.id for item in daily().core()]
    assert len(set(asked)) == len(asked)
    everybody = {item.id for item in daily().items if not item.forms}
    assert set(asked) == everybody | own
    assert {item.id for item in daily().symptoms_for(forms)} == {"pulling", "pain"} | own


def test_chosen_core_is_asked_whatever_the_forms() -> None:
    """An item that a person chose stays in the core, also when no form of theirs has it."""
    asked = daily().items_for([Form.CERVICAL], ["voice_effort", "pain"])
    assert [item.id for item in asked][:3] == ["voice_effort", "pain", "fear_of_being_looked_at"]
    assert "pulling" in {item.id for item in asked}


def test_unknown_instrument() -> None:
    """A questionnaire that is not there is a typed error."""
    with pytest.raises(UnknownInstrument):
        instrument("../daily")


def broken(change: str) -> dict[str, Any]:
    data = definition()
    item = data["items"][0]
    match change:
        case "language missing":
            del item["label"]["es"]
        case "scale missing":
            del item["highest"]
        case "scale upside down":
            item["minimum"] = 10
            item["maximum"] = 0
        case "twice":
            data["items"].append(item)
        case "core unknown":
            data["default_core"] = ["pulling", "sleep"]
        case "yes-or-no with scale":
            item["kind"] = "YES_NO"
        case _:
            item["colour"] = "red"
    return data


@pytest.mark.parametrize(
    "change",
    [
        "language missing",
        "scale missing",
        "scale upside down",
        "twice",
        "core unknown",
        "yes-or-no with scale",
        "unknown field",
    ],
)
def test_definition_that_is_not_whole(change: str) -> None:
    """A definition with something missing or contradictory is refused when it is read."""
    Instrument.model_validate(definition())
    with pytest.raises(ValidationError):
        Instrument.model_validate(broken(change))
