"""The service with an institution configured, and somebody's browser in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import parse_qs, urlsplit

import httpx2
from starlette.applications import Starlette

from registry_api.app import create_app
from registry_api.identity.callers import Role
from registry_api.identity.ids import StaffId
from registry_api.identity.indexes import SESSIONS
from registry_api.identity.limits.rules import Limits
from registry_api.identity.single_sign_on.entering import SingleSignOn
from registry_api.identity.single_sign_on.provider import Institution, Provider
from registry_api.settings import Settings
from tests.registry_api.local_service import Api, LocalService
from tests.registry_api.single_sign_on.institution import CLIENT_ID, CLIENT_SECRET
from tests.registry_api.stored_bytes import all_of

NAME = "Northside Clinic"


@dataclass
class Door:
    local: LocalService
    sign_on: SingleSignOn
    api: Api
    staff: StaffId

    async def to_the_institution(self) -> str:
        """Follows the button; where the browser is sent."""
        answer = await self.api.http.get("/auth/oidc/start")
        assert answer.status_code == httpx2.codes.SEE_OTHER
        return str(answer.headers["location"])

    async def back_from(self, address: str) -> dict[str, str]:
        """Signs in there; with what the browser is sent back."""
        async with httpx2.AsyncClient(trust_env=False) as browser:
            answer = await browser.get(address)
        query = urlsplit(answer.headers["location"]).query
        return {name: values[0] for name, values in parse_qs(query).items()}

    async def come_back(self, query: dict[str, str]) -> str:
        """Where the browser ends up."""
        answer = await self.api.http.get("/auth/oidc/callback", params=query)
        assert answer.status_code == httpx2.codes.SEE_OTHER
        return str(answer.headers["location"])

    async def enter(self) -> str:
        """All the way; where the browser ends up."""
        return await self.come_back(await self.back_from(await self.to_the_institution()))

    async def is_empty(self) -> bool:
        """Whether nobody is signed in, in this browser or at all."""
        role = (await self.api.send("Me"))["role"]
        return role == "ANONYMOUS" and not await all_of(self.local.services.mongo.database, SESSIONS)


@asynccontextmanager
async def open_door(
    local: LocalService,
    issuer: str,
    *,
    claim: str = "email",
    domains: frozenset[str] = frozenset(),
    public_url: str | None = None,
    limits: Limits | None = None,
) -> AsyncIterator[Door]:
    """The service as it is wired with an institution, and one coordinator who is not linked yet."""
    services = local.services
    changes = {"oidc_issuer": issuer, "oidc_client_id": CLIENT_ID, "oidc_name": NAME}
    settings = services.settings.model_copy(
        update=changes | ({"public_url": public_url} if public_url else {})
    )
    institution = Institution(
        issuer=issuer,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        redirect_uri=settings.oidc_redirect_uri,
        claim=claim,
        domains=domains,
    )
    sign_on = SingleSignOn(
        services.mongo,
        Provider(institution),
        bytes(32),
        accounts=services.accounts,
        sessions=services.sessions,
        audit=services.audit,
        limits=limits or Limits(),
    )
    app = _app(settings)
    app.state.services = replace(services, settings=settings, single_sign_on=sign_on)
    staff = await services.accounts.create_staff(
        Role.COORDINATOR, "Dr Ines Falk", local.new_number(), local.clock()
    )
    api = Api(app, app, settings.public_url)
    yield Door(local, sign_on, api, staff)
    await api.close()


@cache
def _app(settings: Settings) -> Starlette:
    """Made once for each set of settings, because reading the contract takes long."""
    return create_app(settings)
