from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from registry_api.coalition.registrants import ConsentingRegistrants
from registry_api.enrolment.consents import Decision, Purpose, permissions
from registry_api.enrolment.store import EnrolmentStore
from registry_api.mongo import Mongo
from registry_api.seeding import records
from registry_api.seeding.people import made_up

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


async def test_only_people_with_registry_consent_are_counted(mongo: Mongo) -> None:
    """Everybody who consents comes once, with their forms, whatever the batch size; nobody else does."""
    people = [made_up(3, index, 30, NOW) for index in range(25)]
    refusing = {person.patient for person in people[::6]}
    store = EnrolmentStore(mongo.database)
    enrolled = []
    for person in people:
        decision = Decision.REFUSED if person.patient in refusing else Decision.GRANTED
        decided = replace(person, consents={**person.consents, Purpose.REGISTRY: decision})
        permitted = permissions(records.signatures(decided), NOW)
        enrolled.append((records.profile(person, None), permitted))
    await store.insert_many(enrolled)
    batches = [batch async for batch in ConsentingRegistrants(store).batches(NOW, 4)]
    counted = {registrant.patient: registrant.forms for batch in batches for registrant in batch}
    assert max(map(len, batches)) == 4
    assert sum(map(len, batches)) == len(counted)
    assert counted == {
        person.patient: person.form_names for person in people if person.patient not in refusing
    }
