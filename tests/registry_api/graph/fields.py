"""Every field of the schema, by every way that a query can reach it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
    is_required_argument,
)

from registry_api.graph.rules import roles_of
from registry_api.identity.callers import Role


@dataclass(frozen=True)
class Step:
    """One field on the way; `on` is the type that holds it, and `arguments` are as a query writes them."""

    on: str
    name: str
    arguments: str = ""


@dataclass(frozen=True)
class Try:
    """One field, at the end of one way to it."""

    way: tuple[Step, ...]
    leaf: str

    @property
    def name(self) -> str:
        return ".".join(step.name for step in self.way)

    @property
    def query(self) -> str:
        text = self.leaf
        for step in reversed(self.way):
            text = f"{{ ... on {step.on} {{ {step.name}{step.arguments} {text} }} }}"
        variables = "($trial: ID!)" if "$trial" in text else ""
        return f"query{variables} {text}"

    def open_to(self, role: Role) -> bool:
        """What the rules say about everything on the way."""
        return all(role in roles_of(step.on, step.name) for step in self.way)


def tries(schema: GraphQLSchema, arguments: Mapping[str, str]) -> Iterator[Try]:
    """Each field of each type by each root field that leads there; the shortest way each.

    `arguments` are those of fields that need some, by `Type.field`, such as `(id: $trial)`.
    """
    assert schema.query_type is not None
    for root in schema.query_type.fields:
        yield from _below(schema, schema.query_type, root, arguments)


def _below(
    schema: GraphQLSchema, query: GraphQLObjectType, root: str, arguments: Mapping[str, str]
) -> Iterator[Try]:
    first = Step(query.name, root, _arguments(query, root, arguments))
    waiting: deque[tuple[GraphQLObjectType, tuple[Step, ...]]] = deque()
    seen: set[str] = set()
    yield Try((first,), _leaf(query.fields[root]))
    waiting.extend((each, (first,)) for each in _objects(schema, query.fields[root]))
    while waiting:
        kind, way = waiting.popleft()
        if kind.name in seen:
            continue
        seen.add(kind.name)
        for name, field in kind.fields.items():
            step = Step(kind.name, name, _arguments(kind, name, arguments))
            yield Try((*way, step), _leaf(field))
            waiting.extend((each, (*way, step)) for each in _objects(schema, field))


def leaf_of(schema: GraphQLSchema, kind: str, field: str) -> str:
    """What has to be asked below a field: nothing, or the name of what is there."""
    held = schema.type_map[kind]
    assert isinstance(held, GraphQLObjectType)
    return _leaf(held.fields[field])


def _leaf(field: GraphQLField) -> str:
    return "{ __typename }" if is_composite_type(get_named_type(field.type)) else ""


def _objects(schema: GraphQLSchema, field: GraphQLField) -> list[GraphQLObjectType]:
    kind = get_named_type(field.type)
    if isinstance(kind, GraphQLObjectType):
        return [kind]
    if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
        return list(schema.get_possible_types(kind))
    return []


def _arguments(kind: GraphQLObjectType, name: str, arguments: Mapping[str, str]) -> str:
    given = arguments.get(f"{kind.name}.{name}", "")
    needed = [each for each, argument in kind.fields[name].args.items() if is_required_argument(argument)]
    assert all(each in given for each in needed), f"say with what to ask {kind.name}.{name}: {needed}"
    return given


def reached(data: Any, way: tuple[Step, ...]) -> list[Any]:
    """The values at the end of a way, of every object that was on it."""
    found = [data]
    for step in way:
        found = [
            value
            for each in found
            if isinstance(each, dict) and step.name in each
            for value in (each[step.name] if isinstance(each[step.name], list) else [each[step.name]])
        ]
    return found
