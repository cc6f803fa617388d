"""Signing consents. Only a patient who is signed in can: nobody else has a `callers.Patient`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.ids import PatientId
from registry_api.enrolment import documents
from registry_api.enrolment.consents import (
    Decision,
    How,
    Permissions,
    Purpose,
    Signature,
    Standing,
    may,
    permissions,
    standings,
)
from registry_api.enrolment.contact import Contact
from registry_api.enrolment.errors import ConsentMissing, ConsentTextChanged
from registry_api.enrolment.store import SignatureStore
from registry_api.identity.callers import Patient
from registry_api.identity.languages import Language
from registry_api.identity.store import AccountStore
from registry_api.mongo import Mongo


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """A decision about a text as it was shown; `text_sha256` is of its canonical form."""

    purpose: Purpose
    version: str
    language: Language
    text_sha256: str
    decision: Decision
    how: How = How.WEB


class Consents:
    """Takes signatures and answers what they permit."""

    def __init__(self, mongo: Mongo, contact: Contact) -> None:
        self._mongo = mongo
        self._contact = contact
        self._signatures = SignatureStore(mongo.database)
        self._accounts = AccountStore(mongo.database)

    async def sign(
        self,
        patient: Patient,
        signing: Signing,
        now: datetime,
        *,
        session: AsyncIOMotorClientSession | None = None,
    ) -> Signature:
        """Adds a signature and lets prompts and queued texts follow it, in one transaction.

        Deciding again as one has decided already on the same version adds nothing and gives the earlier
        signature. A yes needs the current text. A no is taken on any text that was ever published: taking
        consent back never waits for reading something new.

        Raises:
            ConsentTextChanged: the version or the hash is not that of the text to be signed.
        """
        _check_text(signing)

        async def act(session: AsyncIOMotorClientSession) -> Signature:
            return await self._sign(patient.patient_id, signing, now, session)

        return await (act(session) if session else self._mongo.transact(act))

    async def standings(self, patient: PatientId, now: datetime) -> tuple[Standing, ...]:
        """How each of the six purposes stands."""
        return standings(await self._signatures.of(patient), now)

    async def permissions(self, patient: PatientId, now: datetime) -> Permissions:
        return permissions(await self._signatures.of(patient), now)

    async def require(self, patient: PatientId, purpose: Purpose, now: datetime) -> None:
        """Raises ConsentMissing where the purpose is not permitted."""
        if not may(await self.permissions(patient, now), purpose):
            raise ConsentMissing(purpose)

    async def permitting(
        self, patients: Sequence[PatientId], purpose: Purpose, now: datetime
    ) -> frozenset[PatientId]:
        """Those of the patients who permit a purpose now, in one round trip."""
        signatures = await self._signatures.of_many(patients)
        return frozenset(
            patient for patient, signed in signatures.items() if may(permissions(signed, now), purpose)
        )

    async def _sign(
        self, patient: PatientId, signing: Signing, now: datetime, session: AsyncIOMotorClientSession
    ) -> Signature:
        await self._accounts.take_turn(patient, session=session)
        earlier = [
            signature
            for signature in await self._signatures.of(patient, session=session)
            if signature.purpose is signing.purpose
        ]
        last = max(earlier, key=lambda signature: signature.number, default=None)
        if last is not None and (last.decision, last.version) == (signing.decision, signing.version):
            return last
        signature = Signature(
            patient=patient,
            purpose=signing.purpose,
            number=last.number + 1 if last else 1,
            version=signing.version,
            language=signing.language,
            text_sha256=signing.text_sha256,
            decision=signing.decision,
            how=signing.how,
            at=now,
        )
        await self._signatures.insert(signature, session=session)
        await self._contact.follow(patient, now, session=session)
        return signature


def _check_text(signing: Signing) -> None:
    current = documents.current_version(signing.purpose)
    document = documents.published().get((signing.purpose, signing.version, signing.language))
    outdated = signing.version != current and signing.decision is Decision.GRANTED
    if document is None or outdated or document.text_sha256 != signing.text_sha256:
        raise ConsentTextChanged(current)
