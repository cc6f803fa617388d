from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from inspect import isawaitable
from typing import Any
from uuid import uuid4

import pytest
from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, build_schema, execute, parse

from registry_api.audit.events import ANYWHERE
from registry_api.enrolment.consents import Purpose
from registry_api.graph.context import Context
from registry_api.graph.errors import typed_errors
from registry_api.graph.guard import GuardedExecution
from registry_api.graph.rules import NOBODY, RULES, roles_of
from registry_api.graph.schema import build_schema as strawberry_schema
from registry_api.graph.schema import sdl
from registry_api.identity.callers import Caller, Role
from registry_api.identity.errors import NotAllowed, NotSignedIn
from registry_api.visitor import cookie_name
from registry_api.wiring import Services
from tests.registry_api.enrolment.people import NOW
from tests.registry_api.graph.fields import Try, leaf_of, reached, tries
from tests.registry_api.local_service import (
    KINDS,
    Api,
    LocalService,
    check_in,
    consent,
    note,
    ratings,
    treatment,
)
from tests.registry_api.trials.examples import study, with_status

_ROLES = {
    "anonymous": Role.ANONYMOUS,
    "patient": Role.PATIENT,
    "enrolled": Role.PATIENT,
    "coordinator": Role.COORDINATOR,
    "approver": Role.APPROVER,
    "member": Role.COALITION_MEMBER,
    "administrator": Role.ADMINISTRATOR,
    "program": Role.API_CLIENT,
}
_REFUSED = {"NOT_SIGNED_IN", "NOT_ALLOWED"}
_SIGNATURE = "3f2b6c1e-9a55-4d0e-8f0a-5b8f6d1c2a77"
_ARGUMENTS = {
    "Query.trial": "(id: $trial)",
    "Query.myTrend": '(measure: "pulling")',
    "Query.myCycles": '(measure: "pulling")',
    "Patient.consentSignature": f'(id: "{_SIGNATURE}")',
}
# Types of which the world below has no object, for whoever may see them.
_EMPTY = {"Band", "ConsentChange", "Difference", "Erasure", "Option", "Passkey", "TypicalWeek"}
_SHOWN_SOMETHING = ("enrolled", "coordinator", "member", "program")
# Types to which no query leads: what mutations answer with, and the problems.
_ONLY_BY_MUTATION = {
    "ApiTokenIssued", "ApiTokenRevoked",
    "CheckInAmended", "CheckInConflict", "CheckInInTheFuture", "CheckInRecorded", "CheckInWithdrawn",
    "CodeRejected",
    "ConsentMissing", "ConsentSigned", "ConsentTextChanged", "ContactPaused", "CountryNotServed",
    "Enrolled", "ErasureCancelled", "ErasureRequested", "FieldProblem", "IntroductionRequested",
    "InvalidInput", "LimitReached", "Mutation", "NotAStudyRecord", "NotAllowed", "NotEnrolled",
    "NotFound", "NotSignedIn", "NoteAmended", "NoteNotKept", "NoteRecorded", "NoteWithdrawn",
    "ParticipationEnded", "PasskeyAdded", "PasskeyAlgorithm",
    "PasskeyCreationOptions", "PasskeyDescriptor", "PasskeyMissing", "PasskeyRegistrationStarted",
    "PasskeyRejected", "PasskeyRelyingParty", "PasskeyRemoved", "PasskeyRenamed", "PasskeyRequestOptions",
    "PasskeyRestored", "PasskeySelection", "PasskeySignInStarted", "PasskeyUser", "PauseEnded",
    "QuestionAdded", "QuestionRemoved",
    "Rejoined", "SafetyReply", "SessionEnded", "SettingsChanged", "SignInAgain", "SignInCodeSent", "SignedIn",
    "SignedOut", "SignedOutEverywhere", "StepUpRequired", "StepUpStarted", "SteppedUp",
    "TextsUnavailable", "TooManyRequests", "TotalsRecorded",
    "TreatmentAmended", "TreatmentRecorded", "TreatmentRestored",
    "TreatmentWithdrawn", "TrialCriteriaSet", "TrialDeclined", "TrialImported", "Withdrawn",
}  # fmt: skip
_FEWEST_TRIES = 2000
_SCHEMA = strawberry_schema()
_EXECUTABLE = _SCHEMA._schema  # noqa: SLF001 the executor is given what Strawberry wraps


@cache
def schema() -> GraphQLSchema:
    return build_schema(sdl())


def fields_of(made: GraphQLSchema) -> Iterator[tuple[str, str]]:
    for name, kind in made.type_map.items():
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__"):
            yield from ((name, field) for field in kind.fields)


def test_every_field_has_a_rule() -> None:
    """A field without one is for nobody, and this test fails until somebody decides."""
    ruled = {(name, field) for name, fields in RULES.items() for field in fields}
    assert set(fields_of(schema())) == ruled
    assert roles_of("Patient", "salary") == NOBODY
    assert roles_of("Nothing", "id") == NOBODY


def test_there_are_enough_tries() -> None:
    """Every field that a query can reach is tried in every role, by every root field that leads to it."""
    made = list(tries(schema(), _ARGUMENTS))
    reachable = {(each.way[-1].on, each.way[-1].name) for each in made}
    assert {
        name for name, field in fields_of(schema()) if (name, field) not in reachable
    } == _ONLY_BY_MUTATION
    assert len(made) * len(_ROLES) >= _FEWEST_TRIES


@pytest.mark.parametrize("role", Role)
async def test_every_field_of_every_type_asks_its_rule(services: Services, role: Role) -> None:
    """Also where only a mutation leads: the executor gets an object, and is asked for each of its fields."""
    probed, caller = probe_schema(), Somebody(role)
    context = Context(services, caller, NOW, ANYWHERE, None)  # type: ignore[arg-type] # only its role is asked
    wrong = []
    for name, field in fields_of(_EXECUTABLE):
        if name not in {"Query", "Mutation"}:
            answer = execute(
                probed,
                parse(f"{{ {name} {{ {field} {leaf_of(_EXECUTABLE, name, field)} }} }}"),
                context_value=context,
                executor_class=GuardedExecution,
            )
            result = await answer if isawaitable(answer) else answer
            causes = {type(error.original_error) for error in result.errors or ()}
            if bool(causes & {NotAllowed, NotSignedIn}) == (role in roles_of(name, field)):
                wrong.append((name, field, causes))
    assert wrong == []


@dataclass
class Somebody:
    role: Role


@cache
def probe_schema() -> GraphQLSchema:
    """A schema with one field for each type, which gives an object of it that holds nothing."""
    types = [
        kind
        for name, kind in _EXECUTABLE.type_map.items()
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__")
    ]
    fields = {kind.name: GraphQLField(kind, resolve=partial(empty, kind)) for kind in types}
    # Names of introspection are open to everybody, so that the root does not stand in the way.
    return GraphQLSchema(GraphQLObjectType("__Probe", fields), assume_valid=True)


def empty(kind: GraphQLObjectType, *_: object) -> object:
    return object.__new__(kind.extensions["strawberry-definition"].origin)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_field_answers_to_whom_its_rule_opens_it(local: LocalService, kind: str) -> None:
    """One question for each field: those it is for get an answer, others the refusal and no value."""
    world = await World.made(local)
    caller, wrong, empty = await world.caller(kind), [], set()
    for each in tries(schema(), _ARGUMENTS):
        answer = await world.ask(each, caller)
        codes = {error["extensions"]["code"] for error in answer["errors"]}
        holders = [value for value in reached(answer["data"], each.way[:-1]) if value is not None]
        if each.open_to(_ROLES[kind]):
            right = not codes
            empty |= set() if holders else {each.way[-1].on}
        else:
            right = codes <= _REFUSED and all(value is None for value in reached(answer["data"], each.way))
            right = right and bool(codes or not holders)
        if not right:
            wrong.append((each.name, sorted(codes)))
    assert wrong == []
    assert kind not in _SHOWN_SOMETHING or empty <= _EMPTY, "the world has nothing to show there"


async def test_somebody_elses_trial_reads_as_none_field_by_field(local: LocalService) -> None:
    """Whatever a coordinator asks of another's trial, the answer is that of a trial that does not exist."""
    world = await World.made(local)
    other = await world.caller("other coordinator")
    for each in tries(schema(), _ARGUMENTS):
        if each.way[0].name == "trial":
            answer = await world.ask(each, other)
            assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND", each.name
            assert answer["data"] == {"trial": None}
            assert answer == await world.ask(each, other, trial="0" * 32), each.name


class World:
    """A patient with a diary and an answered trial, its coordinator, a snapshot, and who reads it."""

    def __init__(self, local: LocalService, apis: dict[str, Api], trial: str) -> None:
        self._local = local
        self._apis = apis
        self._trial = trial

    @classmethod
    async def made(cls, local: LocalService) -> World:
        coordinator = await local.staff("coordinator")
        record = with_status(study(101), "RECRUITING", posted="2031-05-01")
        trial = (await coordinator.send("ImportTrial", record=record))["trial"]["id"]
        await coordinator.send("SetTrialCriteria", trialId=trial, criteria={"form": {"in": ["CERVICAL"]}})
        patient, _ = await local.patient()
        entry = check_in()
        await patient.send("RecordCheckIn", input=entry)
        amendment = {"checkInId": entry["entryId"], "amendmentId": str(uuid4()), "answers": ratings(pain=9)}
        await patient.send("AmendCheckIn", input=amendment)
        await patient.send("RecordNote", input=note("A better day."))
        await patient.send("RecordTreatment", input=treatment())
        medicine = treatment(kind="ORAL_MEDICINE", product="baclofen", response=None, doseUnit="MILLIGRAMS")
        changes = [{"on": "2031-04", "dose": 20}]
        await patient.send("RecordTreatment", input=medicine | {"changes": changes})
        await patient.send("ChangeSettings", input={"promptTime": "19:30"})
        signed = consent(Purpose.RECONTACT, signatureId=_SIGNATURE)
        await patient.send("SignConsent", input=signed)
        question = {"questionId": str(uuid4()), "suggestionId": "pain"}
        await patient.send("AddQuestion", input=question)
        await patient.send("PauseContact", days=14)
        await patient.send("EndPause")
        await local.rematch()
        await patient.send("RequestIntroduction", trialId=trial)
        await coordinator.step_up()
        await coordinator.send("Introductions", trialId=trial)
        await local.services.snapshots.take_if_due(local.clock())
        member, program = await local.program()
        apis = {"coordinator": coordinator, "enrolled": patient, "member": member, "program": program}
        return cls(local, apis, trial)

    async def caller(self, kind: str) -> Caller:
        """Somebody of this kind; those who have something to see are of this world."""
        api = self._apis.get(kind) or await self._local.api(kind.removeprefix("other "))
        if kind == "program":
            secret = api.http.headers["authorization"].removeprefix("Bearer ")
            return await self._local.services.api_tokens.caller_for(secret, self._local.clock())
        token = api.http.cookies.get(cookie_name(secure=False))
        return await self._local.services.sessions.caller_for(token, self._local.clock())

    async def ask(self, each: Try, caller: Caller, trial: str | None = None) -> dict[str, Any]:
        """What the schema answers to this caller; thousands of tries leave HTTP to other tests."""
        context = Context(self._local.services, caller, self._local.clock(), ANYWHERE, None)
        variables = {"trial": trial or self._trial} if "$trial" in each.query else {}
        result = await _SCHEMA.execute(each.query, variable_values=variables, context_value=context)
        errors = [error.formatted for error in typed_errors(result.errors or (), reveal=True)]
        return {"data": result.data, "errors": errors}
