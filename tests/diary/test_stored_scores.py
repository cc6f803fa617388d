from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from diary.check_ins import Answer, AuthorRole, Channel, CheckIn, NewCheckIn
from diary.checking_in.store import DiaryStore
from diary.errors import InvalidTotals, UnknownInstrument
from diary.ids import PatientId
from diary.instruments.catalogue import daily, definition
from diary.instruments.licences import Licence, LicenceStatus
from diary.questionnaires.reading import read
from diary.questionnaires.resources import checked_questionnaire
from diary.questionnaires.store import QuestionnaireStore
from diary.scores import NoScore, Score
from diary.scoring.totals import as_answers
from registry_api.mongo import Mongo
from tests.diary.examples import DAY, NOON, PATIENT, STRANGER, check_in, core, new_id
from tests.diary.questionnaires import questionnaire
from tests.diary.transacting import Diary

LATER = NOON + timedelta(hours=1)
_FULL = (*core(6, 4, 2), Answer.rated("distress", 6))


@pytest.fixture
def diary(mongo: Mongo) -> Diary:
    return Diary(mongo)


async def stored(mongo: Mongo) -> list[dict[str, Any]]:
    return await mongo.database["check_ins"].find({"_id": {"$gt": ""}}).to_list(None)


async def found(diary: Diary, entry: NewCheckIn, patient: PatientId = PATIENT) -> CheckIn:
    there = await diary.find(patient, entry.id)
    assert there is not None
    return there


async def test_scores_are_kept_with_the_entry(diary: Diary) -> None:
    """What was computed at the write is what is read, also where it is null with a reason."""
    full, short = check_in(*_FULL), check_in(*core(1, 2, 3), about=DAY - timedelta(days=1))
    for entry in (full, short):
        recorded = await diary.record(PATIENT, entry, NOON)
        assert (await found(diary, entry)).score_rows == recorded.check_in.score_rows
    assert (await found(diary, full)).scores == (Score("social_anxiety", "1.1.0", 40),)
    assert (await found(diary, short)).scores == (
        Score("social_anxiety", "1.1.0", None, NoScore.TOO_MANY_MISSING),
    )


async def test_a_change_adds_scores_and_changes_none(diary: Diary, mongo: Mongo) -> None:
    """Each revision has its own row; a withdrawn entry has no scores, and its former rows stay."""
    entry = check_in(*_FULL)
    await diary.record(PATIENT, entry, NOON)
    (before,) = await stored(mongo)
    rest: dict[str, Any] = {"reason": None, "channel": Channel.WEB, "author": PATIENT, "now": LATER}
    await diary.amend(PATIENT, entry.id, new_id(), [Answer.rated("distress", 8)], **rest)
    after = await found(diary, entry)
    assert [(row.revision, row.scores[0].value) for row in after.score_rows] == [(1, 40), (2, 50)]
    assert after.scores[0].value == 50
    await diary.withdraw(PATIENT, entry.id, new_id(), **(rest | {"now": LATER + timedelta(hours=1)}))
    withdrawn = await found(diary, entry)
    assert (withdrawn.scores, len(withdrawn.score_rows)) == ((), 2)
    assert (await stored(mongo))[0]["scores"][:1] == before["scores"]


async def test_a_new_version_adds_rows_and_changes_none(diary: Diary, mongo: Mongo) -> None:
    """Former rows stay, a second time does nothing, and answers that meant something else are left alone."""
    entries = [check_in(*_FULL, about=DAY - timedelta(days=ago)) for ago in range(3)]
    for entry in entries:
        await diary.record(PATIENT, entry, NOON)
    weekly = check_in(Answer.rated("pain", 5), about=DAY)
    await diary.record(STRANGER, replace(weekly, instrument="weekly"), NOON)
    before = {document["_id"]: document for document in await stored(mongo)}
    newer = daily().model_copy(update={"version": "1.2.0"})
    store = DiaryStore(mongo.database)
    for expected in (3, 0):
        done = await mongo.transact(lambda session: store.rescore(newer, "", LATER, session=session))
        assert (done.entries, done.place) == (expected, None)
    after = {document["_id"]: document for document in await stored(mongo)}
    for place, document in after.items():
        added = document["scores"][len(before[place]["scores"]) :]
        assert len(added) == place.endswith(":daily")
        assert document | {"scores": before[place]["scores"]} == before[place]
    other = daily().model_copy(update={"version": "2.0.0"})
    done = await mongo.transact(lambda session: store.rescore(other, "", LATER, session=session))
    assert done.entries == 0
    rows = (await found(diary, entries[0])).score_rows
    assert [(row.version, row.revision, row.at) for row in rows] == [("1.1.0", 1, NOON), ("1.2.0", 1, LATER)]


async def test_only_what_is_published_is_taken(diary: Diary, mongo: Mongo) -> None:
    """Answers to a loaded questionnaire are taken, and scored, once it is licensed."""
    gad, shelf = definition("gad-7"), QuestionnaireStore(mongo.database)
    entry = replace(check_in(*(Answer.rated(item.id, 2) for item in gad.items)), instrument="gad-7")
    for instrument in ("gad-7", "lsas-sr", "twstrs", "sleep"):
        with pytest.raises(UnknownInstrument):
            await diary.record(PATIENT, replace(entry, instrument=instrument), NOON)
    text = read(checked_questionnaire(questionnaire(gad)), gad)
    terms = Licence(status=LicenceStatus.FREE, owner="Somebody", reference="a letter")
    await mongo.transact(lambda session: shelf.put(text, NOON, session=session))
    await mongo.transact(lambda session: shelf.record_licence("gad-7", terms, NOON, session=session))
    recorded = await diary.record(PATIENT, entry, NOON)
    assert recorded.check_in.scores == (Score("total", "1.0.0", 14, band="moderate"),)
    assert (await found(diary, entry)).scores == recorded.check_in.scores


def totals(**given: float) -> NewCheckIn:
    return replace(
        check_in(*as_answers(definition("twstrs"), given)),
        instrument="twstrs",
        channel=Channel.STAFF,
        role=AuthorRole.STAFF,
        author="staff-1",
    )


async def test_totals_are_entries_of_staff(diary: Diary) -> None:
    """Quarters come back as they were typed; a correction is a revision, and the patient makes none."""
    entry = totals(severity=19, disability=12, pain=9.75)
    await diary.record(PATIENT, entry, NOON)
    there = await found(diary, entry)
    assert {score.scale: score.value for score in there.scores} == {
        "total": None, "severity": 19, "disability": 12, "pain": 9.75,
    }  # fmt: skip
    assert (there.current.role, there.current.author, there.channel) == (
        AuthorRole.STAFF,
        "staff-1",
        Channel.STAFF,
    )
    answers = as_answers(definition("twstrs"), {"pain": 8.5})
    theirs: dict[str, Any] = {"reason": None, "channel": Channel.WEB, "author": PATIENT, "now": LATER}
    with pytest.raises(UnknownInstrument):
        await diary.amend(PATIENT, entry.id, new_id(), answers, **theirs)
    with pytest.raises(UnknownInstrument):
        await diary.withdraw(PATIENT, entry.id, new_id(), **theirs)
    ours = theirs | {"channel": Channel.STAFF, "author": "staff-2", "role": AuthorRole.STAFF}
    await diary.amend(PATIENT, entry.id, new_id(), answers, **ours)
    assert {score.scale: score.value for score in (await found(diary, entry)).scores}["pain"] == 8.5


async def test_totals_that_cannot_be_leave_nothing(diary: Diary) -> None:
    """An answer that is no total of the instrument is refused."""
    for answer in (Answer.rated("severity", 36), Answer.rated("sleep", 1), Answer.skipped("severity")):
        with pytest.raises(InvalidTotals):
            await diary.record(PATIENT, replace(totals(severity=1), answers=(answer,)), NOON)
    assert await diary.for_day(PATIENT, "twstrs", DAY) is None
