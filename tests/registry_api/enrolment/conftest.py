from __future__ import annotations

import pytest

from diary.prompting.store import PromptStore
from diary.treating.store import TreatmentStore
from notifications.outbox import Outbox
from registry_api.audit.store import Audit
from registry_api.enrolment.contact import Contact
from registry_api.enrolment.enrolments import Enrolments
from registry_api.enrolment.signing import Consents
from registry_api.enrolment.store import EnrolmentStore
from registry_api.identity.accounts import Accounts
from registry_api.mongo import Mongo
from registry_api.vault import Vault
from tests.registry_api.audit.trails import KEY
from tests.registry_api.enrolment.people import Registry


@pytest.fixture
def registry(mongo: Mongo, vault: Vault) -> Registry:
    """Accounts, consents and enrolments on a real, empty database."""
    accounts = Accounts(mongo, vault)
    prompts, outbox = PromptStore(mongo.database), Outbox(mongo.database, vault)
    treatments = TreatmentStore(mongo.database)
    contact = Contact(mongo, prompts, outbox)
    return Registry(
        database=mongo.database,
        accounts=accounts,
        consents=Consents(mongo, contact),
        enrolments=Enrolments(
            mongo, vault, accounts, contact=contact, treatments=treatments, audit=Audit(mongo, KEY)
        ),
        store=EnrolmentStore(mongo.database),
        prompts=prompts,
        treatments=treatments,
        outbox=outbox,
    )
