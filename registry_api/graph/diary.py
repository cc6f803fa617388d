"""Recording and reading one's own diary."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated

import strawberry

from diary.check_ins import Channel, NewCheckIn
from diary.checking_in.pages import cursor_of
from diary.ids import EntryId
from registry_api.graph.connections import Connection, connection
from registry_api.graph.context import Info
from registry_api.graph.diary_types import (
    AmendCheckInInput,
    CheckIn,
    CheckInInput,
    WithdrawCheckInInput,
    check_in,
)
from registry_api.graph.problems import CheckInConflict, CheckInInTheFuture, NotFound, OwnEntryProblem
from registry_api.graph.safety_types import SAFETY, SafetyReply, safety_reply_or_none
from registry_api.identity.access import as_patient, own_record


@strawberry.type
class CheckInRecorded:
    check_in: CheckIn
    already: bool = strawberry.field(description="True where the entry was here already and nothing changed.")


@strawberry.type
class CheckInAmended:
    check_in: CheckIn
    already: bool
    safety: SafetyReply | None = strawberry.field(description=SAFETY)


@strawberry.type
class CheckInWithdrawn:
    check_in: CheckIn
    already: bool
    safety: SafetyReply | None = strawberry.field(description=SAFETY)


RecordCheckInResult = Annotated[
    CheckInRecorded | CheckInConflict | CheckInInTheFuture | OwnEntryProblem,
    strawberry.union("RecordCheckInResult"),
]
AmendCheckInResult = Annotated[
    CheckInAmended | NotFound | OwnEntryProblem,
    strawberry.union("AmendCheckInResult"),
]
WithdrawCheckInResult = Annotated[
    CheckInWithdrawn | NotFound | OwnEntryProblem,
    strawberry.union("WithdrawCheckInResult"),
]


async def record_check_in(info: Info, input: CheckInInput) -> RecordCheckInResult:  # noqa: A002
    services, now = info.context.services, info.context.now
    patient = as_patient(info.context.caller)
    entry = NewCheckIn(
        id=EntryId(str(input.entry_id)),
        about=input.about,
        zone=input.time_zone,
        answers=[answer.to_domain() for answer in input.answers],
        channel=Channel.WEB,
        instrument=input.instrument_id,
        client_at=input.client_at,
        builds_on=input.builds_on,
    )
    recorded, treatments = await asyncio.gather(
        services.checking_in.record(patient, entry, now), services.treatments.list_for(patient.patient_id)
    )
    return CheckInRecorded(check_in=check_in(recorded.check_in, treatments), already=recorded.already)


async def amend_check_in(info: Info, input: AmendCheckInInput) -> AmendCheckInResult:  # noqa: A002
    services, now = info.context.services, info.context.now
    patient = as_patient(info.context.caller)
    answers = [answer.to_domain() for answer in input.answers]
    corrected, treatments = await asyncio.gather(
        services.checking_in.amend(
            patient,
            input.check_in_id,
            str(input.amendment_id),
            answers,
            reason=input.reason,
            now=now,
            client_at=input.client_at,
            builds_on=input.builds_on,
        ),
        services.treatments.list_for(patient.patient_id),
    )
    return CheckInAmended(
        check_in=check_in(corrected.check_in, treatments),
        already=corrected.already,
        safety=safety_reply_or_none(corrected.reply),
    )


async def withdraw_check_in(info: Info, input: WithdrawCheckInInput) -> WithdrawCheckInResult:  # noqa: A002
    services, now = info.context.services, info.context.now
    patient = as_patient(info.context.caller)
    corrected, treatments = await asyncio.gather(
        services.checking_in.withdraw(
            patient,
            input.check_in_id,
            str(input.withdrawal_id),
            reason=input.reason,
            now=now,
            client_at=input.client_at,
            builds_on=input.builds_on,
        ),
        services.treatments.list_for(patient.patient_id),
    )
    return CheckInWithdrawn(
        check_in=check_in(corrected.check_in, treatments),
        already=corrected.already,
        safety=safety_reply_or_none(corrected.reply),
    )


async def check_ins(
    info: Info,
    first: int = 30,
    after: str | None = None,
    from_: Annotated[date | None, strawberry.argument(name="from")] = None,
    to: date | None = None,
) -> Connection[CheckIn]:
    services = info.context.services
    patient = own_record(info.context.caller)
    page, treatments = await asyncio.gather(
        services.diary.page(patient, first, after, from_, to), services.treatments.list_for(patient)
    )
    return connection(
        ((cursor_of(entry), check_in(entry, treatments)) for entry in page.entries),
        has_next_page=page.has_next,
        has_previous_page=page.has_previous,
    )


@strawberry.type
class DiaryQuery:
    check_ins: Connection[CheckIn] = strawberry.field(
        resolver=check_ins,
        description="Own check-ins, newest day first, withdrawn ones too, so that they can be brought back.",
    )


@strawberry.type
class DiaryMutation:
    record_check_in: RecordCheckInResult = strawberry.mutation(resolver=record_check_in)
    amend_check_in: AmendCheckInResult = strawberry.mutation(resolver=amend_check_in)
    withdraw_check_in: WithdrawCheckInResult = strawberry.mutation(resolver=withdraw_check_in)
