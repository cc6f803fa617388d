"""A person's own words about a day, beside the one daily rating: several a day. Values and pure rules.

A note is a chain of revisions as a check-in is (`diary.checking_in.chain`): what was said last counts,
whatever arrived last, and nothing is ever overwritten. Its text is free, so it is stored sealed only, and no
digest of it is kept: few words are quickly guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from diary.check_ins import Channel, Timeliness
from diary.checking_in import saying
from diary.checking_in.answering import checked_clock, checked_day, checked_zone
from diary.errors import FieldFault, InvalidAnswers, InvalidNote
from diary.ids import NoteId, PatientId
from diary.own_words import legible

LONGEST_NOTE = 1000
MOST_A_DAY = 50
MOST_REVISIONS = 100


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note as a client sends it: `id` is a UUID of the client's making, `zone` an IANA name."""

    id: NoteId
    about: date
    zone: str
    text: str = field(repr=False)
    channel: Channel
    client_at: datetime | None = None
    prompted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoteRevision:
    """One link of the chain, in the order of arrival; `text` is None where the note was withdrawn.

    Its author is the person whose note it is: nobody else writes one.
    """

    number: int
    key: str
    text: str | None = field(repr=False)
    channel: Channel
    said_at: datetime
    at: datetime

    @property
    def place(self) -> tuple[datetime, str]:
        return self.said_at, self.key

    def says_as(self, other: NoteRevision) -> bool:
        return (self.key, self.text) == (other.key, other.text)


@dataclass(frozen=True, slots=True)
class Note:
    """Own words about one local day, with the four times of a check-in."""

    id: NoteId
    patient: PatientId
    about: date
    zone: str
    timeliness: Timeliness
    revisions: tuple[NoteRevision, ...]
    prompted_at: datetime | None = None
    client_at: datetime | None = None

    @property
    def standing(self) -> NoteRevision:
        """What was said last."""
        return max(self.revisions, key=lambda revision: revision.place)

    @property
    def text(self) -> str | None:
        """The words as they stand; None where the note is withdrawn."""
        return self.standing.text

    @property
    def withdrawn(self) -> bool:
        return self.standing.text is None

    @property
    def said_at(self) -> datetime:
        """What a change names as `builds_on` to come after all that is here."""
        return self.standing.said_at

    @property
    def received_at(self) -> datetime:
        return self.revisions[0].at

    def revision(self, key: str) -> NoteRevision | None:
        return next((revision for revision in self.revisions if revision.key == key), None)


@dataclass(frozen=True, slots=True)
class RecordedNote:
    """The note as it stands; `already` where it was here and nothing was written."""

    note: Note
    already: bool


def opened(patient: PatientId, new: NewNote, at: datetime) -> Note:
    """The note that this is, received at this moment.

    Raises:
        InvalidNote: it is empty or too long, its day too far back, or zone or clock cannot be.
        FutureCheckIn: the day has not begun.
    """
    try:
        zone: ZoneInfo = checked_zone(new.zone)
        client_at = checked_clock(new.client_at, "client_at")
        checked_day(new.about, at, zone)
    except InvalidAnswers as wrong:
        raise InvalidNote(wrong.fields) from None
    said_at, timeliness = saying.said_about(new.about, zone, at, client_at, None)
    first = NoteRevision(
        number=1,
        key=new.id,
        text=checked_text(new.text),
        channel=new.channel,
        said_at=said_at,
        at=at,
    )
    return Note(
        id=new.id,
        patient=patient,
        about=new.about,
        zone=new.zone,
        timeliness=timeliness,
        revisions=(first,),
        prompted_at=new.prompted_at,
        client_at=client_at,
    )


def checked_text(text: str) -> str:
    """The words as they can be read again: see `own_words.legible`.

    Raises:
        InvalidNote: there are none, or over 1,000 characters.
    """
    kept = legible(text)
    if not kept:
        raise InvalidNote([FieldFault("text", "Please write something.")])
    if len(kept) > LONGEST_NOTE:
        message = f"Please keep a note to {LONGEST_NOTE} characters, and write another one for the rest."
        raise InvalidNote([FieldFault("text", message)])
    return kept


def moment(note: Note, at: datetime, client_at: datetime | None, builds_on: datetime | None) -> datetime:
    """When a change to the note was said: as `saying.said_at`; by itself it is to all that stands.

    Raises:
        InvalidNote: one of the moments is none that a clock shows.
    """
    try:
        client_at, builds_on = checked_clock(client_at, "client_at"), checked_clock(builds_on, "builds_on")
    except InvalidAnswers as wrong:
        raise InvalidNote(wrong.fields) from None
    if client_at is None and builds_on is None:
        builds_on = note.said_at
    return saying.said_at(at, client_at, builds_on)


def with_revision(note: Note, revision: NoteRevision) -> Note:
    """The note with one link more, numbered as it arrives.

    Raises:
        InvalidNote: there are 100 already, which nobody writes.
    """
    if len(note.revisions) >= MOST_REVISIONS:
        message = "This note was changed very often. Please write another one."
        raise InvalidNote([FieldFault("text", message)])
    return replace(note, revisions=(*note.revisions, revision))


def require_room(there: int) -> None:
    """Raises InvalidNote where a day holds 50 notes already."""
    if there >= MOST_A_DAY:
        message = f"There are {MOST_A_DAY} notes about this day. Please add to one of them."
        raise InvalidNote([FieldFault("about", message)])


def require_same(before: Note, sent: Note) -> None:
    """Passes where the note was accepted with just these words about this day.

    Raises:
        InvalidNote: its id was used for something else.
    """
    first, again = before.revisions[0], sent.revisions[0]
    if not first.says_as(again) or before.about != sent.about:
        message = "This note was saved before with other words. Please write it as a new one."
        raise InvalidNote([FieldFault("note_id", message)])
