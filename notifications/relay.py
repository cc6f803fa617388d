"""Carries queued messages to the carrier, each once in effect, whatever crashes.

How one message goes: it is leased; in one transaction the verdict is asked with fresh facts and the intent to
send is recorded; then the carrier is called once. A worker that dies before that transaction leaves a queued
message whose lease runs out. One that dies after it leaves a message in `sending`: the next worker asks the
carrier whether it has the message before anything is sent again, and a send that is put back passes the
verdict again.

Why a STOP always wins: the transaction writes the document of the number (`Addresses.intend`), and so does a
STOP, and so does whoever withdraws a consent, ends contact or pauses it. MongoDB lets only one of two such
transactions commit; the other starts again and sees the first. So an intent either was committed before the
STOP, or sees it. The same write makes two workers that send to one person take turns, so that the cap on
trial messages is counted right.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo.errors import DuplicateKeyError, PyMongoError

from notifications import templates
from notifications.carrier import CarriedMessage, Carrier
from notifications.carrier_errors import Meaning
from notifications.delivery.consequences import Concerned, Consequences
from notifications.delivery.pace import Pace, RunningClock
from notifications.delivery.store import Call, Deliveries
from notifications.directory import Recipients
from notifications.envelope import Envelope
from notifications.errors import (
    CarrierError,
    LeaseLost,
    OutcomeUnknown,
    Rejected,
    SlotsWrong,
    TemplateUnknown,
)
from notifications.ids import AddressKey
from notifications.messages import Message, Report, State
from notifications.outbox import Outbox
from notifications.status_reports import StatusReports
from notifications.store import Addresses, Flags
from notifications.suppression import (
    CAP_WINDOW,
    OPTED_OUT,
    POLICIES,
    Cancel,
    Expire,
    Hold,
    verdict,
)
from notifications.transactions import TransactionalDatabase

_log = structlog.get_logger("notifications.relay")

_Departure = tuple[Call, AddressKey]


class Relay:
    """One worker's share of the outbox; any number of them may run side by side."""

    def __init__(
        self,
        mongo: TransactionalDatabase,
        envelope: Envelope,
        recipients: Recipients,
        carrier: Carrier,
        *,
        worker: str,
        pace: Pace | None = None,
    ) -> None:
        self._mongo = mongo
        self._recipients = recipients
        self._carrier = carrier
        self._worker = worker
        self._pace = pace or Pace()
        self._deliveries = Deliveries(mongo.database, envelope, lease=self._pace.lease)
        self._addresses = Addresses(mongo.database)
        self._consequences = Consequences(
            Outbox(mongo.database, envelope), self._addresses, Flags(mongo.database)
        )
        self._reports = StatusReports(mongo, envelope, self._pace)

    async def run_once(self, now: datetime, *, most: int = 200) -> int:
        """Works on what is due, doubtful messages first, up to a number; how many records were taken up."""
        clock = RunningClock(now)
        places = asyncio.Semaphore(self._pace.at_once)
        taken = 0
        async with asyncio.TaskGroup() as group:
            while taken < most:
                await places.acquire()
                message = await self._deliveries.claim_doubtful(clock.now(), self._worker)
                message = message or await self._deliveries.claim_due(clock.now(), self._worker)
                if message is None:
                    break
                taken += 1
                group.create_task(self._take_up(message, clock)).add_done_callback(lambda _: places.release())
        return taken

    async def _take_up(self, message: Message, clock: RunningClock) -> None:
        try:
            if message.state is State.QUEUED:
                await self._try_to_send(message, clock)
            else:
                await self._look_up(message, clock)
        except LeaseLost:
            _log.info("lease_lost", message=message.id)
        except (PyMongoError, OSError) as error:
            _log.warning("message_left_to_its_lease", message=message.id, error=type(error))
        except Exception as error:  # noqa: BLE001 one message must not stop the others; its lease brings it back
            _log.error("message_not_handled", message=message.id, error=type(error))
            await self._set_aside(message, clock.now())

    async def _set_aside(self, message: Message, now: datetime) -> None:
        try:
            if message.claims < self._pace.most_claims:
                delay = self._pace.retry_delay(message.claims)
                await self._deliveries.look_again(message, now + delay)
            else:
                await self._deliveries.fail(message, "not_handled")
        except (LeaseLost, PyMongoError) as error:
            _log.info("message_left_to_its_lease", message=message.id, error=type(error))

    async def _try_to_send(self, message: Message, clock: RunningClock) -> None:
        slots = await self._deliveries.slots_of(message)
        try:
            body = templates.render(message.template, message.language, slots)
        except (TemplateUnknown, SlotsWrong):
            _log.error("message_has_no_wording", message=message.id, template=message.template)
            await self._deliveries.fail(message, "no_wording")
            return

        async def act(session: AsyncIOMotorClientSession) -> _Departure | None:
            return await self._ask_verdict(message, body, clock.now(), session)

        departure = await self._mongo.transact(act)
        if departure is not None:
            await self._send(message, departure, clock)

    async def _ask_verdict(
        self, message: Message, body: str, now: datetime, session: AsyncIOMotorClientSession
    ) -> _Departure | None:
        recipient = await self._recipients.find(message.recipient, now, session=session)
        if recipient is None:
            decision = verdict(message, None, opted_out=False, sent_trial_messages=0, now=now)
        else:
            address = await self._addresses.intend(recipient.address_key, now, session=session)
            capped = POLICIES[message.kind].capped
            decision = verdict(
                message,
                recipient,
                opted_out=address.opted_out,
                number_suspended=address.suspended,
                sent_trial_messages=await self._deliveries.trial_messages(
                    message.recipient, now - CAP_WINDOW, session
                )
                if capped
                else 0,
                now=now,
            )
        if isinstance(decision, Hold):
            await self._deliveries.hold(message, decision.until, decision.reason, session)
        elif isinstance(decision, Expire):
            await self._deliveries.expire(message, session)
        elif isinstance(decision, Cancel):
            await self._deliveries.cancel(message, decision.reason, session)
        elif recipient is not None:
            call = Call(recipient.address, body)
            await self._deliveries.intend(message, call, recipient.address_key, now, session)
            return call, recipient.address_key
        return None

    async def _send(self, queued: Message, departure: _Departure, clock: RunningClock) -> None:
        call, address_key = departure
        message = replace(queued, state=State.SENDING, attempts=queued.attempts + 1)
        if clock.now() + self._pace.send_limit >= queued.lease_until:
            return  # too slow up to here: whoever takes over will ask the carrier first
        try:
            async with asyncio.timeout(self._pace.send_limit.total_seconds()):
                accepted = await self._carrier.send(message.id, call.to, call.body)
        except Rejected as refusal:
            await self._refused(message, address_key, refusal.code, clock.now())
        except (TimeoutError, OutcomeUnknown):
            _log.warning("outcome_unknown", message=message.id)
            await self._deliveries.doubt(message, clock.now() + self._pace.ask_after)
        except CarrierError as error:
            _log.info("carrier_later", message=message.id, error=type(error))
            await self._try_later(message, clock.now(), None)
        else:
            await self._reports.settle(message.id, Report(accepted.sid, accepted.state, None, clock.now()))

    async def _refused(self, message: Message, address_key: AddressKey, code: int, now: datetime) -> None:
        _log.info("carrier_refused", message=message.id, code=code)

        async def act(session: AsyncIOMotorClientSession) -> None:
            error = await self._consequences.follow(
                code, Concerned(message.id, message.recipient, address_key), now, session
            )
            if error.meaning in {Meaning.RETRY, Meaning.OURS}:
                await self._try_later(message, now, session)
            elif error.meaning is Meaning.OPTED_OUT:
                await self._deliveries.cancel(message, OPTED_OUT, session)
            else:
                await self._deliveries.fail(message, "refused", code=code, session=session)

        await self._mongo.transact(act)

    async def _try_later(
        self, message: Message, now: datetime, session: AsyncIOMotorClientSession | None
    ) -> None:
        if message.attempts >= self._pace.most_attempts:
            await self._deliveries.fail(message, "too_many_attempts", session=session)
        else:
            delay = self._pace.retry_delay(message.attempts)
            await self._deliveries.put_back(message, now + delay, session)

    async def _look_up(self, message: Message, clock: RunningClock) -> None:
        call = await self._deliveries.call_of(message)
        if call is None or message.intent_at is None:
            await self._deliveries.fail(message, "not_handled")
            return
        try:
            listed = await self._carrier.sent_to(call.to, message.intent_at - self._pace.clock_skew)
        except CarrierError as error:
            _log.info("carrier_later", message=message.id, error=type(error))
            await self._deliveries.look_again(message, clock.now() + self._pace.ask_again)
            return
        ours = sorted((each for each in listed if each.body == call.body), key=lambda each: each.created_at)
        if await self._adopt(message, ours, clock.now()):
            return
        believed_at = message.intent_at + self._pace.grace
        if clock.now() < believed_at:
            ask_at = min(believed_at, clock.now() + self._pace.ask_again)
            await self._deliveries.look_again(message, ask_at)
        else:
            _log.info("carrier_never_had_it", message=message.id)
            await self._try_later(message, clock.now(), None)

    async def _adopt(self, message: Message, found: Sequence[CarriedMessage], now: datetime) -> bool:
        """Whether one of the carrier's messages is this one: the first that is on no other record."""
        taken = await self._deliveries.known_sids([each.sid for each in found])
        for carried in found:
            if carried.sid in taken:
                continue
            try:
                await self._reports.settle(
                    message.id, Report(carried.sid, carried.state, carried.error_code, now)
                )
            except DuplicateKeyError:
                continue  # another worker has just found its own
            return True
        return False
