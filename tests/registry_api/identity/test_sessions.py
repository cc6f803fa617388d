from __future__ import annotations

from datetime import timedelta

import pytest
from motor.motor_asyncio import AsyncIOMotorClientSession

from notifications.phone import PhoneNumber
from registry_api.audit.events import Action
from registry_api.audit.store import Audit
from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import Anonymous, Patient, Role, account_of
from registry_api.identity.errors import NotFound
from registry_api.identity.ids import DeviceId
from registry_api.identity.indexes import ACCOUNTS, SESSIONS
from registry_api.identity.sessions import NewSession, Sessions
from registry_api.identity.tokens import session_id
from registry_api.mongo import Mongo
from tests.registry_api.identity.desk import NOW, OTHER_PHONE, PHONE, Desk
from tests.registry_api.stored_bytes import all_of


async def test_no_token_and_a_strange_one_are_anonymous(sessions: Sessions) -> None:
    """Whoever has no session is anonymous, whatever they send."""
    for token in (None, "", "nonsense", "\udcff\x00" * 50):
        assert await sessions.caller_for(token, NOW) == Anonymous()


async def test_signing_out_ends_the_session_once(desk: Desk, sessions: Sessions, audit: Audit) -> None:
    """After sign-out the token opens nothing, and a second sign-out finds, and tells the trail, nothing."""
    new = await desk.enter()
    assert await sessions.sign_out(new.token, NOW)
    assert await sessions.caller_for(new.token, NOW) == Anonymous()
    assert not await sessions.sign_out(new.token, NOW)
    assert await _acts(audit, new) == [Action.SIGNED_IN, Action.SIGNED_OUT]


async def test_signing_in_ends_the_session_that_the_browser_had(desk: Desk, sessions: Sessions) -> None:
    """The old token is dead after a sign-in that was sent along with it."""
    old = await desk.enter()
    later = NOW + timedelta(minutes=1)
    new = await desk.sign_in.sign_in(PHONE, await desk.ask(later), later, replaces=old.token)
    assert await sessions.caller_for(old.token, later) == Anonymous()
    assert await sessions.caller_for(new.token, later) == new.caller


@pytest.fixture
async def staff_phone(accounts: Accounts) -> PhoneNumber:
    await accounts.create_staff(Role.COORDINATOR, "Ines Falk", OTHER_PHONE, NOW)
    return OTHER_PHONE


async def test_an_idle_session_ends(desk: Desk, sessions: Sessions, staff_phone: PhoneNumber) -> None:
    """A patient's after 30 days without use, that of staff after 30 minutes; a second before, it is open."""
    for phone, idle in ((PHONE, timedelta(days=30)), (staff_phone, timedelta(minutes=30))):
        token = (await desk.enter(phone=phone)).token
        end = NOW + idle
        assert await sessions.caller_for(token, end) == Anonymous()
        assert await sessions.caller_for(token, end - timedelta(seconds=1)) != Anonymous()


async def test_a_session_in_use_ends(desk: Desk, sessions: Sessions, staff_phone: PhoneNumber) -> None:
    """Constant use keeps a patient's open for 90 days and that of staff for 12 hours, and no longer."""
    for phone, step, most in (
        (PHONE, timedelta(days=15), timedelta(days=90)),
        (staff_phone, timedelta(minutes=29), timedelta(hours=12)),
    ):
        token = (await desk.enter(phone=phone)).token
        now = NOW
        while now < NOW + most:
            assert await sessions.caller_for(token, now) != Anonymous()
            now += step
        assert await sessions.caller_for(token, NOW + most - timedelta(seconds=1)) != Anonymous()
        assert await sessions.caller_for(token, NOW + most) == Anonymous()


async def test_a_session_that_continues_another_ends_with_it(
    desk: Desk, sessions: Sessions, accounts: Accounts, mongo: Mongo
) -> None:
    """A new token after a step-up changes neither the absolute end nor the device that is listed."""
    old = await desk.enter()
    assert isinstance(old.caller, Patient)
    later = NOW + timedelta(days=29)
    account = await accounts.store.find(old.caller.patient_id)
    assert account is not None
    before = await sessions.of_caller(old.caller, later)
    new, stored = await sessions.prepare(account, later, continues=before, stepped_up_at=later)
    await mongo.transact(lambda session: sessions.keep(stored, old.token, session=session))
    assert new.expires_at == old.expires_at == NOW + timedelta(days=90)
    (device,) = await sessions.devices(new.caller, later)
    assert (device.signed_in_at, device.last_seen_at, device.this_one) == (NOW, later, True)
    assert await sessions.caller_for(old.token, later) == Anonymous()


async def test_use_is_noted_once_in_five_minutes(desk: Desk, sessions: Sessions, mongo: Mongo) -> None:
    """A request soon after another writes nothing."""
    token = (await desk.enter()).token
    seen = []
    for minutes in (0, 4, 6, 8, 12):
        await sessions.caller_for(token, NOW + timedelta(minutes=minutes))
        stored = await mongo.database[SESSIONS].find_one({"_id": session_id(token)})
        seen.append((stored or {})["last_seen_at"] - NOW)
    assert [moment.seconds // 60 for moment in seen] == [0, 0, 6, 6, 12]


async def test_all_sessions_of_an_account_can_be_ended(desk: Desk, sessions: Sessions, audit: Audit) -> None:
    """Signing out everywhere ends each session of that account, this one too, and of no other."""
    first, second = await desk.enter(), await desk.enter(NOW + timedelta(minutes=1))
    other = await desk.enter(phone=OTHER_PHONE)
    assert await sessions.sign_out_everywhere(first.caller, NOW) == 2
    for token in (first.token, second.token):
        assert await sessions.caller_for(token, NOW + timedelta(minutes=1)) == Anonymous()
    assert await sessions.caller_for(other.token, NOW) == other.caller
    assert await _acts(audit, first) == [Action.SIGNED_IN, Action.SIGNED_IN, Action.SESSIONS_ENDED]
    assert await sessions.sign_out_everywhere(first.caller, NOW) == 0


async def test_one_device_is_ended_by_its_owner_only(desk: Desk, sessions: Sessions, audit: Audit) -> None:
    """A device ends by the name in its owner's list; to everybody else the name says nothing."""
    first, second = await desk.enter(), await desk.enter(NOW + timedelta(minutes=1))
    other = await desk.enter(phone=OTHER_PHONE)
    names = {each.this_one: each.id for each in await sessions.devices(first.caller, NOW)}
    assert set(names) == {True, False}
    stranger = (await sessions.devices(other.caller, NOW))[0].id
    for foreign in (stranger, DeviceId(session_id(second.token)), DeviceId("x")):
        with pytest.raises(NotFound):
            await sessions.end(first.caller, foreign, NOW)
    await sessions.end(first.caller, names[False], NOW)
    assert await sessions.caller_for(second.token, NOW) == Anonymous()
    assert await sessions.caller_for(first.token, NOW) == first.caller
    with pytest.raises(NotFound):
        await sessions.end(first.caller, names[False], NOW)
    newest = (await audit.about(_account(first)))[0].event
    assert (newest.action, newest.record) == (Action.SIGNED_OUT, names[False])


async def test_of_many_sessions_the_least_used_end(desk: Desk, sessions: Sessions, mongo: Mongo) -> None:
    """An account has at most fifty: a new one takes the place of the one that was unused for longest."""
    new = await desk.enter()
    oldest = session_id(new.token)
    found = await mongo.database[SESSIONS].find_one({"_id": oldest})
    assert found is not None
    await mongo.database[SESSIONS].insert_many(
        [{**found, "_id": f"{each}", "last_seen_at": NOW + timedelta(seconds=each)} for each in range(1, 50)]
    )
    latest = await desk.enter(NOW + timedelta(minutes=1))
    devices = await sessions.devices(latest.caller, NOW + timedelta(minutes=1))
    assert len(devices) == 50
    assert devices[0].this_one
    assert await sessions.caller_for(new.token, NOW) == Anonymous()


async def test_another_person_in_the_same_browser_ends_the_session(
    desk: Desk, sessions: Sessions, audit: Audit
) -> None:
    """On a shared phone the one who signs in takes the other's place, which the other can see."""
    first = await desk.enter()
    second = await desk.sign_in.sign_in(
        OTHER_PHONE, await desk.ask(phone=OTHER_PHONE), NOW, replaces=first.token
    )
    assert await sessions.caller_for(first.token, NOW) == Anonymous()
    newest = (await audit.about(_account(first)))[0].event
    assert (newest.action, newest.actor.id) == (Action.SIGNED_OUT, _account(second))


async def test_sessions_end_with_what_makes_that_so(
    desk: Desk, sessions: Sessions, accounts: Accounts, mongo: Mongo
) -> None:
    """An account that goes takes its sessions along, and a sign-in that was under way keeps none."""
    new = await desk.enter()
    account = await accounts.store.find(_account(new))
    assert account is not None
    _, under_way = await sessions.prepare(account, NOW)

    async def erase(session: AsyncIOMotorClientSession) -> int:
        await mongo.database[ACCOUNTS].delete_one({"_id": account.id}, session=session)
        return await sessions.end_all(account.id, session=session)

    assert await mongo.transact(erase) == 1
    assert await sessions.caller_for(new.token, NOW) == Anonymous()
    with pytest.raises(NotFound):
        await mongo.transact(lambda session: sessions.keep(under_way, None, session=session))
    assert await all_of(mongo.database, SESSIONS) == []


async def test_a_session_is_of_one_role(
    desk: Desk, sessions: Sessions, staff_phone: PhoneNumber, mongo: Mongo
) -> None:
    """Staff whose role changed are signed out at once, also where nobody ended their session."""
    new = await desk.enter(phone=staff_phone)
    change = {"$set": {"role": Role.ADMINISTRATOR}}
    await mongo.database[ACCOUNTS].update_one({"_id": _account(new)}, change)
    assert await sessions.caller_for(new.token, NOW) == Anonymous()


async def test_staff_whose_account_is_gone_are_anonymous(
    desk: Desk, sessions: Sessions, accounts: Accounts, mongo: Mongo
) -> None:
    """A session does not outlive the staff account that it belongs to."""
    staff = await accounts.create_staff(Role.APPROVER, "Ines", PHONE, NOW)
    token = (await desk.enter()).token
    await mongo.database[ACCOUNTS].delete_one({"_id": staff})
    assert await sessions.caller_for(token, NOW) == Anonymous()


async def test_a_token_is_not_what_is_stored(desk: Desk, mongo: Mongo) -> None:
    """The session's name in the database is a hash from which the token cannot be had."""
    token = (await desk.enter()).token
    (stored,) = await all_of(mongo.database, SESSIONS)
    assert stored["_id"] == session_id(token) != token
    assert token not in repr(await desk.enter(NOW + timedelta(minutes=1)))


def _account(new: NewSession) -> str:
    return account_of(new.caller)


async def _acts(audit: Audit, new: NewSession) -> list[Action]:
    return [entry.event.action for entry in await audit.about(_account(new))][::-1]
