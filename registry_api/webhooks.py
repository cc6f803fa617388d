"""What the carrier posts to us: texts from people, and reports on texts of ours.

A post counts only with a genuine signature over the public address that is configured; headers that name a
host are never asked. What is refused is stored nowhere and answered in plain words.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol
from urllib.parse import parse_qsl

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from notifications.ids import CarrierSid, MessageId
from notifications.status_reports import StatusReports
from notifications.webhook_signature import is_genuine
from registry_api.conversations.texting import Conversations, Inbound
from registry_api.identity import phones
from registry_api.identity.errors import InvalidPhone
from registry_api.settings import Settings

MAX_FORM_BYTES = 64 * 1024
LONGEST_TEXT = 1600  # characters of one text at most, by the carrier's own limit
_MOST_FIELDS = 200
_FORM = "application/x-www-form-urlencoded"
_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
_ERROR_CODE = re.compile(r"[0-9]{1,9}")
_MESSAGE = re.compile(r"[\w-]{1,64}")
_NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
_log = structlog.get_logger("webhooks")


class Parts(Protocol):
    """What the webhooks need of the service."""

    @property
    def conversations(self) -> Conversations: ...

    @property
    def status_reports(self) -> StatusReports: ...

    @property
    def now(self) -> Callable[[], datetime]: ...


class Refused(Exception):
    """A post that is not taken: the HTTP status, and a sentence that says why."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status = status
        super().__init__(sentence)


def routes(settings: Settings, parts: Callable[[Request], Parts]) -> list[Route]:
    """The addresses of `settings.twilio_inbound_url` and `twilio_status_url`, below the public address."""

    async def inbound(request: Request) -> Response:
        form = await _genuine_form(request, settings)
        text = _inbound(form)
        if text is not None:
            here = parts(request)
            await here.conversations.receive(text, here.now())
        return Response(_NOTHING_TO_SAY, media_type="text/xml")

    async def status(request: Request) -> Response:
        form = await _genuine_form(request, settings)
        message = request.path_params["message"]
        state = form.get("MessageStatus", "")
        if not state or not _MESSAGE.fullmatch(message):
            raise Refused(400, "A status report names its message and the message's status.")
        here = parts(request)
        error = form.get("ErrorCode", "")
        await here.status_reports.apply_status(
            MessageId(message),
            state,
            int(error) if _ERROR_CODE.fullmatch(error) else None,
            here.now(),
            sid=_sid(form),
            raw=form,
        )
        return Response(status_code=204)

    return [
        Route("/webhooks/twilio/inbound", _refusing(inbound), methods=["POST"]),
        Route("/webhooks/twilio/status/{message}", _refusing(status), methods=["POST"]),
    ]


def _refusing(
    endpoint: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Refused as refusal:
            _log.warning("webhook_refused", status=refusal.status, error=type(refusal))
            return PlainTextResponse(str(refusal), refusal.status)

    return answer


async def _genuine_form(request: Request, settings: Settings) -> dict[str, str]:
    """The form with its blank values, if the carrier signed it.

    Raises:
        Refused: 415 for another kind of body, 413 for one over 64 KiB, 400 for one that is no form, 403
            without a genuine signature.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise Refused(415, f"Send a form ({_FORM}).")
    form = _form(await _body(request))
    signature = request.headers.get("x-twilio-signature", "")
    token = settings.twilio_auth_token.get_secret_value()
    if not signature or not token or not is_genuine(_public_url(request, settings), form, signature, token):
        raise Refused(403, "The signature is missing or wrong.")
    return form


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise Refused(413, f"This form is too large. Send at most {MAX_FORM_BYTES // 1024} KiB.")
    return bytes(body)


def _form(body: bytes) -> dict[str, str]:
    try:
        fields = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise Refused(400, "This is not a form in UTF-8.") from None
    form = dict(fields)
    if not form or len(form) < len(fields):
        raise Refused(400, "A form has at least one field, and each of its fields once.")
    return form


def _public_url(request: Request, settings: Settings) -> str:
    query = request.url.query
    return f"{settings.public_url.rstrip('/')}{request.url.path}{f'?{query}' if query else ''}"


def _inbound(form: dict[str, str]) -> Inbound | None:
    """The text; None where its sender is no phone number, such as a short code: nobody to answer."""
    sid = _sid(form)
    if "From" not in form:
        raise Refused(400, "A text has a sender.")
    try:
        sender = phones.parse(form["From"])
    except InvalidPhone:
        _log.info("inbound_without_number", message=sid)
        return None
    text = form.get("Body", "")[:LONGEST_TEXT]
    return Inbound(sid, sender, text, form.get("OptOutType", "").upper() or None)


def _sid(form: dict[str, str]) -> CarrierSid:
    sid = form.get("MessageSid", "")
    if not _SID.fullmatch(sid):
        raise Refused(400, "A MessageSid is two letters and 32 hexadecimal digits.")
    return CarrierSid(sid)
