"""Signing consents. Only a patient who is signed in can: nobody else has a `callers.Patient`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.ids import PatientId
from registry_api.audit.events import Action, AuditEvent
from registry_api.audit.store import Audit
from registry_api.enrolment.consenting.store import SignatureStore
from registry_api.enrolment.consents import (
    Decision,
    How,
    Purpose,
    Signature,
    Standing,
    newest,
    standing,
    standings,
)
from registry_api.enrolment.contact import Contact
from registry_api.enrolment.documents import Library
from registry_api.enrolment.errors import ConsentTextChanged, SignatureConflict
from registry_api.enrolment.pace import require_pace
from registry_api.identity.callers import Patient, actor_of
from registry_api.identity.languages import Language
from registry_api.identity.store import AccountStore
from registry_api.mongo import Mongo


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """A decision about a text as it was shown; `text_sha256` is of its canonical form.

    `id` is made by the client: sent again it adds nothing. Without one, each call is a decision of its own.
    """

    purpose: Purpose
    version: str
    language: Language
    text_sha256: str
    decision: Decision
    how: How = How.WEB
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature on record; `already` where this very request had been taken before."""

    signature: Signature
    already: bool

    @property
    def standing(self) -> Standing:
        return standing(self.signature.purpose, self.signature)


class Consents:
    """Takes signatures, and shows every one of them for ever."""

    def __init__(self, mongo: Mongo, contact: Contact, audit: Audit, library: Library) -> None:
        self._mongo = mongo
        self._library = library
        self._contact = contact
        self._audit = audit
        self._signatures = SignatureStore(mongo.database)
        self._accounts = AccountStore(mongo.database)

    async def sign(
        self,
        patient: Patient,
        signing: Signing,
        now: datetime,
        *,
        session: AsyncIOMotorClientSession | None = None,
    ) -> Signed:
        """Adds a signature and lets prompts and queued texts follow it, in one transaction.

        Each decision is an event, also the same one again on the same version. A yes needs the current text.
        A no is taken on any text that was ever published: taking consent back never waits for reading
        something new.

        Raises:
            ConsentTextChanged: the version or the hash is not that of the text to be signed.
            SignatureConflict: the id belongs to another decision, or one on another text.
            TooManyChanges: 60 in a day, unless it takes a yes back.
        """
        self._check_text(signing)
        name = signing.id or str(uuid4())

        async def act(session: AsyncIOMotorClientSession) -> Signed:
            return await self._sign(patient, signing, name, now, session)

        return await (act(session) if session else self._mongo.transact(act))

    async def standings(self, patient: PatientId) -> tuple[Standing, ...]:
        """How each of the six purposes stands."""
        return standings(await self._signatures.of(patient))

    async def history(self, patient: PatientId) -> list[Signature]:
        """Every signature, newest first; whatever was withdrawn since."""
        signatures = await self._signatures.of(patient)
        return sorted(signatures, key=lambda each: (each.at, each.number, each.purpose), reverse=True)

    async def signature(self, patient: PatientId, name: str) -> Signature | None:
        """One signature of a person; None where there is none of this id that is theirs."""
        return next((each for each in await self._signatures.of(patient) if each.id == name), None)

    async def _sign(
        self, patient: Patient, signing: Signing, name: str, now: datetime, session: AsyncIOMotorClientSession
    ) -> Signed:
        await self._accounts.take_turn(patient.patient_id, session=session)
        earlier = await self._signatures.of(patient.patient_id, session=session)
        same = next((each for each in earlier if each.id == name), None)
        if same is not None:
            if _said(same) != _said(signing):
                raise SignatureConflict
            return Signed(same, already=True)
        if not _takes_back(signing, earlier):
            require_pace((each.at for each in earlier), now)
        signature = Signature(
            id=name,
            patient=patient.patient_id,
            purpose=signing.purpose,
            number=1 + sum(each.purpose is signing.purpose for each in earlier),
            version=signing.version,
            language=signing.language,
            text_sha256=signing.text_sha256,
            decision=signing.decision,
            how=signing.how,
            at=now,
        )
        await self._signatures.insert(signature, session=session)
        event = AuditEvent(
            actor=actor_of(patient),
            action=Action.CONSENT_SIGNED,
            subject=signature.patient,
            record=f"{signature.purpose}:{signature.number}",
            reason=f"{signature.decision} version {signature.version} in {signature.language}",
            at=now,
        )
        await self._audit.record(event, session=session)
        await self._contact.follow(patient.patient_id, now, session=session)
        return Signed(signature, already=False)

    def _check_text(self, signing: Signing) -> None:
        current = self._library.current_version(signing.purpose)
        document = self._library.find(signing.purpose, signing.version, signing.language)
        outdated = signing.version != current and signing.decision is Decision.GRANTED
        if document is None or outdated or document.text_sha256 != signing.text_sha256:
            raise ConsentTextChanged(current)


def _takes_back(signing: Signing, earlier: list[Signature]) -> bool:
    last = newest(earlier).get(signing.purpose)
    stands = last is not None and last.decision is Decision.GRANTED
    return stands and signing.decision is Decision.REFUSED


def _said(given: Signature | Signing) -> tuple[str, ...]:
    return (given.purpose, given.version, given.language, given.text_sha256, given.decision)
