from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from diary.ids import PatientId
from registry_api.audit.events import Action
from registry_api.audit.store import Audit
from registry_api.identity import access
from registry_api.identity.access import Access
from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import (
    Administrator,
    Anonymous,
    ApiClient,
    Approver,
    Caller,
    CoalitionMember,
    Coordinator,
    Patient,
    Role,
    TokenScope,
)
from registry_api.identity.errors import NotAllowed, NotFound, NotSignedIn, StepUpRequired
from registry_api.identity.ids import SessionId, StaffId, TokenId
from registry_api.identity.step_up import LASTS
from registry_api.mongo import Mongo
from tests.registry_api.identity.desk import NOW, OTHER_PHONE, PHONE

_SESSION = SessionId("s")
_STAFF = StaffId("staff")
COORDINATOR = Coordinator(staff_id=_STAFF, session_id=_SESSION, name="Ada", stepped_up_at=NOW)
CALLERS: dict[Role, Caller] = {
    Role.ANONYMOUS: Anonymous(),
    Role.PATIENT: Patient(patient_id=PatientId("p"), session_id=_SESSION),
    Role.COORDINATOR: COORDINATOR,
    Role.APPROVER: Approver(staff_id=_STAFF, session_id=_SESSION, name="Bo"),
    Role.COALITION_MEMBER: CoalitionMember(
        staff_id=_STAFF, session_id=_SESSION, name="Cy", organisation="North"
    ),
    Role.ADMINISTRATOR: Administrator(staff_id=_STAFF, session_id=_SESSION, name="Di"),
    Role.API_CLIENT: ApiClient(token_id=TokenId("t"), organisation="North", allows=frozenset(TokenScope)),
}
DOORS: dict[Role, Callable[[Caller], object]] = {
    Role.PATIENT: access.as_patient,
    Role.COORDINATOR: access.as_coordinator,
    Role.APPROVER: access.as_approver,
    Role.COALITION_MEMBER: access.as_member,
    Role.ADMINISTRATOR: access.as_administrator,
}


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("door", DOORS)
def test_a_door_opens_for_its_own_role_only(door: Role, caller: Role) -> None:
    """Each door lets one role in; the anonymous are asked to sign in, the others are refused."""
    if caller is Role.ANONYMOUS:
        with pytest.raises(NotSignedIn):
            DOORS[door](CALLERS[caller])
    elif caller is not door:
        with pytest.raises(NotAllowed):
            DOORS[door](CALLERS[caller])
    else:
        assert DOORS[door](CALLERS[caller]) is CALLERS[caller]
        assert CALLERS[caller].role is door


def test_a_patient_has_their_own_record_and_nobody_else_has_one() -> None:
    """Only a patient's call leads to a record, and it is their own."""
    assert access.own_record(CALLERS[Role.PATIENT]) == "p"
    with pytest.raises(NotAllowed):
        access.own_record(COORDINATOR)
    with pytest.raises(NotSignedIn):
        access.own_record(Anonymous())


def test_everybody_with_a_session_is_signed_in() -> None:
    """The door for people refuses those without a session, and programs."""
    for caller in CALLERS.values():
        if isinstance(caller, Anonymous | ApiClient):
            with pytest.raises(NotSignedIn if isinstance(caller, Anonymous) else NotAllowed):
                access.signed_in(caller)
        else:
            assert access.signed_in(caller) is caller


def test_numbers_are_for_members_and_programs_with_the_scope_for_them() -> None:
    """A token without that scope reads none, nor does anybody else."""
    for role, caller in CALLERS.items():
        if role in {Role.COALITION_MEMBER, Role.API_CLIENT}:
            assert access.reading_organisation(caller) == "North"
        else:
            with pytest.raises(NotSignedIn if role is Role.ANONYMOUS else NotAllowed):
                access.reading_organisation(caller)
    narrow = ApiClient(token_id=TokenId("t"), organisation="North", allows=frozenset({TokenScope.QUERY}))
    with pytest.raises(NotAllowed):
        access.reading_organisation(narrow)


def test_not_yours_reads_as_not_there() -> None:
    """Somebody else's record and no record give the same error with the same text."""
    assert access.found("mine", yours=True) == "mine"
    texts = set()
    for record, yours in (("theirs", False), (None, True)):
        with pytest.raises(NotFound) as refused:
            access.found(record, yours=yours)
        texts.add(str(refused.value))
    assert len(texts) == 1


async def test_who_somebody_is_needs_a_fresh_proof(accounts: Accounts, mongo: Mongo) -> None:
    """Without a step-up, and five minutes after one, nothing is read and no look is on record."""
    audit = Audit(mongo, bytes(32))
    patient = await accounts.create_patient(PHONE, NOW)
    for proven_at in (None, NOW - LASTS):
        caller = replace(COORDINATOR, stepped_up_at=proven_at)
        with pytest.raises(StepUpRequired):
            await Access(accounts, audit).identities(caller, [patient], study="NCT01234567", now=NOW)
    assert await audit.about(patient) == []


async def test_reading_who_somebody_is_leaves_a_trace(accounts: Accounts, mongo: Mongo) -> None:
    """A coordinator gets names and numbers of those asked for, and each read is in the audit trail."""
    audit = Audit(mongo, bytes(32))
    patient = await accounts.create_patient(PHONE, NOW)
    await accounts.set_name(patient, "Noor Haddad")
    other = await accounts.create_patient(OTHER_PHONE, NOW)
    identities = await Access(accounts, audit).identities(
        COORDINATOR, [patient, PatientId("gone")], study="NCT01234567", now=NOW
    )
    assert {key: (each.name, each.phone) for key, each in identities.items()} == {
        patient: ("Noor Haddad", PHONE)
    }
    assert "Noor" not in repr(identities)
    (entry,) = await audit.about(patient)
    actor, event = entry.event.actor, entry.event
    assert (actor.id, actor.role, event.action, event.at) == (
        _STAFF,
        Role.COORDINATOR,
        Action.IDENTITY_READ,
        NOW,
    )
    assert await audit.about(other) == []
