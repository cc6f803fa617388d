from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from pymongo.errors import PyMongoError
from starlette.applications import Starlette

from registry_api.app import create_app
from registry_api.graph.documents import document_id
from registry_api.mongo import Mongo
from registry_api.packed import web_build
from registry_api.settings import Settings
from registry_api.vault.vault import Vault
from registry_api.wiring import Services, wired
from tests.registry_api.local_service import operation

NOW = datetime(2031, 5, 14, 16, 30, tzinfo=UTC)


@pytest.fixture
def services(mongo: Mongo, vault: Vault, tmp_path: Path) -> Iterator[Services]:
    made = wired(Settings(data_dir=tmp_path), mongo, vault, lambda: NOW)
    yield made
    made.sign_in.close()


@pytest.fixture
async def client(services: Services) -> AsyncIterator[httpx2.AsyncClient]:
    app = create_app(services.settings, services)
    async with app.router.lifespan_context(app), _client(app) as made:
        yield made


def _client(app: Starlette) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test")


async def test_a_process_that_answers_is_alive(client: httpx2.AsyncClient) -> None:
    """Liveness asks nobody else."""
    assert (await client.get("/healthz/live")).status_code == 200


async def test_the_service_is_ready_with_a_database_and_a_worker_that_was_alive_lately(
    client: httpx2.AsyncClient, mongo: Mongo
) -> None:
    """Without a heartbeat, or with an old one, it is not ready, and says which check failed."""
    await mongo.prepare({})
    stale = await client.get("/healthz/ready")
    await mongo.beat("w1", NOW - timedelta(minutes=1))
    old = await client.get("/healthz/ready")
    await mongo.beat("w2", NOW - timedelta(seconds=1))
    ready = await client.get("/healthz/ready")
    assert [each.status_code for each in (stale, old, ready)] == [503, 503, 200]
    assert old.json() == {
        "ready": False,
        "checks": {"database": True, "migrations": True, "worker": False},
    }
    assert ready.json()["ready"] is True


async def test_a_service_whose_database_is_gone_is_alive_and_not_ready(
    services: Services, capfd: pytest.CaptureFixture[str]
) -> None:
    """Readiness says so, requests get a typed fault, and the log has its kind alone."""
    gone = Mongo("mongodb://127.0.0.1:1/?replicaSet=registry", "nowhere", patience_seconds=0.3)
    lost = replace(wired(services.settings, gone, services.vault, lambda: NOW), sign_in=services.sign_in)
    app = create_app(services.settings, lost)
    async with app.router.lifespan_context(app), _client(app) as client:
        assert (await client.get("/healthz/live")).status_code == 200
        ready = await client.get("/healthz/ready")
        client.cookies.set("registry-session", "token")
        failed = await client.post("/graphql", json={"documentId": document_id(operation("Me"))})
    gone.close()
    assert (ready.status_code, ready.json()["checks"]["database"]) == (503, False)
    assert failed.status_code == 500
    assert failed.json()["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    said = "".join(capfd.readouterr())
    assert "request_failed" in said
    assert "Traceback" not in said


async def test_a_service_of_its_own_opens_the_database_of_its_settings(
    mongodb_uri: str, tmp_path: Path
) -> None:
    """Without services handed in, the application makes collections and indexes, and lets go at the end."""
    settings = Settings(data_dir=tmp_path, mongodb_uri=mongodb_uri, mongodb_database="test_app_alone")
    app = create_app(settings)
    async with app.router.lifespan_context(app), _client(app) as client:
        answer = await client.post("/graphql", json={"documentId": document_id(operation("Me"))})
        assert answer.json()["data"]["me"]["role"] == "ANONYMOUS"
        mongo: Mongo = app.state.services.mongo
        assert await mongo.is_migrated()
        await mongo.drop()
    with pytest.raises(PyMongoError):
        await mongo.ping()


@pytest.mark.parametrize(
    "path", ["/nope.js", "/assets/nope.js", "/%2e%2e/pyproject.toml", "/assets/..%2findex.html"]
)
async def test_a_file_that_is_not_there_is_a_typed_answer(client: httpx2.AsyncClient, path: str) -> None:
    """What is not of the web app cannot be fetched."""
    response = await client.get(path)
    assert response.status_code in {404, 503}
    assert "[build-system]" not in response.text


async def test_every_page_of_the_web_app_is_its_one_document(client: httpx2.AsyncClient) -> None:
    """A link into the app works; the document is asked for anew each time, its files are kept for ever."""
    build = web_build()
    if build is None:
        pytest.skip("the web app is not built")
    page = await client.get("/trials/today")
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["cache-control"] == "no-cache"
    asset = next((build / "assets").iterdir())
    kept = await client.get(f"/assets/{asset.name}")
    assert "immutable" in kept.headers["cache-control"]
    assert (await client.post("/trials/today")).status_code == 405
