"""One stand-in and one service side per test, on loopback ports, spoken to by the official SDK."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import aiohttp
import httpx2
import pytest
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from notifications.carrier_standin.app import StandinConfig, create_standin
from tests.notifications.carrier_standin.our_side import OurSide
from tests.notifications.carrier_standin.served import free_port, served

ACCOUNT = "AC" + "0a" * 16
TOKEN = "a secret of the tests"
SERVICE = "+15550100001"
_ENDS = frozenset({"delivered", "undelivered", "failed"})
ANA, BEN = "+12025550101", "+447700900102"


class ReroutedAsync(AsyncTwilioHttpClient):  # type: ignore[misc] # the SDK ships no types
    """The SDK's own client, sent to the stand-in; remembers what it sent and what came back."""

    def __init__(self, api_base: str) -> None:
        super().__init__()
        self.api_base = api_base
        self.exchanges: list[tuple[dict[str, Any], Any]] = []

    async def request(self, method: str, url: str, *rest: Any, **named: Any) -> Any:
        url = url.replace("https://api.twilio.com", self.api_base)
        # The SDK would hand these to a class that aiohttp has deprecated.
        credentials = aiohttp.encode_basic_auth(*named.pop("auth"))
        named["headers"] = {**named["headers"], "Authorization": credentials}
        answer = await super().request(method, url, *rest, **named)
        if query := named.get("params"):
            url = f"{url}?{urlencode(query)}"
        self.exchanges.append(({"method": method, "url": url, "data": named.get("data")}, answer))
        return answer


class Rerouted(TwilioHttpClient):  # type: ignore[misc] # the SDK ships no types
    """The SDK's blocking client, sent to the stand-in."""

    def __init__(self, api_base: str) -> None:
        super().__init__()
        self.api_base = api_base

    def request(self, method: str, url: str, *rest: Any, **named: Any) -> Any:
        return super().request(method, url.replace("https://api.twilio.com", self.api_base), *rest, **named)


@dataclass
class Desk:
    """Everything that a test touches: the stand-in's address, its phones as JSON, the SDK, our side."""

    url: str
    client: Client
    traffic: ReroutedAsync
    http: httpx2.AsyncClient
    ours: OurSide
    config: StandinConfig
    status_url: str

    async def send(self, body: str = "Good morning", to: str = ANA, **options: Any) -> Any:
        options = {"from_": SERVICE, "status_callback": f"{self.status_url}/m1", **options}
        return await self.client.messages.create_async(to=to, body=body, **options)

    async def settled(self, sid: str, phone: str = "p1") -> dict[str, Any]:
        """The message once the carrier is done with it."""
        return await self.seen(sid, lambda message: message["status"] in _ENDS, phone)

    async def seen(
        self, sid: str, wanted: Callable[[dict[str, Any]], bool], phone: str = "p1"
    ) -> dict[str, Any]:
        """The message as the phone shows it, once it is as wanted."""
        stamp = 0
        async with asyncio.timeout(15):
            while True:
                answer = await self.get(f"/phones/{phone}/messages?after={stamp}&wait=5")
                stamp = answer["stamp"]
                for message in answer["messages"]:
                    if message["sid"] == sid and wanted(message):
                        return dict(message)

    async def get(self, path: str, status: int = 200) -> dict[str, Any]:
        answer = await self.http.get(path)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    async def post(self, path: str, body: dict[str, Any], status: int = 201) -> dict[str, Any]:
        answer = await self.http.post(path, json=body)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    async def fault(self, kind: str, phone: str = "p1", **more: Any) -> dict[str, Any]:
        return await self.post(f"/phones/{phone}/faults", {"kind": kind, **more})


@pytest.fixture(scope="session", autouse=True)
def _servers_have_ended() -> Iterator[None]:
    """Gives the threads of the last server a moment: they may not outlive the interpreter."""
    yield
    time.sleep(0.5)


@pytest.fixture
def config(request: pytest.FixtureRequest) -> StandinConfig:
    """A quick carrier with two phones; `@pytest.mark.parametrize("config", […], indirect=True)` alters it."""
    plain = StandinConfig(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        service_numbers=(SERVICE,),
        inbound_url="",
        phones=(("Ana", ANA), ("Ben", BEN)),
        pace=0.02,
        retries=(0.05, 0.1, 0.2),
        hang=5.0,
    )
    return replace(plain, **getattr(request, "param", {}))


@pytest.fixture
async def desk(config: StandinConfig) -> AsyncIterator[Desk]:
    ours = OurSide(TOKEN)
    async with served(ours.app(), free_port()) as our_url:
        config = replace(config, inbound_url=f"{our_url}/inbound")
        async with (
            served(create_standin(config), free_port()) as url,
            httpx2.AsyncClient(base_url=url, timeout=40) as http,
            ReroutedAsync(url) as traffic,
        ):
            client = Client(ACCOUNT, TOKEN, http_client=traffic)
            yield Desk(url, client, traffic, http, ours, config, f"{our_url}/status")
