"""A registry with nobody in it, and people who join it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from diary.forms import Form
from diary.ids import PatientId
from diary.partial_dates import PartialDate
from diary.prompting.store import PromptStore
from diary.treating.store import TreatmentStore
from notifications.outbox import Outbox
from notifications.phone import PhoneNumber
from registry_api.audit.store import Audit
from registry_api.enrolment.consents import Decision, How, Purpose, Signature
from registry_api.enrolment.contact import Contact
from registry_api.enrolment.documents import Library, published
from registry_api.enrolment.enrolments import Enrolments
from registry_api.enrolment.form import EnrolmentForm
from registry_api.enrolment.permissions import Permissions
from registry_api.enrolment.profile import FormWithOnset, Sex, YesNoUnknown
from registry_api.enrolment.signing import Consents, Signing
from registry_api.enrolment.store import EnrolmentStore
from registry_api.enrolment.taking_part import TakingPart
from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import Patient
from registry_api.identity.ids import SessionId
from registry_api.identity.languages import Language
from registry_api.mongo import Mongo
from registry_api.trials.introducing.store import ResponseStore
from registry_api.vault.vault import Vault
from tests.registry_api.audit.trails import KEY

# In the future, because the server's own clock deletes what has expired. 12:30 in New York.
NOW = datetime(2031, 5, 14, 16, 30, tzinfo=UTC)
PHONE = PhoneNumber("+12025550123")
GRANTED, REFUSED = Decision.GRANTED, Decision.REFUSED

FORM = EnrolmentForm(
    name="Amara Quispe",
    birth_month=PartialDate(1984, 3),
    sex=Sex.FEMALE,
    forms=[FormWithOnset(Form.CERVICAL, PartialDate(2019, 6)), FormWithOnset(Form.LIMB)],
    country="US",
    postal_code="10001",
    time_zone="America/New_York",
    language=Language.EN,
    toxin_ever=YesNoUnknown.YES,
)


@dataclass(frozen=True, kw_only=True)
class Registry:
    database: AsyncIOMotorDatabase[dict[str, Any]]
    accounts: Accounts
    consents: Consents
    enrolments: Enrolments
    store: EnrolmentStore
    prompts: PromptStore
    treatments: TreatmentStore
    outbox: Outbox
    permissions: Permissions
    taking_part: TakingPart
    contact: Contact
    audit: Audit

    async def joined(
        self, *granted: Purpose, phone: PhoneNumber = PHONE, form: EnrolmentForm | None = None
    ) -> Patient:
        """Somebody with an account who has said yes to these purposes and, with a form, has enrolled."""
        patient = caller(await self.accounts.create_patient(phone, NOW))
        for purpose in granted:
            await self.sign(patient, purpose)
        if form is not None:
            await self.enrolments.enrol(patient, form, NOW)
        return patient

    async def sign(
        self,
        patient: Patient,
        purpose: Purpose,
        decision: Decision = GRANTED,
        now: datetime = NOW,
    ) -> Signature:
        return (await self.consents.sign(patient, signing(purpose, decision), now)).signature


def registry_on(mongo: Mongo, vault: Vault, library: Library | None = None) -> Registry:
    """Accounts, consents and enrolments on this database."""
    database = mongo.database
    accounts, audit = Accounts(mongo, vault), Audit(mongo, KEY)
    prompts, outbox, treatments = PromptStore(database), Outbox(database, vault), TreatmentStore(database)
    permissions = Permissions(mongo)
    contact = Contact(mongo, permissions, prompts, outbox, ResponseStore(database))
    return Registry(
        database=database,
        accounts=accounts,
        consents=Consents(mongo, contact, audit, library or published()),
        enrolments=Enrolments(
            mongo,
            vault,
            accounts,
            permissions=permissions,
            contact=contact,
            treatments=treatments,
            audit=audit,
        ),
        store=EnrolmentStore(database),
        prompts=prompts,
        treatments=treatments,
        outbox=outbox,
        permissions=permissions,
        taking_part=TakingPart(mongo, contact, audit),
        contact=contact,
        audit=audit,
    )


def signed(*decisions: tuple[Purpose, Decision]) -> list[Signature]:
    """One person's signatures a minute apart, the last one now; each on the next version of its text."""
    counted: Counter[Purpose] = Counter()
    signatures = []
    for place, (purpose, decision) in enumerate(decisions):
        counted[purpose] += 1
        signatures.append(
            Signature(
                id=f"signature-{place}",
                patient=PatientId("p"),
                purpose=purpose,
                number=counted[purpose],
                version=str(counted[purpose]),
                language="en",
                text_sha256="00",
                decision=decision,
                how=How.WEB,
                at=NOW - timedelta(minutes=len(decisions) - 1 - place),
            )
        )
    return signatures


def caller(patient: PatientId) -> Patient:
    return Patient(patient_id=patient, session_id=SessionId("session"))


def signing(
    purpose: Purpose,
    decision: Decision = GRANTED,
    language: Language = Language.EN,
    library: Library | None = None,
) -> Signing:
    """A decision on the current text."""
    documents = library or published()
    document = next(each for each in documents.current(language) if each.purpose is purpose)
    return Signing(
        purpose=purpose,
        version=document.version,
        language=language,
        text_sha256=document.text_sha256,
        decision=decision,
    )
