"""Fills a database with people made up, their diaries, trials and the coalition's first snapshot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Protocol

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.checking_in.store import DiaryStore
from diary.prompting.store import PromptStore
from diary.treating.store import TreatmentStore
from registry_api.audit.store import Audit
from registry_api.coalition.registrants import ConsentingRegistrants
from registry_api.coalition.snapshot import Snapshots
from registry_api.coalition.store import CoalitionStore
from registry_api.enrolment import places
from registry_api.enrolment.consenting.store import SignatureStore
from registry_api.enrolment.contact import prompt_plan
from registry_api.enrolment.permissions import Permissions
from registry_api.enrolment.store import EnrolmentStore
from registry_api.enrolment.uses import decide
from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import Role
from registry_api.identity.languages import Language
from registry_api.identity.store import Account
from registry_api.mongo import Mongo
from registry_api.seeding import records
from registry_api.seeding.diaries import diary
from registry_api.seeding.errors import SownDifferently
from registry_api.seeding.logins import StaffLogin, login_patients, organisations, staff
from registry_api.seeding.people import made_up
from registry_api.seeding.person import Person
from registry_api.seeding.prompts import asked
from registry_api.seeding.trials import TrialSower
from registry_api.seeding.weeks import weeks
from registry_api.vault.vault import Vault

Progress = Callable[[str, int, int], None]
"""Is told what is being sown, how much of it is done, and how much there is."""

_BATCH = 25
_POSTAL_CODE = "postal_code"


class Ground(Protocol):
    """What seeding needs of the service."""

    @property
    def mongo(self) -> Mongo: ...

    @property
    def vault(self) -> Vault: ...

    @property
    def audit(self) -> Audit: ...


@dataclass(frozen=True, kw_only=True)
class SeedReport:
    """What was new; all zero where the same seed had been sown before."""

    patients: int
    check_ins: int
    trials: int
    snapshot: bool


async def seed(
    services: Ground,
    *,
    patients: int,
    days: int,
    seed: int,
    now: datetime,
    progress: Progress,
    login_days: int = 0,
) -> SeedReport:
    """Sows `patients` people, those of the logins among them, with up to `days` days of diary each.

    The logins have `login_days` days where that is more.

    The same seed gives the same people and, on a database where it was sown before, adds nothing: who is
    there stays as they are, also when `days` is another number now. After a kill the next call goes on with
    who is missing. Histories lead up to the moment of the first call.

    Raises:
        SownDifferently: the demo's numbers belong to others; nothing was sown.
    """
    sower = Sower(services.mongo, services.vault, seed)
    anchor = await sower.sow_staff(now)
    login_days = max(days, login_days)
    people = login_patients(seed, login_days, anchor)
    await sower.require_free(people)
    await asyncio.to_thread(places.load)
    total = max(patients, len(people))
    made = (made_up(seed, index, days, anchor) for index in range(total - len(people)))
    added = entries = done = 0
    progress("Patients and their diaries", 0, total)
    batch, of_diary = people, login_days
    while batch:
        new = await sower.sow_people(batch, of_diary, anchor)
        added, entries, done = added + new[0], entries + new[1], done + len(batch)
        progress("Patients and their diaries", done, total)
        batch, of_diary = list(islice(made, _BATCH)), days
    trials = await TrialSower(services.mongo, services.audit, seed, sower.coordinator).sow(now, progress)
    taken = await sower.snapshots.take_if_due(now)
    return SeedReport(patients=added, check_ins=entries, trials=trials, snapshot=taken is not None)


class Sower:
    """Sows in batches: a batch is there as a whole or not at all, but for diaries, which may wait for it."""

    def __init__(self, mongo: Mongo, vault: Vault, number: int) -> None:
        self._mongo = mongo
        self._vault = vault
        self._seed = number
        self._accounts = Accounts(mongo, vault)
        self._signatures = SignatureStore(mongo.database)
        self._enrolments = EnrolmentStore(mongo.database)
        self._diary = DiaryStore(mongo.database)
        self._treatments = TreatmentStore(mongo.database)
        self._prompts = PromptStore(mongo.database)
        self._coalition = CoalitionStore(mongo.database)
        registrants = ConsentingRegistrants(self._enrolments, Permissions(mongo))
        self.snapshots = Snapshots(mongo, vault, self._coalition, registrants)

    @property
    def coordinator(self) -> str:
        """The staff id of the coordinator who owns the trials."""
        return next(each.id for each in staff(self._seed) if each.role is Role.COORDINATOR)

    async def sow_staff(self, now: datetime) -> datetime:
        """Makes the staff that is missing, and says when the first of them was made.

        Raises:
            SownDifferently: one of their numbers belongs to somebody else.
        """
        await self._coalition.put_organisations(organisations())
        wanted = staff(self._seed)
        there = await self._accounts.store.find_many([each.id for each in wanted])
        for each in wanted:
            if each.id in there:
                continue
            account = await self._accounts.add(await self._staff(each, now), each.phone, now)
            if account.id != each.id:
                raise SownDifferently
        return min((account.created_at for account in there.values()), default=now)

    async def require_free(self, people: Sequence[Person]) -> None:
        """Raises SownDifferently where a number has an account that is not this person's."""
        for person in people:
            account = await self._accounts.by_phone(person.phone)
            if account is not None and account.id != person.patient:
                raise SownDifferently

    async def sow_people(self, people: Sequence[Person], days: int, anchor: datetime) -> tuple[int, int]:
        """Adds those who are missing; how many they were, and how many entries came with them."""
        wanted = [person.patient for person in people]
        there = {*await self._accounts.store.find_many(wanted), *await self._vault.destroyed(wanted)}
        missing = [person for person in people if person.patient not in there]
        if not missing:
            return 0, 0
        entries = await self._diary.insert_many(
            entry
            for person in missing
            for kept in (diary, weeks)
            for entry in kept(self._seed, person, days, anchor)
        )
        await self._treatments.insert_many(
            (person.patient, treatment)
            for person in missing
            for treatment in records.treatments(person, anchor)
        )
        await self._enrol(missing, days, anchor)
        return len(missing), entries

    async def _enrol(self, people: Sequence[Person], days: int, now: datetime) -> None:
        await self._vault.make_keys([person.patient for person in people])
        accounts = await asyncio.gather(*(self._patient(person) for person in people))
        codes = await asyncio.gather(*(self._sealed_postal_code(person) for person in people))
        signed = {person.patient: list(records.signatures(person)) for person in people}
        enrolled = [
            (records.profile(person, code), decide(signed[person.patient], (), now))
            for person, code in zip(people, codes, strict=True)
        ]
        plans = {profile.patient: prompt_plan(uses, profile.settings) for profile, uses in enrolled}
        await self._prompts.insert_many(
            prompt
            for person in people
            if plans[person.patient] is not None
            for prompt in asked(self._seed, person, days, now)
        )

        async def act(session: AsyncIOMotorClientSession) -> None:
            await self._accounts.add_many(
                [(account, person.phone) for account, person in zip(accounts, people, strict=True)],
                session=session,
            )
            await self._signatures.insert_many(
                (signature for each in signed.values() for signature in each), session=session
            )
            await self._enrolments.insert_many(enrolled, session=session)
            for patient, plan in plans.items():
                if plan is not None:
                    await self._prompts.set_schedule(
                        patient, plan.time_zone, plan.local_time, plan.items, now, session=session
                    )

        await self._mongo.transact(act)

    async def _patient(self, person: Person) -> Account:
        return await self._accounts.sealed(
            person.patient,
            Role.PATIENT,
            person.phone,
            now=person.enrolled_at,
            name=person.name,
            language=person.language,
        )

    async def _sealed_postal_code(self, person: Person) -> bytes | None:
        if person.postal_code is None:
            return None
        return await self._vault.seal(person.patient, _POSTAL_CODE, person.postal_code)

    async def _staff(self, each: StaffLogin, now: datetime) -> Account:
        return await self._accounts.sealed(
            each.id,
            each.role,
            each.phone,
            now=now,
            name=each.name,
            language=Language.EN,
            organisation=each.organisation,
        )
