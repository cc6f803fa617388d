"""What a patient takes to their next visit: the sheet in words, and their questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from registry_api.exports import reading
from registry_api.exports.questions import question as asked
from registry_api.exports.questions.question import QuestionId, SuggestionId
from registry_api.graph.context import Info
from registry_api.graph.problems import (
    ConsentMissing,
    InvalidInput,
    LimitReached,
    NotAllowed,
    NotEnrolled,
    NotSignedIn,
    ParticipationEnded,
)
from registry_api.graph.safety_types import SafetyReply, safety_reply_or_none
from registry_api.identity.access import as_patient
from registry_api.identity.languages import Language


@strawberry.type(description="A part of the sheet, as a screen reader would read it.")
class VisitSheetPart:
    title: str
    lines: list[str]


@strawberry.type(description="What the PDF at `/me/visit-sheet.pdf` holds, in words.")
class VisitSheet:
    made_on: date
    language: Language
    parts: list[VisitSheetPart]


@strawberry.type(description="A question that many have; picking it needs no typing.")
class QuestionSuggestion:
    id: strawberry.ID
    label: str


@strawberry.type
class VisitQuestion:
    id: strawberry.ID
    suggestion_id: strawberry.ID | None = strawberry.field(description="Null for a question in own words.")
    text: str | None = strawberry.field(description="The person's own words; null for one that was picked.")


@strawberry.input(description="Either a suggestion, or the person's own words.")
class QuestionInput:
    question_id: UUID = strawberry.field(
        description="Made by the client; sending it again changes nothing, or brings back what was removed."
    )
    suggestion_id: strawberry.ID | None = None
    text: str | None = strawberry.field(
        default=None, description=f"At most {asked.LONGEST_QUESTION} characters; kept as one line."
    )
    place: int | None = strawberry.field(
        default=None, description="Where in the list, 0 for the first; at the end where left out."
    )


@strawberry.type
class QuestionAdded:
    questions: list[VisitQuestion]
    already: bool
    reply: SafetyReply | None


@strawberry.type
class QuestionRemoved:
    questions: list[VisitQuestion]


AddQuestionResult = Annotated[
    QuestionAdded
    | LimitReached
    | InvalidInput
    | ConsentMissing
    | ParticipationEnded
    | NotEnrolled
    | NotSignedIn
    | NotAllowed,
    strawberry.union("AddQuestionResult"),
]
RemoveQuestionResult = Annotated[
    QuestionRemoved | NotSignedIn | NotAllowed, strawberry.union("RemoveQuestionResult")
]


async def visit_sheet(info: Info, language: Language | None = None) -> VisitSheet | None:
    patient, now = as_patient(info.context.caller), info.context.now
    printed = await info.context.services.visit_sheets.printed(patient, language, now)
    if printed is None:
        return None
    return VisitSheet(
        made_on=printed.made_on,
        language=Language(printed.lang),
        parts=[VisitSheetPart(title=each.title, lines=list(each.lines)) for each in reading.parts(printed)],
    )


async def my_questions(info: Info) -> list[VisitQuestion]:
    patient = as_patient(info.context.caller)
    return _questions(await info.context.services.visit_questions.of(patient.patient_id))


def question_suggestions(language: Language = Language.EN) -> list[QuestionSuggestion]:
    return [
        QuestionSuggestion(id=strawberry.ID(each.id), label=each.label[language])
        for each in asked.suggestions()
    ]


async def add_question(info: Info, input: QuestionInput) -> AddQuestionResult:  # noqa: A002
    patient, now = as_patient(info.context.caller), info.context.now
    wanted = asked.Question(
        id=QuestionId(str(input.question_id)),
        suggestion=SuggestionId(input.suggestion_id) if input.suggestion_id is not None else None,
        text=input.text,
    )
    added = await info.context.services.visit_questions.add(patient, wanted, now, input.place)
    return QuestionAdded(
        questions=_questions(added.questions), already=added.already, reply=safety_reply_or_none(added.reply)
    )


async def remove_question(info: Info, question_id: UUID) -> RemoveQuestionResult:
    patient, now = as_patient(info.context.caller), info.context.now
    left = await info.context.services.visit_questions.remove(patient, QuestionId(str(question_id)), now)
    return QuestionRemoved(questions=_questions(left))


def _questions(questions: Sequence[asked.Question]) -> list[VisitQuestion]:
    return [
        VisitQuestion(
            id=strawberry.ID(each.id),
            suggestion_id=None if each.suggestion is None else strawberry.ID(each.suggestion),
            text=each.text,
        )
        for each in questions
    ]


@strawberry.type
class VisitsQuery:
    visit_sheet: VisitSheet | None = strawberry.field(
        resolver=visit_sheet,
        description="In this language, or in the person's own; null before enrolment.",
    )
    my_questions: list[VisitQuestion] = strawberry.field(
        resolver=my_questions, description="Questions for the next visit, in the person's order."
    )
    question_suggestions: list[QuestionSuggestion] = strawberry.field(resolver=question_suggestions)


@strawberry.type
class VisitsMutation:
    add_question: AddQuestionResult = strawberry.mutation(
        resolver=add_question,
        description=f"Puts a question on the list for the next visit: {asked.MOST_QUESTIONS} at most.",
    )
    remove_question: RemoveQuestionResult = strawberry.mutation(
        resolver=remove_question, description="Takes a question off, because it was asked or is of no use."
    )
