"""The values of a check-in. Its rules, and its place in the database, are in `diary.checking_in`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from diary.ids import EntryId, PatientId
from diary.scores import Score, ScoreRow


class NoAnswer(StrEnum):
    SKIPPED = "SKIPPED"
    DOES_NOT_APPLY = "DOES_NOT_APPLY"


class Channel(StrEnum):
    WEB = "WEB"
    SMS = "SMS"
    STAFF = "STAFF"


class Timeliness(StrEnum):
    """How far behind its day something was said: on it, the day after, or later (not in daily statistics)."""

    ON_THE_DAY = "ON_THE_DAY"
    RECALLED = "RECALLED"
    RETROSPECTIVE = "RETROSPECTIVE"


class AuthorRole(StrEnum):
    PATIENT = "PATIENT"
    STAFF = "STAFF"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said about one item: a rating, yes or no, or why there is neither.

    It can hold nonsense, as people can send it; `diary.checking_in.answering` says what is wrong with it.
    """

    item: str
    rating: int | None = None
    yes: bool | None = None
    not_answered: NoAnswer | None = None

    @classmethod
    def rated(cls, item: str, rating: int) -> Answer:
        return cls(item, rating=rating)

    @classmethod
    def said(cls, item: str, *, yes: bool) -> Answer:
        return cls(item, yes=yes)

    @classmethod
    def skipped(cls, item: str) -> Answer:
        return cls(item, not_answered=NoAnswer.SKIPPED)

    @classmethod
    def does_not_apply(cls, item: str) -> Answer:
        return cls(item, not_answered=NoAnswer.DOES_NOT_APPLY)


@dataclass(frozen=True, slots=True)
class NewCheckIn:
    """A check-in as a client sends it: `id` is a UUID of the client's making, `zone` an IANA name.

    `author` is the id of whoever typed it, where that is not the patient. `builds_on` is the `said_at` of the
    entry that the person saw when they answered, where they saw one.
    """

    id: EntryId
    about: date
    zone: str
    answers: Sequence[Answer]
    channel: Channel
    instrument: str = "daily"
    client_at: datetime | None = None
    prompted_at: datetime | None = None
    author: str | None = None
    role: AuthorRole = AuthorRole.PATIENT
    builds_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """One link of the chain, in the order of arrival: what was said, and how the entry stood from then on.

    `said` is None where it withdrew the entry. `answers` are all answers as they stood after it; none where
    the entry stood withdrawn (`withdrawal`). What was said (`said_at`) before something else that had arrived
    already changes nothing, or a part of it does: the chain shows it all the same.
    """

    number: int
    said: tuple[Answer, ...] | None
    answers: tuple[Answer, ...]
    author: str
    role: AuthorRole
    channel: Channel
    said_at: datetime
    at: datetime
    key: str
    reason: str | None = None
    withdrawal: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """An id that a client sent and that was accepted, with what it said and a digest of it.

    `revision` is the number of the revision that it made, or after which all that it says stood already.
    """

    key: str
    content: bytes
    revision: int
    said: tuple[Answer, ...] | None
    said_at: datetime
    author: str
    role: AuthorRole
    channel: Channel

    @property
    def place(self) -> tuple[datetime, str]:
        """Its place among all that was said about the entry: the same wherever it stands in the receipts."""
        return self.said_at, self.key


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What one person said about one local day, as a chain of revisions that only grows.

    How it stands follows from the set of what was accepted, in whatever order that arrived. `id` is the id
    that was accepted first; any id of `receipts` finds it as well. `timeliness` is the best of all that was
    recorded, `received_at` and `client_at` are those of what was accepted first.
    """

    id: EntryId
    patient: PatientId
    instrument: str
    instrument_version: str
    about: date
    zone: str
    timeliness: Timeliness
    received_at: datetime
    revisions: tuple[Revision, ...]
    receipts: tuple[Receipt, ...]
    prompted_at: datetime | None = None
    client_at: datetime | None = None
    score_rows: tuple[ScoreRow, ...] = ()

    @property
    def scores(self) -> tuple[Score, ...]:
        """What the answers that stand add up to, by the newest rules; none where none stand."""
        if self.withdrawn:
            return ()
        rows = [row for row in self.score_rows if row.revision == self.current.number]
        return rows[-1].scores if rows else ()

    @property
    def current(self) -> Revision:
        """The link that arrived last; its `answers` are those that stand."""
        return self.revisions[-1]

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answers as they stand now, in the order of the instrument; none after a withdrawal."""
        return self.current.answers

    @property
    def channel(self) -> Channel:
        """Where the last word came from."""
        return self._last_said.channel

    @property
    def said_at(self) -> datetime:
        """When the last word was said: what a change names as `builds_on` to come after all of it."""
        return self._last_said.said_at

    @property
    def withdrawn(self) -> bool:
        return self.current.withdrawal

    @property
    def _last_said(self) -> Receipt:
        return max(self.receipts, key=lambda receipt: receipt.place)

    def answer(self, item: str) -> Answer | None:
        return next((answer for answer in self.answers if answer.item == item), None)


@dataclass(frozen=True, slots=True)
class Recorded:
    """The entry as it stands; `already` where nothing new had to be written."""

    check_in: CheckIn
    already: bool
