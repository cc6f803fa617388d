"""The only door to a person's record.

Every function takes the caller and gives back the id or the caller as the role that it needs, or raises.
A record that is not the caller's reads exactly as one that does not exist. What identifies a patient is given
to somebody else only by `Access.identities`, which writes the audit trail first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from diary.ids import PatientId
from notifications.phone import PhoneNumber
from registry_api.audit.events import Action, AuditEvent
from registry_api.audit.store import Audit
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
    SignedInCaller,
    TokenScope,
    actor_of,
)
from registry_api.identity.errors import NotAllowed, NotFound, NotSignedIn
from registry_api.identity.step_up import require_step_up

INTRODUCTION = "introduction"
"""Why a coordinator saw who somebody is: they had asked to be introduced."""

R = TypeVar("R")
C = TypeVar("C", Patient, Coordinator, Approver, CoalitionMember, Administrator)


def signed_in(caller: Caller) -> SignedInCaller:
    """Raises NotSignedIn, or NotAllowed for a program with a token."""
    if isinstance(caller, Anonymous):
        raise NotSignedIn
    if isinstance(caller, ApiClient):
        raise NotAllowed
    return caller


def signed_in_or_none(caller: Caller) -> SignedInCaller | None:
    """The person who calls, where a field answers others as well, with less."""
    return None if isinstance(caller, Anonymous | ApiClient) else caller


def as_patient(caller: Caller) -> Patient:
    """Raises NotSignedIn or NotAllowed, as do the functions below."""
    return _as(Patient, caller)


def patient_or_none(caller: Caller) -> Patient | None:
    """The patient who calls, where a field answers others as well, with less."""
    return caller if isinstance(caller, Patient) else None


def coordinator_or_none(caller: Caller) -> Coordinator | None:
    """The coordinator who calls, where a field answers others as well, with less."""
    return caller if isinstance(caller, Coordinator) else None


def own_record(caller: Caller) -> PatientId:
    """The record of the patient who calls."""
    return as_patient(caller).patient_id


def as_coordinator(caller: Caller) -> Coordinator:
    return _as(Coordinator, caller)


def as_approver(caller: Caller) -> Approver:
    return _as(Approver, caller)


def as_member(caller: Caller) -> CoalitionMember:
    return _as(CoalitionMember, caller)


def member_or_none(caller: Caller) -> CoalitionMember | None:
    """The member who calls, where programs of the organisation are answered as well, with less."""
    return caller if isinstance(caller, CoalitionMember) else None


def reading_organisation(caller: Caller) -> str:
    """The organisation for which a member, or a program with the scope for it, reads aggregates."""
    if isinstance(caller, ApiClient):
        if TokenScope.AGGREGATES_READ not in caller.allows:
            raise NotAllowed
        return caller.organisation
    return as_member(caller).organisation


def as_administrator(caller: Caller) -> Administrator:
    return _as(Administrator, caller)


def found(record: R | None, *, yours: bool) -> R:
    """The record, where it exists and is the caller's.

    Raises:
        NotFound: it is not there, or it is somebody else's.
    """
    if record is None or not yours:
        raise NotFound
    return record


def introduced(coordinator: Coordinator, asking: PatientId | None, now: datetime) -> PatientId:
    """The patient to whose record a coordinator adds: one who asks to be introduced to a trial of theirs.

    Whoever calls has looked among those who ask, and gives None where nobody is found.

    Raises:
        StepUpRequired: the coordinator must prove first that it is they.
        NotFound: it is nobody, or nobody who asks this coordinator for an introduction.
    """
    require_step_up(coordinator, now)
    return found(asking, yours=asking is not None)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who a patient is. Shown to a coordinator only after the patient asked to be introduced."""

    patient: PatientId
    name: str = field(repr=False)
    phone: PhoneNumber = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Look:
    """Somebody else's look at a patient's record; `study` where it was for one."""

    number: int
    at: datetime
    role: Role
    name: str | None = field(repr=False)
    study: str | None


class Access:
    """Reads of patients' identities by others, each of them in the audit trail."""

    def __init__(self, accounts: Accounts, audit: Audit) -> None:
        self._accounts = accounts
        self._audit = audit

    async def identities(
        self, coordinator: Coordinator, patients: Sequence[PatientId], *, study: str, now: datetime
    ) -> dict[PatientId, Identity]:
        """Names and numbers of patients who asked to be introduced; the caller has checked that they did.

        `study` is the number of the study to which they asked to be introduced. Who is gone is left out.

        Raises:
            StepUpRequired: the coordinator must prove first that it is they.
        """
        require_step_up(coordinator, now)
        accounts = await self._accounts.store.find_many(patients)
        there = [patient for patient in patients if patient in accounts]
        by = actor_of(coordinator)
        await self._audit.record_looks(
            AuditEvent(
                actor=by,
                action=Action.IDENTITY_READ,
                subject=patient,
                record=study,
                reason=INTRODUCTION,
                at=now,
            )
            for patient in there
        )
        holders = await self._accounts.holders_of([accounts[patient] for patient in there])
        return {
            patient: Identity(patient=patient, name=holders[patient].name or "", phone=holders[patient].phone)
            for patient in there
            if patient in holders
        }

    async def looks(self, patient: Patient, *, first: int, before: int | None = None) -> list[Look]:
        """Who looked at the caller's own record, newest first, from the look before this number on."""
        entries = await self._audit.looks_at(patient.patient_id, before=before, limit=first)
        staff = await self._accounts.store.find_many(list({entry.event.actor.id for entry in entries}))
        holders = await self._accounts.holders_of(list(staff.values()))
        return [
            Look(
                number=entry.number,
                at=entry.event.at,
                role=Role(entry.event.actor.role),
                name=holder.name if (holder := holders.get(entry.event.actor.id)) else None,
                study=entry.event.record,
            )
            for entry in entries
        ]


def _as(kind: type[C], caller: Caller) -> C:
    if isinstance(caller, Anonymous):
        raise NotSignedIn
    if not isinstance(caller, kind):
        raise NotAllowed
    return caller
