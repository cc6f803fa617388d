"""Notes in the database, each in one document, its words sealed for their person.

As with check-ins, whatever writes runs inside the caller's transaction, which is tried again where another
writer was quicker.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo.read_concern import ReadConcern

from diary import notes
from diary.check_ins import Channel, Timeliness
from diary.checking_in import pages
from diary.envelope import Envelope
from diary.errors import FieldFault, InvalidNote, NoteNotFound
from diary.ids import NoteId, PatientId
from diary.indexes import NOTES
from diary.keys import Document, own_key, to_milliseconds
from diary.notes import NewNote, Note, NoteRevision, RecordedNote
from diary.noting.pages import NotePage, days, place, place_of


class NoteStore:
    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]], envelope: Envelope) -> None:
        # An answer "already here" must not rest on a write that a failing server could still lose.
        self._notes = database.get_collection(NOTES, read_concern=ReadConcern("majority"))
        self._envelope = envelope

    async def record(
        self, patient: PatientId, new: NewNote, now: datetime, *, session: AsyncIOMotorClientSession
    ) -> RecordedNote:
        """Takes a note once: the same one again changes nothing.

        Raises:
            InvalidNote, FutureCheckIn: it cannot be taken, or its id was used for something else.
        """
        made = notes.opened(patient, _in_milliseconds(new), to_milliseconds(now))
        before = await self.find(patient, new.id, session=session)
        if before is not None:
            notes.require_same(before, made)
            return RecordedNote(before, already=True)
        low, high = days(new.about, new.about)
        of_day = {"patient": patient, "place": {"$gte": low, "$lt": high}}
        notes.require_room(await self._notes.count_documents(of_day, limit=notes.MOST_A_DAY, session=session))
        document = _note_to_document(made)
        document["revisions"] = [await self._sealed(patient, made.id, made.revisions[0])]
        await self._notes.insert_one(document, session=session)
        return RecordedNote(made, already=False)

    async def amend(
        self,
        patient: PatientId,
        note_id: str,
        amendment_id: str,
        text: str | None,
        *,
        channel: Channel,
        now: datetime,
        client_at: datetime | None = None,
        builds_on: datetime | None = None,
        session: AsyncIOMotorClientSession,
    ) -> RecordedNote:
        """Adds other words for a note, which brings a withdrawn one back; or, without `text`, withdraws it.

        `builds_on` is the note's `said_at` as the person saw it.

        Raises:
            NoteNotFound: this person has no such note.
            InvalidNote: the words cannot be taken, or the id was used for something else.
        """
        note = await self.find(patient, note_id, session=session)
        if note is None:
            raise NoteNotFound
        at = to_milliseconds(now)
        revision = NoteRevision(
            number=len(note.revisions) + 1,
            key=amendment_id,
            text=notes.checked_text(text) if text is not None else None,
            channel=channel,
            said_at=to_milliseconds(notes.moment(note, at, client_at, builds_on)),
            at=at,
        )
        before = note.revision(amendment_id)
        if before is not None:
            if not before.says_as(revision):
                path = "withdrawal_id" if text is None else "amendment_id"
                message = "This id was used for something else. Please make a new one."
                raise InvalidNote([FieldFault(path, message)])
            return RecordedNote(note, already=True)
        after = notes.with_revision(note, revision)
        push = {"revisions": await self._sealed(patient, note.id, revision)}
        here = {"_id": own_key(patient, note.id)}
        await self._notes.update_one(here, {"$push": push}, session=session)
        return RecordedNote(after, already=False)

    async def find(
        self, patient: PatientId, note_id: str, *, session: AsyncIOMotorClientSession | None = None
    ) -> Note | None:
        document = await self._notes.find_one({"_id": own_key(patient, note_id)}, session=session)
        return (await self._opened([document]))[0] if document else None

    async def page(
        self,
        patient: PatientId,
        first: int,
        after_cursor: str | None = None,
        since: date | None = None,
        until: date | None = None,
    ) -> NotePage:
        """The notes about the days from `since` to `until` (both included), newest day first.

        Raises:
            InvalidPage: `first` is not 1 to 400, or the cursor is none of ours.
        """
        length = pages.checked_length(first)
        low, high = days(since, until)
        if after_cursor is not None:
            high = min(high, place_of(after_cursor))
        cursor = (
            self._notes.find({"patient": patient, "place": {"$gte": low, "$lt": high}})
            .sort("place", -1)
            .limit(length + 1)
            .batch_size(length + 1)
        )
        documents = await cursor.to_list(length + 1)
        return NotePage(
            notes=tuple(await self._opened(documents[:length])),
            has_next=len(documents) > length,
            has_previous=after_cursor is not None,
        )

    async def _sealed(self, patient: PatientId, note: NoteId, revision: NoteRevision) -> Document:
        document: Document = {"key": revision.key, "channel": revision.channel.value, "at": revision.at}
        if revision.text is not None:
            document["text"] = await self._envelope.seal(patient, _field(note, revision.key), revision.text)
        if revision.said_at != revision.at:
            document["said_at"] = revision.said_at
        return document

    async def _opened(self, documents: Sequence[Mapping[str, Any]]) -> list[Note]:
        """The notes, with all their words opened at once."""
        sealed = [
            (document["patient"], _field(_id_of(document), revision["key"]), revision["text"])
            for document in documents
            for revision in document["revisions"]
            if "text" in revision
        ]
        texts = iter(await self._envelope.open_texts(sealed) if sealed else [])
        return [_note_from_document(document, texts) for document in documents]


def _field(note: NoteId, key: str) -> str:
    return f"note.{note}.{key}"


def _id_of(document: Mapping[str, Any]) -> NoteId:
    return NoteId(document["_id"].removeprefix(own_key(document["patient"], "")))


def _in_milliseconds(new: NewNote) -> NewNote:
    return replace(
        new,
        client_at=new.client_at and to_milliseconds(new.client_at),
        prompted_at=new.prompted_at and to_milliseconds(new.prompted_at),
    )


def _note_to_document(note: Note) -> Document:
    document: Document = {
        "_id": own_key(note.patient, note.id),
        "patient": note.patient,
        "place": place(note),
        "about": note.about.isoformat(),
        "zone": note.zone,
        "timeliness": note.timeliness.value,
    }
    times = {"prompted_at": note.prompted_at, "client_at": note.client_at}
    return document | {name: at for name, at in times.items() if at is not None}


def _note_from_document(document: Mapping[str, Any], texts: Iterator[str]) -> Note:
    """The note, which takes as many of the opened texts as it has words."""
    patient = PatientId(document["patient"])
    return Note(
        id=_id_of(document),
        patient=patient,
        about=date.fromisoformat(document["about"]),
        zone=document["zone"],
        timeliness=Timeliness(document["timeliness"]),
        revisions=tuple(
            NoteRevision(
                number=number,
                key=revision["key"],
                text=next(texts) if "text" in revision else None,
                channel=Channel(revision["channel"]),
                said_at=revision.get("said_at", revision["at"]),
                at=revision["at"],
            )
            for number, revision in enumerate(document["revisions"], start=1)
        ),
        prompted_at=document.get("prompted_at"),
        client_at=document.get("client_at"),
    )
