"""Prints what an operation costs beside the least that the same work could cost, measured in one run."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from uuid import UUID

import httpx2
from pymongo import monitoring
from rich.console import Console
from rich.table import Table

from diary.forms import Form
from diary.ids import PatientId
from diary.partial_dates import PartialDate
from registry_api.app import create_app
from registry_api.identity.callers import Role
from registry_api.mongo import make_primary
from registry_api.mongod import EmbeddedMongod
from registry_api.seeding.logins import demo_logins
from registry_api.seeding.seed import seed
from registry_api.settings import Settings
from registry_api.trials.criteria import parse_criteria
from registry_api.trials.facts import FormOnset, Injection, Person
from registry_api.trials.matching import Matcher, evaluate
from registry_api.visitor import cookie_name
from registry_api.wiring import Services
from tests.bench.growth import Act, Reads, growth

_ROUNDS = 150
_PEOPLE = 2000
_RECORD = """mutation($input: CheckInInput!) { recordCheckIn(input: $input) {
  ... on CheckInRecorded { already checkIn { id } } ... on Problem { code } } }"""
_PAGE = "{ checkIns(first: 30) { edges { node { about answers { itemId rating } daysSinceInjection } } } }"
_CRITERIA = {
    "all": [
        {"form": {"in": ["CERVICAL"]}},
        {"age": {"min": 18, "max": 75}},
        {"weeks_since_toxin": {"min": 12}},
        {"not": {"dbs": {"is": True}}},
    ]
}


@dataclass(frozen=True)
class Measured:
    """Median seconds of one operation and of its baseline."""

    name: str
    seconds: float
    baseline_name: str
    baseline: float


async def main() -> None:
    """Starts a database, seeds it, measures, and prints a table."""
    reads = Reads()
    monitoring.register(reads)
    with tempfile.TemporaryDirectory() as folder, EmbeddedMongod(Path(folder) / "mongo") as server:
        await make_primary(server.direct_uri, server.port, server.check)
        settings = Settings(
            mongodb_uri=server.uri, data_dir=Path(folder), public_url="http://bench", development=True
        )
        app = create_app(settings)
        async with app.router.lifespan_context(app):
            services: Services = app.state.services
            await seed(
                services, patients=20, days=120, seed=1, now=datetime.now(UTC), progress=lambda *_: None
            )
            token = await _token(services)
            async with httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app=app),
                base_url="http://bench",
                cookies={cookie_name(secure=False): token},
            ) as client:
                rows = [*await _diary(client, services), _matching()]
                await growth(services.mongo.database, settings, _growing(client), reads=reads, timed=_timed)
    table = Table("operation", "median ms", "baseline", "median ms", "ratio")
    for row in rows:
        ratio = row.seconds / row.baseline
        table.add_row(
            row.name,
            f"{row.seconds * 1e3:.3f}",
            row.baseline_name,
            f"{row.baseline * 1e3:.3f}",
            f"{ratio:.1f}",
        )
    Console().print(table)


async def _token(services: Services) -> str:
    """A session of the first patient who can sign in."""
    phone = next(login.phone for login in demo_logins(1) if login.role == Role.PATIENT)
    account = await services.accounts.by_phone(phone)
    if account is None:
        raise LookupError(Role.PATIENT)
    new, stored = await services.sessions.prepare(account, datetime.now(UTC))
    await services.mongo.transact(lambda session: services.sessions.keep(stored, None, session=session))
    return new.token


async def _diary(client: httpx2.AsyncClient, services: Services) -> list[Measured]:
    raw = services.mongo.database["bench"]

    async def insert(number: int) -> None:
        await raw.insert_one({"_id": number, "answers": [number, number], "at": datetime.now(UTC)})

    async def find(_: int) -> None:
        await services.mongo.database["check_ins"].find({"_id": {"$gt": ""}}, limit=30).to_list(30)

    return [
        Measured(
            "recordCheckIn", await _timed(_recording(client)), "one insert, journaled", await _timed(insert)
        ),
        Measured("checkIns, 30 days", await _timed(_paging(client)), "one find of 30", await _timed(find)),
    ]


def _growing(client: httpx2.AsyncClient) -> dict[str, Act]:
    return {"recordCheckIn": _recording(client), "checkIns, 30 days": _paging(client)}


_free_days = (date.today() - timedelta(days=ago) for ago in range(700, 0, -1))  # noqa: DTZ011


def _recording(client: httpx2.AsyncClient) -> Act:
    """Records a check-in about the oldest day that has none, each time."""
    random = Random()

    async def record(number: int) -> None:
        entry = {
            "entryId": str(UUID(int=random.getrandbits(128), version=4)),
            "about": str(next(_free_days)),
            "timeZone": "America/New_York",
            "clientAt": datetime.now(UTC).isoformat(),
            "answers": [{"itemId": item, "rating": number % 11} for item in ("pulling", "pain")],
        }
        answer = await _ask(client, _RECORD, {"input": entry})
        if "checkIn" not in answer["recordCheckIn"]:
            raise ValueError(answer)

    return record


def _paging(client: httpx2.AsyncClient) -> Act:
    async def page(_: int) -> None:
        await _ask(client, _PAGE, {})

    return page


async def _ask(
    client: httpx2.AsyncClient, query: str, variables: dict[str, object]
) -> dict[str, dict[str, object]]:
    response = await client.post("/graphql", content=json.dumps({"query": query, "variables": variables}),
                                 headers={"content-type": "application/json"})  # fmt: skip
    body = response.json()
    if "errors" in body:
        raise ValueError(body["errors"])
    data: dict[str, dict[str, object]] = body["data"]
    return data


async def _timed(act: Act) -> float:
    times = []
    for number in range(_ROUNDS):
        started = time.perf_counter()
        await act(number)
        times.append(time.perf_counter() - started)
    return median(times[_ROUNDS // 10 :])


def _matching() -> Measured:
    today, tree = date(2026, 3, 1), parse_criteria(_CRITERIA)
    people = [
        Person(
            id=PatientId(str(number)),
            birth=PartialDate(1940 + number % 70, 5),
            forms_stated_on=today - timedelta(days=90),
            forms=[FormOnset(today - timedelta(days=90), Form.CERVICAL, PartialDate(2015))],
            injections=[Injection(PartialDate.of_day(today - timedelta(days=number % 150)), "GOOD")],
        )
        for number in range(_PEOPLE)
    ]
    matcher = Matcher(tree, ())
    started = time.perf_counter()
    for person in people:
        matcher.state(person, today)
    quick = (time.perf_counter() - started) / _PEOPLE
    started = time.perf_counter()
    for person in people:
        evaluate(tree, person, (), today)
    full = (time.perf_counter() - started) / _PEOPLE
    return Measured("match one person", quick, "with all its reasons", full)


if __name__ == "__main__":
    asyncio.run(main())
