from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from diary.check_ins import Answer, AuthorRole, Channel, CheckIn, Recorded, Timeliness
from diary.checking_in.pages import cursor_of
from diary.errors import (
    CheckInNotFound,
    EntryConflict,
    FutureCheckIn,
    InvalidAnswers,
    InvalidPage,
    ReasonCannotBeSealed,
    UnknownInstrument,
)
from diary.indexes import CHECK_INS
from registry_api.mongo import Mongo
from registry_api.vault.vault import Vault
from tests.diary.examples import DAY, NEW_YORK, NOON, PATIENT, STRANGER, check_in, core, new_id
from tests.diary.transacting import Diary


@pytest.fixture
def store(mongo: Mongo, vault: Vault) -> Diary:
    return Diary(mongo, vault)


async def amended(
    store: Diary, entry: str, *answers: Answer, key: str | None = None, reason: str | None = None
) -> Recorded:
    return await store.amend(
        PATIENT,
        entry,
        key or new_id(),
        answers,
        reason=reason,
        channel=Channel.SMS,
        author=PATIENT,
        now=NOON + timedelta(minutes=5),
    )


async def stored(mongo: Mongo) -> int:
    return await mongo.database[CHECK_INS].estimated_document_count()


async def test_first_entry_reads_back_as_it_was_answered(store: Diary) -> None:
    """A new check-in is one entry with one revision, the same when it is read again."""
    entry = replace(check_in(), prompted_at=NOON - timedelta(hours=1))
    recorded = await store.record(PATIENT, entry, NOON + timedelta(microseconds=123456))
    assert not recorded.already
    assert recorded.check_in == await store.find(PATIENT, entry.id)
    assert recorded.check_in == await store.for_day(PATIENT, "daily", DAY)
    assert recorded.check_in.answers == core(6, 4, 2)
    assert [revision.number for revision in recorded.check_in.revisions] == [1]
    assert recorded.check_in.timeliness is Timeliness.ON_THE_DAY
    assert recorded.check_in.prompted_at == NOON - timedelta(hours=1)


async def test_kinds_of_answers_stay_apart(store: Diary) -> None:
    """Nought, skipped, does not apply, and no are four different things after a trip through the database."""
    said = (
        Answer.rated("pulling", 0),
        Answer.skipped("pain"),
        Answer.does_not_apply("voice_effort"),
        Answer.said("avoided", yes=False),
    )
    entry = check_in(*said)
    await store.record(PATIENT, entry, NOON)
    found = await store.find(PATIENT, entry.id)
    assert found is not None
    assert found.answers == said


async def test_resend_changes_nothing(store: Diary) -> None:
    """The same id with the same answers, in any order and later on, is the same entry again."""
    entry = check_in()
    first = await store.record(PATIENT, entry, NOON)
    again = await store.record(
        PATIENT, replace(entry, answers=core(6, 4, 2)[::-1]), NOON + timedelta(days=900)
    )
    assert again.already
    assert again.check_in == first.check_in


async def test_same_id_with_other_content_is_a_conflict(store: Diary, mongo: Mongo) -> None:
    """An id that comes back with other answers, or about another day, stores nothing."""
    entry = check_in()
    first = await store.record(PATIENT, entry, NOON)
    for other in (replace(entry, answers=core(6, 4, 3)), replace(entry, about=DAY - timedelta(days=1))):
        with pytest.raises(EntryConflict) as conflict:
            await store.record(PATIENT, other, NOON)
        assert conflict.value.existing == first.check_in
    assert await store.find(PATIENT, entry.id) == first.check_in
    assert await stored(mongo) == 1


async def test_second_client_with_the_same_answers(store: Diary) -> None:
    """The same answers from web and text are one entry with one revision, whichever id is sent again."""
    web, sms = check_in(), check_in(channel=Channel.SMS)
    first = await store.record(PATIENT, web, NOON)
    second = await store.record(PATIENT, sms, NOON)
    assert second.already
    assert second.check_in.id == web.id
    assert second.check_in.revisions == first.check_in.revisions
    await amended(store, web.id, Answer.rated("pain", 9))
    resent = await store.record(PATIENT, sms, NOON)
    assert resent.already
    assert len(resent.check_in.revisions) == 2


async def test_part_of_what_stands_is_no_news(store: Diary) -> None:
    """A text with three of the ratings that the web app sent already makes no revision."""
    await store.record(PATIENT, check_in(*core(6, 4, 2), Answer.said("avoided", yes=True)), NOON)
    second = await store.record(PATIENT, check_in(channel=Channel.SMS), NOON)
    assert second.already
    assert len(second.check_in.revisions) == 1


async def test_second_client_with_other_answers(store: Diary) -> None:
    """Other answers from another client become a revision that keeps what they do not name."""
    web = check_in(*core(6, 4, 2), Answer.said("avoided", yes=True))
    sms = replace(check_in(*core(6, 5, 2), channel=Channel.SMS), client_at=None)
    await store.record(PATIENT, web, NOON)
    second = await store.record(PATIENT, sms, NOON + timedelta(minutes=1))
    assert not second.already
    assert second.check_in.answers == (*core(6, 5, 2), Answer.said("avoided", yes=True))
    assert [(one.number, one.channel, one.key) for one in second.check_in.revisions] == [
        (1, Channel.WEB, web.id),
        (2, Channel.SMS, sms.id),
    ]
    assert second.check_in.channel is Channel.SMS
    assert (await store.record(PATIENT, sms, NOON)).already
    assert await store.find(PATIENT, sms.id) == second.check_in


async def test_ids_of_other_people_do_not_meet(store: Diary) -> None:
    """Two people may use the same id, and neither sees or changes the other's entry."""
    entry = check_in()
    await store.record(PATIENT, entry, NOON)
    other = await store.record(STRANGER, replace(entry, answers=core(1, 1, 1)), NOON)
    assert not other.already
    mine = await store.find(PATIENT, entry.id)
    assert mine is not None
    assert mine.answers == core(6, 4, 2)


async def test_amendment_is_a_revision(store: Diary) -> None:
    """A correction adds a revision with its reason; what was there before stays."""
    entry = check_in()
    await store.record(PATIENT, entry, NOON)
    recorded = await amended(store, entry.id, Answer.rated("pain", 5), reason="A slip of the finger, José")
    assert not recorded.already
    assert recorded.check_in.answers == core(6, 5, 2)
    assert recorded.check_in.revisions[0].answers == core(6, 4, 2)
    found = await store.find(PATIENT, entry.id)
    assert found == recorded.check_in
    assert found.revisions[1].reason == "A slip of the finger, José"


async def test_reason_is_ciphertext(store: Diary, mongo: Mongo) -> None:
    """The free text of a reason is nowhere in the stored document."""
    entry = check_in()
    await store.record(PATIENT, entry, NOON)
    await amended(store, entry.id, Answer.rated("pain", 5), reason="Dr Okafor called")
    document = await mongo.database[CHECK_INS].find_one({"_id": f"{PATIENT}:{DAY}:daily"})
    assert document is not None
    assert "Okafor" not in repr(document)
    assert b"Okafor" not in bytes(document["revisions"][1]["reason"])


async def test_reason_needs_an_envelope(mongo: Mongo) -> None:
    """A store without an envelope stores no reason in the clear: it refuses."""
    store, entry = Diary(mongo), check_in()
    await store.record(PATIENT, entry, NOON)
    with pytest.raises(ReasonCannotBeSealed):
        await amended(store, entry.id, Answer.rated("pain", 5), reason="why")


async def test_amendment_twice_is_once(store: Diary) -> None:
    """The same amendment again is `already`, also after a later one; its id with other answers is refused."""
    entry, key = check_in(), new_id()
    await store.record(PATIENT, entry, NOON)
    await amended(store, entry.id, Answer.rated("pain", 5), key=key)
    later = await amended(store, entry.id, Answer.rated("pain", 8))
    again = await amended(store, entry.id, Answer.rated("pain", 5), key=key)
    assert again.already
    assert again.check_in == later.check_in
    for used, answer in ((key, Answer.rated("pain", 6)), (entry.id, Answer.rated("pain", 5))):
        with pytest.raises(InvalidAnswers) as refusal:
            await amended(store, entry.id, answer, key=used)
        assert [fault.path for fault in refusal.value.fields] == ["amendment_id"]
    assert await store.find(PATIENT, entry.id) == later.check_in


async def test_amendment_of_another_entry_with_a_used_id(store: Diary) -> None:
    """An amendment's id that belongs to another entry is refused."""
    today, yesterday, key = check_in(), check_in(about=DAY - timedelta(days=1)), new_id()
    await store.record(PATIENT, today, NOON)
    await store.record(PATIENT, yesterday, NOON)
    await amended(store, today.id, Answer.rated("pain", 5), key=key)
    with pytest.raises(InvalidAnswers):
        await amended(store, yesterday.id, Answer.rated("pain", 5), key=key)


async def test_amendment_of_what_is_not_mine(store: Diary) -> None:
    """Another person's entry and an entry that never was read the same: not found."""
    entry = check_in()
    await store.record(STRANGER, entry, NOON)
    for unknown in (entry.id, new_id()):
        with pytest.raises(CheckInNotFound):
            await amended(store, unknown, Answer.rated("pain", 5))


async def test_withdrawal_is_a_tombstone(store: Diary) -> None:
    """A withdrawn entry has no answers but keeps its chain, and new answers start from nothing."""
    entry, key = check_in(), new_id()
    await store.record(PATIENT, entry, NOON)
    for already in (False, True):
        gone = await store.withdraw(
            PATIENT, entry.id, key, reason=None, channel=Channel.WEB, author=PATIENT, now=NOON
        )
        assert gone.already is already
        assert gone.check_in.withdrawn
        assert gone.check_in.answers == ()
    assert (await store.record(PATIENT, entry, NOON)).check_in.withdrawn
    anew = replace(check_in(Answer.rated("pain", 1)), client_at=NOON + timedelta(minutes=1))
    fresh = await store.record(PATIENT, anew, NOON + timedelta(minutes=2))
    assert not fresh.check_in.withdrawn
    assert fresh.check_in.answers == (Answer.rated("pain", 1),)
    assert [one.withdrawal for one in fresh.check_in.revisions] == [False, True, False]
    assert await store.find(PATIENT, entry.id) == fresh.check_in


async def test_what_is_stored_reads_back_whole(store: Diary) -> None:
    """Overtaken answers, an overtaken withdrawal, a repeated answer and another author's are all there."""
    await store.record(PATIENT, check_in(), NOON)
    late = NOON + timedelta(days=3)
    waiting = replace(check_in(*core(1, 1, 1)), client_at=NOON - timedelta(minutes=5))
    text = replace(check_in(*core(6, 8, 2), channel=Channel.SMS), client_at=None)
    await store.record(PATIENT, text, NOON + timedelta(minutes=1))
    await store.record(PATIENT, waiting, late)
    gone = await store.withdraw(
        PATIENT,
        text.id,
        new_id(),
        reason=None,
        channel=Channel.WEB,
        author=PATIENT,
        now=late,
        client_at=NOON - timedelta(minutes=1),
    )
    typed = replace(check_in(Answer.rated("pain", 8)), author="staff-1", role=AuthorRole.STAFF)
    last = await store.record(PATIENT, typed, late)
    assert await store.find(PATIENT, typed.id) == last.check_in
    assert [(one.revision, one.said) for one in last.check_in.receipts] == [
        (1, core(6, 4, 2)),
        (2, core(6, 8, 2)),
        (3, core(1, 1, 1)),
        (4, None),
        (4, (Answer.rated("pain", 8),)),
    ]
    assert not gone.check_in.withdrawn
    assert [one.said for one in last.check_in.revisions] == [one.said for one in last.check_in.receipts[:4]]
    assert last.check_in.receipts[4].author == "staff-1"


async def test_an_entry_counts_from_when_it_was_said(store: Diary) -> None:
    """A text of the day after becomes an entry of the day, when the phone that was offline comes back."""
    text = replace(check_in(channel=Channel.SMS), client_at=None, prompted_at=NOON)
    first = await store.record(PATIENT, text, NOON + timedelta(days=1))
    assert first.check_in.timeliness is Timeliness.RECALLED
    phone = replace(check_in(), prompted_at=NOON - timedelta(minutes=1))
    second = await store.record(PATIENT, phone, NOON + timedelta(days=3))
    assert second.already
    assert second.check_in.timeliness is Timeliness.ON_THE_DAY
    assert second.check_in.prompted_at == NOON - timedelta(minutes=1)
    assert await store.find(PATIENT, text.id) == second.check_in


async def test_a_change_to_what_was_seen_wins_over_it(store: Diary) -> None:
    """The clock of the phone is an hour slow: its owner's correction counts, where it says what it is to."""
    text = replace(check_in(channel=Channel.SMS), client_at=None)
    seen = (await store.record(PATIENT, text, NOON)).check_in
    for builds_on, pain in ((None, 4), (seen.said_at, 9)):
        changed = await store.amend(
            PATIENT,
            text.id,
            new_id(),
            [Answer.rated("pain", 9)],
            reason=None,
            channel=Channel.WEB,
            author=PATIENT,
            now=NOON + timedelta(minutes=5),
            client_at=NOON - timedelta(minutes=55),
            builds_on=builds_on,
        )
        assert changed.check_in.answer("pain") == Answer.rated("pain", pain)


@pytest.mark.parametrize(
    ("about", "now_days", "timeliness"),
    [(1, 0, Timeliness.RECALLED), (2, 0, Timeliness.RETROSPECTIVE), (732, 0, Timeliness.RETROSPECTIVE)],
)
async def test_late_entries_are_marked(
    store: Diary, about: int, now_days: int, timeliness: Timeliness
) -> None:
    """Yesterday's entry is recalled, older ones are retrospective, up to two years back."""
    entry = check_in(about=DAY - timedelta(days=about))
    recorded = await store.record(PATIENT, entry, NOON + timedelta(days=now_days))
    assert recorded.check_in.timeliness is timeliness


async def test_refusals_store_nothing(store: Diary, mongo: Mongo) -> None:
    """A day, zone, questionnaire, answer or clock that cannot be: refused, nothing stored."""
    ahead, behind = timezone(timedelta(hours=14)), timezone(timedelta(hours=-14))
    refused = [
        (check_in(about=DAY + timedelta(days=1)), FutureCheckIn, None),
        (check_in(about=DAY - timedelta(days=733)), InvalidAnswers, "about"),
        (check_in(zone="Mars/Olympus"), InvalidAnswers, "time_zone"),
        (check_in(Answer.rated("pain", 11)), InvalidAnswers, "answers[0].rating"),
        (replace(check_in(), instrument="bfi"), UnknownInstrument, None),
        (replace(check_in(), client_at=datetime(2026, 3, 4, 12)), InvalidAnswers, "client_at"),  # noqa: DTZ001
        (replace(check_in(), client_at=datetime(1, 1, 1, tzinfo=ahead)), InvalidAnswers, "client_at"),
        (
            replace(check_in(), client_at=datetime(9999, 12, 31, 23, tzinfo=behind)),
            InvalidAnswers,
            "client_at",
        ),
    ]
    for entry, error, path in refused:
        with pytest.raises(error) as refusal:
            await store.record(PATIENT, entry, NOON)
        if isinstance(refusal.value, InvalidAnswers):
            assert [fault.path for fault in refusal.value.fields] == [path]
    assert await stored(mongo) == 0


async def test_a_clock_that_is_years_wrong_keeps_nobody_out(store: Diary) -> None:
    """A phone that lost its date still checks in; what its clock showed is kept in UTC."""
    lost = datetime(1970, 1, 1, 3, tzinfo=timezone(timedelta(hours=2)))
    recorded = await store.record(PATIENT, replace(check_in(), client_at=lost), NOON)
    found = await store.find(PATIENT, recorded.check_in.id)
    assert found is not None
    assert str(found.client_at) == "1970-01-01 01:00:00+00:00"


def seeded_from(recorded: CheckIn, about: date) -> CheckIn:
    """The same answers as another person's entry of another day."""
    key = new_id()
    return replace(
        recorded,
        id=key,
        patient=PATIENT,
        about=about,
        revisions=(replace(recorded.revisions[0], key=key),),
        receipts=(replace(recorded.receipts[0], key=key),),
    )


async def days_of(store: Diary, first: int, **span: date) -> list[list[int]]:
    """The days of all pages of this length."""
    after, pages = None, []
    while True:
        page = await store.page(PATIENT, first, after, **span)
        pages.append([entry.about.day for entry in page.entries])
        assert page.has_previous is (after is not None)
        if not page.has_next:
            return pages
        after = page.end_cursor


async def test_pages_newest_first(store: Diary) -> None:
    """Pages follow each other without gap or overlap, within the days asked for, one person's only."""
    for day in range(1, 8):
        await store.record(PATIENT, check_in(about=date(2026, 2, day)), NOON)
        await store.record(STRANGER, check_in(about=date(2026, 2, day)), NOON)
    assert await days_of(store, 3) == [[7, 6, 5], [4, 3, 2], [1]]
    assert await days_of(store, 7) == [[7, 6, 5, 4, 3, 2, 1]]
    assert await days_of(store, 2, since=date(2026, 2, 3), until=date(2026, 2, 5)) == [[5, 4], [3]]
    assert await days_of(store, 2, since=date(2026, 2, 8)) == [[]]
    assert await days_of(store, 9, until=date.max) == [[7, 6, 5, 4, 3, 2, 1]]


class Commands(CommandListener):
    """The names of the commands that were sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.sent.append(event.command_name)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


async def test_long_page_is_one_round_trip(store: Diary, mongo: Mongo, mongodb_uri: str) -> None:
    """A page of more entries than the driver's usual batch is read by one command."""
    one = (await store.record(STRANGER, check_in(), NOON)).check_in
    days = [DAY - timedelta(days=back) for back in range(150)]
    await store.insert_many(seeded_from(one, day) for day in days)
    commands = Commands()
    watched = Mongo(mongodb_uri, mongo.database.name, listeners=[commands])
    page = await Diary(watched).page(PATIENT, 149)
    watched.close()
    assert [entry.about for entry in page.entries] == days[:149]
    assert page.has_next
    assert [name for name in commands.sent if name in {"find", "getMore", "aggregate"}] == ["find"]


async def test_cursor_of_another_person_leads_nowhere(store: Diary) -> None:
    """A cursor names a day, not a record: with it one reads one's own diary only."""
    theirs = (await store.record(STRANGER, check_in(), NOON)).check_in
    mine = (await store.record(PATIENT, check_in(about=DAY - timedelta(days=1)), NOON)).check_in
    assert (await store.page(PATIENT, 5, cursor_of(theirs))).entries == (mine,)


@pytest.mark.parametrize(
    ("first", "after"),
    [(0, None), (401, None), (5, ""), (5, "?"), (5, "é"), (5, "W1tb"), (5, "MjAyNi05OS05OS9kYWlseQ==")],
)
async def test_page_that_cannot_be(store: Diary, first: int, after: str | None) -> None:
    """A page without length or with a made-up cursor is refused."""
    with pytest.raises(InvalidPage):
        await store.page(PATIENT, first, after)


async def test_bulk_insert_keeps_what_is_there(store: Diary) -> None:
    """Seeding twice inserts once, and an inserted entry is as good as a recorded one."""
    recorded = (await store.record(STRANGER, check_in(), NOON)).check_in
    seeded = [seeded_from(recorded, DAY - timedelta(days=back)) for back in range(3)]
    assert await store.insert_many([]) == 0
    assert await store.insert_many(seeded[:2]) == 2
    assert await store.insert_many(seeded) == 1
    assert list((await store.page(PATIENT, 9)).entries) == seeded
    assert (await amended(store, seeded[2].id, Answer.rated("pain", 9))).check_in.zone == NEW_YORK
