from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

import orjson
import pytest
from graphql import (
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    parse,
    type_from_ast,
)

from registry_api.graph.documents import document_id
from tests.contract.project import CONTRACT, OPERATIONS
from tests.registry_api.local_service import LocalService

_JSON = {"content-type": "application/json"}
_ROUNDS = 4
# After one of them nothing else is reached.
_LAST = {"SignOut", "EndSession", "SignOutEverywhere", "Withdraw", "RequestErasure"}
_ODD: dict[str, tuple[object, ...]] = {
    "Base64Url": ("", "AAAA", "-_", "=", "ä"),
    "Boolean": (True, False),
    "Date": ("2031-05-14", "0001-01-01", "9999-12-31", "2031-02-30", "20310514", "1"),
    "DateTime": (
        "2031-05-14T12:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2031-05-14",
    ),
    "Float": (0.0, -1.5, 1e308, 5),
    "Int": (0, 1, -1, 100, 101, 2**31 - 1, -(2**31)),
    "JSON": (
        None,
        0,
        "",
        [],
        {},
        [[]] * 3,
        {"$gt": 1},
        {"protocolSection": {}},
        {"a.b": {"c": "\x00"}},
        2**63,
    ),
    "LocalTime": ("19:30", "24:00", "9:5", "19:30:00", ""),
    "PartialDate": ("2019", "2019-05", "2019-02-30", "0000", "9999-99", "-1"),
    "TimeZone": ("America/New_York", "UTC", "../../etc/passwd", "/etc/localtime", "a\x00", ""),
    "UUID": ("3f2b6c1e-0000-4000-8000-000000000000", "0" * 32, "{0}", ""),
}
_TEXTS = (
    *(
        "",
        " ",
        "\n",
        "x",
        "0",
        "\x00",
        "\u202e",
        "\ufffe",
        "ñ",
        "😀" * 20,
        "x" * 5_000,
        "$where",
        "a.b",
        "../x",
    ),
    *("pulling", "+12025550123", "10001", "en", "6-1", "AAAA", "3f2b6c1e-0000-4000-8000-000000000000"),
)


@cache
def _schema() -> GraphQLSchema:
    return build_schema((CONTRACT / "schema.graphql").read_text("utf-8"))


@pytest.mark.parametrize("kind", ["enrolled", "coordinator"])
async def test_no_nonsense_is_a_fault_of_ours(local: LocalService, kind: str) -> None:
    """Whatever the variables hold, each operation answers with a result, a problem or a refusal."""
    api, random, faults, answered = await local.api(kind), Random(7), [], 0
    for path in sorted(OPERATIONS, key=lambda each: (each.stem in _LAST, each.stem)):
        text = path.read_text("utf-8")
        for _ in range(_ROUNDS):
            variables = _variables(text, random)
            body = {"documentId": document_id(text), "variables": variables}
            response = await api.http.post("/graphql", content=orjson.dumps(body), headers=_JSON)
            answer = response.json()
            codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
            answered += not codes
            if response.status_code >= 500 or "INTERNAL_SERVER_ERROR" in codes:
                faults.append((path.stem, str(variables)[:300]))
    assert faults == []
    assert answered > len(OPERATIONS)


def _variables(text: str, random: Random) -> dict[str, Any]:
    """Values for an operation's variables, of the right shape and seldom sensible."""
    (operation,) = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return {
        each.variable.name.value: _value(type_from_ast(_schema(), each.type), random)
        for each in operation.variable_definitions or ()
    }


def _value(kind: Any, random: Random) -> object:
    if is_non_null_type(kind):
        return _value(kind.of_type, random) if random.random() < 0.98 else None
    if random.random() < 0.2:
        return None
    if is_list_type(kind):
        return [_value(kind.of_type, random) for _ in range(random.choice((0, 1, 1, 2, 5)))]
    if is_enum_type(kind):
        return random.choice(list(kind.values))
    if is_input_object_type(kind):
        fields = list(kind.fields.items())
        if kind.is_one_of:
            fields = random.sample(fields, 1)
        return {name: value for name, field in fields if (value := _value(field.type, random)) is not None}
    return random.choice(_ODD.get(kind.name, _TEXTS))
