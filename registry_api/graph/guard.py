"""Asks the rules before a field is resolved.

A mutation that is refused answers with a problem of its union; any other field with an error of that code.
"""

from __future__ import annotations

from typing import Any

import strawberry
from graphql import GraphQLObjectType
from graphql.pyutils import AwaitableOrValue, Path, UndefinedType
from strawberry.extensions import FieldExtension
from strawberry.extensions.field_extension import AsyncExtensionResolver
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.base import get_object_definition

from registry_api.graph.context import Context
from registry_api.graph.rules import Roles, roles_of
from registry_api.identity.callers import Role
from registry_api.identity.errors import NotAllowed, NotSignedIn

MUTATION = "Mutation"


def require(role: Role, roles: Roles) -> None:
    """Raises NotSignedIn or NotAllowed where the role is none of them."""
    if role not in roles:
        raise NotSignedIn if role is Role.ANONYMOUS else NotAllowed


class GuardedExecution(StrawberryGraphQLCoreExecutionContext):
    """Resolves no field whose rule does not open it to the caller, as the caller is at that moment."""

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: Any,
        path: Path,
        position_context: Any,
    ) -> AwaitableOrValue[Any] | UndefinedType:
        name = field_details_list[0].node.name.value
        context: Context = self.context_value
        roles = roles_of(parent_type.name, name)
        if context.caller.role not in roles and parent_type.name != MUTATION:
            field = self.schema.get_field(parent_type, name)
            if field is not None:
                try:
                    require(context.caller.role, roles)
                except (NotSignedIn, NotAllowed) as refusal:
                    self.handle_field_error(refusal, field.type, field_details_list, path)
                    return None
        return super().execute_field(parent_type, source, field_details_list, path, position_context)


class GuardedMutation(FieldExtension):
    """Lets a mutation's own union carry the refusal."""

    async def resolve_async(
        self, next_: AsyncExtensionResolver, source: Any, info: strawberry.Info, **kwargs: Any
    ) -> Any:
        require(info.context.caller.role, roles_of(MUTATION, info.field_name))
        return await next_(source, info, **kwargs)


def guarded(mutation: type) -> type:
    """The type with every mutation of it guarded."""
    for field in get_object_definition(mutation, strict=True).fields:
        field.extensions.append(GuardedMutation())
    return mutation
