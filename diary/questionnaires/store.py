"""Where loaded wording is kept, with what is recorded of its licence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase

from diary.errors import TextNotLoaded, UnknownInstrument
from diary.indexes import INSTRUMENT_TEXTS
from diary.instruments import catalogue
from diary.instruments.catalogue import Instrument
from diary.instruments.licences import Licence
from diary.questionnaires.loaded import Shelved, published
from diary.questionnaires.reading import Loaded

Document = dict[str, Any]


class QuestionnaireStore:
    """One document an instrument; loading again puts new words in place and asks for a licence anew."""

    def __init__(self, database: AsyncIOMotorDatabase[Document]) -> None:
        self._texts = database.get_collection(INSTRUMENT_TEXTS)

    async def put(self, text: Loaded, now: datetime, *, session: AsyncIOMotorClientSession) -> bool:
        """Keeps loaded words; says whether they are new. The same words again leave the licence alone."""
        there = await self._texts.find_one({"_id": text.instrument}, session=session)
        if there and (there["sha256"], there["version"]) == (text.sha256, text.version):
            return False
        document = {"_id": text.instrument, **_to_document(text), "loaded_at": now, "licence": None}
        await self._texts.replace_one({"_id": text.instrument}, document, upsert=True, session=session)
        return True

    async def record_licence(
        self, instrument: str, licence: Licence, now: datetime, *, session: AsyncIOMotorClientSession
    ) -> None:
        """Notes under which terms the loaded words may be shown, or that this is not known.

        Raises:
            TextNotLoaded: nothing is loaded for this instrument.
        """
        noted = {"licence": licence.model_dump(mode="json"), "licensed_at": now}
        done = await self._texts.update_one({"_id": instrument}, {"$set": noted}, session=session)
        if not done.matched_count:
            raise TextNotLoaded

    async def all(self) -> dict[str, Shelved]:
        """Everything that is loaded, by instrument."""
        ids = list(catalogue.definitions())
        found = await self._texts.find({"_id": {"$in": ids}}).to_list(len(ids))
        return {document["_id"]: _from_document(document) for document in found}

    async def published(self) -> dict[str, Instrument]:
        """Every instrument that people may be asked: our own, and those loaded and licensed."""
        asked = dict(catalogue.instruments())
        for name, shelved in (await self.all()).items():
            one = published(catalogue.definition(name), shelved)
            if one is not None:
                asked[name] = one
        return asked

    async def require_published(
        self, instrument: str, *, session: AsyncIOMotorClientSession | None = None
    ) -> Instrument:
        """The instrument of this id; our own need no look into the database.

        Raises:
            UnknownInstrument: there is none, or nobody may be asked it.
        """
        shipped = catalogue.instruments().get(instrument)
        if shipped is not None:
            return shipped
        definition = catalogue.definition(instrument)
        there = await self._texts.find_one({"_id": instrument}, session=session)
        one = published(definition, _from_document(there)) if there else None
        if one is None:
            raise UnknownInstrument
        return one


def _to_document(text: Loaded) -> Document:
    document = asdict(text)
    del document["instrument"]
    document["options"] = {
        item: {str(value): words for value, words in options.items()}
        for item, options in text.options.items()
    }
    document["left_out"] = [{"item": item, "why": why} for item, why in text.left_out.items()]
    return document


def _from_document(document: Mapping[str, Any]) -> Shelved:
    text = Loaded(
        instrument=document["_id"],
        version=document["version"],
        sha256=document["sha256"],
        url=document["url"],
        labels=document["labels"],
        options={
            item: {int(value): words for value, words in options.items()}
            for item, options in document["options"].items()
        },
        instruction=document["instruction"],
        left_out={each["item"]: each["why"] for each in document["left_out"]},
        no_options=tuple(document["no_options"]),
    )
    licence = document["licence"] and Licence.model_validate(document["licence"])
    return Shelved(text, document["loaded_at"], licence, document.get("licensed_at"))
