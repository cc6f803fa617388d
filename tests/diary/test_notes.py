from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from diary import notes
from diary.check_ins import Channel, Timeliness
from diary.errors import FutureCheckIn, InvalidNote, InvalidPage, NoteNotFound
from diary.ids import NoteId, PatientId
from diary.indexes import NOTES
from diary.notes import LONGEST_NOTE, MOST_A_DAY, MOST_REVISIONS, NewNote, Note, RecordedNote
from diary.noting.pages import cursor_of
from diary.noting.store import NoteStore
from registry_api.mongo import Mongo
from registry_api.vault.vault import Vault
from tests.diary.examples import DAY, NEW_YORK, NOON, PATIENT, STRANGER, new_id

WORDS = "The new pillow helps."


def new(text: str = WORDS, *, about: date = DAY, client_at: datetime | None = NOON) -> NewNote:
    return NewNote(NoteId(new_id()), about, NEW_YORK, text, Channel.WEB, client_at)


class Notes:
    """The store of notes as the service uses it: each write in a transaction of its own."""

    def __init__(self, mongo: Mongo, vault: Vault) -> None:
        self.store, self._mongo = NoteStore(mongo.database, vault), mongo

    async def record(self, note: NewNote, now: datetime = NOON, patient: PatientId = PATIENT) -> RecordedNote:
        return await self._mongo.transact(
            lambda session: self.store.record(patient, note, now, session=session)
        )

    async def amend(
        self,
        note: str,
        text: str | None,
        now: datetime = NOON,
        *,
        key: str | None = None,
        patient: PatientId = PATIENT,
        **rest: Any,
    ) -> RecordedNote:
        change = key or new_id()
        return await self._mongo.transact(
            lambda session: self.store.amend(
                patient, note, change, text, channel=Channel.WEB, now=now, session=session, **rest
            )
        )


@pytest.fixture
def diary(mongo: Mongo, vault: Vault) -> Notes:
    return Notes(mongo, vault)


async def test_a_note_reads_back_as_it_was_written(diary: Notes) -> None:
    """Trimmed and in composed letters, with its four times, and once however often it is sent."""
    note = replace(new(" Caf\u0065\u0301, no pain \n"), prompted_at=NOON - timedelta(hours=1))
    first = await diary.record(note, NOON + timedelta(days=1))
    again = await diary.record(note, NOON + timedelta(days=9))
    assert (first.already, again.already) == (False, True)
    assert first.note == again.note == await diary.store.find(PATIENT, note.id)
    assert first.note.text == "Caf\u00e9, no pain"
    assert (first.note.timeliness, first.note.prompted_at, first.note.client_at, first.note.received_at) == (
        Timeliness.ON_THE_DAY,
        NOON - timedelta(hours=1),
        NOON,
        NOON + timedelta(days=1),
    )


async def test_words_are_ciphertext_without_a_digest(diary: Notes, mongo: Mongo) -> None:
    """Nothing that is stored follows from the words alone, so short ones cannot be guessed."""
    one, two = new("yes"), new("yes")
    for note in (one, two):
        await diary.record(note)
    documents = await mongo.database[NOTES].find({"_id": {"$gt": ""}}).to_list(9)
    texts = [document["revisions"][0]["text"] for document in documents]
    assert texts[0] != texts[1]
    assert {key for document in documents for key in document["revisions"][0]} == {
        "key",
        "channel",
        "at",
        "text",
    }
    assert "yes" not in repr(new("yes"))
    assert "yes" not in repr((await diary.record(one)).note)


async def test_a_note_is_changed_withdrawn_and_brought_back(diary: Notes) -> None:
    """All that was ever written stays in the chain, in order."""
    note = new()
    await diary.record(note)
    key = new_id()
    assert not (await diary.amend(note.id, "A worse night.", key=key)).already
    assert (await diary.amend(note.id, "A worse night.", key=key)).already
    gone = await diary.amend(note.id, None)
    assert (gone.note.withdrawn, gone.note.text) == (True, None)
    back = await diary.amend(note.id, WORDS)
    assert (back.note.withdrawn, back.note.text) == (False, WORDS)
    assert [one.text for one in back.note.revisions] == [WORDS, "A worse night.", None, WORDS]
    assert await diary.store.find(PATIENT, note.id) == back.note


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_what_was_said_last_stands_in_any_order(diary: Notes, order: tuple[int, ...]) -> None:
    """Changes that waited on phones are laid under what was said after them."""
    note = new(client_at=NOON - timedelta(hours=3))
    await diary.record(note)
    changes = (("one", -120), (None, -60), ("three", -30))
    for number in order:
        text, minutes = changes[number]
        moment = NOON + timedelta(minutes=minutes)
        await diary.amend(note.id, text, NOON + timedelta(hours=number), client_at=moment)
    kept = await diary.store.find(PATIENT, note.id)
    assert kept is not None
    assert kept.text == "three"
    assert {one.text for one in kept.revisions} == {WORDS, "one", None, "three"}


async def test_a_change_to_what_was_seen_wins_by_a_slow_clock(diary: Notes) -> None:
    """The note on the page was written a minute ago; the phone thinks that is an hour to come."""
    note = new()
    seen = (await diary.record(note)).note
    for builds_on, stands in ((None, WORDS), (seen.said_at, "mine")):
        now, slow = NOON + timedelta(minutes=1), NOON - timedelta(hours=1)
        changed = await diary.amend(note.id, "mine", now, client_at=slow, builds_on=builds_on)
        assert changed.note.text == stands


@pytest.mark.parametrize(
    ("note", "path"),
    [
        (new(" \n"), "text"),
        (new("x" * (LONGEST_NOTE + 1)), "text"),
        (new(about=DAY - timedelta(days=733)), "about"),
        (replace(new(), zone="Mars/Olympus"), "time_zone"),
        (new(client_at=NOON.replace(tzinfo=None)), "client_at"),
    ],
)
async def test_what_cannot_be_a_note(diary: Notes, mongo: Mongo, note: NewNote, path: str) -> None:
    """Its fault is named by field, the words are not repeated, and nothing is stored."""
    with pytest.raises(InvalidNote) as refusal:
        await diary.record(note)
    assert [fault.path for fault in refusal.value.fields] == [path]
    with pytest.raises(FutureCheckIn):
        await diary.record(new(about=DAY + timedelta(days=1)))
    assert await mongo.database[NOTES].estimated_document_count() == 0


async def test_an_id_is_used_once(diary: Notes) -> None:
    """That of a note with other words or of another day is refused, and that of a change with other words."""
    note, key = new(), new_id()
    await diary.record(note)
    await diary.amend(note.id, "other", key=key)
    for other in (replace(note, text="mine"), replace(note, about=DAY - timedelta(days=1))):
        with pytest.raises(InvalidNote) as refusal:
            await diary.record(other)
        assert [fault.path for fault in refusal.value.fields] == ["note_id"]
    for text, path in (("third", "amendment_id"), (None, "withdrawal_id")):
        with pytest.raises(InvalidNote) as refusal:
            await diary.amend(note.id, text, key=key)
        assert [fault.path for fault in refusal.value.fields] == [path]


async def test_a_note_of_somebody_else_reads_as_absent(diary: Notes) -> None:
    """The same id is another note for another person, whom nobody else reaches."""
    note = new()
    await diary.record(note, patient=STRANGER)
    with pytest.raises(NoteNotFound):
        await diary.amend(note.id, "mine")
    assert not (await diary.record(replace(note, text="mine"))).already
    assert [one.text for one in (await diary.store.page(STRANGER, 9)).notes] == [WORDS]


async def test_notes_come_newest_day_first(diary: Notes) -> None:
    """Several a day, in pages without gap or overlap, within the days asked for, withdrawn ones too."""
    kept: list[Note] = []
    for back in (0, 1, 1, 2):
        moment = NOON - timedelta(minutes=len(kept) * 7)
        kept.append((await diary.record(new(about=DAY - timedelta(days=back), client_at=moment), NOON)).note)
    kept[3] = (await diary.amend(kept[3].id, None)).note
    first = await diary.store.page(PATIENT, 2)
    rest = await diary.store.page(PATIENT, 2, cursor_of(first.notes[-1]))
    assert [*first.notes, *rest.notes] == kept
    assert (first.has_next, first.has_previous, rest.has_next, rest.has_previous) == (
        True, False, False, True,
    )  # fmt: skip
    yesterday = DAY - timedelta(days=1)
    assert (await diary.store.page(PATIENT, 9, since=yesterday, until=yesterday)).notes == tuple(kept[1:3])
    assert (await diary.store.page(PATIENT, 9, until=date.max, since=DAY)).notes == (kept[0],)


@pytest.mark.parametrize("after", ["", "?", "é", "W1tb", "MjAyNi0wMy0wNC8xL3gkZ3Q="])
async def test_a_cursor_that_is_none_of_ours(diary: Notes, after: str) -> None:
    """It is refused before it reaches the database."""
    with pytest.raises(InvalidPage):
        await diary.store.page(PATIENT, 5, after)


def test_there_is_room_for_more_than_anybody_writes() -> None:
    """A day ends at 50 notes, a note at 100 changes, so that neither grows without end."""
    notes.require_room(MOST_A_DAY - 1)
    with pytest.raises(InvalidNote):
        notes.require_room(MOST_A_DAY)
    note = notes.opened(PATIENT, new(), NOON)
    for _ in range(MOST_REVISIONS - 1):
        note = notes.with_revision(note, note.revisions[0])
    with pytest.raises(InvalidNote):
        notes.with_revision(note, note.revisions[0])


async def test_the_fifty_first_note_of_a_day_is_refused(diary: Notes) -> None:
    """The day before has room still."""
    document = {"patient": PATIENT, "place": f"{DAY}/1/x"}
    await diary.store._notes.insert_many(  # noqa: SLF001 fifty notes at once
        [{"_id": f"{PATIENT}:{number}", **document} for number in range(MOST_A_DAY)]
    )
    with pytest.raises(InvalidNote) as refusal:
        await diary.record(new())
    assert [fault.path for fault in refusal.value.fields] == ["about"]
    await diary.record(new(about=DAY - timedelta(days=1)))
