"""The real SDK against the carrier stand-in, over real sockets."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from notifications.carrier_standin.app import create_standin
from notifications.carrier_standin.config import StandinConfig
from notifications.delivery.pace import Pace
from notifications.errors import CarrierError, OutcomeUnknown, Rejected, Throttled, Unreachable
from notifications.ids import CarrierSid, MessageId
from notifications.phone import PhoneNumber
from notifications.twilio_carrier import TwilioAccount, TwilioCarrier, connected
from notifications.webhook_signature import is_genuine
from tests.notifications.carrier_standin.served import free_port, served
from tests.notifications.conftest import Office
from tests.notifications.drafts import draft

ANNA_NUMBER = PhoneNumber("+12025550101")
SERVICE = "+15550100001"
ACCOUNT = TwilioAccount(
    account_sid="AC" + "0a" * 16,
    auth_token="a secret of the tests",
    sender=SERVICE,
    status_url="",
    patience_seconds=1.0,
)
QUICK = Pace(
    lease=timedelta(seconds=5),
    send_limit=timedelta(seconds=2),
    grace=timedelta(milliseconds=1),
    ask_after=timedelta(milliseconds=1),
    ask_again=timedelta(milliseconds=1),
    first_retry=timedelta(milliseconds=1),
)


@dataclass
class Line:
    """A stand-in with one phone, and the service's own side for its status callbacks."""

    office: Office
    account: TwilioAccount
    carrier: TwilioCarrier
    http: httpx2.AsyncClient
    statuses: list[dict[str, str]]

    async def fault(self, kind: str, **more: Any) -> None:
        (await self.http.post("/phones/p1/faults", json={"kind": kind, **more})).raise_for_status()

    async def texts(self) -> list[dict[str, Any]]:
        answer = (await self.http.get("/phones/p1/messages")).raise_for_status()
        return list(answer.json()["messages"])

    async def deliver(self, *, until: str = "delivered", reason_key: str = "reply:1") -> None:
        """Runs the relay until a message has reached a state."""
        relay = self.office.relay(carrier=self.carrier, pace=QUICK)
        async with asyncio.timeout(10):
            while (await self.office.state(reason_key))[0] != until:
                await relay.run_once(datetime.now(UTC))
                await asyncio.sleep(0.02)


@pytest.fixture
async def line(office: Office) -> AsyncIterator[Line]:
    statuses: list[dict[str, str]] = []

    async def status(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        signature = request.headers["X-Twilio-Signature"]
        if not is_genuine(str(request.url), form, signature, ACCOUNT.auth_token):
            return Response(status_code=403)
        statuses.append(form)
        await office.reports.apply_status(
            MessageId(request.path_params["message"]),
            form["MessageStatus"],
            int(form.get("ErrorCode") or 0) or None,
            datetime.now(UTC),
            sid=CarrierSid(form["MessageSid"]),
            raw=form,
        )
        return Response(status_code=204)

    our_side = Starlette(routes=[Route("/webhooks/twilio/status/{message}", status, methods=["POST"])])
    async with served(our_side, free_port()) as our_url:
        config = StandinConfig(
            account_sid=ACCOUNT.account_sid,
            auth_token=ACCOUNT.auth_token,
            service_numbers=(SERVICE,),
            inbound_url=f"{our_url}/webhooks/twilio/inbound",
            phones=(("Anna", ANNA_NUMBER),),
            pace=0.02,
            hang=5.0,
        )
        async with served(create_standin(config), free_port()) as url:
            account = replace(
                ACCOUNT, api_base=url, status_url=f"{our_url}/webhooks/twilio/status/{{message}}"
            )
            async with connected(account) as carrier, httpx2.AsyncClient(base_url=url, timeout=20) as http:
                yield Line(office, account, carrier, http, statuses)


async def test_a_text_is_delivered(line: Line) -> None:
    """From the outbox through the SDK to the phone, and the signed reports back."""
    await line.office.queue(draft(), now=datetime.now(UTC))
    await line.deliver()
    (text,) = await line.texts()
    assert text["text"] == "Saved: 6 4 2. To correct it, text C and all the numbers, like C 6 5 2."
    assert (text["segments"], text["encoding"]) == (1, "GSM-7")
    assert (await line.office.record())["sids"] == [text["sid"]]


@pytest.mark.parametrize(
    "kind",
    [
        "timeout_after_accept",
        "timeout_before_accept",
        "too_many_requests",
        "server_error",
        "duplicate_callbacks",
        "shuffled_callbacks",
    ],
)
async def test_faults_of_the_carrier_neither_lose_nor_double(line: Line, kind: str) -> None:
    """Whatever goes wrong once, the phone shows one text in the end."""
    await line.fault(kind)
    await line.office.queue(draft(), now=datetime.now(UTC))
    await line.deliver()
    assert len(await line.texts()) == 1


async def test_a_lost_answer_and_lost_reports_are_found_by_asking(line: Line) -> None:
    """Without answer and without reports, the carrier's list tells that the text went out."""
    await line.fault("timeout_after_accept")
    await line.fault("lost_callbacks")
    await line.office.queue(draft(), now=datetime.now(UTC))
    relay = line.office.relay(carrier=line.carrier, pace=QUICK)
    await relay.run_once(datetime.now(UTC))
    assert (await line.office.state())[0] == "unknown"
    await asyncio.sleep(0.01)
    await relay.run_once(datetime.now(UTC))
    (text,) = await line.texts()
    assert (await line.office.record())["sids"] == [text["sid"]]
    assert (await line.office.state())[0] in {"sent", "delivered"}


async def test_a_phone_that_opted_out_at_the_carrier(line: Line) -> None:
    """21610 from the API is recorded like a STOP."""
    await line.fault("opted_out")
    await line.office.queue(draft(), now=datetime.now(UTC))
    await line.deliver(until="cancelled")
    assert await line.office.addresses.is_opted_out(line.office.anna)
    assert await line.texts() == []


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("too_many_requests", Throttled),
        ("server_error", Throttled),
        ("timeout_before_accept", OutcomeUnknown),
        ("timeout_after_accept", OutcomeUnknown),
        ("opted_out", Rejected),
    ],
)
async def test_errors_are_typed(line: Line, kind: str, error: type[CarrierError]) -> None:
    """Each failure says whether the carrier may have the text."""
    await line.fault(kind)
    with pytest.raises(error) as raised:
        await line.carrier.send(MessageId("m1"), ANNA_NUMBER, "Hello")
    assert ANNA_NUMBER not in str(raised.value)
    assert raised.value.__cause__ is None


async def test_the_list_has_what_was_just_accepted(line: Line) -> None:
    """A text is listed at once, by number and moment, with its exact words."""
    started = datetime.now(UTC).replace(microsecond=0)
    accepted = await line.carrier.send(MessageId("m1"), ANNA_NUMBER, "Hello")
    (found,) = await line.carrier.sent_to(ANNA_NUMBER, started)
    assert (found.sid, found.body) == (accepted.sid, "Hello")
    assert await line.carrier.sent_to(ANNA_NUMBER, started + timedelta(minutes=1)) == []
    assert await line.carrier.sent_to(PhoneNumber("+12025550177"), started) == []


async def test_nobody_there() -> None:
    """A refused connection cannot have carried a text."""
    account = replace(ACCOUNT, api_base=f"http://127.0.0.1:{free_port()}", status_url="http://x/{message}")
    async with connected(account) as carrier:
        with pytest.raises(Unreachable):
            await carrier.send(MessageId("m1"), ANNA_NUMBER, "Hello")
        with pytest.raises(Unreachable):
            await carrier.sent_to(ANNA_NUMBER, datetime.now(UTC))


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (502, "<html>Bad gateway</html>", OutcomeUnknown),
        (201, "no JSON", OutcomeUnknown),
        (201, "null", OutcomeUnknown),
        (201, "{}", OutcomeUnknown),
        (429, "slow down", Throttled),
        (400, '{"code": 21211, "message": "no", "status": 400}', Rejected),
        (400, '{"code": null, "message": "no", "status": 400}', Rejected),
        (503, '{"code": 20503, "message": "no", "status": 503}', Throttled),
    ],
)
async def test_answers_that_are_not_as_expected(status: int, body: str, error: type[CarrierError]) -> None:
    """A gateway's page and a broken answer leave it open; Twilio's own refusal does not."""

    async def answer(request: Request) -> Response:  # noqa: ARG001 whatever is asked
        return PlainTextResponse(body, status)

    odd = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
    async with (
        served(odd, free_port()) as url,
        connected(replace(ACCOUNT, api_base=url, status_url="http://x/{message}")) as carrier,
    ):
        with pytest.raises(error):
            await carrier.send(MessageId("m1"), ANNA_NUMBER, "Hello")


async def test_nothing_personal_is_logged(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    """At the most talkative level, neither number nor words nor secret reach the log."""
    caplog.set_level(logging.DEBUG)
    await line.carrier.send(MessageId("m1"), ANNA_NUMBER, "Hello you")
    seen = caplog.text + repr(line.account)
    assert not [secret for secret in (ANNA_NUMBER[1:], "Hello you", ACCOUNT.auth_token) if secret in seen]
