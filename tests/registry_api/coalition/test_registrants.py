from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from registry_api.coalition.registrants import ConsentingRegistrants
from registry_api.enrolment.consenting.store import SignatureStore
from registry_api.enrolment.consents import Decision, Purpose
from registry_api.enrolment.permissions import Permissions
from registry_api.enrolment.store import EnrolmentStore
from registry_api.enrolment.uses import decide
from registry_api.mongo import Mongo
from registry_api.seeding import records
from registry_api.seeding.people import made_up
from registry_api.seeding.person import Person

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


async def test_only_people_who_permit_it_are_counted(mongo: Mongo) -> None:
    """Everybody who consents comes once, with their forms, whatever the batch size; nobody else does.

    The mark on a profile only finds people: one that says yes where the signatures say no counts nobody.
    """
    people = [made_up(3, index, 30, NOW) for index in range(25)]
    refusing = {person.patient for person in people[::6]}
    wrongly_marked = {person.patient for person in people[1::6]}
    store, signatures = EnrolmentStore(mongo.database), SignatureStore(mongo.database)
    enrolled = []
    for person in people:
        signed = list(records.signatures(_deciding(person, Decision.GRANTED)))
        uses = decide(signed, (), NOW) if person.patient not in refusing else decide((), (), NOW)
        enrolled.append((records.profile(person, None), uses))
        if person.patient not in refusing | wrongly_marked:
            await signatures.insert_many(signed)
    await store.insert_many(enrolled)
    registrants = ConsentingRegistrants(store, Permissions(mongo))
    batches = [batch async for batch in registrants.batches(NOW, 4)]
    counted = {registrant.patient: registrant.forms for batch in batches for registrant in batch}
    assert max(map(len, batches)) == 4
    assert sum(map(len, batches)) == len(counted)
    assert counted == {
        person.patient: person.form_names
        for person in people
        if person.patient not in refusing | wrongly_marked
    }


def _deciding(person: Person, decision: Decision) -> Person:
    return replace(person, consents={**person.consents, Purpose.REGISTRY: decision})
