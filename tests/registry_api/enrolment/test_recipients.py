from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from notifications.ids import RecipientId
from notifications.outbox import OUTBOX
from notifications.phone import PhoneNumber
from registry_api.audit.store import Audit
from registry_api.enrolment.consents import Purpose
from registry_api.enrolment.recipients import RegistryRecipients
from registry_api.identity.callers import Role
from registry_api.identity.indexes import ACCOUNTS
from registry_api.identity.languages import Language
from registry_api.identity.sessions import Sessions
from registry_api.identity.sign_in import SignIn
from registry_api.mongo import Mongo
from registry_api.vault.vault import Vault
from tests.registry_api.enrolment.people import FORM, NOW, PHONE, REFUSED, Registry
from tests.registry_api.stored_bytes import all_of


@pytest.fixture
def recipients(mongo: Mongo, vault: Vault, registry: Registry) -> RegistryRecipients:
    return RegistryRecipients(mongo, vault, registry.accounts, registry.permissions)


async def test_a_patient_is_reached_as_they_permit(
    registry: Registry, recipients: RegistryRecipients
) -> None:
    """Number, zone, language and consents are those of this moment."""
    form = replace(FORM, language=Language.ES, time_zone="Europe/Madrid")
    patient = await registry.joined(Purpose.REGISTRY, Purpose.TEXTS, form=form)
    found = await recipients.find(RecipientId(patient.patient_id), NOW)
    assert found is not None
    number = await registry.accounts.numbers.find(PHONE)
    assert number is not None
    assert (found.address, found.address_key) == (PHONE, number.name)
    assert (found.zone.key, found.language) == ("Europe/Madrid", "es")
    assert (found.texts_permitted, found.trial_contact_permitted, found.patient) == (True, False, True)
    assert PHONE not in repr(found)


async def test_a_withdrawn_consent_counts_at_once(registry: Registry, recipients: RegistryRecipients) -> None:
    """Nothing is remembered between two questions."""
    patient = await registry.joined(*Purpose, form=FORM)
    recipient = RecipientId(patient.patient_id)
    seen = []
    for purpose in (Purpose.TRIAL_CONTACT, Purpose.TEXTS):
        found = await recipients.find(recipient, NOW)
        assert found is not None
        seen.append((found.texts_permitted, found.trial_contact_permitted))
        await registry.sign(patient, purpose, REFUSED)
    found = await recipients.find(recipient, NOW)
    assert found is not None
    assert [*seen, (found.texts_permitted, found.trial_contact_permitted)] == [
        (True, True),
        (True, False),
        (False, False),
    ]


async def test_a_patient_who_has_not_enrolled_has_a_language_only(
    registry: Registry, recipients: RegistryRecipients
) -> None:
    """Answers to their texts can be sent, and nothing that needs consent."""
    patient = await registry.accounts.create_patient(PHONE, NOW, language=Language.ES)
    found = await recipients.find(RecipientId(patient), NOW)
    assert found is not None
    assert (found.language, found.zone.key, found.texts_permitted) == ("es", "UTC", False)


async def test_staff_are_no_patients(registry: Registry, recipients: RegistryRecipients) -> None:
    """Staff can be texted, but never about a trial of their own."""
    staff = await registry.accounts.create_staff(Role.COORDINATOR, "Ada", PHONE, NOW)
    found = await recipients.find(RecipientId(staff), NOW)
    assert found is not None
    assert (found.address, found.patient, found.trial_contact_permitted) == (PHONE, False, False)


async def test_whoever_waits_for_a_code_is_reached_until_it_ends(
    mongo: Mongo, vault: Vault, registry: Registry, recipients: RegistryRecipients
) -> None:
    """A challenge is a recipient in the language that was asked for, for ten minutes, until a newer one."""
    audit = Audit(mongo, bytes(32))
    sign_in = SignIn(
        mongo,
        vault,
        outbox=registry.outbox,
        accounts=registry.accounts,
        sessions=Sessions(mongo, registry.accounts, audit),
        audit=audit,
    )
    phone = PhoneNumber("+447700900456")
    await sign_in.request_code(phone, Language.ES, NOW)
    (queued,) = await all_of(mongo.database, OUTBOX)
    recipient = RecipientId(queued["recipient"])
    found = await recipients.find(recipient, NOW)
    assert found is not None
    assert (found.address, found.language, found.texts_permitted) == (phone, "es", True)
    assert await recipients.find(recipient, NOW + timedelta(minutes=10)) is None
    await sign_in.request_code(phone, Language.ES, NOW)
    assert await recipients.find(recipient, NOW) is None
    sign_in.close()


async def test_nobody_is_found_for_a_name_of_nobody(
    registry: Registry, recipients: RegistryRecipients
) -> None:
    """Unknown ids, unknown challenges and erased accounts have no address."""
    patient = await registry.joined()
    await registry.database[ACCOUNTS].delete_one({"_id": patient.patient_id})
    for name in ("nobody", "challenge:nothing", "challenge:", "", patient.patient_id):
        assert await recipients.find(RecipientId(name), NOW) is None
