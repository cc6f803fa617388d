"""Check-ins in the database: unique keys and guarded updates, no lock and no transaction of its own.

Whatever writes runs inside the caller's transaction: it reads first, and where another writer was quicker the
server answers with a write conflict at once, which the caller's transaction retries. A write without one
would wait in the server for the other writer, on a thread that the other may need for its commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import UpdateOne
from pymongo.errors import BulkWriteError
from pymongo.read_concern import ReadConcern

from diary.check_ins import Answer, AuthorRole, Channel, CheckIn, NewCheckIn, Recorded
from diary.checking_in import chain, pages
from diary.checking_in.answering import checked, checked_clock, checked_day, checked_zone
from diary.checking_in.chain import Contribution
from diary.checking_in.changes import Change, definition_for
from diary.checking_in.documents import (
    check_in_from_document,
    check_in_to_document,
    receipt_to_document,
    revision_to_document,
)
from diary.checking_in.reasons import Reasons
from diary.envelope import Envelope
from diary.errors import (
    CheckInNotFound,
    EntryConflict,
    FieldFault,
    InvalidAnswers,
)
from diary.ids import PatientId
from diary.indexes import CHECK_INS
from diary.instruments import catalogue
from diary.instruments.catalogue import Instrument, Kind
from diary.keys import Document, day_key, day_span, to_milliseconds
from diary.questionnaires.store import QuestionnaireStore
from diary.scoring.documents import score_row_to_document

_DUPLICATE_KEY = 11000
_RESCORED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Rescored:
    """How many entries got a row, and the place after which to go on; None at the end."""

    entries: int
    place: str | None


class DiaryStore:
    """The check-ins of all patients; `envelope` is needed where corrections carry a reason in free text."""

    def __init__(
        self, database: AsyncIOMotorDatabase[dict[str, Any]], envelope: Envelope | None = None
    ) -> None:
        # An answer "already here" must not rest on a write that a failing server could still lose.
        self._check_ins = database.get_collection(CHECK_INS, read_concern=ReadConcern("majority"))
        self._questionnaires = QuestionnaireStore(database)
        self._reasons = Reasons(envelope)

    async def record(
        self,
        patient: PatientId,
        entry: NewCheckIn,
        now: datetime,
        *,
        session: AsyncIOMotorClientSession,
    ) -> Recorded:
        """Takes a check-in: as a new entry, or into the one that this person has for the day.

        Raises:
            UnknownInstrument, InvalidAnswers, FutureCheckIn: it cannot be taken; nothing was stored.
            EntryConflict: its id was accepted before with other content; nothing was stored.
        """
        instrument = await self._instrument(entry.instrument, entry.role, session)
        answers = checked(instrument, entry.answers)
        zone = checked_zone(entry.zone)
        entry = replace(
            entry,
            client_at=checked_clock(entry.client_at, "client_at"),
            builds_on=checked_clock(entry.builds_on, "builds_on"),
        )
        entry = _in_milliseconds(entry)
        said = chain.recording(entry, answers, entry.author or patient, to_milliseconds(now))
        here = day_key(patient, entry.about, instrument.id)
        wanted = {"$or": [{"_id": here}, {"patient": patient, "receipts.key": entry.id}]}
        found = await self._read(wanted, session)
        for holder in found.values():
            if chain.receipt_of(holder, entry.id):
                chain.refuse_other_content(holder, said)
                return Recorded(holder, already=True)
        checked_day(entry.about, now, zone)
        if here in found:
            return await self._add(found[here], said, None, session)
        opened = chain.opened(patient, entry, instrument, said)
        await self._check_ins.insert_one(check_in_to_document(opened), session=session)
        return Recorded(opened, already=False)

    async def amend(
        self,
        patient: PatientId,
        check_in_id: str,
        amendment_id: str,
        answers: Sequence[Answer],
        *,
        reason: str | None,
        channel: Channel,
        author: str,
        now: datetime,
        client_at: datetime | None = None,
        builds_on: datetime | None = None,
        role: AuthorRole = AuthorRole.PATIENT,
        session: AsyncIOMotorClientSession,
    ) -> Recorded:
        """Lays answers over an entry; items that are not named keep theirs, and a withdrawn entry is back.

        `check_in_id` may be any id that was accepted for the entry, `builds_on` is its `said_at` as the
        person saw it. Without that and without a clock the change is to all that stands now.

        Raises:
            CheckInNotFound: this person has no such entry.
            InvalidAnswers: the answers cannot be taken, or the amendment's id was used for something else.
        """
        change = Change(
            field="amendment_id",
            key=amendment_id,
            answers=answers,
            reason=reason,
            channel=channel,
            author=author,
            role=role,
            now=now,
            client_at=client_at,
            builds_on=builds_on,
        )
        return await self._contribute(patient, check_in_id, change, session)

    async def withdraw(
        self,
        patient: PatientId,
        check_in_id: str,
        withdrawal_id: str,
        *,
        reason: str | None,
        channel: Channel,
        author: str,
        now: datetime,
        client_at: datetime | None = None,
        builds_on: datetime | None = None,
        role: AuthorRole = AuthorRole.PATIENT,
        session: AsyncIOMotorClientSession,
    ) -> Recorded:
        """Withdraws what was said until then; it stays in the chain, and what is said after it stands anew.

        The moment of a withdrawal is found as that of an amendment.

        Raises:
            CheckInNotFound: this person has no such entry.
            InvalidAnswers: the withdrawal's id was used for something else.
        """
        change = Change(
            field="withdrawal_id",
            key=withdrawal_id,
            answers=None,
            reason=reason,
            channel=channel,
            author=author,
            role=role,
            now=now,
            client_at=client_at,
            builds_on=builds_on,
        )
        return await self._contribute(patient, check_in_id, change, session)

    async def find(
        self, patient: PatientId, check_in_id: str, *, session: AsyncIOMotorClientSession | None = None
    ) -> CheckIn | None:
        """The entry of this person for which this id was accepted."""
        found = await self._read({"patient": patient, "receipts.key": check_in_id}, session)
        return next(iter(found.values()), None)

    async def for_day(
        self,
        patient: PatientId,
        instrument: str,
        about: date,
        *,
        session: AsyncIOMotorClientSession | None = None,
    ) -> CheckIn | None:
        found = await self._read({"_id": day_key(patient, about, instrument)}, session)
        return next(iter(found.values()), None)

    async def page(
        self,
        patient: PatientId,
        first: int,
        after_cursor: str | None = None,
        since: date | None = None,
        until: date | None = None,
    ) -> pages.Page:
        """The entries about the days from `since` to `until` (both included), newest day first.

        Raises:
            InvalidPage: `first` is not 1 to 400, or the cursor is none of ours.
        """
        length = pages.checked_length(first)
        place = pages.place_of(after_cursor) if after_cursor is not None else None
        cursor = (
            self._check_ins.find({"_id": day_span(patient, since, until, place)})
            .sort("_id", -1)
            .limit(length + 1)
            .batch_size(length + 1)
        )
        documents = await cursor.to_list(length + 1)
        entries = await self._reasons.opened(documents[:length])
        return pages.Page(tuple(entries), has_next=len(documents) > length, has_previous=place is not None)

    async def insert_many(self, check_ins: Iterable[CheckIn]) -> int:
        """Puts whole entries in, in bulk, for seeding; says how many were new. What is there stays."""
        documents = [check_in_to_document(check_in) for check_in in check_ins]
        if not documents:
            return 0
        try:
            return len((await self._check_ins.insert_many(documents, ordered=False)).inserted_ids)
        except BulkWriteError as error:
            if any(fault["code"] != _DUPLICATE_KEY for fault in error.details["writeErrors"]):
                raise
            return int(error.details["nInserted"])

    async def rescore(
        self, instrument: Instrument, after: str, now: datetime, *, session: AsyncIOMotorClientSession
    ) -> Rescored:
        """Adds rows by this version's rules to the entries after a place that lack them, a batch at a time.

        Rows of former versions stay as they are, and so does all else of an entry. The places are those of
        the collection, from "" on; the batch reads ids in their order, and documents only of the instrument.
        """
        found = (
            self._check_ins.find({"_id": {"$gt": after, "$regex": f":{instrument.id}$"}}, session=session)
            .sort("_id", 1)
            .limit(_RESCORED_AT_ONCE)
        )
        documents = await found.to_list(_RESCORED_AT_ONCE)
        writes = [
            UpdateOne(
                {"_id": document["_id"]},
                {"$push": {"scores": score_row_to_document(row, entry.instrument_version, entry.revisions)}},
            )
            for document in documents
            if (row := chain.rescored(entry := check_in_from_document(document, {}), instrument, now))
        ]
        if writes:
            await self._check_ins.bulk_write(writes, session=session)
        whole = len(documents) == _RESCORED_AT_ONCE
        return Rescored(len(writes), documents[-1]["_id"] if whole else None)

    async def _instrument(
        self, instrument: str, role: AuthorRole, session: AsyncIOMotorClientSession
    ) -> Instrument:
        """What people are asked, or for staff what they type in; our own need no look into the database."""
        if definition_for(instrument, role).kind is Kind.TYPED_IN:
            return catalogue.definition(instrument)
        return await self._questionnaires.require_published(instrument, session=session)

    async def _contribute(
        self,
        patient: PatientId,
        check_in_id: str,
        change: Change,
        session: AsyncIOMotorClientSession,
    ) -> Recorded:
        wanted = {"patient": patient, "receipts.key": {"$in": [check_in_id, change.key]}}
        found = (await self._read(wanted, session)).values()
        target = next((entry for entry in found if chain.receipt_of(entry, check_in_id)), None)
        if target is None:
            raise CheckInNotFound
        said = change.said_of(target)
        holder = next((entry for entry in found if chain.receipt_of(entry, change.key)), None)
        if holder is not None:
            try:
                chain.refuse_other_content(target, said)
            except EntryConflict:
                message = "This id was used for something else. Please make a new one."
                raise InvalidAnswers([FieldFault(change.field, message)]) from None
            return Recorded(holder, already=True)
        return await self._add(target, said, await self._reasons.sealed(patient, said), session)

    async def _add(
        self,
        check_in: CheckIn,
        said: Contribution,
        sealed_reason: bytes | None,
        session: AsyncIOMotorClientSession,
    ) -> Recorded:
        """Adds to the entry as it was read: a transaction that was overtaken may not write."""
        chain.require_room(check_in)
        added = chain.addition(check_in, said, catalogue.definition(check_in.instrument))
        who, own = check_in.patient, added.revision is not None
        update: Document = {"$push": {"receipts": receipt_to_document(added.receipt, who, own_revision=own)}}
        if added.revision:
            update["$push"]["revisions"] = revision_to_document(added.revision, who, sealed_reason)
        after = chain.with_addition(check_in, added)
        if added.scores:
            update["$push"]["scores"] = score_row_to_document(
                added.scores, check_in.instrument_version, after.revisions
            )
        moved = {
            "timeliness": (check_in.timeliness, after.timeliness.value),
            "prompted_at": (check_in.prompted_at, after.prompted_at),
        }
        if changes := {field: new for field, (old, new) in moved.items() if old != new}:
            update["$set"] = changes
        here = {"_id": day_key(who, check_in.about, check_in.instrument)}
        await self._check_ins.update_one(here, update, session=session)
        return Recorded(after, already=added.revision is None)

    async def _read(
        self, wanted: Mapping[str, Any], session: AsyncIOMotorClientSession | None
    ) -> dict[str, CheckIn]:
        documents = await self._check_ins.find(wanted, session=session).to_list(None)
        opened = await self._reasons.opened(documents)
        return {document["_id"]: entry for document, entry in zip(documents, opened, strict=True)}


def _in_milliseconds(entry: NewCheckIn) -> NewCheckIn:
    return replace(
        entry,
        client_at=entry.client_at and to_milliseconds(entry.client_at),
        prompted_at=entry.prompted_at and to_milliseconds(entry.prompted_at),
        builds_on=entry.builds_on and to_milliseconds(entry.builds_on),
    )
