from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from diary.errors import InvalidCoreItems, UnknownInstrument
from diary.forms import Form
from diary.instruments.catalogue import (
    Instrument,
    daily,
    definitions,
    instrument,
    instruments,
    versions,
)
from diary.instruments.catalogue import definition as definition_of
from diary.instruments.items import ItemKind
from diary.instruments.licences import LicenceStatus
from diary.instruments.scales import Domain
from diary.instruments.wording import UNWORDED, Wording

DAILY_ITEMS = {
    "pulling",
    "pain",
    "fear_of_being_looked_at",
    "stopped_doing",
    "eye_opening",
    "voice_effort",
    "jaw_and_mouth",
    "hand_or_foot_task",
    "head_position",
    "trunk_and_walking",
    "avoided",
    "distress",
}
GSM_7 = set(
    "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)


def definition() -> dict[str, Any]:
    text = files("diary.instruments").joinpath("definitions/daily-1.1.0.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


def test_daily_has_its_items() -> None:
    """The daily questionnaire has an item for every form, and one that is yes-or-no."""
    assert {item.id for item in daily().items} == DAILY_ITEMS
    assert [item.id for item in daily().items if item.kind is ItemKind.YES_NO] == ["avoided"]
    assert instruments()["daily"] is daily()


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "EN"])
def test_short_names_fit_a_text_message(language: str) -> None:
    """Short names are brief, of the GSM-7 alphabet, and tell the items apart."""
    names = [item.short.in_language(language) for item in daily().items]
    assert all(len(name) <= 14 and set(name) <= GSM_7 for name in names)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("one", instruments().values(), ids=lambda one: one.id)
def test_own_wording_is_in_four_languages(one: Instrument) -> None:
    """What we wrote ourselves exists in four languages, each with labels of its own that tell items apart."""
    assert one.languages == {"en", "es", "fr", "de"}
    for language in one.languages:
        labels = [item.label.in_language(language) for item in one.items]
        assert len(set(labels)) == len(labels)
    for item in one.items:
        assert len(set(item.label.root.values())) == len(one.languages)


def test_a_language_that_is_not_there_reads_english() -> None:
    """A text in a language that it does not have reads English, or what there is, or nothing."""
    assert Wording({"en": "Pain", "de": "Schmerz"}).in_language("pt") == "Pain"
    assert Wording({"de": "Schmerz"}).in_language("pt") == "Schmerz"
    assert UNWORDED.in_language("en") == ""


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
        ([Form.CERVICAL], {"head_position"}),
        ([Form.OTHER], {"trunk_and_walking"}),
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


def changed(*path: str | int, to: object) -> dict[str, Any]:
    """The daily definition with another value at one place; `...` removes what is there."""
    data = place = definition()
    for part in path[:-1]:
        place = place[part]  # type: ignore[index] # a path of the document
    if to is ...:
        del place[path[-1]]  # type: ignore[arg-type] # the same
    else:
        place[path[-1]] = to  # type: ignore[index] # the same
    return data


_BAND = {"id": "all", "at_least": 0, "label": dict.fromkeys(("en", "es", "fr", "de"), "all")}


@pytest.mark.parametrize(
    "broken",
    [
        changed("items", 0, "label", "es", to=...),
        changed("items", 0, "highest", to=...),
        changed("items", 0, "minimum", to=10),
        changed("items", 0, "minimum", to=11),
        changed("items", 1, "id", to="pulling"),
        changed("items", 0, "kind", to="YES_NO"),
        changed("items", 0, "kind", to="CHOICE"),
        changed("items", 0, "colour", to="red"),
        changed("default_core", to=["pulling", "sleep"]),
        changed("kind", to="TYPED_IN"),
        changed("version", to="1"),
        changed("scales", 0, "items", to=["distress", "sleep"]),
        changed("scales", 0, "items", to=["distress", "avoided"]),
        changed("scales", 0, "items", to=[]),
        changed("scales", 0, "reversed", to=["distress"]),
        changed("scales", 0, "maximum", to=10),
        changed("scales", 0, "method", to="NOT_SCORED"),
        changed("scales", 0, "step", to=1),
        changed("scales", 0, "bands", to=[_BAND]),
        changed("scales", 0, "missing", to={"source": "none"}),
        changed("scales", 0, "missing", to={"at_most": 2, "answered_share": 0.5, "source": "none"}),
    ],
)
def test_definition_that_is_not_whole(broken: dict[str, Any]) -> None:
    """A definition with something missing or contradictory is refused when it is read."""
    Instrument.model_validate(definition())
    with pytest.raises(ValidationError):
        Instrument.model_validate(broken)


def test_wording_of_others_is_not_shipped() -> None:
    """What others hold the rights of comes with scoring and without a word of its items or options."""
    others = [one for one in definitions().values() if one.licence.status is not LicenceStatus.OWN]
    assert len(others) == 14
    for one in others:
        assert not one.worded
        assert not any(wording.root for item in one.items for wording in item.wordings())
        assert one.id not in instruments()


def test_a_file_is_named_after_what_it_defines() -> None:
    """Each definition is a file of its own, named by id and version, and says where its facts are from."""
    folder = files("diary.instruments").joinpath("definitions")
    names = {file.name for file in folder.iterdir()}
    assert names == {f"{name}-{version}.json" for name, version in versions()}
    assert all(one.source and all(scale.source for scale in one.scales) for one in versions().values())


def test_every_instrument_is_in_the_documentation() -> None:
    """The table names each by id and version, with its licence and its owner."""
    text = (Path(__file__).parents[2] / "docs" / "instruments.md").read_text(encoding="utf-8")
    rows = {row.partition(" | ")[0]: row for row in text.splitlines() if row.startswith("| `")}
    assert set(rows) == {f"| `{one.id}` {one.version}" for one in definitions().values()}
    for one in definitions().values():
        said = f"{one.licence.status.replace('_', ' ')}: {one.licence.owner}"
        assert said in rows[f"| `{one.id}` {one.version}"]


def test_a_definition_is_found_in_one_version() -> None:
    """A definition is found by its id, in its newest version or in one that is named."""
    assert definition_of("gad-7").version == "1.0.0" == definition_of("gad-7", "1.0.0").version
    with pytest.raises(UnknownInstrument):
        definition_of("gad-7", "0.9.0")


def test_the_question_about_death_is_not_asked() -> None:
    """The PHQ-8 leaves out the ninth item of the PHQ-9, and says why."""
    phq = definition_of("phq-8")
    assert "44260-8" not in {item.code for item in phq.items}
    assert "Nobody watches" in phq.fhir.leaves_out["44260-8"]


def test_every_form_has_items_of_its_own_every_week() -> None:
    """The weekly set asks about movements and everyday life of each form, and about mood of everybody."""
    weekly = instrument("weekly")
    for form in Form:
        own = {item.domain for item in weekly.items if form in item.forms}
        assert {Domain.MOTOR, Domain.DISABILITY} <= own
    everybody = {item.domain for item in weekly.items if not item.forms}
    assert everybody == {Domain.MOTOR, Domain.PAIN, Domain.DISABILITY, Domain.PSYCHIATRIC}
