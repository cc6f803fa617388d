"""Which parts the service is made of, and how they are put together: the same for the api and the worker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from pymongo import IndexModel

from diary import indexes as diary_indexes
from diary.checking_in.store import DiaryStore
from diary.instruments import catalogue
from diary.noting.store import NoteStore
from diary.prompting.store import PromptStore
from diary.questionnaires.store import QuestionnaireStore
from diary.rescoring.store import RescoringStore
from diary.treating.store import TreatmentStore
from diary.trending.store import MeasureStore
from notifications import indexes as notifications_indexes
from notifications.inbox.store import Inbox
from notifications.outbox import Outbox
from notifications.status_reports import StatusReports
from notifications.store import Addresses
from registry_api.audit import indexes as audit_indexes
from registry_api.audit.anchoring.store import Anchors
from registry_api.audit.store import Audit
from registry_api.audit.verification import Verification
from registry_api.coalition import indexes as coalition_indexes
from registry_api.coalition.registrants import ConsentingRegistrants
from registry_api.coalition.snapshot import Snapshots
from registry_api.coalition.store import CoalitionStore
from registry_api.conversations import indexes as conversations_indexes
from registry_api.conversations.correspondents import Correspondents
from registry_api.conversations.listening import Screening
from registry_api.conversations.noting import Noting
from registry_api.conversations.texting import Conversations
from registry_api.enrolment import documents
from registry_api.enrolment import indexes as enrolment_indexes
from registry_api.enrolment.checking_in import CheckingIn
from registry_api.enrolment.contact import Contact
from registry_api.enrolment.copies import Copies
from registry_api.enrolment.documents import Library
from registry_api.enrolment.enrolments import Enrolments
from registry_api.enrolment.permissions import Permissions
from registry_api.enrolment.questionnaires import Questionnaires
from registry_api.enrolment.recipients import RegistryRecipients
from registry_api.enrolment.rescoring import Rescoring
from registry_api.enrolment.signing import Consents
from registry_api.enrolment.store import EnrolmentStore
from registry_api.enrolment.taking_part import TakingPart
from registry_api.enrolment.treating import Treating
from registry_api.enrolment.uses import NEEDS, Needs
from registry_api.erasure import indexes as erasure_indexes
from registry_api.erasure.asking import Erasures
from registry_api.erasure.erasing import Erasing
from registry_api.exports import indexes as exports_indexes
from registry_api.exports.questions.asking import VisitQuestions
from registry_api.exports.visits import VisitSheets
from registry_api.identity import indexes as identity_indexes
from registry_api.identity.access import Access
from registry_api.identity.accounts import Accounts
from registry_api.identity.api_tokens.issuing import ApiTokens
from registry_api.identity.limits.rules import Limits
from registry_api.identity.numbers.rekeying import Rekeying
from registry_api.identity.passkeys.ceremony import RelyingParty
from registry_api.identity.passkeys.keyring import Keyring
from registry_api.identity.passkeys.proving import PasskeyProofs
from registry_api.identity.sessions import Sessions
from registry_api.identity.sign_in import SignIn
from registry_api.identity.single_sign_on.entering import SingleSignOn
from registry_api.identity.single_sign_on.provider import Institution, Provider
from registry_api.mongo import Mongo
from registry_api.prompting.adhering import Adhering
from registry_api.prompting.asking import Asking
from registry_api.prompting.sending import Prompting
from registry_api.settings import Settings
from registry_api.trials import indexes as trials_indexes
from registry_api.trials.alerting.alerts import Alerts
from registry_api.trials.assessing import Assessments
from registry_api.trials.importing import TrialDesk
from registry_api.trials.introducing.store import ResponseStore
from registry_api.trials.patient_trials import Introductions, PatientTrials
from registry_api.trials.patients import RegistryPeople
from registry_api.trials.rematching import Rematching
from registry_api.trials.store import TrialStore
from registry_api.vault import indexes as vault_indexes
from registry_api.vault.files import MasterKeyFiles, secret_file
from registry_api.vault.master_keys import MasterKeys
from registry_api.vault.rotation import Rotation
from registry_api.vault.vault import Vault

_AUDIT_KEY_BYTES = 32
_LOGIN_KEY_BYTES = 32

INDEXES: Mapping[str, Sequence[IndexModel]] = {
    **vault_indexes.INDEXES,
    **audit_indexes.INDEXES,
    **diary_indexes.INDEXES,
    **notifications_indexes.INDEXES,
    **identity_indexes.INDEXES,
    **enrolment_indexes.INDEXES,
    **trials_indexes.INDEXES,
    **coalition_indexes.INDEXES,
    **conversations_indexes.INDEXES,
    **erasure_indexes.INDEXES,
    **exports_indexes.INDEXES,
}


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Services:
    """Everything that a request or a round of work may need; `now` is the clock."""

    settings: Settings
    now: Callable[[], datetime]
    mongo: Mongo
    vault: Vault
    audit: Audit
    anchors: Anchors
    verification: Verification
    rotation: Rotation
    outbox: Outbox
    inbox: Inbox
    addresses: Addresses
    accounts: Accounts
    sessions: Sessions
    sign_in: SignIn
    single_sign_on: SingleSignOn | None
    keyring: Keyring
    api_tokens: ApiTokens
    passkey_proofs: PasskeyProofs
    access: Access
    permissions: Permissions
    library: Library
    consents: Consents
    copies: Copies
    taking_part: TakingPart
    enrolments: Enrolments
    checking_in: CheckingIn
    treating: Treating
    recipients: Correspondents
    diary: DiaryStore
    instruments: QuestionnaireStore
    questionnaires: Questionnaires
    rescoring: Rescoring
    notes: NoteStore
    noting: Noting
    treatments: TreatmentStore
    measures: MeasureStore
    prompts: PromptStore
    prompting: Prompting
    asking: Asking
    adhering: Adhering
    trials: TrialStore
    trial_desk: TrialDesk
    people: RegistryPeople
    patient_trials: PatientTrials
    introductions: Introductions
    assessments: Assessments
    alerts: Alerts
    rematching: Rematching
    coalition: CoalitionStore
    snapshots: Snapshots
    conversations: Conversations
    erasures: Erasures
    erasing: Erasing
    visit_questions: VisitQuestions
    visit_sheets: VisitSheets
    status_reports: StatusReports

    async def prepare(self) -> None:
        """Makes the collections, indexes and keys that are missing."""
        await self.mongo.prepare(INDEXES)
        await self.vault.prepare(self.now())


@asynccontextmanager
async def open_services(
    settings: Settings, *, now: Callable[[], datetime] = utc_now
) -> AsyncIterator[Services]:
    """Connects to the database these settings name, and lets go of it at the end.

    Raises:
        ValueError: `mongodb_uri` is not set; whoever runs the embedded server sets it.
    """
    if settings.mongodb_uri is None:
        raise ValueError("Set MONGODB_URI.")
    mongo = Mongo(settings.mongodb_uri, settings.mongodb_database)
    sealer = Vault(mongo, master_keys(settings), cache_seconds=settings.vault_cache_seconds)
    services = wired(settings, mongo, sealer, now)
    try:
        yield services
    finally:
        services.sign_in.close()
        services.visit_sheets.close()
        await sealer.close()
        mongo.close()


def master_keys(settings: Settings) -> MasterKeys:
    """Where these settings say that the master keys are."""
    return MasterKeys(MasterKeyFiles(settings.secrets_dir), settings.key_service())


def wired(
    settings: Settings,
    mongo: Mongo,
    sealer: Vault,
    now: Callable[[], datetime],
    *,
    library: Library | None = None,
    needs: Needs = NEEDS,
) -> Services:
    """Every part, put together on one database; tests pass other consent documents and needs."""
    library = library or documents.published()
    audit_key = secret_file(settings.secrets_dir / "audit-key", _AUDIT_KEY_BYTES)
    trail, anchors = Audit(mongo, audit_key), Anchors(mongo, audit_key, settings.audit_copy_file)
    inbox = Inbox(mongo.database, lease=settings.worker_lease)
    addresses = Addresses(mongo.database)
    outbox = Outbox(mongo.database, sealer)
    prompts = PromptStore(mongo.database, lease=settings.worker_lease)
    treatments = TreatmentStore(mongo.database)
    entries = DiaryStore(mongo.database, sealer)
    instruments = QuestionnaireStore(mongo.database)
    accounts = Accounts(mongo, sealer)
    sessions = Sessions(mongo, accounts, trail)
    party = RelyingParty.at(settings.public_url)
    permissions = Permissions(mongo, needs)
    contact = Contact(mongo, permissions, prompts, outbox, ResponseStore(mongo.database))
    consents = Consents(mongo, contact, trail, library)
    taking_part = TakingPart(mongo, contact, trail)
    enrolments = Enrolments(
        mongo,
        sealer,
        accounts,
        permissions=permissions,
        contact=contact,
        treatments=treatments,
        audit=trail,
    )
    notes = NoteStore(mongo.database, sealer)
    profiles = EnrolmentStore(mongo.database)
    people = RegistryPeople(profiles, accounts.store, permissions, treatments)
    screening = Screening(mongo, enrolments, accounts)
    checking_in = CheckingIn(
        mongo,
        diary=entries,
        prompts=prompts,
        permissions=permissions,
        enrolments=enrolments,
        audit=trail,
        listener=screening,
    )
    coalition = CoalitionStore(mongo.database)
    asking = Asking(profiles, permissions, treatments=treatments, diary=entries, instruments=instruments)
    alerts = Alerts(mongo, outbox, people, public_url=settings.public_url, lease=settings.worker_lease)
    visit_questions = VisitQuestions(
        mongo, sealer, accounts, permissions=permissions, audit=trail, listener=screening
    )
    return Services(
        settings=settings,
        now=now,
        mongo=mongo,
        vault=sealer,
        audit=trail,
        anchors=anchors,
        rotation=Rotation(mongo, sealer, trail, rekey=Rekeying(mongo, sealer, accounts).run, now=now),
        verification=Verification(trail, anchors, audit_key),
        outbox=outbox,
        inbox=inbox,
        addresses=addresses,
        accounts=accounts,
        sessions=sessions,
        sign_in=SignIn(
            mongo,
            sealer,
            outbox=outbox,
            accounts=accounts,
            sessions=sessions,
            audit=trail,
            limits=_limits(settings),
            host=settings.code_host,
        ),
        single_sign_on=_single_sign_on(settings, mongo, accounts, sessions, trail),
        api_tokens=ApiTokens(mongo, sealer, accounts, trail),
        keyring=Keyring(mongo, sealer, accounts, sessions, audit=trail, party=party),
        passkey_proofs=PasskeyProofs(
            mongo, accounts, sessions, audit=trail, party=party, limits=_limits(settings)
        ),
        access=Access(accounts, trail),
        permissions=permissions,
        library=library,
        consents=consents,
        copies=Copies(accounts, enrolments, library),
        taking_part=taking_part,
        enrolments=enrolments,
        checking_in=checking_in,
        treating=Treating(mongo, treatments, trail, checking_in.require),
        recipients=Correspondents(accounts.numbers, RegistryRecipients(mongo, sealer, accounts, permissions)),
        diary=entries,
        instruments=instruments,
        questionnaires=Questionnaires(mongo, instruments, trail),
        rescoring=Rescoring(
            mongo,
            entries,
            RescoringStore(mongo.database),
            trail,
            definitions=catalogue.versions().values(),
        ),
        notes=notes,
        noting=Noting(
            mongo,
            notes=notes,
            checking_in=checking_in,
            listener=screening,
            audit=trail,
        ),
        treatments=treatments,
        measures=MeasureStore(mongo.database),
        prompts=prompts,
        prompting=Prompting(
            mongo,
            permissions,
            prompts=prompts,
            outbox=outbox,
            enrolments=enrolments,
            asking=asking,
            link=f"{settings.public_url}/today",
        ),
        asking=asking,
        adhering=Adhering(profiles, prompts, entries, outbox),
        trials=TrialStore(mongo.database),
        trial_desk=TrialDesk(mongo, trail),
        people=people,
        patient_trials=PatientTrials(mongo, people, trail),
        introductions=Introductions(mongo),
        assessments=Assessments(mongo, entries, permissions, enrolments, trail),
        alerts=alerts,
        rematching=Rematching(profiles, people, alerts),
        coalition=coalition,
        snapshots=Snapshots(mongo, sealer, coalition, ConsentingRegistrants(profiles, permissions)),
        conversations=Conversations(
            mongo,
            sealer,
            accounts,
            inbox=inbox,
            outbox=outbox,
            addresses=addresses,
            diary=entries,
            prompts=prompts,
            audit=trail,
            permissions=permissions,
            taking_part=taking_part,
            trials_link=f"{settings.public_url}/trials",
        ),
        erasures=Erasures(mongo, taking_part, outbox, trail, link=f"{settings.public_url}/erase"),
        erasing=Erasing(mongo, sealer, accounts, trail, lease=settings.worker_lease),
        visit_questions=visit_questions,
        visit_sheets=VisitSheets(
            accounts,
            enrolments=enrolments,
            diary=entries,
            treatments=treatments,
            questions=visit_questions,
            audit=trail,
        ),
        status_reports=StatusReports(mongo, sealer),
    )


def _limits(settings: Settings) -> Limits:
    return Limits(
        texts_a_day=settings.sign_in_texts_per_day,
        country_texts_an_hour=settings.sign_in_texts_per_country_hour,
        country_texts_a_day=settings.sign_in_texts_per_country_day,
        network_texts_an_hour=settings.sign_in_texts_per_network_hour,
        network_tries_an_hour=settings.sign_in_tries_per_network_hour,
        network_passkeys_an_hour=settings.sign_in_passkeys_per_network_hour,
        countries=settings.countries,
    )


def _single_sign_on(
    settings: Settings, mongo: Mongo, accounts: Accounts, sessions: Sessions, audit: Audit
) -> SingleSignOn | None:
    """How staff come in through their institution, where one is configured."""
    if not settings.oidc_issuer:
        return None
    institution = Institution(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        redirect_uri=settings.oidc_redirect_uri,
        claim=settings.oidc_claim,
        domains=settings.institution_domains,
    )
    key = secret_file(settings.secrets_dir / "staff-login-key", _LOGIN_KEY_BYTES)
    return SingleSignOn(
        mongo,
        Provider(institution),
        key,
        accounts=accounts,
        sessions=sessions,
        audit=audit,
        limits=_limits(settings),
    )
