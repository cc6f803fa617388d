"""Notes as clients see them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import strawberry

from diary import notes
from diary.check_ins import Channel, Timeliness
from registry_api.graph.scalars import TimeZone

_CLIENT_AT = "The client's own clock when it was said. Without it, it is said when we receive it."
_BUILDS_ON = (
    "saidAt of the note that the person saw: what they say comes after it, however slow the clock is."
)
_MADE_BY_CLIENT = "Made by the client; sending it again changes nothing."


@strawberry.type(description="One link of a note's chain, in the order of arrival.")
class NoteRevision:
    number: int
    text: str | None = strawberry.field(description="The words; null where the note was withdrawn.")
    channel: Channel
    said_at: datetime = strawberry.field(description="When it was said, which is what counts.")
    at: datetime = strawberry.field(description="When it was received.")


@strawberry.type(description="A person's own words about one local day; there may be several.")
class Note:
    id: strawberry.ID
    about: date
    time_zone: TimeZone
    timeliness: Timeliness
    prompted_at: datetime | None
    received_at: datetime
    client_at: datetime | None = strawberry.field(description="The client's own clock.")
    said_at: datetime = strawberry.field(
        description="When the last word was said. Send it as buildsOn with a change to what is shown here."
    )
    text: str | None = strawberry.field(description="The words as they stand; null where it is withdrawn.")
    withdrawn: bool = strawberry.field(description="True where no words stand; to amend it brings it back.")
    revisions: list[NoteRevision]


@strawberry.input(description="A note is 1 to 1,000 characters.")
class RecordNoteInput:
    note_id: UUID = strawberry.field(description=_MADE_BY_CLIENT)
    about: date
    time_zone: TimeZone
    client_at: datetime = strawberry.field(description="The client's own clock.")
    text: str


@strawberry.input(description="Other words in the place of those that stand; a withdrawn note is back.")
class AmendNoteInput:
    note_id: strawberry.ID
    amendment_id: UUID = strawberry.field(description=_MADE_BY_CLIENT)
    text: str
    client_at: datetime | None = strawberry.field(default=None, description=_CLIENT_AT)
    builds_on: datetime | None = strawberry.field(default=None, description=_BUILDS_ON)


@strawberry.input(description="No words stand from then on; the chain stays, and amending brings it back.")
class WithdrawNoteInput:
    note_id: strawberry.ID
    withdrawal_id: UUID = strawberry.field(description=_MADE_BY_CLIENT)
    client_at: datetime | None = strawberry.field(default=None, description=_CLIENT_AT)
    builds_on: datetime | None = strawberry.field(default=None, description=_BUILDS_ON)


def note(known: notes.Note) -> Note:
    return Note(
        id=strawberry.ID(known.id),
        about=known.about,
        time_zone=TimeZone(known.zone),
        timeliness=known.timeliness,
        prompted_at=known.prompted_at,
        received_at=known.received_at,
        client_at=known.client_at,
        said_at=known.said_at,
        text=known.text,
        withdrawn=known.withdrawn,
        revisions=[
            NoteRevision(
                number=revision.number,
                text=revision.text,
                channel=revision.channel,
                said_at=revision.said_at,
                at=revision.at,
            )
            for revision in known.revisions
        ],
    )
