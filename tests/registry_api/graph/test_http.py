from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest
from starlette.requests import Request

from registry_api.edge import Deadline, Message
from registry_api.graph.documents import document_id
from registry_api.graph.requests import asked
from registry_api.identity.indexes import ACCOUNTS
from registry_api.settings import Settings
from tests.registry_api.local_service import ADDRESS, Api, LocalService, check_in, operation
from tests.registry_api.stored_bytes import stored_bytes

_JSON = {"content-type": "application/json"}
_SECRET = "Zebediah Quillfeather"
_ME = document_id(operation("Me"))


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"3",
        b"null",
        b'"text"',
        b"",
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'[{"query": "{ me { role } }"}]',
        b"{}",
        b'{"query": 3}',
        b'{"query": ""}',
        b'{"query": "{ me { role } }", "variables": []}',
        b'{"query": "{ me { role } }", "documentId": "sha256:0"}',
        b'{"documentId": 3}',
        b'{"documentId": "sha256:0", "operationName": {}}',
        b'{"query": "\\ud800"}',
        b'{"quer\xc3\xa9": "' + _SECRET.encode() + b'"}',
    ],
    ids=lambda body: body[:60].decode("latin-1"),
)
async def test_a_body_that_is_no_json_object_with_a_query_is_refused(
    api: Api, logged: Callable[[], str], body: bytes
) -> None:
    """The answer is typed, says what to send, and repeats nothing."""
    response = await api.http.post("/graphql", content=body, headers=_JSON)
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "BAD_REQUEST"}
    assert error["message"].endswith("Send a JSON object with a documentId, or with a query.")
    assert _SECRET not in response.text
    assert _SECRET not in logged()


@pytest.mark.caller("enrolled")
@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "text/plain; application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=application/json",
        "application/jsonx",
        "application/json; charset=utf-16",
        "",
    ],
)
async def test_another_content_type_is_refused(api: Api, local: LocalService, kind: str) -> None:
    """What a form on a foreign page could send without asking is never an operation."""
    before = await stored_bytes(local.services.mongo.database)
    body = _recording(api)
    response = await api.http.post("/graphql", content=body, headers={"content-type": kind})
    assert response.status_code == 415
    assert response.json()["errors"][0]["extensions"]["code"] == "UNSUPPORTED_MEDIA_TYPE"
    assert await stored_bytes(local.services.mongo.database) == before


@pytest.mark.caller("enrolled")
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": f"{ADDRESS}:8443"},
        {"origin": ADDRESS.replace("http:", "https:")},
        {"origin": "https://evil.example", "host": "evil.example"},
        {"origin": f"{ADDRESS}.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": ADDRESS},
    ],
)
async def test_a_foreign_page_cannot_act_with_the_visitors_cookie(
    api: Api, local: LocalService, headers: dict[str, str]
) -> None:
    """The answer is a typed refusal without any leave for other origins, and nothing is stored."""
    before = await stored_bytes(local.services.mongo.database)
    response = await api.http.post("/graphql", content=_recording(api), headers={**_JSON, **headers})
    assert response.status_code == 403
    assert response.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert not [name for name in response.headers if name.startswith("access-control-")]
    assert await stored_bytes(local.services.mongo.database) == before


@pytest.mark.caller("enrolled")
async def test_our_own_pages_act(api: Api) -> None:
    """A browser names our own origin, and that it is the same."""
    headers = {**_JSON, "origin": ADDRESS, "sec-fetch-site": "same-origin"}
    response = await api.http.post("/graphql", content=_recording(api), headers=headers)
    assert response.json()["data"]["recordCheckIn"]["__typename"] == "CheckInRecorded"


@pytest.mark.parametrize("written", [ADDRESS.upper(), f"{ADDRESS}:80", f"{ADDRESS}/"])
async def test_our_origin_is_known_however_the_address_is_written(written: str) -> None:
    """Browsers write it in lower case, and without the usual port."""
    headers = [(b"origin", ADDRESS.encode()), (b"content-type", b"application/json")]

    async def receive() -> Message:
        return {"type": "http.request", "body": b'{"documentId": "sha256:0"}'}

    request = Request({"type": "http", "method": "POST", "path": "/", "headers": headers}, receive)
    assert (await asked(request, written, development=False)).document_id == "sha256:0"


@pytest.mark.caller("enrolled")
@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_of_two_megabytes_is_refused(
    api: Api, local: LocalService, logged: Callable[[], str], *, announced: bool
) -> None:
    """Whether its length is announced or not, the answer is typed and nothing is stored."""
    before = await stored_bytes(local.services.mongo.database)
    body = b'{"query": "{ me { role } }", "variables": {"name": "' + _SECRET.encode() * 100_000 + b'"}}'

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    response = await api.http.post("/graphql", content=body if announced else pieces(), headers=_JSON)
    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"]["code"] == "PAYLOAD_TOO_LARGE"
    assert await stored_bytes(local.services.mongo.database) == before
    assert _SECRET not in logged()


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "HEAD"])
async def test_only_posts_are_operations(api: Api, method: str) -> None:
    """No address that can be linked to does anything, and nobody is told that a foreign page may ask."""
    headers = {"access-control-request-method": "POST", "accept": "text/html, */*;q=0.8"}
    response = await api.http.request(method, f"/graphql?documentId={_ME}", headers=headers)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert not [name for name in response.headers if name.startswith("access-control-")]
    if method != "HEAD":
        assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        ("application/graphql-response+json", "application/graphql-response+json"),
        ("application/graphql-response+json, application/json;q=0.9", "application/graphql-response+json"),
        ("application/graphql-response+json;q=0.1, application/json", "application/json"),
        ("APPLICATION/GraphQL-Response+JSON; charset=utf-8; q=0.5", "application/graphql-response+json"),
        ("text/html, application/json;q=0, */*;q=0.1", "application/graphql-response+json"),
        ("text/html", None),
        ("application/json;q=0", None),
        ("application/json;q=none", None),
    ],
)
async def test_the_media_type_is_the_one_that_a_client_prefers(
    api: Api, accept: str | None, kind: str | None
) -> None:
    """A client that takes neither of the two is told so, in JSON."""
    api.http.headers.pop("accept")
    response = await api.http.post(
        "/graphql", json={"documentId": _ME}, headers={"accept": accept} if accept else {}
    )
    assert response.headers["content-type"] == f"{kind or 'application/json'}; charset=utf-8"
    if kind is None:
        assert response.status_code == 406
        assert response.json()["errors"][0]["extensions"]["code"] == "NOT_ACCEPTABLE"
    else:
        assert response.json()["data"]["me"]["role"] == "ANONYMOUS"


async def test_a_query_that_is_no_graphql_is_told_so(api: Api) -> None:
    """Syntax has a code of its own."""
    (error,) = (await api.ask("{ me {"))["errors"]
    assert error["extensions"]["code"] == "GRAPHQL_PARSE_FAILED"


@pytest.mark.parametrize(
    "document",
    [
        "{ me { shoeSize } }",
        "subscription { me { role } }",
        "query a { me { role } } query b { me { role } }",
    ],
)
async def test_a_query_beyond_the_schema_is_the_clients_mistake(api: Api, document: str) -> None:
    """It is refused before anything is read."""
    answer = await api.ask(document)
    assert "data" not in answer
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]


@pytest.mark.caller("enrolled")
async def test_what_a_variable_holds_is_not_repeated(api: Api, logged: Callable[[], str]) -> None:
    """Outside development a variable of the wrong kind gets one sentence, without names or values."""
    answer = await api.answer("RecordCheckIn", input={**check_in(), "about": _SECRET, "shoeSize": _SECRET})
    (error,) = answer.pop("errors")
    assert answer == {}
    assert error.keys() == {"message", "extensions"}
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    for word in (_SECRET, "CheckInInput", "Date", "about", "shoeSize"):
        assert word not in str(error)
    assert _SECRET not in logged()


@pytest.mark.caller("enrolled")
async def test_a_fault_of_ours_says_nothing_and_logs_its_kind(
    api: Api, local: LocalService, logged: Callable[[], str]
) -> None:
    """When a sealed name cannot be opened, the client reads one sentence, the log a kind."""
    accounts = local.services.mongo.database[ACCOUNTS]
    stolen = await local.services.vault.seal("somebody else", "name", _SECRET)
    await accounts.update_many({"_id": {"$gt": ""}}, {"$set": {"identity": stolen}})
    answer = await api.answer("Me")
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR"}
    assert error["message"] == "Something went wrong on our side. Please try again."
    said = logged()
    assert "resolver_failed" in said
    assert "SealBroken" in said
    assert "Traceback" not in said


@pytest.mark.caller("enrolled")
async def test_what_cannot_get_through_is_given_up_in_time_and_can_be_sent_again(
    api: Api, local: LocalService
) -> None:
    """A write that waits for somebody else's transaction ends with the deadline, and succeeds afterwards."""
    accounts, change = local.services.mongo.database[ACCOUNTS], {"promptTime": "09:15"}
    body = {"documentId": document_id(operation("ChangeSettings")), "variables": {"input": change}}
    impatient = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(Deadline(local.app, answer_seconds=0.5)),
        base_url=ADDRESS,
        cookies=api.http.cookies,
    )
    client = accounts.database.client
    async with await client.start_session() as session, session.start_transaction(), impatient:
        await accounts.update_many({"_id": {"$gt": ""}}, {"$set": {"held": True}}, session=session)
        response = await impatient.post("/graphql", json=body)
        assert response.status_code == 503
        assert response.json()["errors"][0]["extensions"]["code"] == "TIMED_OUT"
        await session.abort_transaction()
    changed = await api.send("ChangeSettings", input=change)
    assert changed["patient"]["settings"]["promptTime"] == "09:15"


async def test_an_answer_is_never_kept_by_anybody_in_between(api: Api) -> None:
    """Answers of the api may not be cached."""
    response = await api.http.post("/graphql", json={"documentId": _ME})
    assert response.headers["cache-control"] == "no-store"


def test_nothing_of_these_settings_is_for_development(settings: Settings) -> None:
    """What these tests see is what the public sees."""
    assert not settings.development


def _recording(api: Api) -> bytes:
    """The body of a check-in as the web app sends it."""
    variables: dict[str, Any] = {"input": check_in()}
    document = {"query": operation("RecordCheckIn"), "variables": variables}
    return api.http.build_request("POST", "/graphql", json=document).read()
