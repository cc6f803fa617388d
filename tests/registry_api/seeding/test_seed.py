from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.checking_in.store import DiaryStore
from diary.prompting.store import PromptStore
from diary.treating.store import TreatmentStore
from registry_api.audit.store import Audit
from registry_api.coalition.disclosure import Suppressed
from registry_api.coalition.store import CoalitionStore
from registry_api.enrolment.permissions import Permissions
from registry_api.enrolment.store import EnrolmentStore
from registry_api.enrolment.uses import Use, may
from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import Role
from registry_api.mongo import Document, Mongo
from registry_api.seeding.errors import SownDifferently
from registry_api.seeding.logins import demo_logins, login_patients
from registry_api.seeding.people import made_up
from registry_api.seeding.seed import SeedReport, seed
from registry_api.seeding.trials import TrialSower, read_study
from registry_api.trials.importing import TrialDesk
from registry_api.trials.store import TrialStore
from registry_api.vault.vault import Vault
from tests.registry_api.audit.trails import KEY, by

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
NOTHING = SeedReport(patients=0, check_ins=0, trials=0, snapshot=False)
COLLECTIONS = (
    "accounts",
    "check_ins",
    "consent_signatures",
    "profiles",
    "treatments",
    "prompt_schedules",
    "trials",
    "trial_records",
    "trial_criteria",
    "coalition_snapshots",
    "organisations",
)


@dataclass(frozen=True)
class Ground:
    mongo: Mongo
    vault: Vault
    audit: Audit


@pytest.fixture
def ground(mongo: Mongo, vault: Vault) -> Ground:
    return Ground(mongo, vault, Audit(mongo, KEY))


def quiet(what: str, done: int, total: int) -> None:
    """A progress that nobody watches."""
    assert what
    assert 0 <= done <= total


async def sow(ground: Ground, *, now: datetime = NOW, number: int = 1, patients: int = 40) -> SeedReport:
    return await seed(ground, patients=patients, days=20, seed=number, now=now, progress=quiet)


async def contents(mongo: Mongo) -> dict[str, list[Document]]:
    """Everything that is stored, without what is sealed or drawn anew on each run."""
    everything = {}
    for name in COLLECTIONS:
        found = mongo.database[name].find({"_id": {"$exists": True}}, sort=[("_id", 1)], hint=[("_id", 1)])
        everything[name] = [
            {
                field: value
                for field, value in document.items()
                if field != "number" and not isinstance(value, bytes)
            }
            async for document in found
        ]
    return everything


async def test_seeding_fills_the_registry(ground: Ground) -> None:
    """As many patients as asked for, diaries, trials and the snapshot are there and are counted."""
    report = await sow(ground)
    stored = await contents(ground.mongo)
    assert report.patients == len(stored["profiles"]) == 40
    assert report.check_ins == len(stored["check_ins"]) > 40 * 10
    assert report.trials == len(stored["trials"]) == 4
    assert report.snapshot
    snapshot = await CoalitionStore(ground.mongo.database).newest()
    assert snapshot is not None
    assert any(isinstance(cell, Suppressed) for cell in snapshot.table.by_form.values())


async def test_seeding_again_adds_nothing(ground: Ground) -> None:
    """The same seed on another day, even with other numbers of days, leaves everything as it was."""
    await sow(ground)
    before = await contents(ground.mongo)
    assert await sow(ground, now=NOW + timedelta(days=3)) == NOTHING
    assert await contents(ground.mongo) == before


async def test_more_people_are_added_to_those_who_are_there(ground: Ground) -> None:
    """A bigger seed adds the difference and nobody twice."""
    await sow(ground, patients=20)
    assert (await sow(ground, patients=30)).patients == 10


async def test_who_was_erased_is_not_sown_again(ground: Ground, mongo: Mongo) -> None:
    """A demo that starts again after somebody erased themselves leaves them out."""
    gone = made_up(2, 0, 20, NOW).patient

    async def erase(session: AsyncIOMotorClientSession) -> None:
        await ground.vault.destroy_keys([gone], NOW, session=session)

    await mongo.transact(erase)
    assert (await sow(ground, number=2)).patients == 39
    assert gone not in {account["_id"] for account in (await contents(mongo))["accounts"]}


async def test_a_killed_seed_goes_on_where_it_ended(ground: Ground, mongo: Mongo) -> None:
    """Ended half-way and called again a day later, it leaves exactly what one call would have left.

    The last batch ended between its diaries and its accounts, the place where it can end in the middle.
    """

    class Killed(Exception):
        pass

    def kill(what: str, done: int, total: int) -> None:
        if done > total / 2:
            raise Killed(what)

    await sow(ground)
    whole = await contents(mongo)
    for name in await mongo.database.list_collection_names():
        if not name.startswith("vault_"):
            await mongo.database[name].delete_many({}, comment="test clean-up")
    with pytest.raises(Killed):
        await seed(ground, patients=40, days=20, seed=1, now=NOW, progress=kill)
    half = await contents(mongo)
    assert 0 < len(half["profiles"]) < 40
    last = [made_up(1, index, 20, NOW).patient for index in range(25)]
    for name, field in (
        ("accounts", "_id"),
        ("profiles", "_id"),
        ("prompt_schedules", "_id"),
        ("consent_signatures", "patient"),
    ):
        await mongo.database[name].delete_many({field: {"$in": last}}, comment="test clean-up")
    await sow(ground, now=NOW + timedelta(days=1))
    after = await contents(mongo)
    for name in ("accounts", "profiles", "consent_signatures", "check_ins", "treatments", "prompt_schedules"):
        assert after[name] == whole[name], name


async def test_another_seed_is_refused(ground: Ground) -> None:
    """A database of one seed takes no people of another, whose logins have the same numbers."""
    await sow(ground, patients=7)
    before = await contents(ground.mongo)
    with pytest.raises(SownDifferently, match="DEMO_SEED"):
        await sow(ground, number=2, patients=7)
    assert await contents(ground.mongo) == before


async def test_logins_are_enrolled_like_everybody(ground: Ground) -> None:
    """By their number they have an account with their name, consents, treatments, a diary and a schedule."""
    await sow(ground, patients=7)
    accounts, database = Accounts(ground.mongo, ground.vault), ground.mongo.database
    for login in demo_logins(1):
        account = await accounts.by_phone(login.phone)
        assert account is not None
        assert account.role is login.role
        assert (await accounts.holder_of(account)).name == login.name
        assert (await accounts.holder_of(account)).phone == login.phone
    person = login_patients(1, 20, NOW)[0]
    uses = await Permissions(ground.mongo).of(person.patient, NOW)
    assert may(uses, Use.TEXT_PROMPTS)
    assert may(uses, Use.ALERT_TRIALS)
    assert len((await DiaryStore(database).page(person.patient, 50)).entries) > 15
    assert len(await TreatmentStore(database).list_for(person.patient)) == len(person.treatments)
    schedule = await PromptStore(database).schedule(person.patient)
    assert schedule is not None
    assert schedule.next_at > NOW
    profile = await EnrolmentStore(database).find(person.patient)
    assert profile is not None
    assert profile.residence[-1].value.place is not None


async def test_prompts_lie_ahead_and_apart(ground: Ground) -> None:
    """After seeding nothing is due at once, and only some of the people are prompted at all."""
    await sow(ground, patients=100)
    schedules = (await contents(ground.mongo))["prompt_schedules"]
    assert 7 < len(schedules) < 45
    assert await PromptStore(ground.mongo.database).claim_due(NOW, "worker", 100) == []


async def test_a_coordinators_changes_stay(ground: Ground) -> None:
    """The coordinator turned the second trial; seeding again neither turns it back nor counts it as new."""
    await sow(ground, patients=7)
    trials = TrialStore(ground.mongo.database)
    before = await trials.of_study("NCT91000002")
    assert before is not None
    assert not before.is_open
    desk = TrialDesk(ground.mongo, ground.audit)
    turned = await desk.import_record(read_study("NCT91000002-recruiting.json"), by(before.owner), NOW)
    assert turned.opened
    assert await TrialSower(ground.mongo, ground.audit, 1, before.owner).sow(NOW, quiet) == 0
    assert await trials.of_study("NCT91000002") == turned.trial


async def test_staff_is_sealed_and_of_its_organisation(ground: Ground) -> None:
    """Names and numbers are ciphertext; members belong to organisations that are there."""
    await sow(ground, patients=7)
    stored = await contents(ground.mongo)
    text = repr(stored)
    assert not any(login.name in text or login.phone in text for login in demo_logins(1))
    members = [each for each in stored["accounts"] if each["role"] == Role.COALITION_MEMBER]
    assert {each["organisation"] for each in members} == {each["_id"] for each in stored["organisations"]}
