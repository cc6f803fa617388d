"""The carrier's status reports: each counts once, in whatever order they come, even before its own answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import structlog
from motor.motor_asyncio import AsyncIOMotorClientSession

from notifications.carrier_errors import Meaning
from notifications.delivery.consequences import Consequences
from notifications.delivery.pace import Pace
from notifications.delivery.store import Deliveries, Posted
from notifications.envelope import Envelope
from notifications.ids import CarrierSid, MessageId
from notifications.messages import Report, State, reported_state
from notifications.outbox import Outbox
from notifications.store import Addresses, Flags, Receipts
from notifications.transactions import TransactionalDatabase

_log = structlog.get_logger("notifications.status_reports")


class StatusReports:
    """Takes what the carrier says about a message and moves the message's state forward."""

    def __init__(self, mongo: TransactionalDatabase, envelope: Envelope, pace: Pace | None = None) -> None:
        self._mongo = mongo
        self._pace = pace or Pace()
        self._addresses = Addresses(mongo.database)
        self._receipts = Receipts(mongo.database)
        self._deliveries = Deliveries(mongo.database, envelope, lease=self._pace.lease)
        self._consequences = Consequences(
            Outbox(mongo.database, envelope), self._addresses, Flags(mongo.database)
        )

    async def apply_status(
        self,
        message: MessageId,
        status: str,
        error_code: int | None,
        at: datetime,
        *,
        sid: CarrierSid,
        raw: Mapping[str, str] | None = None,
    ) -> bool:
        """Takes one status report; True if it moved the message on, False for a repeated or late one.

        `status` is the carrier's word, `sid` its name for the message, `raw` the whole form, of which no
        number and no text is kept. A report for a message that we do not know is dropped.
        """
        state = reported_state(status)
        if state is None:
            _log.warning("carrier_status_unknown", message=message, carrier_status=status)
            return False

        async def act(session: AsyncIOMotorClientSession) -> bool:
            posted = await self._deliveries.posted(message, session)
            if posted is None:
                return False
            if not await self._receipts.keep(message, sid, status, raw or {}, at, session=session):
                return False
            return await self._settle(posted, Report(sid, state, error_code, at), session)

        return await self._mongo.transact(act)

    async def settle(self, message: MessageId, report: Report) -> bool:
        """Does the same for what the carrier answered when it was called or asked."""

        async def act(session: AsyncIOMotorClientSession) -> bool:
            posted = await self._deliveries.posted(message, session)
            return posted is not None and await self._settle(posted, report, session)

        return await self._mongo.transact(act)

    async def _settle(self, posted: Posted, report: Report, session: AsyncIOMotorClientSession) -> bool:
        concerned = posted.concerned
        if report.state in {State.FAILED, State.UNDELIVERED}:
            error = await self._consequences.follow(report.error_code, concerned, report.at, session)
            again = error.meaning in {Meaning.RETRY, Meaning.OURS}
            if again and posted.attempts < self._pace.most_attempts:
                due_at = report.at + self._pace.retry_delay(posted.attempts)
                await self._deliveries.give_up_attempt(concerned.message, report.sid, due_at, session)
                return False
        elif report.state is State.DELIVERED:
            await self._addresses.clear_trouble(concerned.address_key, session=session)
        return await self._deliveries.report(concerned.message, report, session)
