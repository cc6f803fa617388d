"""Check-ins as clients see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import strawberry

import diary.check_ins as entries
import diary.treatments as treating
from diary.check_ins import Channel, NoAnswer, Timeliness
from diary.cycles import days_since_injection
from diary.instruments import catalogue
from diary.instruments.catalogue import Kind
from diary.scores import NoScore
from registry_api.graph import enums as _enums  # noqa: F401 registers the domain's enums
from registry_api.graph.scalars import TimeZone

_CLIENT_AT = "The client's own clock when it was said. Without it, it is said when we receive it."
_BUILDS_ON = (
    "saidAt of the entry that the person saw: what they say comes after it, however slow the clock is."
)


@strawberry.type(description="Rated, said yes or no, or left out: exactly one of the three.")
class Answer:
    item_id: strawberry.ID
    rating: int | None
    yes: bool | None
    not_answered: NoAnswer | None


@strawberry.type(
    description="One link of an entry's chain, in the order of arrival: what was said, and how it stood then."
)
class Revision:
    number: int
    said: list[Answer] | None = strawberry.field(
        description="What was said; null where the entry was withdrawn."
    )
    answers: list[Answer] = strawberry.field(description="All answers as they stood from then on.")
    withdrawn: bool = strawberry.field(description="True where the entry stood withdrawn from then on.")
    channel: Channel
    reason: str | None
    said_at: datetime = strawberry.field(description="When it was said, which is what counts.")
    at: datetime = strawberry.field(description="When it was received.")


@strawberry.type(description="What the answers of one scale add up to. Its bands are for screening only.")
class Score:
    scale_id: strawberry.ID
    version: str = strawberry.field(description="The version of the instrument whose rules gave it.")
    value: float | None
    reason: NoScore | None = strawberry.field(description="Why there is no value; null where there is one.")
    band: strawberry.ID | None = strawberry.field(
        description="One of the scale's bands, where it has any. Never a diagnosis."
    )


@strawberry.type(description="What one person said about one local day.")
class CheckIn:
    id: strawberry.ID
    instrument_id: strawberry.ID
    instrument_version: str
    about: date
    time_zone: TimeZone
    timeliness: Timeliness
    prompted_at: datetime | None
    received_at: datetime
    client_at: datetime | None = strawberry.field(description="The client's own clock.")
    said_at: datetime = strawberry.field(
        description="When the last word was said. Send it as buildsOn with a change to what is shown here."
    )
    withdrawn: bool = strawberry.field(description="True where no answer stands; to amend it brings it back.")
    answers: list[Answer]
    revisions: list[Revision]
    scores: list[Score] = strawberry.field(
        description="Of the answers that stand, as they were computed when these were saved."
    )
    days_since_injection: int | None = strawberry.field(
        description="Days since the last toxin injection before or on that day."
    )


@strawberry.input(description="Exactly one of rating, yes and notAnswered is given.")
class AnswerInput:
    item_id: strawberry.ID
    rating: int | None = None
    yes: bool | None = None
    not_answered: NoAnswer | None = None

    def to_domain(self) -> entries.Answer:
        return entries.Answer(self.item_id, self.rating, self.yes, self.not_answered)


@strawberry.input
class CheckInInput:
    entry_id: UUID = strawberry.field(description="Made by the client; sending it again changes nothing.")
    instrument_id: strawberry.ID = strawberry.ID(catalogue.DAILY)
    about: date
    time_zone: TimeZone
    client_at: datetime = strawberry.field(description="The client's own clock.")
    answers: list[AnswerInput]
    builds_on: datetime | None = strawberry.field(default=None, description=_BUILDS_ON)


@strawberry.input(description="Items that are not named keep their answers; a withdrawn entry is back.")
class AmendCheckInInput:
    check_in_id: strawberry.ID
    amendment_id: UUID = strawberry.field(description="Made by the client; sending it again changes nothing.")
    answers: list[AnswerInput]
    reason: str | None = None
    client_at: datetime | None = strawberry.field(default=None, description=_CLIENT_AT)
    builds_on: datetime | None = strawberry.field(default=None, description=_BUILDS_ON)


@strawberry.input(description="No answer stands from then on; the chain stays, and amending brings it back.")
class WithdrawCheckInInput:
    check_in_id: strawberry.ID
    withdrawal_id: UUID = strawberry.field(
        description="Made by the client; sending it again changes nothing."
    )
    reason: str | None = None
    client_at: datetime | None = strawberry.field(default=None, description=_CLIENT_AT)
    builds_on: datetime | None = strawberry.field(default=None, description=_BUILDS_ON)


def check_in(entry: entries.CheckIn, treatments: Sequence[treating.Treatment]) -> CheckIn:
    return CheckIn(
        id=strawberry.ID(entry.id),
        instrument_id=strawberry.ID(entry.instrument),
        instrument_version=entry.instrument_version,
        about=entry.about,
        time_zone=TimeZone(entry.zone),
        timeliness=entry.timeliness,
        prompted_at=entry.prompted_at,
        received_at=entry.received_at,
        client_at=entry.client_at,
        said_at=entry.said_at,
        withdrawn=entry.withdrawn,
        answers=_answers(entry, entry.answers),
        revisions=[
            Revision(
                number=revision.number,
                said=None if revision.said is None else _answers(entry, revision.said),
                answers=_answers(entry, revision.answers),
                withdrawn=revision.withdrawal,
                channel=revision.channel,
                reason=revision.reason,
                said_at=revision.said_at,
                at=revision.at,
            )
            for revision in entry.revisions
        ],
        scores=[
            Score(
                scale_id=strawberry.ID(score.scale),
                version=score.version,
                value=score.value,
                reason=score.reason,
                band=strawberry.ID(score.band) if score.band else None,
            )
            for score in entry.scores
        ],
        days_since_injection=days_since_injection(entry.about, treatments),
    )


def _answers(entry: entries.CheckIn, answers: Sequence[entries.Answer]) -> list[Answer]:
    """The answers as they were given; totals are kept in steps of their scale, and are read as scores."""
    known = catalogue.definitions().get(entry.instrument)
    if known and known.kind is Kind.TYPED_IN:
        return []
    return [
        Answer(
            item_id=strawberry.ID(answer.item),
            rating=answer.rating,
            yes=answer.yes,
            not_answered=answer.not_answered,
        )
        for answer in answers
    ]
