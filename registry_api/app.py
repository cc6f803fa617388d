"""The HTTP service, from top to bottom: what is mounted where, and what surrounds it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from pymongo.errors import PyMongoError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from registry_api import downloads, single_sign_on, webhooks
from registry_api.edge import BodyLimit, Deadline, Faults, SecurityHeaders
from registry_api.graph.answers import refusal
from registry_api.graph.endpoint import Endpoint
from registry_api.graph.schema import build_schema
from registry_api.logs import configure_logs
from registry_api.mongod import die_with_parent
from registry_api.packed import contract_folder, graphiql_build, web_build
from registry_api.settings import Settings
from registry_api.wiring import Services, open_services

_READY_WITHIN_SECONDS = 2.0
_WEB_APP_LIFETIME_SECONDS = 365 * 24 * 3600


def service() -> Starlette:
    """The application of a server process, with the settings of its environment."""
    die_with_parent()  # else the process of a killed `registry serve` would keep its port
    configure_logs()
    return create_app(Settings())


def create_app(settings: Settings, services: Services | None = None) -> Starlette:
    """The application: GraphQL, webhooks, health, and the web app for everything else.

    `services` are the caller's, who opens and closes them; without them the application has its own.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        if services is not None:
            app.state.services = services
            yield
            return
        async with open_services(settings) as own:
            await own.prepare()
            app.state.services = own
            yield

    return Starlette(
        routes=[
            *graphql(settings),
            *webhooks.routes(settings, lambda request: request.app.state.services),
            *single_sign_on.routes(settings, lambda request: request.app.state.services),
            *downloads.routes(settings, lambda request: request.app.state.services),
            Route("/healthz/live", live),
            Route("/healthz/ready", ready),
            *web_app(),
        ],
        middleware=[
            Middleware(SecurityHeaders, https=settings.secure_cookies),
            Middleware(Faults),
            Middleware(Deadline),
            Middleware(BodyLimit),
        ],
        exception_handlers={HTTPException: refused},
        lifespan=lifespan,
    )


def graphql(settings: Settings) -> list[BaseRoute]:
    """The API, and in development the files of GraphiQL, whose page is at the same address."""
    ide = graphiql_build() if settings.development else None
    endpoint = Endpoint(build_schema(), contract_folder() / "operations", settings, graphiql=ide)
    routes: list[BaseRoute] = [Route("/graphql", endpoint)]
    if ide is not None:
        routes.append(Mount("/graphiql/assets", Assets(directory=ide / "assets")))
    return routes


async def live(_request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("live")


async def ready(request: Request) -> Response:
    """Whether the database answers, its schema is current, and a worker was alive lately: 200 or 503."""
    services: Services = request.app.state.services
    stale = timedelta(seconds=services.settings.heartbeat_stale_seconds)
    checks = {"database": False, "migrations": False, "worker": False}
    with contextlib.suppress(PyMongoError, TimeoutError):
        async with asyncio.timeout(_READY_WITHIN_SECONDS):
            await services.mongo.ping()
            checks["database"] = True
            checks["migrations"] = await services.mongo.is_migrated()
            beat = await services.mongo.last_beat()
            checks["worker"] = beat is not None and services.now() - beat < stale
    return JSONResponse(
        {"ready": all(checks.values()), "checks": checks}, 200 if all(checks.values()) else 503
    )


def web_app() -> list[BaseRoute]:
    """The built web app: files under /assets never change their content, every other path is a page of it."""
    build = web_build()
    if build is None:
        return [Route("/{path:path}", not_built)]
    own = {file.name for file in build.iterdir() if file.is_file()}

    async def page(request: Request) -> Response:
        path = request.path_params["path"]
        if path in own and path != "index.html":
            return FileResponse(build / path, headers={"cache-control": "no-cache"})
        if path.rsplit("/", 1)[-1].count("."):
            return refusal(404, "NOT_FOUND", "There is no such file.")
        return FileResponse(build / "index.html", headers={"cache-control": "no-cache"})

    return [
        Mount("/assets", Assets(directory=build / "assets")),
        Route("/{path:path}", page, methods=["GET"]),
    ]


class Assets(StaticFiles):
    """Files whose names change with their content."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = f"public, max-age={_WEB_APP_LIFETIME_SECONDS}, immutable"
        return response


async def not_built(_request: Request) -> Response:
    return PlainTextResponse("The web app is not built here. Run `make web`.", 503)


async def refused(_request: Request, error: Exception) -> Response:
    """What Starlette refuses (no such path, wrong method), in our shape."""
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    if status == HTTPStatus.NOT_FOUND:
        return refusal(status, "NOT_FOUND", "There is no such page.")
    return refusal(status, "BAD_REQUEST", "This address takes another kind of request.")
