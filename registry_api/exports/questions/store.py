"""Questions in the database: one document a person, their own words sealed under their key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase

from diary.ids import PatientId
from registry_api.exports.indexes import QUESTIONS
from registry_api.exports.questions.question import Question, QuestionId, SuggestionId
from registry_api.vault.vault import Vault

Document = dict[str, Any]


class QuestionStore:
    """Reads and writes the whole list: it is short, and its order is the person's."""

    def __init__(self, database: AsyncIOMotorDatabase[Document], vault: Vault) -> None:
        self._questions = database[QUESTIONS]
        self._vault = vault

    async def of(
        self, patient: PatientId, *, session: AsyncIOMotorClientSession | None = None
    ) -> tuple[Question, ...]:
        """The questions of a person in their order."""
        found = await self._questions.find_one({"_id": patient}, session=session)
        kept: Sequence[Document] = found["questions"] if found else ()
        sealed = [(patient, _field(each["id"]), each["text"]) for each in kept if "text" in each]
        texts = iter(await self._vault.open_texts(sealed) if sealed else ())
        return tuple(
            Question(
                id=QuestionId(each["id"]),
                suggestion=SuggestionId(each["suggestion"]) if "suggestion" in each else None,
                text=next(texts) if "text" in each else None,
            )
            for each in kept
        )

    async def save(
        self, patient: PatientId, questions: Sequence[Question], *, session: AsyncIOMotorClientSession
    ) -> None:
        documents = [await self._document(patient, each) for each in questions]
        await self._questions.replace_one(
            {"_id": patient}, {"_id": patient, "questions": documents}, upsert=True, session=session
        )

    async def _document(self, patient: PatientId, question: Question) -> Document:
        if question.text is None:
            return {"id": question.id, "suggestion": question.suggestion}
        return {
            "id": question.id,
            "text": await self._vault.seal(patient, _field(question.id), question.text),
        }


def _field(question: str) -> str:
    return f"visit.question.{question}"
