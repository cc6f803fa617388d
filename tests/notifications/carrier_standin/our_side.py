"""The service's webhooks as the carrier sees them: they check every signature and remember every form."""

import asyncio
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

Form = dict[str, str]


@dataclass
class OurSide:
    """`statuses` and `inbound` hold the forms in the order in which they came; a bad signature gets 403."""

    auth_token: str
    statuses: list[Form] = field(default_factory=list)
    inbound: list[Form] = field(default_factory=list)
    answer: int = 200
    pause: float = 0.0
    _arrival: asyncio.Event = field(default_factory=asyncio.Event)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/status/{message}", self._status, methods=["POST"]),
                Route("/inbound", self._inbound, methods=["POST"]),
            ]
        )

    def walked(self, sid: str) -> list[str]:
        return [form["MessageStatus"] for form in self.statuses if form["MessageSid"] == sid]

    async def heard(self, sid: str, *, states: int) -> list[str]:
        """The states of a message in the order in which they were reported, once there are so many."""
        async with asyncio.timeout(5):
            while len(self.walked(sid)) < states:
                await self._arrival.wait()
        return self.walked(sid)

    async def _status(self, request: Request) -> Response:
        return await self._take(request, self.statuses)

    async def _inbound(self, request: Request) -> Response:
        return await self._take(request, self.inbound)

    async def _take(self, request: Request, forms: list[Form]) -> Response:
        await asyncio.sleep(self.pause)
        body = (await request.body()).decode()
        form = dict(parse_qsl(body, keep_blank_values=True))
        signature = request.headers["X-Twilio-Signature"]
        if not RequestValidator(self.auth_token).validate(str(request.url), form, signature):
            return Response(status_code=403)
        forms.append(form)
        self._arrival.set()
        self._arrival = asyncio.Event()
        return Response("<Response/>", self.answer, media_type="text/xml")
