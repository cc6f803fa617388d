from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from registry_api.enrolment.consents import Purpose
from tests.contract.project import OPERATIONS
from tests.registry_api.local_service import (
    KINDS,
    LocalService,
    check_in,
    consent,
    enrolment,
    note,
    token_wish,
    treatment,
)
from tests.registry_api.stored_bytes import stored_bytes
from tests.registry_api.trials.examples import study

_PATIENTS = {"patient", "enrolled"}
_SIGNED_IN = set(KINDS) - {"anonymous", "program"}
_EVERYBODY = {
    "ConsentChanges",
    "ConsentDocuments",
    "ConsentHistory",
    "Instruments",
    "Me",
    "Plans",
    "RequestSignInCode",
    "SignedConsent",
    "StaffTotals",
    "SignIn",
    "SignInWithPasskey",
    "StartPasskeySignIn",
    "TodaysCheckIn",
    "Treatments",
}
_ATTESTATION = {"id": "AA", "clientDataJSON": "AA", "attestationObject": "AA"}
_ASSERTION = {"id": "AA", "clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA"}
_FOR: dict[str, tuple[set[str], dict[str, Any]]] = {
    "AmendNote": (_PATIENTS, {"input": {"noteId": "x", "amendmentId": str(uuid4()), "text": "x"}}),
    "Notes": (_PATIENTS, {"first": 5}),
    "RecordNote": (_PATIENTS, {"input": note("A better day.")}),
    "WithdrawNote": (_PATIENTS, {"input": {"noteId": "x", "withdrawalId": str(uuid4())}}),
    "WithdrawCheckIn": (_PATIENTS, {"input": {"checkInId": "x", "withdrawalId": str(uuid4())}}),
    "AddQuestion": (_PATIENTS, {"input": {"questionId": str(uuid4()), "suggestionId": "pain"}}),
    "MyQuestions": (_PATIENTS, {}),
    "QuestionSuggestions": (_PATIENTS, {"language": "EN"}),
    "RemoveQuestion": (_PATIENTS, {"questionId": str(uuid4())}),
    "VisitSheet": (_PATIENTS, {}),
    "AddPasskey": (_SIGNED_IN, {"attestation": _ATTESTATION, "name": "x"}),
    "AmendCheckIn": (
        _PATIENTS,
        {"input": {"checkInId": "x", "amendmentId": str(uuid4()), "answers": []}},
    ),
    "AmendTreatment": (_PATIENTS, {"input": {"treatmentId": "x", "amendmentId": str(uuid4())}}),
    "RestoreTreatment": (_PATIENTS, {"input": {"treatmentId": "x", "restorationId": str(uuid4())}}),
    "WithdrawTreatment": (_PATIENTS, {"input": {"treatmentId": "x", "withdrawalId": str(uuid4())}}),
    "ChangeSettings": (_PATIENTS, {"input": {"promptTime": "09:00"}}),
    "CheckIns": (_PATIENTS, {"first": 5}),
    "MyCycles": (_PATIENTS, {"measure": "pain"}),
    "MyMeasures": (_PATIENTS, {"language": "EN"}),
    "MyTrend": (_PATIENTS, {"measure": "pain", "by": "WEEK"}),
    "ApiTokens": ({"member"}, {}),
    "Coalition": ({"member", "program"}, {}),
    "DeclineTrial": (_PATIENTS, {"trialId": "x"}),
    "DiaryDays": (_PATIENTS, {}),
    "Devices": (_SIGNED_IN, {}),
    "Due": (_PATIENTS, {"language": "EN"}),
    "MyAdherence": (_PATIENTS, {"days": 30}),
    "EndPause": (_PATIENTS, {}),
    "CancelErasure": (_PATIENTS, {}),
    "EndSession": (_SIGNED_IN, {"id": "x"}),
    "Enrol": (_PATIENTS, {"input": enrolment()}),
    "LooksAtMyRecord": (_PATIENTS, {}),
    "IssueApiToken": ({"member"}, {"input": token_wish()}),
    "ImportTrial": ({"coordinator"}, {"record": study(101)}),
    "Introductions": ({"coordinator"}, {"trialId": "x"}),
    "PauseContact": (_PATIENTS, {"days": 14}),
    "Passkeys": (_SIGNED_IN, {}),
    "RecordCheckIn": (_PATIENTS, {"input": check_in()}),
    "RecordTotals": (
        {"coordinator"},
        {
            "input": {
                "entryId": str(uuid4()),
                "trialId": "x",
                "introductionId": "x",
                "instrumentId": "twstrs",
                "assessedOn": "2031-05-13",
                "totals": [],
            }
        },
    ),
    "RecordTreatment": (_PATIENTS, {"input": treatment()}),
    "RequestErasure": (_PATIENTS, {"input": {"erasureId": str(uuid4())}}),
    "Rejoin": (_PATIENTS, {"to": ["CONTACT"]}),
    "RemovePasskey": (_SIGNED_IN, {"id": "x"}),
    "RenamePasskey": (_SIGNED_IN, {"id": "x", "name": "x"}),
    "RequestIntroduction": (_PATIENTS, {"trialId": "x"}),
    "RestorePasskey": (_SIGNED_IN, {"id": "x"}),
    "RevokeApiToken": ({"member"}, {"id": "x"}),
    "SetTrialCriteria": ({"coordinator"}, {"trialId": "x", "criteria": {"age": {"min": 18}}}),
    "SignConsent": (_PATIENTS, {"input": consent(Purpose.REGISTRY)}),
    "SignOut": (_SIGNED_IN, {}),
    "SignOutEverywhere": (_SIGNED_IN, {}),
    "StartPasskeyRegistration": (_SIGNED_IN, {}),
    "StartStepUp": (_SIGNED_IN, {}),
    "StepUp": (_SIGNED_IN, {"assertion": _ASSERTION}),
    "Trial": ({"coordinator"}, {"id": "x"}),
    "Trials": ({"coordinator"}, {"first": 5}),
    "TrialsForMe": (_PATIENTS, {"first": 5}),
    "Withdraw": (_PATIENTS, {"from": ["CONTACT"]}),
}


def test_every_operation_says_for_whom_it_is() -> None:
    """A new operation must be put into one of the tables above."""
    assert {path.stem for path in OPERATIONS} == _EVERYBODY | set(_FOR)


async def test_an_operation_is_refused_to_everybody_whom_it_is_not_for(local: LocalService) -> None:
    """Anonymous callers are told to sign in, others that they may not; nothing is stored."""
    callers = {kind: await local.api(kind) for kind in KINDS}
    before = await stored_bytes(local.services.mongo.database)
    wrong = {
        (name, kind): refusal
        for name, (allowed, variables) in _FOR.items()
        for kind, api in callers.items()
        if kind not in allowed and (refusal := _refusal(await api.answer(name, **variables))) != _due_to(kind)
    }
    assert wrong == {}
    assert await stored_bytes(local.services.mongo.database) == before


@pytest.mark.parametrize("name", sorted(_FOR))
async def test_whom_it_is_for_is_not_turned_away_at_the_door(local: LocalService, name: str) -> None:
    """Those whom an operation is for get an answer about the matter itself."""
    allowed, variables = _FOR[name]
    for kind in sorted(allowed):
        refusal = _refusal(await (await local.api(kind)).answer(name, **variables))
        assert refusal not in {"NOT_SIGNED_IN", "NOT_ALLOWED"}, kind


@pytest.mark.parametrize("kind", KINDS)
async def test_me_answers_everybody_with_their_own(local: LocalService, kind: str) -> None:
    """Patients see a record, who is of an organisation that, staff their name, and nobody anything else."""
    me = await (await local.api(kind)).send("Me")
    assert (me["patient"] is not None) == (kind in _PATIENTS)
    assert me["organisation"] == ("Dystonia Alliance" if kind in {"member", "program"} else None)
    assert (me["name"] is None) == (kind in {"anonymous", "patient", "program"})
    assert me["textsFrom"] == "+12025550100"


def _due_to(kind: str) -> str:
    return "NOT_SIGNED_IN" if kind == "anonymous" else "NOT_ALLOWED"


def _refusal(answer: dict[str, Any]) -> str | None:
    """The code with which an operation was refused, as a problem or as an error."""
    if "errors" in answer:
        return str(answer["errors"][0]["extensions"]["code"])
    values = answer["data"].values()
    return next((str(value["code"]) for value in values if isinstance(value, dict) and "code" in value), None)
