from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from notifications.messages import Kind, State
from notifications.phone import PhoneNumber
from registry_api.audit.events import Action, Channel, Origin
from registry_api.audit.store import Audit
from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import CoalitionMember, Patient, Role
from registry_api.identity.errors import CodeRejected, TooManyRequests, TooManyTries
from registry_api.identity.indexes import ACCOUNTS, SESSIONS
from registry_api.identity.languages import Language
from registry_api.identity.sessions import NewSession, Sessions
from registry_api.mongo import Mongo
from tests.registry_api.identity.desk import NOW, OTHER_PHONE, PHONE, Desk, another
from tests.registry_api.stored_bytes import all_of, stored_bytes


async def test_a_texted_code_makes_an_account_and_a_session(desk: Desk, sessions: Sessions) -> None:
    """The first sign-in on a number gives a patient's session that the token opens."""
    session = await desk.enter()
    assert isinstance(session.caller, Patient)
    assert await sessions.caller_for(session.token, NOW) == session.caller


async def test_the_second_sign_in_finds_the_same_account(desk: Desk) -> None:
    """The same number is the same patient, with another token."""
    first, second = await desk.enter(), await desk.enter(NOW + timedelta(minutes=1))
    assert isinstance(first.caller, Patient)
    assert isinstance(second.caller, Patient)
    assert first.caller.patient_id == second.caller.patient_id
    assert first.token != second.token


async def test_staff_sign_in_as_what_they_are(desk: Desk, accounts: Accounts) -> None:
    """A number with a staff account gives that role, with name and organisation."""
    staff = await accounts.create_staff(
        Role.COALITION_MEMBER, "Mira Okafor", PHONE, NOW, organisation="Dystonia North"
    )
    caller = (await desk.enter()).caller
    assert isinstance(caller, CoalitionMember)
    assert (caller.staff_id, caller.name, caller.organisation) == (staff, "Mira Okafor", "Dystonia North")
    assert "Mira" not in repr(caller)


async def test_a_sign_in_is_in_the_trail(desk: Desk, audit: Audit) -> None:
    """Who signed in, from which network and how; a wrong code before it, by somebody who is nobody."""
    origin = Origin(Channel.WEB, "198.51.100.0/24")
    patient = (await desk.enter()).caller
    assert isinstance(patient, Patient)
    later = NOW + timedelta(minutes=1)
    code = await desk.ask(later)
    with pytest.raises(CodeRejected):
        await desk.sign_in.sign_in(PHONE, another(code), later, origin=origin)
    await desk.sign_in.sign_in(PHONE, code, later, origin=origin)
    newest = [entry.event for entry in await audit.about(patient.patient_id)][:2]
    assert [(event.action, event.actor.id, event.actor.role) for event in newest] == [
        (Action.SIGNED_IN, patient.patient_id, "PATIENT"),
        (Action.SIGN_IN_REJECTED, "anonymous", "ANONYMOUS"),
    ]
    assert {event.actor.origin for event in newest} == {origin}


async def _wrong(desk: Desk) -> NewSession:
    return await desk.sign_in.sign_in(PHONE, another(await desk.ask()), NOW)


async def _malformed(desk: Desk) -> NewSession:
    await desk.ask()
    return await desk.sign_in.sign_in(PHONE, "abc", NOW)


async def _expired(desk: Desk) -> NewSession:
    return await desk.sign_in.sign_in(PHONE, await desk.ask(), NOW + timedelta(minutes=10))


async def _reused(desk: Desk) -> NewSession:
    code = await desk.ask()
    await desk.sign_in.sign_in(PHONE, code, NOW)
    return await desk.sign_in.sign_in(PHONE, code, NOW)


async def _replaced(desk: Desk) -> NewSession:
    old = await desk.ask()
    while await desk.ask(NOW + timedelta(minutes=11)) == old:
        pass
    return await desk.sign_in.sign_in(PHONE, old, NOW + timedelta(minutes=11))


async def _of_another_number(desk: Desk) -> NewSession:
    return await desk.sign_in.sign_in(OTHER_PHONE, await desk.ask(), NOW)


async def _out_of_tries(desk: Desk) -> NewSession:
    code = await desk.ask()
    for _ in range(5):
        with pytest.raises(CodeRejected):
            await desk.sign_in.sign_in(PHONE, another(code), NOW)
    return await desk.sign_in.sign_in(PHONE, code, NOW + timedelta(minutes=1))


@pytest.mark.parametrize(
    "attempt",
    [_wrong, _malformed, _expired, _reused, _replaced, _of_another_number, _out_of_tries],
)
async def test_a_code_that_does_not_work_is_rejected_in_one_way(
    desk: Desk, mongo: Mongo, attempt: Callable[[Desk], Awaitable[NewSession]]
) -> None:
    """Whatever is wrong with a code, the answer is the same and no session is made by it."""
    before = len(await all_of(mongo.database, SESSIONS))
    with pytest.raises(CodeRejected) as rejected:
        await attempt(desk)
    assert str(rejected.value) == str(CodeRejected())
    assert len(await all_of(mongo.database, SESSIONS)) == before + (attempt is _reused)


async def test_parallel_guesses_are_compared_five_times_at_most(desk: Desk) -> None:
    """Of 300 guesses, thirty at once, five reach the hash; then even the right code is too late."""
    code = await desk.ask()
    before = desk.hasher.compared
    results: list[object] = []
    for _ in range(10):
        guesses = (desk.sign_in.sign_in(PHONE, another(code), NOW) for _ in range(30))
        results += await asyncio.gather(*guesses, return_exceptions=True)
    assert (
        sorted(type(result).__name__ for result in results) == ["CodeRejected"] * 5 + ["TooManyTries"] * 295
    )
    assert desk.hasher.compared - before == 5
    with pytest.raises(TooManyTries):
        await desk.sign_in.sign_in(PHONE, code, NOW)
    with pytest.raises(CodeRejected):
        await desk.sign_in.sign_in(PHONE, code, NOW + timedelta(seconds=30))
    assert desk.hasher.compared - before == 5


@pytest.mark.parametrize("known", [False, True])
async def test_a_number_is_tried_fifteen_times_a_day(
    desk: Desk, accounts: Accounts, audit: Audit, *, known: bool
) -> None:
    """However many codes are asked for, and however patient the guessing, a day has fifteen tries."""
    patient = await accounts.create_patient(PHONE, NOW) if known else None
    before, now = desk.hasher.compared, NOW
    answered = refused = 0
    while now < NOW + timedelta(hours=23):
        with suppress(TooManyRequests):
            await desk.ask(now)
        try:
            await desk.sign_in.sign_in(PHONE, another(await desk.newest_code()), now)
        except CodeRejected as rejected:
            answered += 1
            now += timedelta(seconds=min(max(1, rejected.retry_after_seconds), 3600))
        except TooManyTries:
            refused += 1
            now += timedelta(hours=2)
    assert answered == 15
    assert 10 < desk.hasher.compared - before <= 15
    assert refused > 3
    if patient is not None:
        trail = await audit.about(patient)
        assert [entry.event.action for entry in trail] == [Action.SIGN_IN_REJECTED] * 15
    later = NOW + timedelta(days=2)
    await desk.sign_in.sign_in(PHONE, await desk.ask(later), later)


async def test_the_right_code_costs_no_try(desk: Desk) -> None:
    """Somebody who signs in sixteen times a day is never made to wait."""
    for hour in range(16):
        now = NOW + timedelta(hours=hour)
        await desk.enter(now)


async def test_no_answer_tells_whether_a_code_is_on_its_way(desk: Desk) -> None:
    """Guesses at a number that asked for no code are answered, and counted, like those at one that did."""
    await desk.ask()
    answers = []
    for phone in (PHONE, OTHER_PHONE):
        said = []
        for seconds in (0, 0, 0, 0, 0, 0, 30, 30, 90):
            try:
                await desk.sign_in.sign_in(phone, "000000", NOW + timedelta(seconds=seconds))
            except (CodeRejected, TooManyTries) as failure:
                said.append((type(failure), failure.retry_after_seconds, str(failure)))
        answers.append(said)
    assert answers[0] == answers[1]
    assert [kind for kind, _, _ in answers[0]].count(TooManyTries) == 2


async def test_the_right_code_from_many_sides_works_once(desk: Desk, mongo: Mongo) -> None:
    """Five tries with the right code at once give one session and one account."""
    code = await desk.ask()
    results = await asyncio.gather(
        *(desk.sign_in.sign_in(PHONE, code, NOW) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(result, NewSession) for result in results) == 1
    assert sum(isinstance(result, CodeRejected) for result in results) == 4
    assert len(await all_of(mongo.database, SESSIONS)) == 1
    assert len(await all_of(mongo.database, ACCOUNTS)) == 1


async def test_first_sign_ins_from_many_sides_make_one_account(accounts: Accounts, mongo: Mongo) -> None:
    """Ten callers who need the account of a new number get the same one."""
    made = await asyncio.gather(*(accounts.for_sign_in(PHONE, Language.ES, NOW) for _ in range(10)))
    assert len({account.id for account in made}) == 1
    assert len(await all_of(mongo.database, ACCOUNTS)) == 1


@pytest.mark.parametrize("known", [False, True])
async def test_the_fourth_code_in_ten_minutes_is_refused(
    desk: Desk, accounts: Accounts, *, known: bool
) -> None:
    """The refusal says when to come back, and is the same whether the number has an account."""
    if known:
        await accounts.create_patient(PHONE, NOW)
    for minute in range(3):
        await desk.ask(NOW + timedelta(minutes=minute))
    with pytest.raises(TooManyRequests) as refused:
        await desk.ask(NOW + timedelta(minutes=4))
    assert refused.value.retry_after_seconds == 360
    assert "6 minutes" in str(refused.value)
    assert len(await desk.texts()) == 3
    await desk.ask(NOW + timedelta(minutes=10))


async def test_requests_at_once_cannot_pass_the_limit(desk: Desk) -> None:
    """Of eight requests at the same moment three are texted and five refused."""
    results = await asyncio.gather(
        *(desk.sign_in.request_code(PHONE, Language.EN, NOW) for _ in range(8)), return_exceptions=True
    )
    assert sum(isinstance(result, TooManyRequests) for result in results) == 5
    assert sum(isinstance(result, timedelta) for result in results) == 3
    assert len(await desk.texts()) == 3


async def test_a_limit_is_of_one_number(desk: Desk) -> None:
    """Three codes for one number leave another number free."""
    for _ in range(3):
        await desk.ask()
    await desk.ask(phone=OTHER_PHONE)


async def test_a_newer_code_cancels_the_older_text(desk: Desk) -> None:
    """The text with the dead code is not sent any more; the new one is, within its ten minutes."""
    await desk.ask()
    await desk.ask(NOW + timedelta(minutes=1))
    older, newer = await desk.texts()
    assert (older["state"], newer["state"]) == (State.CANCELLED, State.QUEUED)
    assert newer["kind"] == Kind.SIGN_IN_CODE
    assert newer["expires_at"] == NOW + timedelta(minutes=11)


@pytest.mark.parametrize("phone", [PHONE, OTHER_PHONE])
async def test_number_code_and_token_are_nowhere_in_clear(
    desk: Desk, mongo: Mongo, accounts: Accounts, phone: PhoneNumber
) -> None:
    """After staff and patients signed in, the database holds no number, name, code or token."""
    await accounts.create_staff(Role.COORDINATOR, "Ludmila Brandt", PhoneNumber("+61491570156"), NOW)
    code = await desk.ask(phone=phone)
    during = await stored_bytes(mongo.database)
    session = await desk.sign_in.sign_in(phone, code, NOW)
    stored = during + await stored_bytes(mongo.database)
    assert len(stored) > 1000
    for secret in (phone[1:], phone[-9:], "61491570156", "Ludmila", "Brandt", session.token):
        assert secret.encode() not in stored
    # Six digits stand in many a hash by chance: the code must not be there as a value of its own.
    assert not re.search(rb"(?<![0-9A-Za-z])" + code.encode() + rb"(?![0-9A-Za-z])", stored)
