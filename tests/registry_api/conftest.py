from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from registry_api.app import create_app
from registry_api.mongo import Mongo
from registry_api.settings import Settings
from registry_api.vault.vault import Vault
from registry_api.wiring import Services, wired
from tests.registry_api.enrolment.people import NOW
from tests.registry_api.local_service import ADDRESS, Api, Clock, LocalService


@pytest.fixture(scope="session")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        data_dir=tmp_path_factory.mktemp("data"),
        public_url=ADDRESS,
        twilio_account_sid="AC" + "0" * 32,
        twilio_auth_token=SecretStr("token"),
        twilio_from="+12025550100",
    )


@pytest.fixture(scope="session")
def services(settings: Settings, prepared_mongo: Mongo, session_vault: Vault, clock: Clock) -> Services:
    return wired(settings, prepared_mongo, session_vault, clock)


@pytest.fixture(scope="session")
async def app(settings: Settings, services: Services) -> AsyncIterator[Starlette]:
    """The application as the server runs it, started once."""
    made = create_app(settings, services)
    async with made.router.lifespan_context(made):
        yield made
    services.sign_in.close()


@pytest.fixture(scope="session")
async def development(settings: Settings, services: Services) -> AsyncIterator[Starlette]:
    """The same service in development."""
    made = create_app(settings.model_copy(update={"development": True}), services)
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture
async def local(
    app: Starlette, development: Starlette, services: Services, clock: Clock, mongo: Mongo
) -> AsyncIterator[LocalService]:
    """The service on an empty database, at noon of a spring day in New York."""
    assert mongo is services.mongo
    clock.moment = NOW
    # It is of the trail that another test left and the empty database has no more.
    services.settings.audit_copy_file.unlink(missing_ok=True)
    made = LocalService(app, development, services, clock)
    yield made
    for api in made.apis:
        await api.close()


@pytest.fixture
async def api(local: LocalService, request: pytest.FixtureRequest) -> Api:
    """A client of the service, signed in as the marker `caller` says."""
    marker = request.node.get_closest_marker("caller")
    return await local.api(marker.args[0] if marker else "anonymous")


@pytest.fixture
def logged(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Everything that was printed or logged so far, by us or by a library."""
    caplog.set_level("INFO")
    shown: list[str] = []

    def everything() -> str:
        shown.extend(capfd.readouterr())
        return "\n".join([*shown, caplog.text])

    return everything
