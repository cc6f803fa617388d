from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from registry_api.conversations.store import SafetyFlags
from registry_api.enrolment.consents import Purpose
from registry_api.enrolment.errors import ConsentMissing, NotEnrolled, ParticipationEnded
from registry_api.enrolment.participation import Axis
from registry_api.exports.errors import InvalidQuestion, QuestionConflict, TooManyQuestions
from registry_api.exports.questions.question import (
    LONGEST_QUESTION,
    MOST_QUESTIONS,
    Question,
    QuestionId,
    SuggestionId,
)
from registry_api.identity.callers import Patient, actor_of
from tests.registry_api.local_service import LocalService
from tests.registry_api.stored_bytes import all_of, stored_bytes

OWN_WORDS = "May I swim with Wilhelmina after it?"


def picked(suggestion: str = "pain") -> Question:
    return Question(id=QuestionId(str(uuid4())), suggestion=SuggestionId(suggestion))


def written(text: str = OWN_WORDS) -> Question:
    return Question(id=QuestionId(str(uuid4())), text=text)


async def enrolled(local: LocalService) -> Patient:
    return (await local.patient())[1]


async def test_questions_stay_in_their_order_until_they_are_taken_off(local: LocalService) -> None:
    """One that was taken off comes back in its place, under its id."""
    patient, now = await enrolled(local), local.clock()
    questions = local.services.visit_questions
    asked = [picked("pain"), written(), picked("trials")]
    for each in asked:
        assert (await questions.add(patient, each, now)).already is False
    assert await questions.remove(patient, asked[1].id, now) == (asked[0], asked[2])
    added = await questions.add(patient, asked[1], now, place=1)
    assert added.questions == tuple(asked) == await questions.of(patient.patient_id)


async def test_the_same_question_again_changes_nothing(local: LocalService) -> None:
    """Under the same id with other words it is refused; taking off what is not there does no harm."""
    patient, now = await enrolled(local), local.clock()
    questions, question = local.services.visit_questions, written()
    await questions.add(patient, question, now)
    before = await stored_bytes(local.services.mongo.database)
    assert (await questions.add(patient, question, now)).already is True
    with pytest.raises(QuestionConflict):
        await questions.add(patient, Question(id=question.id, text="Something else?"), now)
    assert await questions.remove(patient, picked().id, now) == (question,)
    events = [each["action"] for each in await all_of(local.services.mongo.database, "audit_events")]
    assert events.count("QUESTION_ADDED") == 1
    assert events.count("QUESTION_REMOVED") == 0
    assert len(await stored_bytes(local.services.mongo.database)) == len(before)


async def test_own_words_are_tidied_and_sealed(local: LocalService) -> None:
    """They are one line, and nowhere in clear."""
    patient, now = await enrolled(local), local.clock()
    added = await local.services.visit_questions.add(patient, written(f"  {OWN_WORDS}\n\n"), now)
    assert [each.text for each in added.questions] == [OWN_WORDS]
    assert b"Wilhelmina" not in await stored_bytes(local.services.mongo.database)


@pytest.mark.parametrize(
    ("question", "path"),
    [
        (Question(id=QuestionId("1")), "question"),
        (Question(id=QuestionId("1"), suggestion=SuggestionId("pain"), text="Why?"), "question"),
        (picked("nothing_like_it"), "suggestionId"),
        (written(" \n "), "text"),
        (written("w" * (LONGEST_QUESTION + 1)), "text"),
    ],
    ids=["neither", "both", "unknown", "empty", "too long"],
)
async def test_what_cannot_be_a_question_is_refused(
    local: LocalService, question: Question, path: str
) -> None:
    """The field that is wrong is named, and nothing is kept."""
    patient = await enrolled(local)
    with pytest.raises(InvalidQuestion) as invalid:
        await local.services.visit_questions.add(patient, question, local.clock())
    assert [each.path for each in invalid.value.fields] == [path]
    assert await local.services.visit_questions.of(patient.patient_id) == ()


async def test_five_questions_are_enough(local: LocalService) -> None:
    """However many come at once, five stay."""
    patient, now = await enrolled(local), local.clock()
    answers = await asyncio.gather(
        *(local.services.visit_questions.add(patient, picked(), now) for _ in range(MOST_QUESTIONS + 2)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, TooManyQuestions) for each in answers) == 2
    assert len(await local.services.visit_questions.of(patient.patient_id)) == MOST_QUESTIONS


async def test_words_of_danger_get_the_reply_at_once(local: LocalService) -> None:
    """With the line of the person's country, a flag for staff under both ids, and no other text."""
    patient, now, question = await enrolled(local), local.clock(), written("I want to die")
    added = await local.services.visit_questions.add(patient, question, now)
    assert added.reply is not None
    assert (added.reply.call, "988" in added.reply.message) == ("988", True)
    assert added.questions == (question,)
    (flag,) = await SafetyFlags(local.services.mongo.database).open_flags()
    assert flag.message == f"question:{patient.patient_id}:{question.id}"
    assert flag.patient == patient.patient_id
    assert (await local.services.visit_questions.add(patient, written(), now)).reply is None


async def test_words_of_danger_are_answered_again_and_told_of_where_refused(local: LocalService) -> None:
    """A phone that lost the answer gets it; staff see one flag a question, kept or far too long."""
    patient, now, question = await enrolled(local), local.clock(), written("I want to die")
    questions = local.services.visit_questions
    for already in (False, True):
        added = await questions.add(patient, question, now)
        assert (added.already, added.reply is not None) == (already, True)
    with pytest.raises(InvalidQuestion):
        await questions.add(patient, written("I want to die. " + "x" * LONGEST_QUESTION), now)
    assert len(await SafetyFlags(local.services.mongo.database).open_flags()) == 2


async def test_a_question_needs_consent_and_enrolment(local: LocalService) -> None:
    """Taking one off never does."""
    questions, now = local.services.visit_questions, local.clock()
    _, nobody = await local.patient(enrolled=False)
    with pytest.raises(ConsentMissing):
        await questions.add(nobody, picked(), now)
    _, signed = await local.patient(Purpose.REGISTRY, enrolled=False)
    with pytest.raises(NotEnrolled):
        await questions.add(signed, picked(), now)
    patient, question = await enrolled(local), picked()
    await questions.add(patient, question, now)
    await local.services.taking_part.withdraw(patient.patient_id, [Axis.DATA_USE], now, by=actor_of(patient))
    with pytest.raises(ParticipationEnded):
        await questions.add(patient, picked(), now)
    assert await questions.remove(patient, question.id, now) == ()
