"""What a correction or a withdrawal says of an entry. Pure: the present is passed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from diary.check_ins import Answer, AuthorRole, Channel, CheckIn
from diary.checking_in import saying
from diary.checking_in.answering import checked, checked_clock, digest
from diary.checking_in.chain import Contribution
from diary.errors import UnknownInstrument
from diary.instruments import catalogue
from diary.instruments.catalogue import Instrument, Kind
from diary.keys import to_milliseconds


@dataclass(frozen=True, slots=True)
class Change:
    """A correction, or (`answers` is None) a withdrawal, under an id of the client's making.

    `field` is the one in which that id came.
    """

    field: str
    key: str
    answers: Sequence[Answer] | None
    reason: str | None
    channel: Channel
    author: str
    role: AuthorRole
    now: datetime
    client_at: datetime | None
    builds_on: datetime | None

    def said_of(self, target: CheckIn) -> Contribution:
        """What it says of an entry.

        Raises:
            InvalidAnswers: the answers, or a clock, cannot be taken.
        """
        instrument = definition_for(target.instrument, self.role)
        if self.answers is None:
            taken, content = None, digest("withdraw", answers=())
        else:
            taken = checked(instrument, self.answers)
            content = digest("amend", target.about.isoformat(), instrument.id, answers=taken)
        return Contribution(
            key=self.key,
            content=content,
            answers=taken,
            author=self.author,
            role=self.role,
            channel=self.channel,
            at=to_milliseconds(self.now),
            said_at=_said_at(target, self.now, self.client_at, self.builds_on),
            reason=self.reason or None,
        )


def definition_for(instrument: str, role: AuthorRole) -> Instrument:
    """The definition of an instrument, if somebody in this role may answer it: totals are typed in by staff.

    Raises:
        UnknownInstrument: there is none.
    """
    definition = catalogue.definition(instrument)
    if definition.kind is Kind.TYPED_IN and role is not AuthorRole.STAFF:
        raise UnknownInstrument
    return definition


def _said_at(
    target: CheckIn, now: datetime, client_at: datetime | None, builds_on: datetime | None
) -> datetime:
    client_at, builds_on = checked_clock(client_at, "client_at"), checked_clock(builds_on, "builds_on")
    if client_at is None and builds_on is None:
        builds_on = target.said_at
    said_at = saying.said_at(to_milliseconds(now), client_at, builds_on)
    return to_milliseconds(said_at)
