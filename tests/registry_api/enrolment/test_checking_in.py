from __future__ import annotations

import asyncio

import pytest

from diary.check_ins import Answer
from diary.errors import CheckInNotFound, FutureCheckIn, InvalidAnswers
from registry_api.enrolment.checking_in import CheckingIn
from registry_api.enrolment.consents import Purpose
from registry_api.enrolment.errors import ConsentMissing, NotEnrolled
from registry_api.identity.callers import Patient
from tests.diary.examples import check_in, core, new_id
from tests.diary.transacting import Diary
from tests.registry_api.enrolment.people import NOW, REFUSED, signing
from tests.registry_api.local_service import LocalService
from tests.registry_api.stored_bytes import stored_bytes

_TODAY = NOW.date()


@pytest.fixture
def diary(local: LocalService) -> CheckingIn:
    return local.services.checking_in


async def test_nothing_is_taken_from_who_has_not_consented_or_not_enrolled(
    local: LocalService, diary: CheckingIn
) -> None:
    """Every way into the diary is shut before, in between, and again after the consent is taken back."""
    _, patient = await local.patient(enrolled=False)
    services = local.services
    for step, error in ((None, ConsentMissing), (signing(Purpose.REGISTRY), NotEnrolled)):
        if step is not None:
            await services.consents.sign(patient, step, NOW)
        before = await stored_bytes(services.mongo.database)
        await _assert_shut(diary, patient, error)
        assert await stored_bytes(services.mongo.database) == before
    _, enrolled = await local.patient()
    await services.consents.sign(enrolled, signing(Purpose.REGISTRY, REFUSED), NOW)
    await _assert_shut(diary, enrolled, ConsentMissing)


async def test_an_entry_closes_its_days_prompt_and_no_other(local: LocalService, diary: CheckingIn) -> None:
    """Checking in about yesterday leaves today's question open; about today it closes it."""
    _, patient = await local.patient()
    who, prompts = patient.patient_id, local.services.prompts
    await prompts.open_prompt(who, "America/New_York", ("pulling", "pain"), NOW)
    await diary.record(patient, check_in(about=_TODAY.replace(day=13)), NOW)
    assert await prompts.latest_open(who, NOW) is not None
    recorded = await diary.record(patient, check_in(about=_TODAY), NOW)
    assert await prompts.latest_open(who, NOW) is None
    latest = await prompts.latest(who)
    assert latest is not None
    assert latest.answered_entry == recorded.check_in.id


async def test_a_resent_entry_closes_a_prompt_that_is_open(local: LocalService, diary: CheckingIn) -> None:
    """Where an entry came in before its prompt was opened, sending it again settles both."""
    _, patient = await local.patient()
    who, prompts = patient.patient_id, local.services.prompts
    await prompts.open_prompt(who, "America/New_York", ("pulling", "pain"), NOW)
    entry = check_in(about=_TODAY)
    await Diary(local.services.mongo).record(who, entry, NOW)
    assert await prompts.latest_open(who, NOW) is not None
    assert (await diary.record(patient, entry, NOW)).already
    assert await prompts.latest_open(who, NOW) is None


async def test_a_wrong_entry_leaves_the_prompt_open(local: LocalService, diary: CheckingIn) -> None:
    """What is refused has answered nothing."""
    _, patient = await local.patient()
    who, prompts = patient.patient_id, local.services.prompts
    await prompts.open_prompt(who, "America/New_York", ("pulling", "pain"), NOW)
    with pytest.raises(InvalidAnswers):
        await diary.record(patient, check_in(Answer.rated("pulling", 11), about=_TODAY), NOW)
    with pytest.raises(FutureCheckIn):
        await diary.record(patient, check_in(about=_TODAY.replace(day=15)), NOW)
    assert await prompts.latest_open(who, NOW) is not None


async def test_an_amendment_reaches_ones_own_entries_only(local: LocalService, diary: CheckingIn) -> None:
    """Somebody else's entry cannot be found."""
    _, owner = await local.patient()
    _, other = await local.patient()
    entry = (await diary.record(owner, check_in(about=_TODAY), NOW)).check_in
    for who, found in ((other, False), (owner, True)):
        amending = diary.amend(who, entry.id, new_id(), core(1, 1, 1), reason="I mistyped", now=NOW)
        if found:
            amended = (await amending).check_in
            assert [revision.number for revision in amended.revisions] == [1, 2]
        else:
            with pytest.raises(CheckInNotFound):
                await amending


async def test_one_entry_from_many_tabs_is_one(local: LocalService, diary: CheckingIn) -> None:
    """Ten tabs with ids of their own and the same answers end in one entry of one revision."""
    _, patient = await local.patient()
    done = await asyncio.gather(*(diary.record(patient, check_in(about=_TODAY), NOW) for _ in range(10)))
    assert len({each.check_in.id for each in done}) == 1
    assert [each.already for each in done].count(False) == 1
    assert await local.answered(patient.patient_id) == 1


async def _assert_shut(diary: CheckingIn, who: Patient, error: type[Exception]) -> None:
    with pytest.raises(error):
        await diary.record(who, check_in(about=_TODAY), NOW)
    with pytest.raises(error):
        await diary.amend(who, "x", new_id(), core(1, 1, 1), reason=None, now=NOW)
    with pytest.raises(error):
        await diary.withdraw(who, "x", new_id(), reason=None, now=NOW)
