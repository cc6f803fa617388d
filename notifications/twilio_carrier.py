"""Twilio as the carrier, through its official SDK.

What the SDK does that we must not have: its asynchronous client ignores its own timeout (so every call stands
in `asyncio.timeout`), it can retry by itself (left off: a second attempt is a second text), it keeps the last
request and answer (cleared after each call), and it logs requests with their numbers (its logger is mute).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import structlog
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from notifications.carrier import Accepted, CarriedMessage
from notifications.errors import CarrierError, OutcomeUnknown, Rejected, Throttled, Unreachable
from notifications.ids import CarrierSid, MessageId
from notifications.messages import State, reported_state
from notifications.phone import PhoneNumber

_log = structlog.get_logger("notifications.twilio_carrier")
_MUTE = logging.Logger("mute", level=logging.CRITICAL + 1)  # noqa: LOG001 belongs to no tree: nothing reaches a handler
_TOO_MANY_REQUESTS = 429
_REQUEST_TIMEOUT = 408
_SERVER_FAULT = 500
_LISTED = 100


@dataclass(frozen=True)
class TwilioAccount:
    """`sender` is our number or a messaging service's SID; `status_url` has a place for `{message}`.

    `api_base` replaces scheme and host of Twilio's own addresses (empty: Twilio itself); `patience_seconds`
    is the limit of each call.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    sender: str
    status_url: str
    api_base: str = ""
    patience_seconds: float = 10.0


@asynccontextmanager
async def connected(account: TwilioAccount) -> AsyncIterator[TwilioCarrier]:
    """A carrier whose connections live as long as the block; must be entered inside the running loop."""
    async with _ReroutedHttpClient(account.api_base) as http_client:
        yield TwilioCarrier(account, http_client)


class TwilioCarrier:
    """Keeps the promises of `notifications.carrier.Carrier`."""

    def __init__(self, account: TwilioAccount, http_client: AsyncTwilioHttpClient) -> None:
        self._account = account
        self._messages = Client(
            account.account_sid,
            account.auth_token,
            http_client=http_client,
            environment={"TWILIO_REGION": ""},  # nothing from the environment of the process
        ).messages

    async def send(self, message: MessageId, to: PhoneNumber, body: str) -> Accepted:
        """Makes one attempt. Raises Rejected, Throttled, Unreachable or OutcomeUnknown."""
        try:
            async with asyncio.timeout(self._account.patience_seconds):
                created = await self._messages.create_async(
                    to=to,
                    body=body,
                    status_callback=self._account.status_url.format(message=message),
                    **self._sender(),
                )
        except Exception as error:  # noqa: BLE001 whatever it is, the message may be on its way
            raise _carrier_error(error) from None
        if not created.sid:
            raise OutcomeUnknown
        return Accepted(CarrierSid(created.sid), reported_state(created.status or "") or State.SENT)

    async def sent_to(self, to: PhoneNumber, since: datetime) -> Sequence[CarriedMessage]:
        """What was sent to a number since a moment; raises a CarrierError.

        It does not filter by the date sent, because a message that Twilio has just accepted has none.
        """
        sender = self._sender().get("from_")
        only_ours = {"from_": sender} if sender else {}
        try:
            async with asyncio.timeout(self._account.patience_seconds):
                found = await self._messages.list_async(to=to, limit=_LISTED, page_size=_LISTED, **only_ours)
        except Exception as error:  # noqa: BLE001 the same
            raise _carrier_error(error) from None
        carried = (_carried(each) for each in found)
        return [each for each in carried if each is not None and each.created_at >= since]

    def _sender(self) -> dict[str, str]:
        name = "messaging_service_sid" if self._account.sender.startswith("MG") else "from_"
        return {name: self._account.sender}


class _ReroutedHttpClient(AsyncTwilioHttpClient):  # type: ignore[misc] # the SDK ships no types
    def __init__(self, api_base: str) -> None:
        super().__init__(logger=_MUTE)
        self._base = urlsplit(api_base) if api_base else None

    async def request(self, method: str, url: str, **options: Any) -> Response:
        auth = options.pop("auth", None)
        if auth is not None:  # the SDK would hand it to a class that aiohttp has deprecated
            authorization = {"Authorization": aiohttp.encode_basic_auth(*auth)}
            options["headers"] = (options.get("headers") or {}) | authorization
        try:
            return await super().request(method, self._rerouted(url), **options)
        finally:
            self._test_only_last_request = None
            self._test_only_last_response = None

    def _rerouted(self, url: str) -> str:
        if self._base is None:
            return url
        return urlunsplit(urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc))


def _carried(listed: Any) -> CarriedMessage | None:
    state = reported_state(listed.status or "")
    if state is None or listed.date_created is None or str(listed.direction) == "inbound":
        return None
    created_at = listed.date_created
    return CarriedMessage(
        sid=CarrierSid(listed.sid),
        body=listed.body or "",
        created_at=created_at if created_at.tzinfo else created_at.replace(tzinfo=UTC),
        state=state,
        error_code=listed.error_code,
    )


def _carrier_error(error: Exception) -> CarrierError:
    """What an error of the SDK or of the network says about the message.

    Twilio's own error body means that it did not take the message. A connection that was never made cannot
    have carried it. All else (a time-out, a lost or unreadable answer, a gateway's page) leaves it open.
    """
    if isinstance(error, TwilioRestException | TwilioServiceException):
        return _refusal(int(error.status), int(error.code or error.status))
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.InvalidURL):
        return Unreachable()
    _log.warning("carrier_answer_lost", error=type(error))
    return OutcomeUnknown()


def _refusal(status: int, code: int) -> CarrierError:
    from_twilio = (
        code != status
    )  # without a body of Twilio's, the SDK puts the HTTP status in place of a code
    if status == _TOO_MANY_REQUESTS:
        return Throttled()
    if status >= _SERVER_FAULT:
        return Throttled() if from_twilio else OutcomeUnknown()
    if status == _REQUEST_TIMEOUT:
        return OutcomeUnknown()
    return Rejected(code)
