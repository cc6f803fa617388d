from __future__ import annotations

from collections.abc import Callable

import strawberry
from graphql import GraphQLError
from strawberry.extensions import (
    DisableIntrospection,
    MaxAliasesLimiter,
    MaxTokensLimiter,
    ParserCache,
    QueryDepthLimiter,
    SchemaExtension,
    ValidationCache,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types
from strawberry.types import ExecutionContext

from registry_api.graph.coalition import CoalitionQuery
from registry_api.graph.consent import ConsentMutation, ConsentQuery
from registry_api.graph.devices import DevicesMutation
from registry_api.graph.diary import DiaryMutation, DiaryQuery
from registry_api.graph.enrolment import EnrolmentMutation
from registry_api.graph.errors import MAPPINGS
from registry_api.graph.guard import MUTATION, GuardedExecution, guarded
from registry_api.graph.looks import LooksQuery
from registry_api.graph.passkeys import PasskeysMutation, PasskeysQuery
from registry_api.graph.scalars import SCALARS
from registry_api.graph.sign_in import SignInMutation
from registry_api.graph.trials import TrialsMutation, TrialsQuery
from registry_api.graph.viewer import ViewerQuery

_MOST_DEPTH = 15
_MOST_ALIASES = 15
_MOST_TOKENS = 3000
_DOCUMENTS_REMEMBERED = 500

Query = merge_types(
    "Query",
    (ViewerQuery, PasskeysQuery, ConsentQuery, DiaryQuery, LooksQuery, TrialsQuery, CoalitionQuery),
)
_MUTATIONS = (
    SignInMutation,
    DevicesMutation,
    PasskeysMutation,
    ConsentMutation,
    EnrolmentMutation,
    DiaryMutation,
    TrialsMutation,
)
Mutation = guarded(merge_types(MUTATION, _MUTATIONS))


class RegistrySchema(strawberry.Schema):
    """A schema that logs nothing by itself: an error's text and trace can hold what a person sent."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Left to `registry_api.graph.errors`."""


def build_schema(*, introspection: bool = True) -> strawberry.Schema:
    """The schema with its limits; documents that were seen before are neither parsed nor validated again."""
    extensions: list[Callable[[], SchemaExtension]] = [
        lambda: QueryDepthLimiter(max_depth=_MOST_DEPTH),
        lambda: MaxAliasesLimiter(max_alias_count=_MOST_ALIASES),
        lambda: MaxTokensLimiter(max_token_count=_MOST_TOKENS),
        lambda: ParserCache(maxsize=_DOCUMENTS_REMEMBERED),
        lambda: ValidationCache(maxsize=_DOCUMENTS_REMEMBERED),
    ]
    if not introspection:
        extensions.append(DisableIntrospection)
    return RegistrySchema(
        query=Query,
        mutation=Mutation,
        extensions=extensions,
        exception_handlers=MAPPINGS,
        execution_context_class=GuardedExecution,
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=not introspection),
    )


def sdl() -> str:
    """The contract as text, as it stands in graphql/schema.graphql."""
    return build_schema().as_str() + "\n"
