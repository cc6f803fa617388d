"""The stand-in as an ASGI app: the REST API, the phones as JSON, and the page where a person is the phone."""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from starlette.applications import Starlette

from notifications.carrier_standin.config import StandinConfig
from notifications.carrier_standin.faults import FaultBoard
from notifications.carrier_standin.journal import Journal
from notifications.carrier_standin.ledger import Clock, Ledger
from notifications.carrier_standin.page import page_routes
from notifications.carrier_standin.phones_api import PhonesApi
from notifications.carrier_standin.rest_api import RestApi
from notifications.carrier_standin.switchboard import Switchboard
from notifications.carrier_standin.tasks import Tasks
from notifications.carrier_standin.waiting import Hanging
from notifications.carrier_standin.webhooks import Webhooks

__all__ = ["StandinConfig", "create_standin"]


def _utc_now() -> datetime:
    return datetime.now(UTC)


def create_standin(config: StandinConfig, clock: Clock = _utc_now) -> Starlette:
    """Builds the stand-in; its server must speak ASGI lifespan, which owns everything in the background.

    `app.state.release()` answers all requests that wait: call it before a server that drains is stopped.
    """
    ledger = Ledger(clock, Journal(config.journal) if config.journal else None)
    faults = FaultBoard(ledger.note_faults)
    tasks = Tasks()
    hanging = Hanging(config.hang)
    webhooks = Webhooks(config.account_sid, config.auth_token, config.retries)
    switchboard = Switchboard(config, ledger, faults, webhooks, tasks)
    rest = RestApi(config, ledger, faults, switchboard, hanging)
    phones = PhonesApi(config, ledger, faults, switchboard, hanging)

    def release() -> None:
        hanging.close()
        ledger.wake()

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        ledger.open(config.phones)
        switchboard.resume()
        yield
        release()
        await tasks.close()
        await webhooks.close()
        ledger.close()

    app = Starlette(routes=[*rest.routes(), *phones.routes(), *page_routes()], lifespan=lifespan)
    app.state.release = release
    return app
