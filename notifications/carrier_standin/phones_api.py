"""The phones as JSON, for the page and for automation.

A phone is named by its id (p1, p2, … in the order of the set-up), never by its number. `all` stands for
every phone where a fault is switched. Every POST takes a JSON object (`Content-Type: application/json`).

    GET    /phones?after=STAMP&wait=SECONDS   {"stamp", "service_numbers", "phones": […], "faults": […],
                                              "fault_kinds": {kind: [codes]}, "carrier_handles_stop"}
    POST   /phones                            {"name", "number"} → 201 the phone
    GET    /phones/{id}?after=&wait=          {"stamp", "phone"}
    GET    /phones/{id}/messages?…            {"stamp", "messages"}: filters below
    POST   /phones/{id}/replies               {"text", "to"?, "wait"?} → 201 the message
    POST   /phones/{id}/faults                {"kind", "code"?, "once"?} → 201 the fault
    DELETE /phones/{id}/faults                204: all of this phone (or of `all`) are off
    DELETE /phones/{id}/faults/{fault}        204

A phone is {"id", "name", "number", "listed", "stopped_at", "blocked", "unread_stamp", "messages"}; a message
{"sid", "way": "to_phone" | "from_phone", "service_number", "text", "status", "error_code", "error",
"encoding", "units", "segments", "at", "sent_at", "webhook", "stamp"}, where `webhook` is how the service
answered the last signed post about it: an HTTP status, "unreachable", or null. Moments are ISO 8601 in UTC.

With `after`, only phones and messages that changed after that stamp are listed; with `wait` (at most 30
seconds) the answer comes as soon as there is such a change. `GET /phones/{id}/messages` also takes `way`,
`status`, `contains` (case does not count) and waits until at least one message passes all of them, so that
a journey reads its sign-in code with one request:
`/phones/p1/messages?way=to_phone&contains=code&after=…&wait=20`. A reply with `wait` is answered when the
service has taken it, or after so many seconds.

Faults: too_many_requests (429), server_error (500), timeout_before_accept (nothing is sent and no answer
comes), timeout_after_accept (the message goes out but the answer never comes), opted_out (21610),
undelivered and failed (with a carrier's code), duplicate_callbacks, shuffled_callbacks (last state first),
lost_callbacks, duplicate_inbound (a reply is posted twice). `once` (true unless told otherwise) strikes one
message. Problems answer with {"error": {"code", "message"}}.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from notifications.carrier_standin.config import StandinConfig
from notifications.carrier_standin.faults import CODES, FaultBoard, FaultKind, UnknownFaultCode
from notifications.carrier_standin.ledger import Ledger
from notifications.carrier_standin.phones import InvalidNumber, NumberTaken, Phone, PhoneId, UnknownPhone
from notifications.carrier_standin.phones_view import message_view, phone_view
from notifications.carrier_standin.switchboard import Switchboard
from notifications.carrier_standin.waiting import Hanging

_LONGEST_WAIT = 30.0
_EVERY_PHONE = "all"

_Answer = Callable[[Request], Awaitable[Response]]
_Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _NewPhone(_Asked):
    name: _Short
    number: _Short


class _Reply(_Asked):
    text: Annotated[str, StringConstraints(min_length=1, max_length=1600)]
    to: str | None = None
    wait: Annotated[float, Field(ge=0, le=_LONGEST_WAIT)] = 0.0


class _NewFault(_Asked):
    kind: FaultKind
    code: int | None = None
    once: bool = True


_AskedT = TypeVar("_AskedT", bound=_Asked)


class _Problem(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class PhonesApi:
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
        answers: list[tuple[str, str, _Answer]] = [
            ("/phones", "GET", self._everything),
            ("/phones", "POST", self._add_phone),
            ("/phones/{id}", "GET", self._one_phone),
            ("/phones/{id}/messages", "GET", self._messages),
            ("/phones/{id}/replies", "POST", self._reply),
            ("/phones/{id}/faults", "POST", self._add_fault),
            ("/phones/{id}/faults", "DELETE", self._clear_faults),
            ("/phones/{id}/faults/{fault}", "DELETE", self._remove_fault),
        ]
        return [Route(path, _explained(answer), methods=[method]) for path, method, answer in answers]

    async def _everything(self, request: Request) -> Response:
        after = _after(request)
        await self._wait(request, lambda: self._ledger.stamp > after)
        phones = [self._phone(phone, after) for phone in self._ledger.phones.all()]
        return JSONResponse(
            {
                "stamp": self._ledger.stamp,
                "service_numbers": list(self._config.service_numbers),
                "carrier_handles_stop": self._config.carrier_handles_stop,
                "phones": [view for view in phones if view["messages"] or view["stamp"] > after],
                "faults": [fault.model_dump(mode="json") for fault in self._faults.shown()],
                "fault_kinds": {kind.value: list(CODES.get(kind, ())) for kind in FaultKind},
            }
        )

    async def _one_phone(self, request: Request) -> Response:
        phone, after = self._ledger.phones.get(request.path_params["id"]), _after(request)
        await self._wait(
            request,
            lambda: phone.stamp > after or bool(self._ledger.of_phone(phone.id, after)),
        )
        return JSONResponse({"stamp": self._ledger.stamp, "phone": self._phone(phone, after)})

    async def _messages(self, request: Request) -> Response:
        phone, after = self._ledger.phones.get(request.path_params["id"]), _after(request)
        query = request.query_params
        wanted = {name: query[name] for name in ("way", "status") if name in query}
        contains = query.get("contains", "").casefold()

        def found() -> list[dict[str, Any]]:
            views = (message_view(message) for message in self._ledger.of_phone(phone.id, after))
            return [
                view
                for view in views
                if contains in view["text"].casefold()
                and all(view[name] == value for name, value in wanted.items())
            ]

        await self._wait(request, lambda: bool(found()))
        return JSONResponse({"stamp": self._ledger.stamp, "messages": found()})

    async def _add_phone(self, request: Request) -> Response:
        asked = await _asked(request, _NewPhone)
        number = "".join(character for character in asked.number if character not in " ()-.")
        known = self._ledger.phones.find(number)
        if known is not None and not known.listed:
            known.name, known.listed = asked.name, True
            self._ledger.keep_phone(known)
            return JSONResponse(self._phone(known), status_code=201)
        return JSONResponse(self._phone(self._ledger.add_phone(asked.name, number, listed=True)), 201)

    async def _reply(self, request: Request) -> Response:
        phone = self._ledger.phones.get(request.path_params["id"])
        asked = await _asked(request, _Reply)
        if asked.to is not None and asked.to not in self._config.service_numbers:
            raise _Problem(422, "unknown_service_number", "Reply to one of the service's numbers.")
        message = self._switchboard.reply(phone, asked.text, asked.to)
        await self._wait(request, lambda: message.final, asked.wait)
        return JSONResponse(message_view(message), status_code=201)

    async def _add_fault(self, request: Request) -> Response:
        phone_id = self._fault_owner(request)
        asked = await _asked(request, _NewFault)
        fault = self._faults.switch_on(asked.kind, phone=phone_id, code=asked.code, once=asked.once)
        return JSONResponse(fault.model_dump(mode="json"), status_code=201)

    async def _clear_faults(self, request: Request) -> Response:
        self._faults.clear(self._fault_owner(request))
        return Response(status_code=204)

    async def _remove_fault(self, request: Request) -> Response:
        self._fault_owner(request)
        if not self._faults.switch_off(request.path_params["fault"]):
            raise _Problem(404, "unknown_fault", "This fault is not on.")
        return Response(status_code=204)

    def _fault_owner(self, request: Request) -> PhoneId | None:
        phone_id = request.path_params["id"]
        return None if phone_id == _EVERY_PHONE else self._ledger.phones.get(phone_id).id

    def _phone(self, phone: Phone, after: int = 0) -> dict[str, Any]:
        return phone_view(phone, self._ledger.of_phone(phone.id, after), self._faults.shown())

    async def _wait(
        self,
        request: Request,
        ready: Callable[[], bool],
        seconds: float | None = None,
    ) -> None:
        """Waits until it is ready, as long as was asked and the stand-in stays open."""
        longest = _longest_wait(request) if seconds is None else seconds
        clock = asyncio.get_running_loop().time
        end = clock() + longest
        while not ready() and not self._hanging.closing and (left := end - clock()) > 0:
            await self._ledger.wait_for_change(left)


def _explained(answer: _Answer) -> _Answer:
    async def explained(request: Request) -> Response:
        try:
            return await answer(request)
        except _Problem as problem:
            return _problem(problem.status, problem.code, str(problem))
        except UnknownPhone as problem:
            return _problem(404, "unknown_phone", str(problem))
        except NumberTaken as problem:
            return _problem(409, "number_taken", str(problem))
        except InvalidNumber as problem:
            return _problem(422, "invalid_number", str(problem))
        except UnknownFaultCode as problem:
            return _problem(422, "unknown_fault_code", str(problem))

    return explained


def _problem(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=status)


async def _asked(request: Request, kind: type[_AskedT]) -> _AskedT:
    """Reads the JSON body; a form of another site cannot send this content type unasked."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise _Problem(415, "not_json", "Send a JSON object with Content-Type application/json.")
    try:
        return kind.model_validate_json(await request.body())
    except ValidationError as fault:
        fields = ", ".join(sorted({".".join(map(str, error["loc"])) or "body" for error in fault.errors()}))
        raise _Problem(422, "invalid_body", f"Correct these fields: {fields}.") from None


def _after(request: Request) -> int:
    text = request.query_params.get("after", "0")
    if not (text.isascii() and text.isdigit()):
        raise _Problem(422, "invalid_query", "Give after as a stamp of an earlier answer.")
    return int(text)


def _longest_wait(request: Request) -> float:
    try:
        seconds = float(request.query_params.get("wait", "0"))
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= _LONGEST_WAIT:
        raise _Problem(422, "invalid_query", "Give wait in seconds, from 0 to 30.")
    return seconds
