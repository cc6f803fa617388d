from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, parse, validate
from graphql.type import is_interface_type, is_object_type, is_union_type

from registry_api.graph.schema import sdl
from tests.contract.project import CONTRACT, OPERATIONS

_MUTATIONS = {
    "requestSignInCode", "signIn", "signOut", "signConsent", "enrol", "recordCheckIn", "amendCheckIn",
    "withdrawCheckIn",
    "recordTreatment", "importTrial", "setTrialCriteria", "requestIntroduction", "declineTrial",
}  # fmt: skip
_QUERIES = {
    "me", "consentDocuments", "instruments", "checkIns", "trialsForMe", "trials", "trial", "coalition",
}  # fmt: skip


@cache
def committed() -> GraphQLSchema:
    return build_schema((CONTRACT / "schema.graphql").read_text("utf-8"))


def test_the_committed_schema_is_what_the_code_exports() -> None:
    """`make schema` would change nothing."""
    assert (CONTRACT / "schema.graphql").read_text("utf-8") == sdl()


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
def test_an_operation_is_valid_and_named_as_its_file(path: Path) -> None:
    """Each file holds one operation, which the committed schema accepts."""
    document = parse(path.read_text("utf-8"))
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    assert operation.name is not None
    assert operation.name.value == path.stem
    assert validate(committed(), document) == []


def test_operations_have_one_name_each() -> None:
    """No two operations share a name, whoever they are for."""
    names = [path.stem for path in OPERATIONS]
    assert len(set(names)) == len(names) > 20


def test_the_names_that_are_fixed_are_there() -> None:
    """Clients may count on these names from the first release on."""
    schema = committed()
    assert schema.query_type is not None
    assert schema.mutation_type is not None
    assert set(schema.query_type.fields) >= _QUERIES
    assert set(schema.mutation_type.fields) >= _MUTATIONS


def test_every_mutation_has_an_operation() -> None:
    """The web app reaches every mutation through a file of its own, named as the mutation."""
    schema = committed()
    assert schema.mutation_type is not None
    named = {path.stem[0].lower() + path.stem[1:] for path in OPERATIONS}
    assert set(schema.mutation_type.fields) <= named


def test_mutations_answer_with_one_success_or_a_problem() -> None:
    """Each mutation's union holds one type that is no Problem, and each Problem has message and code."""
    schema = committed()
    problem = schema.type_map["Problem"]
    assert is_interface_type(problem)
    problems = {each.name for each in schema.get_implementations(problem).objects}
    assert set(problem.fields) == {"message", "code"}
    assert schema.mutation_type is not None
    for name, field in schema.mutation_type.fields.items():
        union = getattr(field.type, "of_type", None)
        assert is_union_type(union), name
        assert len([each for each in union.types if each.name not in problems]) == 1, name


def test_lists_of_records_are_connections_with_cursors() -> None:
    """A connection has edges with a cursor and a node, and says whether a page follows."""
    schema = committed()
    connections = [each for name, each in schema.type_map.items() if name.endswith("Connection")]
    assert len(connections) >= 5
    for connection in connections:
        assert is_object_type(connection)
        assert set(connection.fields) == {"edges", "pageInfo"}
        edge = schema.type_map[connection.name.removesuffix("Connection") + "Edge"]
        assert is_object_type(edge)
        assert set(edge.fields) == {"cursor", "node"}
