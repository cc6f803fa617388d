from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest
from graphql import GraphQLError, OperationDefinitionNode

from registry_api.graph.limits import (
    MOST_ALIASES,
    MOST_CHARACTERS,
    MOST_COST,
    MOST_DEPTH,
    MOST_TOKENS,
    ONCE,
    LimitPassed,
    Size,
    parse_within_limits,
    require_affordable,
    require_reasonable,
    size_of,
)
from registry_api.graph.schema import build_schema
from tests.contract.project import OPERATIONS
from tests.registry_api.local_service import Api, LocalService, operation

_SCHEMA = build_schema().types
_LONGEST_PAGES = {"CheckIns": 400, "Trials": 100, "TrialsForMe": 100}
_SIGN_IN = 'signIn(phone: "+12025550123", code: "000000") { __typename }'
_SKIPPED = _SIGN_IN.replace("{", "@skip(if: true) {")
_REQUEST = 'requestSignInCode(phone: "+12025550123") { __typename }'


def _size(document: str, variables: Mapping[str, Any] | None = None) -> Size:
    parsed = parse_within_limits(document)
    (asked, *_) = parsed.definitions
    assert isinstance(asked, OperationDefinitionNode)
    return size_of(_SCHEMA, parsed, asked, variables or {})


def _passed(document: str, variables: Mapping[str, Any] | None = None) -> str | None:
    """The limit that a document passes, if it does."""
    try:
        parsed = parse_within_limits(document)
        require_reasonable(_SCHEMA, parsed)
        (asked, *_) = parsed.definitions
        assert isinstance(asked, OperationDefinitionNode)
        require_affordable(_SCHEMA, parsed, asked, variables or {})
    except LimitPassed as passed:
        return str((passed.extensions or {})["limit"])
    return None


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
def test_what_the_web_app_asks_is_far_from_every_limit(path: Any) -> None:
    """Each operation has at most half of everything, on its longest page no more than there is."""
    text = path.read_text("utf-8")
    size = _size(text, {"first": 50})
    assert size.cost <= MOST_COST / 2
    assert size.depth <= MOST_DEPTH / 2
    assert size.aliases == size.directives == 0
    assert len(text) <= MOST_CHARACTERS / 2
    parse_within_limits(text + "\n" + text)
    assert _passed(text, {"first": _LONGEST_PAGES.get(path.stem)}) is None


@pytest.mark.parametrize(
    ("document", "cost"),
    [
        ("{ me { role } }", 2),
        ("{ a: me { role } b: me { role } }", 4),
        ("{ me { ...r } } fragment r on Me { role name }", 3),
        ("{ a: me { ...r } b: me { ...r } } fragment r on Me { role name }", 6),
        ("{ me { ... on Me { role } ... { name } } }", 3),
        ("{ me { role @skip(if: true) name @include(if: false) } }", 3),
        ("{ trials(first: 3) { edges { cursor node { id nctId } } pageInfo { endCursor } } }", 19),
        ("{ trials { edges { cursor } } }", 42),
        ("{ trials(first: null) { edges { cursor } } }", 42),
        ("query($n: Int = 7) { trials(first: $n) { edges { cursor } } }", 16),
        ("{ trials(first: 10) { edges { node { introductions(first: 10) { edges { cursor } } } } } }", 242),
        ("{ consentDocuments { title } }", 6),
        ("mutation { signOut { __typename } }", 101),
        ("{ __schema { types { name fields { name } } } }", 1),
        ("{ nothing { of { the { kind } } } }", 4),
    ],
)
def test_the_cost_is_how_often_fields_are_answered(document: str, cost: int) -> None:
    """Aliases and fragments count each time, pages as long as asked, and a write as a hundred."""
    assert _size(document).cost == cost


@pytest.mark.parametrize(("first", "cost"), [(3, 8), (0, 2), (-5, 2), ("many", 42), (None, 42)])
def test_a_page_is_as_long_as_its_variable_says(first: object, cost: int) -> None:
    """A variable that is no number will be refused, and counts like the usual page until then."""
    assert _size("query($n: Int) { trials(first: $n) { edges { cursor } } }", {"n": first}).cost == cost


@pytest.mark.parametrize(
    ("document", "limit"),
    [
        ("{ me { role " + "role " * MOST_TOKENS + "} }", "TOKENS"),
        ("{ me { role } } #" + " " * MOST_CHARACTERS, "LENGTH"),
        ("{ me { role } }" + "\n#" * 5000, "TOKENS"),
        ("{ " + "a { " * MOST_DEPTH + "b" + " }" * MOST_DEPTH + " }", "DEPTH"),
        ("{ " + "a { " * 300 + "b" + " }" * 300 + " }", "DEPTH"),
        ("{ " + "".join(f"a{number}: me {{ role }} " for number in range(MOST_ALIASES + 1)) + "}", "ALIASES"),
        ("{ me { role " + "@skip(if: false) " * 21 + "} }", "DIRECTIVES"),
        ("query " + "@skip(if: false) " * 21 + "{ me { role } }", "DIRECTIVES"),
        (
            "{ trials(first: 100) { edges { node { introductions(first: 100) { edges { cursor } } } } } }",
            "COST",
        ),
        ("{ checkIns(first: 99999999999) { edges { cursor } } }", "COST"),
        (f"mutation {{ a: {_SIGN_IN} b: {_SIGN_IN} }}", "ONCE"),
        (f"mutation {{ {_REQUEST} b: {_REQUEST} }}", "ONCE"),
        (f"mutation {{ {_REQUEST} {_SIGN_IN} }}", "ONCE"),
        (f"mutation {{ ...a ... {{ {_SIGN_IN} }} }} fragment a on Mutation {{ a: {_SIGN_IN} }}", "ONCE"),
        (f"mutation {{ a: {_SIGN_IN} ... on Mutation {{ b: {_SKIPPED} }} }}", "ONCE"),
        (f"query a {{ me {{ role }} }} mutation b {{ a: {_SIGN_IN} b: {_SIGN_IN} }}", "ONCE"),
        (f"mutation {{ {_SIGN_IN} }}", None),
        ("{ " + "a { " * (MOST_DEPTH - 1) + "b" + " }" * (MOST_DEPTH - 1) + " }", None),
        ("{ " + "".join(f"a{number}: me {{ role }} " for number in range(MOST_ALIASES)) + "}", None),
    ],
)
def test_more_than_anybody_needs_is_refused(document: str, limit: str | None) -> None:
    """The error names the limit that is passed."""
    assert _passed(document) == limit


def test_fragments_that_double_each_time_are_counted_at_once() -> None:
    """A document that would be answered for years is refused in no time."""
    doubling = "".join(f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }} " for n in range(60))
    started = time.monotonic()
    assert _passed("{ ...f0 } " + doubling + "fragment f60 on Query { me { role } }") == "COST"
    assert time.monotonic() - started < 1


def test_fragments_in_a_circle_end() -> None:
    """They are left to validation, which refuses them."""
    assert _passed("{ ...a } fragment a on Query { ...b } fragment b on Query { ...a me { role } }") is None


def test_what_may_be_asked_once_is_there() -> None:
    """A mutation that is renamed takes its limit along."""
    assert _SCHEMA.mutation_type is not None
    assert set(_SCHEMA.mutation_type.fields) >= ONCE


async def test_a_limit_is_told_with_its_size_and_before_anything_is_done(
    api: Api, local: LocalService
) -> None:
    """Two codes asked for in one request are none."""
    (error,) = (await api.ask(f"mutation {{ a: {_REQUEST} b: {_REQUEST} }}"))["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "limit": "ONCE", "most": 1}
    assert await local.texts() == []


@pytest.mark.caller("enrolled")
async def test_an_operation_of_ours_has_its_limits_too(api: Api) -> None:
    """The cost is that of the variables, whoever wrote the document."""
    (error,) = (await api.answer("CheckIns", first=100_000))["errors"]
    assert error["extensions"]["limit"] == "COST"
    assert "errors" not in await api.answer("CheckIns", first=400)


def test_a_syntax_error_stays_one() -> None:
    """Only what is too long or too deep is a limit."""
    with pytest.raises(GraphQLError) as raised:
        parse_within_limits("{ me {")
    assert not isinstance(raised.value, LimitPassed)
    assert operation("Me")
