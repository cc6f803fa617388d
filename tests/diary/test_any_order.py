"""Random days of random people: the same messages over web and text, sent again and out of order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

import pytest

from diary.check_ins import Answer, AuthorRole, Channel, CheckIn, NewCheckIn
from diary.checking_in import chain, saying
from diary.checking_in.answering import digest
from diary.checking_in.chain import Contribution
from diary.errors import CheckInNotFound, EntryConflict
from diary.ids import EntryId, PatientId
from diary.instruments.catalogue import daily
from registry_api.mongo import Mongo
from tests.diary.examples import DAY, NEW_YORK, NOON, PATIENT, STRANGER
from tests.diary.transacting import Diary

SEQUENCES = 10_000
ASKED = (("pulling", "pain", "distress"), ("pulling", "pain"), ("pain",), ("distress",))
Key = tuple[PatientId, date]
View = dict[Key, tuple[object, ...]]


@dataclass(frozen=True)
class Message:
    """What a person said, and when: of a check-in, or (`of` is set) of a correction or a withdrawal.

    A text's moment is when it reached us; the web's is on the phone's clock and arrives whenever it can.
    """

    id: EntryId
    who: PatientId
    about: date
    answers: tuple[Answer, ...] | None
    channel: Channel
    said: datetime
    of: EntryId | None = None
    seen: datetime | None = None

    def received(self, waited: timedelta) -> datetime:
        return self.said if self.channel is Channel.SMS else self.said + waited

    @property
    def clock(self) -> datetime | None:
        return self.said if self.channel is Channel.WEB else None

    def as_check_in(self) -> NewCheckIn:
        return NewCheckIn(
            id=self.id,
            about=self.about,
            zone=NEW_YORK,
            answers=self.answers or (),
            channel=self.channel,
            client_at=self.clock,
            builds_on=self.seen,
        )


class Memory:
    """The store of check-ins without the database: the same steps over a dictionary."""

    def __init__(self) -> None:
        self.entries: dict[Key, CheckIn] = {}

    def take(self, message: Message, now: datetime) -> CheckIn:
        said, here = self._said(message, now), (message.who, message.about)
        of_person = [entry for (who, _), entry in self.entries.items() if who == message.who]
        for holder in of_person:
            if chain.receipt_of(holder, said.key):
                chain.refuse_other_content(holder, said)
                return holder
        if message.of is None and here not in self.entries:
            self.entries[here] = chain.opened(message.who, message.as_check_in(), daily(), said)
            return self.entries[here]
        target = self.entries.get(here)
        if target is None or (message.of is not None and chain.receipt_of(target, message.of) is None):
            raise CheckInNotFound
        self.entries[here] = chain.with_addition(target, chain.addition(target, said, daily()))
        return self.entries[here]

    def _said(self, message: Message, now: datetime) -> Contribution:
        if message.of is None:
            return chain.recording(message.as_check_in(), message.answers or (), message.who, now)
        return Contribution(
            key=message.id,
            content=digest("change", message.about.isoformat(), answers=message.answers or ()),
            answers=message.answers,
            author=message.who,
            role=AuthorRole.PATIENT,
            channel=message.channel,
            at=now,
            said_at=saying.said_at(now, message.clock, message.seen),
        )

    def view(self) -> View:
        return {key: _view(entry) for key, entry in self.entries.items()}


def messages(chance: Random) -> list[Message]:
    """What one or two people said about two days, in the order in which they said it."""
    made: list[Message] = []
    moment = NOON - timedelta(hours=chance.randrange(30))
    for number in range(chance.randint(2, 5)):
        moment += timedelta(seconds=500 * chance.randrange(8))
        who, about = chance.choice((PATIENT, PATIENT, STRANGER)), DAY - timedelta(days=chance.randrange(1, 3))
        before = [one for one in made if (one.who, one.about) == (who, about)]
        kind = chance.random() if before else 0.0
        answers = tuple(Answer.rated(item, chance.randrange(3)) for item in chance.choice(ASKED))
        one = Message(
            id=EntryId(f"{chance.randrange(10**6)}-{number}"),
            who=who,
            about=about,
            answers=answers if kind < 0.8 else None,
            channel=chance.choice((Channel.WEB, Channel.SMS)),
            said=moment,
        )
        if kind >= 0.4:
            of = chance.choice(before)
            seen = one.said if one.channel is Channel.SMS else chance.choice((None, of.said))
            one = replace(one, of=of.id, seen=seen)
        made.append(one)
    return made


def arriving(sent: Sequence[Message], chance: Random) -> list[tuple[Message, datetime]]:
    """The messages in an order of the network's, some of them twice, each with when it was received."""
    order = [*sent, *chance.sample(sent, chance.randrange(2))]
    chance.shuffle(order)
    return [(one, one.received(timedelta(hours=chance.randrange(0, 300)))) for one in order]


def checked(before: CheckIn | None, after: CheckIn, accepted: Iterable[str]) -> None:
    """One chain that only grew, in which all that was accepted can be read."""
    if before is not None:
        assert after.revisions[: len(before.revisions)] == before.revisions
        assert after.receipts[: len(before.receipts)] == before.receipts
        assert after.id == before.id
    assert [one.number for one in after.revisions] == list(range(1, len(after.revisions) + 1))
    assert {receipt.key for receipt in after.receipts} >= set(accepted)


def delivered(arrivals: Sequence[tuple[Message, datetime]]) -> Memory:
    """Everything taken; what corrects an entry that is not there yet is sent again, as a phone does."""
    memory, waiting = Memory(), list(arrivals)
    while waiting:
        again = []
        for message, now in waiting:
            key = (message.who, message.about)
            before = memory.entries.get(key)
            try:
                after = memory.take(message, now)
            except CheckInNotFound:
                again.append((message, now))
            else:
                checked(before, after, [message.id])
        assert len(again) < len(waiting)
        waiting = again
    return memory


def test_ten_thousand_sequences_end_the_same_in_any_order() -> None:
    """One entry a person and day, every revision readable and none changed, one view of one set of events."""
    overtaken = 0
    for number in range(SEQUENCES):
        chance = Random(number)
        sent = messages(chance)
        first, second = (delivered(arriving(sent, chance)) for _ in range(2))
        assert first.view() == second.view(), number
        for key, entry in first.entries.items():
            said = {one.id: one.answers for one in sent if (one.who, one.about) == key}
            assert {one.key: _unordered(one.said) for one in entry.receipts} == {
                name: _unordered(answers) for name, answers in said.items()
            }
            overtaken += any(one.said != one.answers and one.said is not None for one in entry.revisions)
    assert overtaken > SEQUENCES / 10


def test_a_changed_message_under_a_known_id_stores_nothing() -> None:
    """In any sequence, an id that comes back with other content leaves everything as it was."""
    for number in range(300):
        chance = Random(number)
        sent = messages(chance)
        memory = delivered(arriving(sent, chance))
        before = dict(memory.entries)
        one = chance.choice([each for each in sent if each.answers])
        forged = replace(one, answers=(Answer.rated("fear_of_being_looked_at", 9),))
        with pytest.raises(EntryConflict):
            memory.take(forged, NOON + timedelta(days=2))
        assert memory.entries == before


@pytest.mark.parametrize("number", range(20))
async def test_the_database_ends_as_the_rules_say(mongo: Mongo, number: int) -> None:
    """Random sequences through the store leave just what the rules make of them without it."""
    chance = Random(number)
    arrivals = arriving(messages(chance), chance)
    diary, waiting = Diary(mongo), arrivals
    while waiting:
        again = []
        for message, now in waiting:
            try:
                await _sent(diary, message, now)
            except CheckInNotFound:
                again.append((message, now))
        waiting = again
    memory = delivered(arrivals)
    for (who, about), expected in memory.entries.items():
        stored = await diary.for_day(who, "daily", about)
        assert stored is not None
        assert _view(stored) == _view(expected)
        assert [(one.number, one.said, one.answers) for one in stored.revisions] == [
            (one.number, one.said, one.answers) for one in expected.revisions
        ]
    for who in (PATIENT, STRANGER):
        days = {about for (whose, about) in memory.entries if whose == who}
        assert [entry.about for entry in (await diary.page(who, 9)).entries] == sorted(days, reverse=True)


async def _sent(diary: Diary, message: Message, now: datetime) -> None:
    if message.of is None:
        await diary.record(message.who, message.as_check_in(), now)
        return
    rest = {
        "reason": None,
        "channel": message.channel,
        "author": message.who,
        "now": now,
        "client_at": message.clock,
        "builds_on": message.seen,
    }
    if message.answers is None:
        await diary.withdraw(message.who, message.of, message.id, **rest)
    else:
        await diary.amend(message.who, message.of, message.id, message.answers, **rest)


def _view(entry: CheckIn) -> tuple[object, ...]:
    return entry.answers, entry.withdrawn, entry.timeliness, entry.said_at, entry.channel, entry.prompted_at


def _unordered(answers: tuple[Answer, ...] | None) -> frozenset[Answer] | None:
    return None if answers is None else frozenset(answers)
