from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

import httpx2
import pytest
import structlog
from pydantic import SecretStr
from starlette.applications import Starlette
from twilio.request_validator import RequestValidator

from notifications.messages import State
from notifications.outbox import OUTBOX
from notifications.status_reports import StatusReports
from notifications.store import RECEIPTS
from registry_api import webhooks
from registry_api.conversations.texting import Conversations
from registry_api.mongo import Mongo
from registry_api.settings import Settings
from registry_api.vault.vault import Vault
from tests.registry_api.stored_bytes import all_of
from tests.registry_api.texting_desk import EVENING, PHONE, TextingDesk

TOKEN = "a-token-of-tests"
SETTINGS = Settings(public_url="https://diary.example/below", twilio_auth_token=SecretStr(TOKEN))
SID = "SM" + "0a" * 16
INBOUND = "/webhooks/twilio/inbound"
FORM_TYPE = "application/x-www-form-urlencoded"


def inbound_form(**changes: str) -> dict[str, str]:
    return {
        "AccountSid": "AC" + "1" * 32,
        "ApiVersion": "2010-04-01",
        "Body": "6 4 2",
        "From": PHONE,
        "FromCity": "",
        "MessageSid": SID,
        "NumMedia": "0",
        "SmsStatus": "received",
        "To": "+15005550006",
        "ToZip": "",
    } | changes


def status_form(**changes: str) -> dict[str, str]:
    return {
        "AccountSid": "AC" + "1" * 32,
        "From": "+15005550006",
        "MessageSid": SID,
        "MessageStatus": "delivered",
        "SmsSid": SID,
        "To": PHONE,
    } | changes


def signed(path: str, form: Mapping[str, str], token: str = TOKEN, base: str = SETTINGS.public_url) -> str:
    return str(RequestValidator(token).compute_signature(base + path, dict(form)))


@dataclass(frozen=True)
class Parts:
    conversations: Conversations
    status_reports: StatusReports
    now: Callable[[], datetime]


@dataclass(frozen=True)
class Office:
    desk: TextingDesk
    client: httpx2.AsyncClient

    async def post(
        self, path: str, form: Mapping[str, str], *, signature: str | None = None, **headers: str
    ) -> httpx2.Response:
        """A post as the carrier makes it, signed for the public address unless told otherwise."""
        sign = signed(path, form) if signature is None else signature
        return await self.client.post(
            path,
            content=urlencode(form),
            headers={"content-type": FORM_TYPE, "x-twilio-signature": sign, **headers},
        )

    async def stored(self) -> int:
        return len(await all_of(self.desk.mongo.database, "inbox"))


@pytest.fixture
async def office(mongo: Mongo, vault: Vault) -> AsyncIterator[Office]:
    desk = TextingDesk(mongo, vault)
    parts = Parts(desk.conversations, desk.status_reports, lambda: EVENING)
    app = Starlette(routes=webhooks.routes(SETTINGS, lambda _: parts))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://10.0.0.7:8000") as client:
        yield Office(desk, client)


@pytest.mark.parametrize(
    ("label", "changes", "after"),
    [
        ("an answer", {}, "waiting"),
        ("an answer of words with signs", {"Body": "seis, cuatro y dos ¡ya! 👍 & = +"}, "waiting"),
        ("a blank body", {"Body": ""}, "waiting"),
        (
            "a picture without words",
            {"Body": "", "NumMedia": "1", "MediaUrl0": "https://x.example/1"},
            "waiting",
        ),
        ("a STOP", {"Body": "STOP"}, "done"),
        ("a STOP that the carrier answered", {"Body": "stop", "OptOutType": "STOP"}, "done"),
        ("a START", {"Body": "Start"}, "done"),
        ("a HELP that the carrier answered", {"Body": "help", "OptOutType": "HELP"}, "done"),
        ("a STOP beside words of danger", {"Body": "STOP. I want to die"}, "waiting"),
        ("a text from elsewhere", {"From": "+447700900123", "FromCountry": "GB"}, "waiting"),
    ],
)
async def test_a_genuine_text_is_kept(
    office: Office, label: str, changes: dict[str, str], after: str
) -> None:
    """A signed text is stored once and answered with an empty document at once."""
    answer = await office.post(INBOUND, inbound_form(**changes))
    assert answer.status_code == 200, label
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text.endswith("<Response/>")
    kept = await all_of(office.desk.mongo.database, "inbox")
    assert [(each["_id"], each["state"]) for each in kept] == [(SID, after)]


async def test_the_same_text_twice_is_kept_once(office: Office) -> None:
    """A repeated post is answered alike, and changes nothing."""
    first = await office.post(INBOUND, inbound_form())
    again = await office.post(INBOUND, inbound_form())
    assert (first.status_code, again.status_code) == (200, 200)
    assert await office.stored() == 1


async def test_a_query_belongs_to_the_signed_address(office: Office) -> None:
    """An address with a query is checked with it."""
    path = f"{INBOUND}?from=console&n=%20"
    assert (await office.post(path, inbound_form())).status_code == 200


@pytest.mark.parametrize(
    ("label", "signature"),
    [
        ("none", ""),
        ("nonsense", "c2lnbmF0dXJl"),
        ("not even base 64", "ü"),
        ("with another token", signed(INBOUND, inbound_form(), token="another")),
        ("of other content", signed(INBOUND, inbound_form(Body="6 4 3"))),
        ("without the blank values", signed(INBOUND, {k: v for k, v in inbound_form().items() if v})),
        ("for another address", signed("/webhooks/twilio/status/x", inbound_form())),
        ("for the host that was asked", signed(INBOUND, inbound_form(), base="http://10.0.0.7:8000")),
    ],
)
async def test_a_post_without_a_genuine_signature_is_refused(
    office: Office, label: str, signature: str
) -> None:
    """A wrong signature gets a plain 403, and nothing is stored."""
    form = urlencode(inbound_form())
    headers = [(b"content-type", FORM_TYPE.encode()), (b"x-twilio-signature", signature.encode())]
    answer = await office.client.post(INBOUND, content=form, headers=headers)
    assert answer.status_code == 403, label
    assert answer.text == "The signature is missing or wrong."
    assert await office.stored() == 0


async def test_headers_that_name_a_host_count_for_nothing(office: Office) -> None:
    """A forged host with a signature to match is refused; a genuine post with an odd host is taken."""
    form = inbound_form()
    forged = signed(INBOUND, form, base="https://evil.example")
    headers = {"host": "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}
    assert (await office.post(INBOUND, form, signature=forged, **headers)).status_code == 403
    assert (await office.post(INBOUND, form, **headers)).status_code == 200


async def test_without_a_token_nothing_is_genuine(mongo: Mongo, vault: Vault) -> None:
    """A service that was given no token takes no post, not even one signed with an empty token."""
    desk = TextingDesk(mongo, vault)
    parts = Parts(desk.conversations, desk.status_reports, lambda: EVENING)
    settings = Settings(public_url=SETTINGS.public_url, twilio_auth_token=SecretStr(""))
    app = Starlette(routes=webhooks.routes(settings, lambda _: parts))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://x") as client:
        answer = await Office(desk, client).post(
            INBOUND, inbound_form(), signature=signed(INBOUND, inbound_form(), token="")
        )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("label", "kind", "body", "status"),
    [
        ("JSON", "application/json", b'{"Body": "6 4 2"}', 415),
        ("no kind at all", "", b"Body=6", 415),
        ("several parts", "multipart/form-data; boundary=x", b"--x--", 415),
        ("an empty form", FORM_TYPE, b"", 400),
        ("a form that is not UTF-8", FORM_TYPE, b"Body=%ff", 400),
        ("bytes that are not UTF-8", FORM_TYPE, b"Body=\xff", 400),
        ("a field twice", FORM_TYPE, b"Body=1&Body=2", 400),
        ("very many fields", FORM_TYPE, b"&".join(b"a%d=1" % n for n in range(500)), 400),
        ("a body that is too large", FORM_TYPE, b"Body=" + b"6" * (70 * 1024), 413),
    ],
)
async def test_what_is_no_form_is_refused_in_plain_words(
    office: Office, label: str, kind: str, body: bytes, status: int
) -> None:
    """Another kind of body gets a sentence and a status of its own, and nothing is stored."""
    headers = {"content-type": kind, "x-twilio-signature": "c2lnbmF0dXJl"}
    answer = await office.client.post(INBOUND, content=body, headers=headers)
    assert answer.status_code == status, label
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.endswith(".")
    assert await office.stored() == 0


@pytest.mark.parametrize(
    ("label", "changes"),
    [
        ("no MessageSid", {"MessageSid": ""}),
        ("a MessageSid of another shape", {"MessageSid": "SM1'; drop"}),
    ],
)
async def test_a_text_without_its_name_is_refused(
    office: Office, label: str, changes: dict[str, str]
) -> None:
    """A genuine form that is no text gets a 400, and nothing is stored."""
    answer = await office.post(INBOUND, inbound_form(**changes))
    assert answer.status_code == 400, label
    assert await office.stored() == 0


async def test_a_sender_without_a_number_is_not_answered(office: Office) -> None:
    """A text from a short code or a name is taken from the carrier and dropped: nobody could be answered."""
    answer = await office.post(INBOUND, inbound_form(From="ACME"))
    assert answer.status_code == 200
    assert await office.stored() == 0


async def test_only_posts_are_taken(office: Office) -> None:
    """Looking at the address shows nothing."""
    assert (await office.client.get(INBOUND)).status_code == 405


async def test_a_status_report_moves_its_message_on(office: Office) -> None:
    """The whole road: an answer is sent, and the carrier's report makes it delivered, once."""
    await office.desk.prompted()
    await office.post(INBOUND, inbound_form())
    await office.desk.work()
    await office.desk.deliver()
    (message,) = await all_of(office.desk.mongo.database, OUTBOX)
    path = f"/webhooks/twilio/status/{message['_id']}"
    form = status_form(MessageSid=message["sids"][0])
    answers = [(await office.post(path, form)).status_code for _ in range(2)]
    late = await office.post(path, form | {"MessageStatus": "sent"})
    assert [*answers, late.status_code] == [204, 204, 204]
    (message,) = await all_of(office.desk.mongo.database, OUTBOX)
    assert message["state"] == State.DELIVERED
    receipts = await all_of(office.desk.mongo.database, RECEIPTS)
    assert PHONE not in repr(receipts)


@pytest.mark.parametrize("code", ["9" * 19, "9" * 12_000, "-5", "x"])
async def test_an_error_code_that_cannot_be_is_left_out(office: Office, code: str) -> None:
    """The report counts without it."""
    await office.post(INBOUND, inbound_form(Body="HELP"))
    await office.desk.work()
    await office.desk.deliver()
    (message,) = await all_of(office.desk.mongo.database, OUTBOX)
    form = status_form(MessageSid=message["sids"][0], MessageStatus="undelivered", ErrorCode=code)
    answer = await office.post(f"/webhooks/twilio/status/{message['_id']}", form)
    assert answer.status_code == 204
    (message,) = await all_of(office.desk.mongo.database, OUTBOX)
    assert (message["state"], message.get("error_code")) == (State.UNDELIVERED, None)


@pytest.mark.parametrize(
    ("label", "message", "changes", "status"),
    [
        ("a message that we do not know", "f" * 32, {}, 204),
        ("a status that we do not know", "f" * 32, {"MessageStatus": "teleported"}, 204),
        ("an error code that is no number", "f" * 32, {"MessageStatus": "failed", "ErrorCode": "x"}, 204),
        ("no status", "f" * 32, {"MessageStatus": ""}, 400),
        ("no MessageSid", "f" * 32, {"MessageSid": ""}, 400),
        ("an odd name of a message", "a$b", {}, 400),
    ],
)
async def test_other_status_reports(
    office: Office, label: str, message: str, changes: dict[str, str], status: int
) -> None:
    """What cannot be matched is answered without a word about whether the message exists."""
    answer = await office.post(f"/webhooks/twilio/status/{message}", status_form(**changes))
    assert answer.status_code == status, label
    assert await all_of(office.desk.mongo.database, RECEIPTS) == []


async def test_a_status_report_needs_its_own_signature(office: Office) -> None:
    """A signature for one message does not move another one."""
    signature = signed("/webhooks/twilio/status/one", status_form())
    answer = await office.post("/webhooks/twilio/status/two", status_form(), signature=signature)
    assert answer.status_code == 403


async def test_logs_hold_neither_texts_nor_numbers(office: Office) -> None:
    """Whatever is refused or dropped, no log line shows what was said or by whom."""
    with structlog.testing.capture_logs() as lines:
        await office.post(INBOUND, inbound_form(Body="xylophone"), signature="x")
        await office.post(INBOUND, inbound_form(Body="xylophone", From="ACME"))
        await office.post(INBOUND, inbound_form(Body="xylophone"))
        await office.desk.work(datetime(2031, 5, 15, 0, 1, tzinfo=UTC))
    assert lines
    assert not any(secret in repr(lines) for secret in ("xylophone", PHONE, PHONE[2:], "ACME"))
