"""What one request may ask for. All of it is decided before anything is looked up.

A schema is a graph: a short text can ask for a long answer. So a document is measured as it stands (tokens,
depth, aliases, directives), and an operation together with its variables (cost).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_interface_type,
    is_list_type,
    is_object_type,
    parse,
)

MOST_CHARACTERS = (
    20_000  # the longest operation of ours has 700; long texts and comments are read before tokens
)
MOST_TOKENS = 1000  # ours have 91 at most, introspection 183; validation is quadratic: this many take 0.2 s
MOST_COMMENTS = 100  # they are no tokens, and cost memory all the same
MOST_DEPTH = 15  # ours are 7 deep at most
MOST_ALIASES = 15  # ours have none: an alias is how one field is asked for again and again
MOST_DIRECTIVES = 20  # ours have none
MOST_COST = 14_000  # 400 check-ins, the longest page there is, cost 12,005; the dearest of ours 2,355
ASSUMED_LENGTH = (
    5  # of a list without `first`: answers of a check-in, findings about a trial, forms of a person
)
ENTRY_COST = 1  # of a page: it is read from the database, whatever of it is asked for
MUTATION_COST = 100  # it writes
ONCE = frozenset({"requestSignInCode", "signIn", "signInWithPasskey", "stepUp"})  # a text or a try: one, once


class Limit(StrEnum):
    """Which limit was passed, as `extensions.limit` names it."""

    LENGTH = "LENGTH"
    TOKENS = "TOKENS"
    DEPTH = "DEPTH"
    ALIASES = "ALIASES"
    DIRECTIVES = "DIRECTIVES"
    COST = "COST"
    ONCE = "ONCE"


_ADVICE = {
    Limit.LENGTH: "A document may have {:,} characters. Send a shorter one.",
    Limit.TOKENS: "A document may have {:,} tokens. Ask for fewer fields.",
    Limit.DEPTH: "Fields may lie {:,} deep. Ask for the inner ones by themselves.",
    Limit.ALIASES: "A document may have {:,} aliases. Ask in several requests.",
    Limit.DIRECTIVES: "A document may have {:,} directives. Leave some out.",
    Limit.COST: "An operation may cost {:,}. Ask for a shorter page, or for fewer fields.",
    Limit.ONCE: "An operation may ask for a code, or try a proof, {:,} time. Send the others by themselves.",
}


class LimitPassed(GraphQLError):
    """More is asked for than anybody needs; the extensions say which limit it passes, and what that is."""

    def __init__(self, limit: Limit, most: int) -> None:
        extensions = {"code": "BAD_USER_INPUT", "limit": limit.value, "most": most}
        super().__init__(_ADVICE[limit].format(most), extensions=extensions)


def parse_within_limits(text: str) -> DocumentNode:
    """The document, where it is GraphQL and not too long.

    Raises:
        LimitPassed: it is too long.
        GraphQLSyntaxError: it is no GraphQL.
    """
    if len(text) > MOST_CHARACTERS:
        raise LimitPassed(Limit.LENGTH, MOST_CHARACTERS)
    try:
        return parse(text, max_lexical_tokens=MOST_TOKENS, max_comments=MOST_COMMENTS)
    except GraphQLSyntaxError as error:  # its text is the only sign of which kind it is
        if "nested too deeply" in error.message:
            raise LimitPassed(Limit.DEPTH, MOST_DEPTH) from None
        if "Parsing aborted" in error.message:
            raise LimitPassed(Limit.TOKENS, MOST_TOKENS) from None
        raise


@dataclass(slots=True)
class Size:
    """What a selection asks for, with its fragments counted as often as they are spread."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    cost: int = 0
    once: int = 0

    def add(self, other: Size, *, times: int = 1) -> None:
        """`times` says how often what `other` asks for will be answered."""
        self.depth = max(self.depth, other.depth)
        self.aliases += other.aliases
        self.directives += other.directives
        self.cost += times * other.cost
        self.once += other.once


def require_reasonable(schema: GraphQLSchema, document: DocumentNode) -> None:
    """Raises LimitPassed where a document, whatever its variables will be, asks for too much."""
    for operation in document.definitions:
        if not isinstance(operation, OperationDefinitionNode):
            continue
        size = size_of(schema, document, operation, {})
        for limit, found, most in (
            (Limit.DEPTH, size.depth, MOST_DEPTH),
            (Limit.ALIASES, size.aliases, MOST_ALIASES),
            (Limit.DIRECTIVES, size.directives, MOST_DIRECTIVES),
            (Limit.ONCE, size.once, 1),
        ):
            if found > most:
                raise LimitPassed(limit, most)


def require_affordable(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
) -> None:
    """Raises LimitPassed where an operation of the document, with these variables, costs too much."""
    if size_of(schema, document, operation, variables).cost > MOST_COST:
        raise LimitPassed(Limit.COST, MOST_COST)


def size_of(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
) -> Size:
    """How much an operation asks for. It costs one for each time that a field is answered, at most."""
    scale = _Scale(
        schema,
        {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)},
        {each.variable.name.value: each.default_value for each in operation.variable_definitions or ()},
        variables,
    )
    size = scale.selections(operation.selection_set, schema.get_root_type(operation.operation), None)
    size.directives += len(operation.directives or ())
    return size


@dataclass
class _Scale:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    defaults: Mapping[str, ValueNode | None]
    variables: Mapping[str, Any]
    known: dict[tuple[str, int | None], Size] = field(default_factory=dict)

    def selections(
        self, selected: SelectionSetNode, parent: GraphQLNamedType | None, length: int | None
    ) -> Size:
        """`length` is that of the lists right below, where it is known."""
        size = Size()
        for node in selected.selections:
            size.directives += len(node.directives or ())
            if isinstance(node, FieldNode):
                size.add(self._field(node, parent, length))
            elif isinstance(node, InlineFragmentNode):
                on = self._type(node) if node.type_condition else parent
                size.add(self.selections(node.selection_set, on, length))
            elif isinstance(node, FragmentSpreadNode):
                size.add(self._spread(node.name.value, length))
        return size

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None, length: int | None) -> Size:
        name = node.name.value
        writes = parent is not None and parent is self.schema.mutation_type
        size = Size(
            depth=1,
            aliases=int(node.alias is not None),
            cost=MUTATION_COST if writes else 1,
            once=int(writes and name in ONCE),
        )
        if node.selection_set is None or name.startswith(
            "__"
        ):  # the schema itself is no load, and often closed
            return size
        fields = parent.fields if is_object_type(parent) or is_interface_type(parent) else {}
        asked = fields.get(name)  # None for one that is not there: validation will say so
        page = self._page(node, asked) if asked else None
        listed = asked is not None and is_list_type(get_nullable_type(asked.type))
        inside = self.selections(
            node.selection_set, get_named_type(asked.type) if asked else None, None if listed else page
        )
        inside.depth += 1
        if listed and length is not None:
            inside.cost += ENTRY_COST
        size.add(inside, times=(ASSUMED_LENGTH if length is None else length) if listed else 1)
        return size

    def _spread(self, name: str, length: int | None) -> Size:
        """A fragment is measured once, however often it is spread: else thirty could keep us for years."""
        key = (name, length)
        if key not in self.known:
            self.known[key] = Size()  # one that spreads itself ends here; validation will say so
            fragment = self.fragments.get(name)
            if fragment is not None:
                self.known[key] = self.selections(fragment.selection_set, self._type(fragment), length)
        return self.known[key]

    def _type(self, node: FragmentDefinitionNode | InlineFragmentNode) -> GraphQLNamedType | None:
        condition = node.type_condition
        return self.schema.get_type(condition.name.value) if condition else None

    def _page(self, node: FieldNode, asked: GraphQLField) -> int | None:
        """How many entries of a connection are asked for; None for a field that has no pages."""
        if "first" not in asked.args:
            return None
        value: Any = next((each.value for each in node.arguments or () if each.name.value == "first"), None)
        if isinstance(value, VariableNode):
            name = value.name.value
            value = self.variables.get(name, self.defaults.get(name))
        if isinstance(value, IntValueNode):
            value = int(value.value)
        return max(0, value if isinstance(value, int) else int(asked.args["first"].default_value))
