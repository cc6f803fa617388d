from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from diary.errors import NoDefinitionFits, NotAQuestionnaire, UnknownInstrument
from diary.instruments.catalogue import Instrument, definition, definitions
from diary.instruments.licences import Licence, LicenceStatus
from diary.questionnaires import matching
from diary.questionnaires.loaded import Shelved, languages_of, published
from diary.questionnaires.reading import Loaded, read
from diary.questionnaires.resources import checked_questionnaire, checked_value_set
from tests.diary.questionnaires import ANSWERS, LOINC, grouped, named, ordinal, questionnaire, value_set
from tests.shared_data import shared_data

GAD = definition("gad-7")
NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
KNOWN = definitions().values()


def loaded(document: dict[str, Any], instrument: str = "gad-7", *sets: dict[str, Any]) -> Loaded:
    checked = checked_questionnaire(document)
    return read(checked, definition(instrument), [checked_value_set(each) for each in sets])


def faults(document: dict[str, Any], instrument: str = "gad-7") -> list[str]:
    with pytest.raises(NotAQuestionnaire) as refusal:
        loaded(document, instrument)
    return [fault.path for fault in refusal.value.fields]


def licence(status: LicenceStatus) -> Licence:
    return Licence(status=status, owner="Somebody", reference="a letter of 1 March")


def test_words_are_read_in_each_language() -> None:
    """Items, answers and what stands before them come in the file's language and in its translations."""
    text = loaded(questionnaire(GAD))
    assert text.labels["item_03"] == {"en": "question 3", "de": "Frage 3"}
    assert text.options["item_03"][2] == {"en": "answer 2", "de": "Antwort 2"}
    assert text.instruction == {"en": "How often was it so?", "de": "Wie oft war es so?"}
    assert languages_of(text) == {"en", "de"}


def test_items_are_told_by_their_codes() -> None:
    """Whatever their order in the file, items go where their LOINC codes say."""
    document = questionnaire(GAD)
    document["item"].reverse()
    assert loaded(document).labels["item_03"]["en"] == "question 3"


def test_items_without_codes_are_told_by_their_order() -> None:
    """Items of groups too; a total that the file computes is no question."""
    document = questionnaire(GAD, codes=False)
    document["item"] = [
        {"linkId": "all", "type": "group", "item": document["item"]},
        {"linkId": "sum", "type": "quantity", "text": "Total"},
    ]
    assert [words["en"] for words in loaded(document).labels.values()] == [
        f"question {n}" for n in range(1, 8)
    ]


BY_NAME = [definition("cdq-24"), definition("cdip-58")]


@pytest.mark.parametrize("one", BY_NAME, ids=lambda one: one.id)
def test_items_of_subscales_are_told_by_names(one: Instrument) -> None:
    """Link ids like ours count in any order; or the place in a group that is named after the subscale."""
    by_id, by_group, by_code = named(one), grouped(one), grouped(one, named_by="code")
    for document in (by_id, by_group, by_code):
        document["item"][1:] = reversed(document["item"][1:])
    texts = {item.id: f"question {place}" for place, item in enumerate(one.items, 1)}
    for document in (by_id, by_group, by_code):
        text = loaded(document, one.id)
        assert {name: words["en"] for name, words in text.labels.items()} == texts
        assert text.instruction["en"] == "How often was it so?"
        assert published(one, Shelved(text, NOW, licence(LicenceStatus.LICENSED), NOW)) is not None


def test_no_subscale_is_guessed() -> None:
    """Without names, with one too many in a group, or a name wrong or twice, it says how to name them."""
    one = definition("cdq-24")
    moved, strange, twice = grouped(one), named(one), named(one)
    moved["item"][1]["item"].append(moved["item"][2]["item"].pop())
    strange["item"][1]["linkId"] = "1"
    twice["item"][2]["linkId"] = "stigma_1"
    assert faults(questionnaire(one), one.id) == [*(f"item[{n}].linkId" for n in range(1, 25)), "item"]
    assert faults(moved, one.id) == ["item[1].item[6].linkId", "item"]
    assert faults(strange, one.id) == ["item[1].linkId", "item"]
    assert faults(twice, one.id) == ["item[1].linkId", "item[2].linkId", "item"]
    short = named(one)
    del short["item"][5]
    assert faults(short, one.id) == ["item"]
    with pytest.raises(NotAQuestionnaire) as refusal:
        loaded(questionnaire(one), one.id)
    message = refusal.value.fields[-1].message
    assert "stigma_1" in message
    assert "stigma (6), emotional_wellbeing (5), pain (3)" in message


def test_answers_of_a_list_come_from_a_value_set() -> None:
    """Answers that the file only names have no words without their list, and theirs with it."""
    document = questionnaire(GAD, options=False)
    assert len(loaded(document).no_options) == 7
    assert languages_of(loaded(document)) == frozenset()
    text = loaded(document, "gad-7", value_set(GAD))
    assert text.no_options == ()
    assert text.options["item_07"][3] == {"en": "answer 3", "de": "Antwort 3"}
    contained = value_set(GAD) | {"id": "answers"}
    document["contained"] = [contained]
    for item in document["item"][1:]:
        item["answerValueSet"] = "#answers"
    assert loaded(document).options == text.options


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document = questionnaire(GAD)
    change(document)
    return document


def _swap_answer(document: dict[str, Any]) -> None:
    document["item"][2]["answerOption"][1]["extension"] = ordinal(7)


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        ({"resourceType": "Bundle"}, ["resourceType"]),
        (changed(lambda one: one.pop("status")), ["status"]),
        (changed(lambda one: one.pop("language")), ["language"]),
        (changed(lambda one: one["item"][3].pop("linkId")), ["item[3].linkId"]),
        (changed(lambda one: one["item"][3].update(text=7)), ["item[3].text"]),
        (changed(lambda one: one["item"][3].update(colour="red")), ["item[3].colour"]),
        (changed(lambda one: [one["item"][3].pop(name) for name in ("text", "_text")]), ["item[3].text"]),
        (changed(lambda one: one["item"][3].update(type="attachment")), ["item[3].type"]),
        (changed(lambda one: one["item"].pop()), ["item"]),
        (changed(lambda one: one["item"][3].update(code=one["item"][2]["code"])), ["item[3].code", "item"]),
        (changed(lambda one: one["item"][3]["code"][0].update(code="1-8")), ["item[3].code", "item"]),
        (changed(lambda one: one["item"][3].pop("code") and one["item"].pop()), ["item"]),
        (changed(lambda one: one["item"][2]["answerOption"].pop()), ["item[2]"]),
        (
            changed(lambda one: one["item"][2]["answerOption"][1].pop("extension")),
            ["item[2].answerOption[1]"],
        ),
        (changed(_swap_answer), ["item[2].answerOption[1]"]),
        (
            changed(lambda one: one["item"][2]["answerOption"][0]["extension"][0].update(valueDecimal="x")),
            ["item[2].answerOption[0].extension[0].valueDecimal"],
        ),
    ],
)
def test_a_file_with_a_fault_is_refused_with_its_place(document: dict[str, Any], paths: list[str]) -> None:
    """What is no valid FHIR R4, or does not fit the definition, is refused and says where."""
    assert faults(document) == paths


@pytest.mark.parametrize(
    ("document", "instrument"),
    [
        (questionnaire(GAD), "gad-7"),
        (questionnaire(GAD, codes=False) | {"code": [{"system": LOINC, "code": "69737-5"}]}, "gad-7"),
        (questionnaire(definition("phq-8")), "phq-8"),
        (
            questionnaire(definition("phq-8"), codes=False)
            | {"url": f"{definition('phq-8').fhir.urls[0]}|1.0"},
            "phq-8",
        ),
    ],
)
def test_a_file_finds_its_definition(document: dict[str, Any], instrument: str) -> None:
    """By its address, its own code, or the codes of its items."""
    assert matching.matched(document, KNOWN).id == instrument


@pytest.mark.parametrize(
    ("instrument", "alike"),
    [("sias", ("sias", "sps")), ("cdip-58", ("cdip-58",)), ("bfne-s", ("bfne-s", "phq-8"))],
)
def test_a_number_of_items_alone_is_no_match(instrument: str, alike: tuple[str, ...]) -> None:
    """A file without a code is not guessed at: those with as many items are named, and one says which."""
    document = questionnaire(definition(instrument), codes=False)
    with pytest.raises(NoDefinitionFits) as refusal:
        matching.matched(document, KNOWN)
    assert refusal.value.alike == alike
    assert matching.loadable(instrument, definitions()).id == instrument


@pytest.mark.parametrize("instrument", ["daily", "twstrs", "sleep"])
def test_only_what_lacks_wording_can_be_loaded(instrument: str) -> None:
    """Neither our own questionnaires nor totals take the words of a file."""
    with pytest.raises(UnknownInstrument):
        matching.loadable(instrument, definitions())


@pytest.mark.parametrize("status", LicenceStatus)
def test_only_a_licence_publishes(status: LicenceStatus) -> None:
    """Loaded words are shown to nobody without a licence, or with one that nobody has verified."""
    text = loaded(questionnaire(GAD))
    assert published(GAD, Shelved(text, NOW)) is None
    one = published(GAD, Shelved(text, NOW, licence(status), NOW))
    assert (one is None) == (status is LicenceStatus.UNVERIFIED)


def test_a_published_instrument_is_whole() -> None:
    """It has the loaded words in their languages, the definition's scoring, and the recorded owner."""
    one = published(GAD, Shelved(loaded(questionnaire(GAD)), NOW, licence(LicenceStatus.FREE), NOW))
    assert one is not None
    assert one.languages == {"en", "de"}
    assert one.items[0].label.in_language("de") == "Frage 1"
    assert [option.label.in_language("en") for option in one.items[0].options] == [
        "answer 0", "answer 1", "answer 2", "answer 3",
    ]  # fmt: skip
    assert one.recall_window.in_language("de") == "Wie oft war es so?"
    assert one.scales == GAD.scales
    assert one.licence.owner == "Somebody"


def test_a_language_that_is_incomplete_is_not_offered() -> None:
    """One untranslated answer keeps a language back, and not the others."""
    document = questionnaire(GAD)
    del document["item"][4]["answerOption"][2]["valueCoding"]["_display"]
    one = published(GAD, Shelved(loaded(document), NOW, licence(LicenceStatus.FREE), NOW))
    assert one is not None
    assert one.languages == {"en"}


def test_words_of_another_version_are_not_taken() -> None:
    """When a definition changes, words that were loaded for the former one wait to be loaded again."""
    text = replace(loaded(questionnaire(GAD)), version="0.9.0")
    assert published(GAD, Shelved(text, NOW, licence(LicenceStatus.FREE), NOW)) is None


def test_answers_without_words_publish_nothing() -> None:
    """A licence does not help while answers have no words."""
    text = loaded(questionnaire(GAD, options=False))
    assert published(GAD, Shelved(text, NOW, licence(LicenceStatus.FREE), NOW)) is None


def test_the_public_phq_9_loads_as_phq_8() -> None:
    """The CC0 file is a PHQ-9: eight of its items are the PHQ-8's, and the ninth is left out on purpose."""
    document = json.loads(shared_data("fhir/Questionnaire-mii-qst-pro-phq-9.json").read_bytes())
    phq = matching.matched(checked_questionnaire(document), KNOWN)
    text = loaded(document, phq.id, value_set(phq) | {"url": document["item"][1]["answerValueSet"]})
    assert (phq.id, len(text.labels)) == ("phq-8", 8)
    assert languages_of(text) == {"de", "en"}
    assert set(text.left_out) == {"PHQ-9.9", "PHQ-9.10"}
    assert all(set(words) == {"de", "en"} for words in text.labels.values())


@pytest.mark.parametrize("levels", [31, 400])
def test_a_bottomless_questionnaire_is_refused(levels: int) -> None:
    """Groups in groups without end are a fault of the file, not the end of the command."""
    document: dict[str, Any] = {"linkId": "1", "type": "display", "text": "x"}
    for level in range(levels):
        document = {"linkId": f"g{level}", "type": "group", "item": [document]}
    with pytest.raises(NotAQuestionnaire) as refused:
        checked_questionnaire({"resourceType": "Questionnaire", "status": "active", "item": [document]})
    assert [fault.path for fault in refused.value.fields] == ["item"]


def test_the_faulty_phq_9_is_refused_at_its_place() -> None:
    """The number where a text must be is named by its path, the extension and the item that it is in."""
    document = json.loads(shared_data("fhir/lhncbc_R4_phq9.json").read_bytes())
    with pytest.raises(NotAQuestionnaire) as refusal:
        checked_questionnaire(document)
    first = refusal.value.fields[0]
    assert first.path == "item[2].answerOption[1].extension[0].valueString"
    assert first.message == "Input should be a valid string (in questionnaire-optionPrefix of item /44259-0)."


def test_a_value_set_is_checked_too() -> None:
    """A list of answers that is no valid FHIR is refused with its place."""
    broken = value_set(GAD)
    broken["compose"]["include"][0]["concept"][1].pop("code")
    with pytest.raises(NotAQuestionnaire) as refusal:
        loaded(questionnaire(GAD, options=False), "gad-7", broken)
    assert [fault.path for fault in refusal.value.fields] == ["compose.include[0].concept[1].code"]
    assert broken["url"] == ANSWERS
