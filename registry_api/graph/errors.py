"""The one place that says what a client sees of our errors.

A mutation's union that has the matching problem type answers with it; everywhere else the same error becomes
a GraphQL error with `extensions.code`. What is not ours becomes one sentence, and its kind goes to the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import strawberry
import structlog
from graphql import FieldNode, GraphQLError, GraphQLSyntaxError
from strawberry.types.field import StrawberryField

from diary.errors import (
    CheckInNotFound,
    DiaryError,
    EntryConflict,
    FutureCheckIn,
    InvalidFields,
    NoDefinitionFits,
    NoteNotFound,
    ReasonCannotBeSealed,
    TextNotLoaded,
    TreatmentConflict,
    TreatmentNotFound,
    UnknownInstrument,
    UnknownTimeZone,
)
from registry_api.conversations.errors import ConversationError, NoteNotKept
from registry_api.enrolment import errors as enrolment
from registry_api.erasure import errors as erasure
from registry_api.exports import errors as exports
from registry_api.graph import problems
from registry_api.graph.diary_types import check_in
from registry_api.graph.problems import ProblemCode
from registry_api.graph.safety_types import safety_reply
from registry_api.identity import errors as identity
from registry_api.trials import errors as trials

_log = structlog.get_logger("graphql")
_OURS = (
    ConversationError,
    DiaryError,
    enrolment.EnrolmentError,
    erasure.ErasureError,
    exports.ExportError,
    identity.IdentityError,
    trials.TrialError,
)
_CLIENTS_MISTAKE = "BAD_USER_INPUT"
_OUR_FAULT = "INTERNAL_SERVER_ERROR"
_REFUSED = "BAD_REQUEST"  # for tools that take any code that they do not know for a fault of ours
_NO_PARSE = "GRAPHQL_PARSE_FAILED"
_DOES_NOT_FIT = (
    "The operation or its variables do not fit the schema. Compare them with graphql/schema.graphql."
)


class Mapping:
    """One kind of error, the problem that it becomes, and how."""

    def __init__(
        self,
        exception_type: type[Exception],
        error_type: type[Any],
        code: ProblemCode,
        **details: Callable[[Any], Any],
    ) -> None:
        self.exception_type = exception_type
        self.error_type = error_type
        self.code = code
        self._details = details

    def handle(self, exception: Exception, *, field: StrawberryField, info: strawberry.Info) -> Any:  # noqa: ARG002
        details = {name: read(exception) for name, read in self._details.items()}
        return self.error_type(message=str(exception), code=self.code, **details)


def _one_field(path: str) -> Callable[[Exception], list[problems.FieldProblem]]:
    return lambda error: [problems.FieldProblem(path=path, message=str(error))]


def _faults(error: Any) -> list[problems.FieldProblem]:
    return problems.field_problems(error.fields)


def _wait(error: Any) -> int:
    return int(error.retry_after_seconds)


_INVALID = ProblemCode.INVALID_INPUT
MAPPINGS = (
    Mapping(InvalidFields, problems.InvalidInput, _INVALID, fields=_faults),
    Mapping(enrolment.InvalidEnrolment, problems.InvalidInput, _INVALID, fields=_faults),
    Mapping(trials.InvalidCriteria, problems.InvalidInput, _INVALID, fields=_faults),
    Mapping(UnknownInstrument, problems.InvalidInput, _INVALID, fields=_one_field("instrumentId")),
    Mapping(UnknownTimeZone, problems.InvalidInput, _INVALID, fields=_one_field("timeZone")),
    Mapping(enrolment.SignatureConflict, problems.InvalidInput, _INVALID, fields=_one_field("signatureId")),
    Mapping(enrolment.PauseTooLong, problems.InvalidInput, _INVALID, fields=_one_field("days")),
    Mapping(erasure.ErasureConflict, problems.InvalidInput, _INVALID, fields=_one_field("erasureId")),
    Mapping(exports.InvalidQuestion, problems.InvalidInput, _INVALID, fields=_faults),
    Mapping(exports.QuestionConflict, problems.InvalidInput, _INVALID, fields=_one_field("questionId")),
    Mapping(
        exports.TooManyQuestions,
        problems.LimitReached,
        ProblemCode.LIMIT_REACHED,
        most=lambda error: error.most,
    ),
    Mapping(TreatmentConflict, problems.InvalidInput, _INVALID, fields=_one_field("treatmentId")),
    Mapping(identity.InvalidDetails, problems.InvalidInput, _INVALID, fields=_faults),
    Mapping(identity.InvalidPhone, problems.InvalidInput, _INVALID, fields=_one_field("phone")),
    Mapping(identity.NotSignedIn, problems.NotSignedIn, ProblemCode.NOT_SIGNED_IN),
    Mapping(identity.NotAllowed, problems.NotAllowed, ProblemCode.NOT_ALLOWED),
    Mapping(trials.TrialOfAnother, problems.NotAllowed, ProblemCode.NOT_ALLOWED),
    Mapping(identity.NotFound, problems.NotFound, ProblemCode.NOT_FOUND),
    Mapping(CheckInNotFound, problems.NotFound, ProblemCode.NOT_FOUND),
    Mapping(NoteNotFound, problems.NotFound, ProblemCode.NOT_FOUND),
    Mapping(TreatmentNotFound, problems.NotFound, ProblemCode.NOT_FOUND),
    Mapping(trials.TrialNotFound, problems.NotFound, ProblemCode.NOT_FOUND),
    Mapping(
        identity.CodeRejected, problems.CodeRejected, ProblemCode.CODE_REJECTED, retry_after_seconds=_wait
    ),
    Mapping(identity.PasskeyRejected, problems.PasskeyRejected, ProblemCode.PASSKEY_REJECTED),
    Mapping(identity.PasskeyMissing, problems.PasskeyMissing, ProblemCode.PASSKEY_MISSING),
    Mapping(identity.StepUpRequired, problems.StepUpRequired, ProblemCode.STEP_UP_REQUIRED),
    Mapping(identity.SignInAgain, problems.SignInAgain, ProblemCode.SIGN_IN_AGAIN),
    Mapping(
        identity.LimitReached,
        problems.LimitReached,
        ProblemCode.LIMIT_REACHED,
        most=lambda error: error.most,
    ),
    Mapping(
        identity.TooManyRequests,
        problems.TooManyRequests,
        ProblemCode.TOO_MANY_REQUESTS,
        retry_after_seconds=_wait,
    ),
    Mapping(identity.CountryNotServed, problems.CountryNotServed, ProblemCode.COUNTRY_NOT_SERVED),
    Mapping(
        identity.TextsUnavailable,
        problems.TextsUnavailable,
        ProblemCode.TEXTS_UNAVAILABLE,
        retry_after_seconds=_wait,
    ),
    Mapping(
        enrolment.TooManyChanges,
        problems.TooManyRequests,
        ProblemCode.TOO_MANY_REQUESTS,
        retry_after_seconds=lambda error: error.retry_after_seconds,
    ),
    Mapping(
        enrolment.ConsentMissing,
        problems.ConsentMissing,
        ProblemCode.CONSENT_MISSING,
        purpose=lambda error: error.purpose,
    ),
    Mapping(
        enrolment.ConsentTextChanged,
        problems.ConsentTextChanged,
        ProblemCode.CONSENT_TEXT_CHANGED,
        current_version=lambda error: error.current_version,
    ),
    Mapping(
        enrolment.ParticipationEnded,
        problems.ParticipationEnded,
        ProblemCode.PARTICIPATION_ENDED,
        axis=lambda error: error.axis,
    ),
    Mapping(enrolment.NotEnrolled, problems.NotEnrolled, ProblemCode.NOT_ENROLLED),
    Mapping(
        EntryConflict,
        problems.CheckInConflict,
        ProblemCode.CHECK_IN_CONFLICT,
        existing=lambda error: check_in(error.existing, ()),
    ),
    Mapping(
        FutureCheckIn,
        problems.CheckInInTheFuture,
        ProblemCode.CHECK_IN_IN_THE_FUTURE,
        today=lambda error: error.today,
    ),
    Mapping(
        NoteNotKept,
        problems.NoteNotKept,
        ProblemCode.NOTE_NOT_KEPT,
        reply=lambda error: safety_reply(error.reply),
    ),
    Mapping(trials.NotAStudyRecord, problems.NotAStudyRecord, ProblemCode.NOT_A_STUDY_RECORD, fields=_faults),
)
ELSEWHERE = {
    # What becomes no problem: its code where it is a client's or passes by itself, and why it is in no union.
    trials.InvalidCursor: (_CLIENTS_MISTAKE, "only queries have pages"),
    exports.SheetUnavailable: (
        _OUR_FAULT,
        "only the PDF can be too much at once, which has an address of its own",
    ),
    ReasonCannotBeSealed: (_OUR_FAULT, "the service's own diary has an envelope"),
    identity.TokenRejected: ("TOKEN_REJECTED", "a request with such a token never becomes an operation"),
    identity.NumberTaken: (_OUR_FAULT, "only seeding makes accounts of staff"),
    NoDefinitionFits: (_CLIENTS_MISTAKE, "only a command loads questionnaires"),
    TextNotLoaded: (_CLIENTS_MISTAKE, "only a command records licences"),
    trials.InvalidPerson: (_OUR_FAULT, "facts come from our own records"),
}


def typed_errors(errors: Iterable[GraphQLError], *, reveal: bool) -> list[GraphQLError]:
    """The errors of an answer as a client sees them: each with its code, and nothing that is not ours.

    Where the schema is not to be revealed, whatever the library says of it becomes one sentence, said once:
    neither names of fields and types, nor places in the text, nor how many faults there are.
    """
    typed: list[GraphQLError] = []
    for error in errors:
        each = _typed(error, reveal=reveal)
        if each.message != _DOES_NOT_FIT or all(other.message != _DOES_NOT_FIT for other in typed):
            typed.append(each)
    return typed


def _typed(error: GraphQLError, *, reveal: bool) -> GraphQLError:
    cause = error.original_error
    given = dict(error.extensions or {})
    if isinstance(cause, _OURS) and _code(cause) != _OUR_FAULT:
        return _told(error, str(cause), {"code": _code(cause), "classification": _REFUSED})
    if cause is None or isinstance(cause, GraphQLError):
        if "code" in given:
            return _told(error, error.message, given)
        code = _NO_PARSE if isinstance(error, GraphQLSyntaxError) else _CLIENTS_MISTAKE
        if reveal:
            return _told(error, error.message, {"code": code})
        return GraphQLError(_DOES_NOT_FIT, path=error.path, extensions={"code": code})
    number = getattr(cause, "code", None)
    _log.error("resolver_failed", error=type(cause), number=number, field=_field(error))
    return _told(error, "Something went wrong on our side. Please try again.", {"code": _OUR_FAULT})


def _told(error: GraphQLError, message: str, extensions: dict[str, Any]) -> GraphQLError:
    return GraphQLError(
        message, nodes=error.nodes, source=error.source, positions=error.positions, path=error.path,
        extensions=extensions,
    )  # fmt: skip


def _field(error: GraphQLError) -> str | None:
    """The schema's name of the field that failed; its path could hold what a client calls it."""
    node = error.nodes[0] if error.nodes else None
    return node.name.value if isinstance(node, FieldNode) else None


def _code(error: Exception) -> str:
    if type(error) in ELSEWHERE:
        return ELSEWHERE[type(error)][0]
    code = next(each.code for each in MAPPINGS if isinstance(error, each.exception_type))
    return _CLIENTS_MISTAKE if code is _INVALID else str(code)
