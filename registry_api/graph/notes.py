"""Writing and reading one's own notes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from diary.check_ins import Channel
from diary.ids import NoteId
from diary.notes import NewNote
from diary.noting.pages import cursor_of
from registry_api.graph.connections import Connection, connection
from registry_api.graph.context import Info
from registry_api.graph.note_types import (
    AmendNoteInput,
    Note,
    RecordNoteInput,
    WithdrawNoteInput,
    note,
)
from registry_api.graph.problems import CheckInInTheFuture, NoteNotKept, NotFound, OwnEntryProblem
from registry_api.graph.safety_types import SAFETY, SafetyReply, safety_reply_or_none
from registry_api.identity.access import as_patient, own_record


@strawberry.type
class NoteRecorded:
    note: Note
    already: bool = strawberry.field(description="True where the note was here already and nothing changed.")
    safety: SafetyReply | None = strawberry.field(description=SAFETY)


@strawberry.type
class NoteAmended:
    note: Note
    already: bool
    safety: SafetyReply | None = strawberry.field(description=SAFETY)


@strawberry.type
class NoteWithdrawn:
    note: Note
    already: bool


RecordNoteResult = Annotated[
    NoteRecorded | NoteNotKept | CheckInInTheFuture | OwnEntryProblem,
    strawberry.union("RecordNoteResult"),
]
AmendNoteResult = Annotated[
    NoteAmended | NoteNotKept | NotFound | OwnEntryProblem,
    strawberry.union("AmendNoteResult"),
]
WithdrawNoteResult = Annotated[
    NoteWithdrawn | NotFound | OwnEntryProblem,
    strawberry.union("WithdrawNoteResult"),
]


async def record_note(info: Info, input: RecordNoteInput) -> RecordNoteResult:  # noqa: A002
    services, now = info.context.services, info.context.now
    patient = as_patient(info.context.caller)
    new = NewNote(
        id=NoteId(str(input.note_id)),
        about=input.about,
        zone=input.time_zone,
        text=input.text,
        channel=Channel.WEB,
        client_at=input.client_at,
    )
    noted = await services.noting.record(patient, new, now)
    return NoteRecorded(
        note=note(noted.note), already=noted.already, safety=safety_reply_or_none(noted.reply)
    )


async def amend_note(info: Info, input: AmendNoteInput) -> AmendNoteResult:  # noqa: A002
    services, now = info.context.services, info.context.now
    noted = await services.noting.amend(
        as_patient(info.context.caller),
        input.note_id,
        str(input.amendment_id),
        input.text,
        now=now,
        client_at=input.client_at,
        builds_on=input.builds_on,
    )
    return NoteAmended(note=note(noted.note), already=noted.already, safety=safety_reply_or_none(noted.reply))


async def withdraw_note(info: Info, input: WithdrawNoteInput) -> WithdrawNoteResult:  # noqa: A002
    services, now = info.context.services, info.context.now
    withdrawn = await services.noting.withdraw(
        as_patient(info.context.caller),
        input.note_id,
        str(input.withdrawal_id),
        now=now,
        client_at=input.client_at,
        builds_on=input.builds_on,
    )
    return NoteWithdrawn(note=note(withdrawn.note), already=withdrawn.already)


async def notes(
    info: Info,
    first: int = 30,
    after: str | None = None,
    from_: Annotated[date | None, strawberry.argument(name="from")] = None,
    to: date | None = None,
) -> Connection[Note]:
    patient = own_record(info.context.caller)
    page = await info.context.services.notes.page(patient, first, after, from_, to)
    return connection(
        ((cursor_of(each), note(each)) for each in page.notes),
        has_next_page=page.has_next,
        has_previous_page=page.has_previous,
    )


@strawberry.type
class NotesQuery:
    notes: Connection[Note] = strawberry.field(
        resolver=notes,
        description="Own notes, newest day first, withdrawn ones too, so that they can be brought back.",
    )


@strawberry.type
class NotesMutation:
    record_note: RecordNoteResult = strawberry.mutation(resolver=record_note)
    amend_note: AmendNoteResult = strawberry.mutation(resolver=amend_note)
    withdraw_note: WithdrawNoteResult = strawberry.mutation(resolver=withdraw_note)
