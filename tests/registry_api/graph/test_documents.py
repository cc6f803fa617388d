from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from graphql import print_ast

from registry_api.graph.documents import Documents, InvalidDocument, UnknownDocument, document_id
from registry_api.graph.limits import MOST_CHARACTERS
from registry_api.graph.schema import build_schema
from registry_api.packed import web_build
from tests.contract.project import CONTRACT, OPERATIONS
from tests.registry_api.local_service import KINDS, Api, LocalService, operation

_FREE = [
    "{ me { role } }",
    "{ __typename }",
    "{ __schema { types { name } } }",
    '{ __type(name: "Query") { name } }',
    "{ me { rol } }",
    "{ me {",
    "",
    "{ " + "a { " * 400 + "b" + " }" * 400 + " }",
    "mutation { signOut { __typename } }",
    operation("Me").replace("role", "role rol"),
    operation("Me") + " query Other { me { role } }",
    operation("Me") + " " * MOST_CHARACTERS,
]


@pytest.fixture(scope="module")
def documents() -> Documents:
    return Documents(build_schema().types, CONTRACT / "operations", development=False)


async def _post(api: Api, body: dict[str, Any], accept: str = "application/json") -> tuple[int, str]:
    response = await api.http.post("/graphql", json=body, headers={"accept": accept})
    return response.status_code, response.text


def test_a_document_is_named_by_the_hash_of_its_text() -> None:
    """The id is that of the specification's example."""
    query = "query ($id: ID!) {\n  user(id: $id) {\n    name\n  }\n}"
    assert document_id(query) == "sha256:7dba4bd717b41f10434822356a93c32b1fb4907b983e854300ad839f84cdcd6e"


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
def test_every_operation_of_the_contract_is_known(documents: Documents, path: Path) -> None:
    """By its id, by its text, and by its text with other white space, commas and comments."""
    text = path.read_text("utf-8")
    known = documents.named(document_id(text))
    assert known.text == text
    for same in (text, print_ast(known.parsed), "# ours\n" + text.replace(" ", " ,\t")):
        assert documents.trusted(same) is known


@pytest.mark.parametrize("name", ["", "sha256:", "sha256:" + "0" * 64, document_id(operation("Me")).upper()])
def test_no_other_name_is_known(documents: Documents, name: str) -> None:
    """A name is exact."""
    with pytest.raises(UnknownDocument):
        documents.named(name)


@pytest.mark.parametrize("text", _FREE, ids=lambda text: text[:30])
def test_no_other_text_is_known(documents: Documents, text: str) -> None:
    """An operation of ours with one field more, or with another beside it, is not ours."""
    with pytest.raises(UnknownDocument):
        documents.trusted(text)


def test_those_who_may_ask_anything_in_production_may_not_ask_for_the_schema(documents: Documents) -> None:
    """A document that fits is taken as it is; introspection is none that fits."""
    assert documents.any("{ me { role } }") is documents.any("{ me { role } }")
    for closed in (
        "{ __schema { types { name } } }",
        '{ __type(name: "Query") { name } }',
        "{ me { rol } }",
        "",
    ):
        with pytest.raises(InvalidDocument):
            documents.any(closed)


def test_in_development_an_operation_is_known_as_soon_as_it_is_written(tmp_path: Path) -> None:
    """The web app can be worked on while the service runs."""
    documents = Documents(build_schema().types, tmp_path, development=True)
    text = "query Roles { me { role } }"
    with pytest.raises(UnknownDocument):
        documents.named(document_id(text))
    (tmp_path / "Roles.graphql").write_text(text)
    assert documents.named(document_id(text)).text == text


@pytest.mark.parametrize("kind", KINDS)
async def test_in_production_nobody_may_send_what_is_not_of_the_contract(
    local: LocalService, kind: str
) -> None:
    """Whatever it is, and whoever sends it, the answer is the same to the letter."""
    api = await local.api(kind)
    answers = {await _post(api, {"documentId": "sha256:" + "0" * 64})}
    for text in filter(None, _FREE):
        answers.add(await _post(api, {"query": text}))
        answers.add(await _post(api, {"query": text}, "application/graphql-response+json"))
    ((status, body),) = answers
    assert status == 400
    assert '"code":"UNKNOWN_DOCUMENT"' in body


async def test_a_text_of_the_contract_is_taken_too(api: Api) -> None:
    """Clients that were made before documents had names go on."""
    by_name = await _post(api, {"documentId": document_id(operation("Me")), "operationName": "Me"})
    by_text = await _post(api, {"query": operation("Me").replace("\n", " "), "operationName": "Me"})
    assert by_name == by_text
    assert by_name[0] == 200


async def test_an_operation_that_its_document_does_not_have_is_refused(api: Api) -> None:
    """The name of an operation is checked against the document."""
    body = {"documentId": document_id(operation("Me")), "operationName": "You"}
    assert (await _post(api, body))[0] == 200
    status, text = await _post(api, body, "application/graphql-response+json")
    assert status == 400
    assert "BAD_USER_INPUT" in text


def test_the_web_app_names_its_documents_and_holds_none() -> None:
    """What was built sends ids, each of which the service knows, and no text."""
    build = web_build()
    if build is None:
        pytest.skip("the web app is not built")
    scripts = "".join(path.read_text("utf-8") for path in (build / "assets").glob("*.js"))
    sent = set(re.findall(r"sha256:[0-9a-f]{64}", scripts))
    assert len(sent) > 20
    assert sent <= {document_id(path.read_text("utf-8")) for path in OPERATIONS}
    assert "... on Problem" not in scripts
