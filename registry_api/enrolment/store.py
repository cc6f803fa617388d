"""Profiles in the database. Names and postal codes arrive here sealed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, TypeVar

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase

from diary.forms import Form
from diary.ids import PatientId
from diary.partial_dates import PartialDate
from diary.planning.plans import plan_from_document, plan_to_document
from registry_api.enrolment.indexes import PROFILES
from registry_api.enrolment.places import Place
from registry_api.enrolment.profile import (
    Dated,
    Distribution,
    FormWithOnset,
    Profile,
    Residence,
    Settings,
    Sex,
    YesNoUnknown,
)
from registry_api.enrolment.uses import Use, Uses, may_in_time
from registry_api.identity.languages import Language

Document = dict[str, Any]
Database = AsyncIOMotorDatabase[Document]
Transaction = AsyncIOMotorClientSession
T = TypeVar("T")


class EnrolmentStore:
    """Profiles by patient.

    `matchable` and `counted` repeat what the signatures permit, so that an index can choose whom to look at.
    Nobody decides by them: whoever reads a batch asks `Permissions` about the people in it.
    """

    def __init__(self, database: Database) -> None:
        self._profiles = database[PROFILES]

    async def find(self, patient: PatientId, *, session: Transaction | None = None) -> Profile | None:
        found = await self._profiles.find_one({"_id": patient}, session=session)
        return _profile_of(found) if found else None

    async def find_many(self, patients: Sequence[PatientId]) -> dict[PatientId, Profile]:
        """Those of the patients who are enrolled, in one round trip."""
        found = self._profiles.find({"_id": {"$in": list(patients)}})
        return {PatientId(document["_id"]): _profile_of(document) async for document in found}

    async def save(self, profile: Profile, *, session: Transaction | None = None) -> None:
        """Stores a profile in the place of the patient's former one, whose facts it has kept."""
        await self._profiles.update_one(
            {"_id": profile.patient}, {"$set": _profile_document(profile)}, upsert=True, session=session
        )

    async def mirror(self, patient: PatientId, uses: Uses, *, session: Transaction | None = None) -> None:
        """Repeats on the profile what the signatures permit; only `contact.Contact.follow` calls this."""
        await self._profiles.update_one({"_id": patient}, {"$set": _mirrored(uses)}, session=session)

    async def mark_changed(
        self, patient: PatientId, now: datetime, *, session: Transaction | None = None
    ) -> None:
        """Notes that what matching knows of a patient is another now; a profile must be there."""
        await self._profiles.update_one({"_id": patient}, {"$set": {"changed_at": now}}, session=session)

    async def changed(self, most: int) -> list[tuple[PatientId, datetime]]:
        """Those who changed and wait to be matched again, longest wait first."""
        found = self._profiles.find(
            {"changed_at": {"$exists": True}},
            {"changed_at": 1},
            sort=[("changed_at", 1)],
            hint=[("changed_at", 1)],
            limit=most,
        )
        return [(PatientId(document["_id"]), document["changed_at"]) async for document in found]

    async def unmark_changed(self, patient: PatientId, at: datetime) -> None:
        """Says that the change of this moment was dealt with; a later one stays marked."""
        await self._profiles.update_one({"_id": patient, "changed_at": at}, {"$unset": {"changed_at": ""}})

    async def insert_many(
        self, profiles: Iterable[tuple[Profile, Uses]], *, session: Transaction | None = None
    ) -> None:
        """Adds many profiles with what their signatures permit, for seeding."""
        documents = [_profile_document(profile) | _mirrored(uses) for profile, uses in profiles]
        if documents:
            await self._profiles.insert_many(documents, ordered=False, session=session)

    async def enrolled_batches(self, after_id: PatientId | None, size: int) -> AsyncIterator[list[Profile]]:
        """The enrolled patients marked as matchable, by id after `after_id`, in lists of up to `size`.

        Each batch is one index read, so that a long run holds no cursor and can go on after a restart.
        """
        async for batch in self._batches({"matchable": True}, None, after_id, size):
            yield [_profile_of(document) for document in batch]

    async def counted_batches(
        self, after_id: PatientId | None, size: int
    ) -> AsyncIterator[list[tuple[PatientId, frozenset[Form]]]]:
        """The enrolled patients marked as counted, each with their forms; read as `enrolled_batches`."""
        async for batch in self._batches({"counted": True}, {"current_forms": 1}, after_id, size):
            yield [
                (PatientId(document["_id"]), frozenset(Form(form) for form in document["current_forms"]))
                for document in batch
            ]

    async def _batches(
        self, chosen: Document, projection: Document | None, after_id: PatientId | None, size: int
    ) -> AsyncIterator[list[Document]]:
        last = after_id or ""
        while True:
            found = self._profiles.find(
                chosen | {"_id": {"$gt": last}}, projection, sort=[("_id", 1)], limit=size
            )
            batch = await found.to_list(size)
            if not batch:
                return
            yield batch
            last = batch[-1]["_id"]


def _mirrored(uses: Uses) -> Document:
    return {
        "matchable": may_in_time(uses, Use.ALERT_TRIALS),
        "counted": may_in_time(uses, Use.COUNT),
    }


def _profile_document(profile: Profile) -> Document:
    settings = profile.settings
    return {
        "_id": profile.patient,
        "enrolled_at": profile.enrolled_at,
        "birth_month": str(profile.birth_month),
        "sex": profile.sex,
        "forms": _history(profile.forms, lambda forms: [_form_document(each) for each in forms]),
        "current_forms": sorted(each.form for each in profile.current_forms),
        "distribution": _history(profile.distribution, str),
        "isolated": _history(profile.isolated, str),
        "toxin_ever": _history(profile.toxin_ever, str),
        "dbs": _history(profile.dbs, str),
        "residence": _history(profile.residence, _residence_document),
        "languages": _history(profile.languages, str),
        "settings": {
            "language": settings.language,
            "time_zone": settings.time_zone,
            "prompt_time": settings.prompt_time and settings.prompt_time.isoformat("minutes"),
            "core_items": list(settings.core_items),
            "plans": [plan_to_document(plan) for plan in settings.plans],
        },
        "postal_code": profile.postal_code,
    }


def _profile_of(found: Document) -> Profile:
    settings = found["settings"]
    return Profile(
        patient=PatientId(found["_id"]),
        enrolled_at=found["enrolled_at"],
        birth_month=PartialDate.parse(found["birth_month"]),
        sex=Sex(found["sex"]),
        forms=_facts(found["forms"], lambda forms: tuple(_form_of(each) for each in forms)),
        distribution=_facts(found["distribution"], Distribution),
        isolated=_facts(found["isolated"], YesNoUnknown),
        toxin_ever=_facts(found["toxin_ever"], YesNoUnknown),
        dbs=_facts(found["dbs"], YesNoUnknown),
        residence=_facts(found["residence"], _residence_of),
        languages=_facts(found["languages"], Language),
        settings=Settings(
            language=Language(settings["language"]),
            time_zone=settings["time_zone"],
            prompt_time=time.fromisoformat(settings["prompt_time"]) if settings["prompt_time"] else None,
            core_items=tuple(settings["core_items"]),
            plans=tuple(plan_from_document(plan) for plan in settings.get("plans", ())),
        ),
        postal_code=found["postal_code"],
    )


def _history(facts: tuple[Dated[T], ...], written: Callable[[T], Any]) -> list[Document]:
    return [{"from": fact.since.isoformat(), "value": written(fact.value)} for fact in facts]


def _facts(history: list[Document], read: Callable[[Any], T]) -> tuple[Dated[T], ...]:
    return tuple(Dated(date.fromisoformat(fact["from"]), read(fact["value"])) for fact in history)


def _form_document(stated: FormWithOnset) -> Document:
    return {"form": stated.form, "onset": stated.onset and str(stated.onset)}


def _form_of(found: Document) -> FormWithOnset:
    return FormWithOnset(Form(found["form"]), PartialDate.parse(found["onset"]) if found["onset"] else None)


def _residence_document(residence: Residence) -> Document:
    place = residence.place
    return {
        "country": residence.country,
        "area": residence.area,
        "place": place and [place.latitude, place.longitude],
    }


def _residence_of(found: Document) -> Residence:
    place = Place(*found["place"]) if found["place"] else None
    return Residence(found["country"], found["area"], place)
