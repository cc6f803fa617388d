"""Twilio's REST API, version 2010-04-01: the Message resource of one account."""

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from notifications.carrier_standin.config import StandinConfig
from notifications.carrier_standin.faults import FaultBoard, FaultKind
from notifications.carrier_standin.ledger import Ledger
from notifications.carrier_standin.listing import page_of_messages
from notifications.carrier_standin.messages import API_VERSION, Message, Status, resource
from notifications.carrier_standin.refusals import Refusal
from notifications.carrier_standin.switchboard import Outgoing, Switchboard
from notifications.carrier_standin.waiting import Hanging

_Answer = Callable[[Request], Awaitable[Response]]

_CHALLENGES = {401: {"WWW-Authenticate": 'Basic realm="Twilio API"'}}
_LONGEST_VALIDITY = 36_000
CHOICES = {
    "ContentRetention": {"retain", "discard"},
    "AddressRetention": {"retain", "obfuscate"},
    "RiskCheck": {"enable", "disable"},
    "TrafficType": {"free"},
    "SmartEncoded": {"true", "false"},
    "ProvideFeedback": {"true", "false"},
    "ForceDelivery": {"true", "false"},
    "ShortenUrls": {"true", "false"},
    "SendAsMms": {"false"},
}
# What a real account can do and this stand-in cannot: refused, never silently ignored.
NOT_PLAYED = ("MediaUrl", "ContentSid", "ScheduleType", "SendAt")


class RestApi:
    def __init__(
        self,
        config: StandinConfig,
        ledger: Ledger,
        faults: FaultBoard,
        switchboard: Switchboard,
        hanging: Hanging,
    ) -> None:
        self._config = config
        self._ledger = ledger
        self._faults = faults
        self._switchboard = switchboard
        self._hanging = hanging

    def routes(self) -> list[Route]:
        account = f"/{API_VERSION}/Accounts/{{account}}"
        every = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        collection = self._guarded({"GET": self._list, "POST": self._create})
        single = self._guarded({"GET": self._fetch, "POST": self._update, "DELETE": self._delete})
        return [
            Route(f"{account}/Messages.json", collection, methods=every),
            Route(f"{account}/Messages/{{sid}}.json", single, methods=every),
            Route(f"/{API_VERSION}/{{rest:path}}", self._guarded({}), methods=every),
        ]

    def _guarded(self, methods: dict[str, _Answer]) -> _Answer:
        async def answer(request: Request) -> Response:
            try:
                self._authenticate(request)
                return await _chosen(methods, request)(request)
            except Refusal as refusal:
                return JSONResponse(refusal.body(), refusal.status, _CHALLENGES.get(refusal.status))

        return answer

    def _authenticate(self, request: Request) -> None:
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        try:
            name, _, secret = base64.b64decode(encoded, validate=True).partition(b":")
        except binascii.Error:
            name = secret = b""
        genuine = (
            scheme.lower() == "basic"
            and hmac.compare_digest(name, self._config.account_sid.encode())
            and hmac.compare_digest(secret, self._config.auth_token.encode())
            and request.path_params.get("account", self._config.account_sid) == self._config.account_sid
        )
        if not genuine:
            raise Refusal(20003)

    async def _create(self, request: Request) -> Response:
        form = await _form(request)
        phone = self._ledger.phones.find(form.get("To", ""))
        phone_id = phone.id if phone else None
        if self._faults.take(FaultKind.TOO_MANY_REQUESTS, phone_id):
            raise Refusal(20429)
        if self._faults.take(FaultKind.SERVER_ERROR, phone_id):
            raise Refusal(20500)
        if self._faults.take(FaultKind.TIMEOUT_BEFORE_ACCEPT, phone_id):
            return await self._never(request)
        _check_options(form)
        message = self._switchboard.accept(
            Outgoing(
                to=form.get("To", ""),
                sender=form.get("From", ""),
                messaging_service_sid=form.get("MessagingServiceSid", ""),
                body=form.get("Body", ""),
                status_callback=form.get("StatusCallback", ""),
            )
        )
        accepted = self._resource(message)
        if self._faults.take(FaultKind.TIMEOUT_AFTER_ACCEPT, message.phone):
            return await self._never(request)
        return JSONResponse(accepted, status_code=201)

    async def _never(self, request: Request) -> Response:
        await self._hanging.keep(request)
        return Response(status_code=504)

    async def _list(self, request: Request) -> Response:
        return JSONResponse(page_of_messages(self._ledger, self._config.account_sid, request.query_params))

    async def _fetch(self, request: Request) -> Response:
        return JSONResponse(self._resource(self._message(request)))

    async def _update(self, request: Request) -> Response:
        message = self._message(request)
        form = await _form(request)
        if form.get("Status", Status.CANCELED) != Status.CANCELED:
            raise Refusal(20001, parameter="Status")
        if form.get("Body"):
            raise Refusal(20001, parameter="Body")
        if "Status" in form:
            if message.status not in {Status.ACCEPTED, Status.QUEUED}:
                raise Refusal(20001, parameter="Status")
            message.status = Status.CANCELED
        if "Body" in form:
            message.body = ""
        message.updated_at = self._ledger.clock()
        self._ledger.keep(message)
        return JSONResponse(self._resource(message))

    async def _delete(self, request: Request) -> Response:
        message = self._message(request)
        if not message.final:
            raise Refusal(20009)
        self._ledger.forget(message)
        return Response(status_code=204)

    def _message(self, request: Request) -> Message:
        message = self._ledger.find(request.path_params["sid"])
        if message is None:
            raise Refusal(20404, path=request.url.path)
        return message

    def _resource(self, message: Message) -> dict[str, object]:
        return resource(message, self._config.account_sid)


def _chosen(methods: dict[str, _Answer], request: Request) -> _Answer:
    if not methods:
        raise Refusal(20404, path=request.url.path)
    method = "GET" if request.method == "HEAD" else request.method
    if method not in methods:
        raise Refusal(20004)
    return methods[method]


async def _form(request: Request) -> dict[str, str]:
    body = await request.body()
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _check_options(form: dict[str, str]) -> None:
    for name in NOT_PLAYED:
        if form.get(name):
            raise Refusal(20001, parameter=name)
    for name, choices in CHOICES.items():
        if name in form and form[name].lower() not in choices:
            raise Refusal(20001, parameter=name)
    if "Attempt" in form and not form["Attempt"].isdigit():
        raise Refusal(20001, parameter="Attempt")
    if "ValidityPeriod" in form:
        _check_validity(form["ValidityPeriod"])


def _check_validity(text: str) -> None:
    if not text.isdigit():
        raise Refusal(20001, parameter="ValidityPeriod")
    if int(text) < 1:
        raise Refusal(30012)
    if int(text) > _LONGEST_VALIDITY:
        raise Refusal(20001, parameter="ValidityPeriod")
