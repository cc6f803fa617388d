from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from diary.errors import NotAQuestionnaire, TextNotLoaded, UnknownInstrument
from diary.instruments.catalogue import definition, instruments
from diary.instruments.licences import Licence, LicenceStatus
from diary.questionnaires.store import QuestionnaireStore
from registry_api.audit.events import SERVICE, command_actor
from registry_api.audit.store import Audit
from registry_api.enrolment.questionnaires import Questionnaires
from registry_api.mongo import Mongo
from tests.diary.questionnaires import questionnaire, value_set

GAD = definition("gad-7")
NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
FREE = Licence(status=LicenceStatus.FREE, owner="Somebody", reference="a letter of 1 March")
BY = command_actor()


@pytest.fixture
def store(mongo: Mongo) -> QuestionnaireStore:
    return QuestionnaireStore(mongo.database)


@pytest.fixture
def desk(mongo: Mongo, store: QuestionnaireStore) -> Questionnaires:
    return Questionnaires(mongo, store, Audit(mongo, bytes(32)))


async def trail(mongo: Mongo) -> list[tuple[str, str | None, str]]:
    entries = await Audit(mongo, bytes(32)).about(SERVICE)
    return [(each.event.action, each.event.record, each.event.reason) for each in reversed(entries)]


async def lacking(desk: Questionnaires, instrument: str = "gad-7") -> str | None:
    return next(each.missing for each in await desk.standings() if each.definition.id == instrument)


async def test_from_a_file_to_being_asked(
    mongo: Mongo, desk: Questionnaires, store: QuestionnaireStore
) -> None:
    """With a licence, and not before, people may be asked loaded words; both acts are on record."""
    assert await lacking(desk) == "the wording"
    done = await desk.load(questionnaire(GAD), BY, NOW)
    assert (done.text.instrument, done.already) == ("gad-7", False)
    assert await lacking(desk) == "a licence"
    assert await store.published() == instruments()
    with pytest.raises(UnknownInstrument):
        await store.require_published("gad-7")
    now = await desk.record_licence("gad-7", FREE, BY, NOW)
    assert now.published
    assert set(await store.published()) == {*instruments(), "gad-7"}
    assert (await store.require_published("gad-7")).items[0].label.in_language("de") == "Frage 1"
    assert await trail(mongo) == [
        ("INSTRUMENT_LOADED", "gad-7 1.0.0", done.text.sha256),
        ("INSTRUMENT_LICENSED", "gad-7 1.0.0", "free"),
    ]


async def test_an_unverified_licence_publishes_nothing(
    desk: Questionnaires, store: QuestionnaireStore
) -> None:
    """Recorded as unverified, words stay out of reach, and a licence that is taken back closes the door."""
    await desk.load(questionnaire(GAD), BY, NOW)
    unverified = FREE.model_copy(update={"status": LicenceStatus.UNVERIFIED})
    for recorded in (unverified, FREE, unverified):
        await desk.record_licence("gad-7", recorded, BY, NOW)
        assert ("gad-7" in await store.published()) == (recorded is FREE)


async def test_loading_again(mongo: Mongo, desk: Questionnaires, store: QuestionnaireStore) -> None:
    """The same words again change nothing; other words are out of reach until they have a licence."""
    await desk.load(questionnaire(GAD), BY, NOW)
    await desk.record_licence("gad-7", FREE, BY, NOW)
    assert (await desk.load(questionnaire(GAD), BY, NOW)).already
    assert "gad-7" in await store.published()
    other = questionnaire(GAD)
    other["item"][1]["text"] = "another question"
    assert not (await desk.load(other, BY, NOW)).already
    assert "gad-7" not in await store.published()
    assert [action for action, _, _ in await trail(mongo)].count("INSTRUMENT_LOADED") == 2


async def test_answers_may_come_later(desk: Questionnaires) -> None:
    """A file that only names its answers loads, lacks their words, and is whole once their list is there."""
    document = questionnaire(GAD, options=False)
    await desk.load(document, BY, NOW)
    assert await lacking(desk) == "the words of its answers"
    await desk.load(document, BY, NOW, value_sets=[value_set(GAD)])
    assert await lacking(desk) == "a licence"


@pytest.mark.parametrize("document", [{}, {"resourceType": "Questionnaire"}, []])
async def test_what_is_no_questionnaire_leaves_nothing(
    mongo: Mongo, desk: Questionnaires, document: Any
) -> None:
    """A file that is refused is not kept, and nothing is on record."""
    with pytest.raises(NotAQuestionnaire):
        await desk.load(document, BY, NOW)
    assert await lacking(desk) == "the wording"
    assert await trail(mongo) == []


async def test_nothing_is_licensed_that_is_not_loaded(mongo: Mongo, desk: Questionnaires) -> None:
    """Neither an instrument without loaded words, nor our own, nor one that does not exist."""
    with pytest.raises(TextNotLoaded):
        await desk.record_licence("gad-7", FREE, BY, NOW)
    for instrument in ("daily", "twstrs", "sleep"):
        with pytest.raises(UnknownInstrument):
            await desk.record_licence(instrument, FREE, BY, NOW)
    assert await trail(mongo) == []


async def test_the_list_names_all(desk: Questionnaires) -> None:
    """Every definition is there: our own are asked, totals are typed in, and the rest lack their wording."""
    standings = {each.definition.id: each.missing for each in await desk.standings()}
    assert {name for name, missing in standings.items() if missing is None} == {
        *instruments(), "twstrs", "jrs", "fmdrs",
    }  # fmt: skip
    assert {missing for missing in standings.values() if missing} == {"the wording"}
