"""Schemathesis, which makes up documents and values, sensible and not, and looks for faults of ours."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2

from registry_api.identity.callers import Role
from registry_api.seeding.logins import demo_logins
from registry_api.visitor import cookie_name
from tests.attack.findings import Finding
from tests.attack.tools import run
from tests.journeys.house import House

_EXAMPLES = 300
# After one of them nothing else is reached.
_ENDINGS = ("signOut", "endSession", "signOutEverywhere", "withdraw", "requestErasure")
_ORDINARY = f"^(?!Mutation\\.({'|'.join(_ENDINGS)})$)"
_LOOK = """{
  me { devices { id } patient { id treatments { edges { cursor node { id } } } } }
  checkIns { edges { cursor node { id } } }
  trialsForMe { edges { cursor node { id trial { id } } } }
  trials { edges { cursor node { id } } }
}"""
_WORDS = (
    *("", " ", "\n", "\x00", "\x1b[2J", "\u202e", "\ufffe", "ñandú", "😀" * 400, "x" * 20_000),
    *(
        "0",
        "-1",
        "NaN",
        "null",
        "$where",
        '{"$gt": ""}',
        "a.b",
        "../../etc/passwd",
        "'; DROP TABLE people; --",
    ),
    *("en", "US", "10001", "+12125550100", "2026-02-30", "19:30", "pulling", "twstrs"),
)
_SIZES = (-(2**31), -1, 0, 1, 2, 20, 100, 101, 400, 401, 2**31 - 1)


async def attack(house: House) -> list[Finding]:
    """300 examples of each operation, as a patient and as a coordinator."""
    return [await _as(house, role) for role in (Role.PATIENT, Role.COORDINATOR)]


async def _as(house: House, role: Role) -> Finding:
    started, counts = time.monotonic(), Counter[str]()
    cookie = await _cookie(house, role)
    _write_words(house.folder, [*_WORDS, *await _known(house, cookie)])
    failed = [await _fuzz(house, cookie, counts, "--include-name-regex", _ORDINARY)]
    still = (await _ask(house, cookie, "{ me { role } }"))["me"]["role"]
    for name in _ENDINGS:
        cookie = await _cookie(house, role)
        failed.append(await _fuzz(house, cookie, counts, "--include-name", f"Mutation.{name}"))
    faults = counts.pop("INTERNAL_SERVER_ERROR", 0)
    reached = sum(
        counts[each] for each in counts.keys() - {"requests", "BAD_USER_INPUT", "GRAPHQL_PARSE_FAILED"}
    )
    return Finding(
        attack=f"nonsense: schemathesis as {role.lower()}",
        tried=f"{counts['requests']:,} requests, {_EXAMPLES} for each operation; {reached:,} reached one",
        got=f"{faults} server errors" + "".join(f"\n{said}" for said in failed if said),
        may_get="0 server errors",
        held=faults == 0 and not any(failed) and still == role,
        seconds=time.monotonic() - started,
    )


async def _fuzz(house: House, cookie: str, counts: Counter[str], *which: str) -> str:
    """The end of what the tool said, where it found something or could not run."""
    noted = house.folder / "counts.json"
    noted.unlink(missing_ok=True)
    code, said = await run(
        "schemathesis",
        "--config-file",
        house.folder / "schemathesis.toml",
        "run",
        f"{house.url}/graphql",
        *which,
        *("--header", f"Cookie: {cookie}"),
        *("--phases", "fuzzing", "--max-examples", str(_EXAMPLES), "--seed", "1", "--workers", "2"),
        *("--checks", "not_a_server_error,no_fault_of_ours", "--continue-on-failure"),
        *("--suppress-health-check", "all"),
        folder=house.folder,
        variables={
            "SCHEMATHESIS_HOOKS": "nonsense_hooks",
            "PYTHONPATH": str(Path(__file__).parent),
            "NONSENSE_COUNTS": str(noted),
        },
    )
    counts.update(json.loads(noted.read_text("utf-8")) if noted.is_file() else {})
    return said[-4000:] if code else ""


async def _cookie(house: House, role: Role) -> str:
    """That of a new session of the first person who has this role, who has just proven a passkey."""
    phone = next(login.phone for login in demo_logins(house.settings.demo_seed) if login.role == role)
    async with house.services() as services:
        account = await services.accounts.by_phone(phone)
        if account is None:
            raise LookupError(role)
        now = datetime.now(UTC)
        new, stored = await services.sessions.prepare(account, now, stepped_up_at=now)
        await services.mongo.transact(lambda session: services.sessions.keep(stored, None, session=session))
    return f"{cookie_name(secure=False)}={new.token}"


async def _known(house: House, cookie: str) -> list[str]:
    """Ids and cursors of what this person may see: half of the tries are to find something."""
    return sorted(set(_texts(await _ask(house, cookie, _LOOK))))


async def _ask(house: House, cookie: str, query: str) -> Any:
    async with httpx2.AsyncClient(base_url=house.url, trust_env=False, timeout=60) as http:
        response = await http.post("/graphql", json={"query": query}, headers={"cookie": cookie})
    return response.json().get("data") or {}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _write_words(folder: Path, words: list[str]) -> None:
    lists = {"words": json.dumps(words, ensure_ascii=False), "sizes": json.dumps(_SIZES)}
    lines = [f"[dictionaries.{name}]\nvalues = {values}\n" for name, values in lists.items()]
    lines.append("[generation.dictionaries]")
    lines.append('string = { dictionary = "words", probability = 0.5 }')
    lines.append('integer = { dictionary = "sizes", probability = 0.5 }')
    (folder / "schemathesis.toml").write_text("\n".join(lines), "utf-8")
