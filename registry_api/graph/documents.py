"""Which operations the service takes.

In production that is what lies in `graphql/operations`, and nothing else, but for those who may ask what they
like. Such a trusted document is named by the hash of its text, as the appendix on persisted documents of
GraphQL over HTTP says; its text, whatever its white space, names it too. All are validated once, at start.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    specified_rules,
    strip_ignored_characters,
)
from strawberry.schema.schema import validate_document

from registry_api.graph.limits import MOST_CHARACTERS, parse_within_limits, require_reasonable
from registry_api.identity.callers import ApiClient, Caller, TokenScope

_REMEMBERED = 500


@dataclass(frozen=True, slots=True)
class Document:
    """Parsed, valid, and as small as it must be whatever its variables are."""

    text: str
    parsed: DocumentNode


class UnknownDocument(Exception):
    """It is not one of ours, and whoever sent it may send no other; what is wrong with it is not said."""


class InvalidDocument(Exception):
    """It is no GraphQL, does not fit the schema, or passes a limit; `errors` say how."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        self.errors = errors
        super().__init__()


def document_id(text: str) -> str:
    """The name of a trusted document, from its exact text."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def may_send_text(caller: Caller, *, development: bool) -> bool:
    """Whether this caller may send any document. Our own pages, of patients and staff alike, need none."""
    return development or (isinstance(caller, ApiClient) and TokenScope.QUERY in caller.allows)


class Documents:
    """The documents of the contract, and the latest others that were sent."""

    def __init__(self, schema: GraphQLSchema, operations: Path, *, development: bool) -> None:
        self._schema = schema
        self._operations = operations
        self._development = development
        self._rules = (
            tuple(specified_rules) if development else (*specified_rules, NoSchemaIntrospectionCustomRule)
        )
        self._prepared = lru_cache(_REMEMBERED)(self._prepare)
        self._read()

    def named(self, name: str) -> Document:
        """The trusted document of this id.

        Raises:
            UnknownDocument: there is none.
        """
        if self._development and name not in self._by_id:
            self._read()  # somebody is writing it just now
        try:
            return self._by_id[name]
        except KeyError:
            raise UnknownDocument from None

    def trusted(self, text: str) -> Document:
        """The trusted document that has this text, white space and comments aside.

        Raises:
            UnknownDocument: there is none.
        """
        try:
            shape = strip_ignored_characters(text) if len(text) <= MOST_CHARACTERS else ""
            return self._by_shape[shape]
        except (KeyError, GraphQLSyntaxError):
            raise UnknownDocument from None

    def any(self, text: str) -> Document:
        """Whatever document this is.

        Raises:
            InvalidDocument: it cannot be executed.
        """
        return self._prepared(text)

    def _read(self) -> None:
        texts = [path.read_text("utf-8") for path in sorted(self._operations.rglob("*.graphql"))]
        known = {text: self._prepare(text) for text in texts}
        self._by_id = {document_id(text): document for text, document in known.items()}
        self._by_shape = {strip_ignored_characters(text): document for text, document in known.items()}

    def _prepare(self, text: str) -> Document:
        try:
            parsed = parse_within_limits(text)
            require_reasonable(self._schema, parsed)
        except GraphQLError as error:
            raise InvalidDocument([error]) from None
        errors = validate_document(self._schema, parsed, self._rules)
        if errors:
            raise InvalidDocument(errors)
        return Document(text, parsed)
