from __future__ import annotations

from collections.abc import Iterator

import strawberry
from graphql import DocumentNode, GraphQLError, GraphQLSchema
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types
from strawberry.types import ExecutionContext

from registry_api.graph.asking import AskingQuery
from registry_api.graph.assessments import AssessmentsMutation
from registry_api.graph.coalition import CoalitionQuery
from registry_api.graph.consent import ConsentMutation, ConsentQuery
from registry_api.graph.devices import DevicesMutation
from registry_api.graph.diary import DiaryMutation, DiaryQuery
from registry_api.graph.enrolment import EnrolmentMutation
from registry_api.graph.erasure import ErasureMutation
from registry_api.graph.errors import MAPPINGS
from registry_api.graph.guard import MUTATION, GuardedExecution, guarded
from registry_api.graph.instruments import InstrumentQuery
from registry_api.graph.looks import LooksQuery
from registry_api.graph.notes import NotesMutation, NotesQuery
from registry_api.graph.participation import ParticipationMutation
from registry_api.graph.passkeys import PasskeysMutation, PasskeysQuery
from registry_api.graph.scalars import SCALARS
from registry_api.graph.sign_in import SignInMutation
from registry_api.graph.tokens import TokensMutation
from registry_api.graph.treatments import TreatmentsMutation
from registry_api.graph.trends import TrendsQuery
from registry_api.graph.trials import TrialsMutation, TrialsQuery
from registry_api.graph.viewer import ViewerQuery
from registry_api.graph.visits import VisitsMutation, VisitsQuery

Query = merge_types(
    "Query",
    (
        ViewerQuery,
        PasskeysQuery,
        ConsentQuery,
        InstrumentQuery,
        DiaryQuery,
        TrendsQuery,
        NotesQuery,
        AskingQuery,
        LooksQuery,
        VisitsQuery,
        TrialsQuery,
        CoalitionQuery,
    ),
)
_MUTATIONS = (
    SignInMutation,
    DevicesMutation,
    PasskeysMutation,
    ConsentMutation,
    ParticipationMutation,
    ErasureMutation,
    EnrolmentMutation,
    DiaryMutation,
    NotesMutation,
    TreatmentsMutation,
    TrialsMutation,
    AssessmentsMutation,
    TokensMutation,
    VisitsMutation,
)
Mutation = guarded(merge_types(MUTATION, _MUTATIONS))


class RegistrySchema(strawberry.Schema):
    """A schema that logs nothing by itself: an error's text and trace can hold what a person sent."""

    @property
    def types(self) -> GraphQLSchema:
        """The schema as the library below knows it."""
        return self._schema

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Left to `registry_api.graph.errors`."""


class Prepared(SchemaExtension):
    """Executes the document of the context as it is: it was parsed and validated when it was let in."""

    def on_operation(self) -> Iterator[None]:
        document: DocumentNode | None = self.execution_context.context.document
        if document is not None:
            self.execution_context.graphql_document = document
            self.execution_context.validation_rules = ()
        yield


def build_schema() -> RegistrySchema:
    """The schema; what may be asked of it is said in `registry_api.graph.documents`."""
    return RegistrySchema(
        query=Query,
        mutation=Mutation,
        extensions=[Prepared],
        exception_handlers=MAPPINGS,
        execution_context_class=GuardedExecution,
        config=StrawberryConfig(scalar_map=SCALARS),
    )


def sdl() -> str:
    """The contract as text, as it stands in graphql/schema.graphql."""
    return build_schema().as_str() + "\n"
