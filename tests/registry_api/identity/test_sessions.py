from __future__ import annotations

from datetime import timedelta

from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import Anonymous, Patient, Role
from registry_api.identity.indexes import ACCOUNTS, SESSIONS
from registry_api.identity.sessions import Sessions
from registry_api.identity.tokens import session_id
from registry_api.mongo import Mongo
from tests.registry_api.identity.desk import NOW, PHONE, Desk
from tests.registry_api.stored_bytes import all_of


async def test_no_token_and_a_strange_one_are_anonymous(sessions: Sessions) -> None:
    """Whoever has no session is anonymous, whatever they send."""
    for token in (None, "", "nonsense", "\udcff\x00" * 50):
        assert await sessions.caller_for(token, NOW) == Anonymous()


async def test_signing_out_ends_the_session_once(desk: Desk, sessions: Sessions) -> None:
    """After sign-out the token opens nothing, and a second sign-out finds nothing."""
    token = (await desk.enter()).token
    assert await sessions.sign_out(token)
    assert await sessions.caller_for(token, NOW) == Anonymous()
    assert not await sessions.sign_out(token)


async def test_signing_in_ends_the_session_that_the_browser_had(desk: Desk, sessions: Sessions) -> None:
    """The old token is dead after a sign-in that was sent along with it."""
    old = await desk.enter()
    later = NOW + timedelta(minutes=1)
    new = await desk.sign_in.sign_in(PHONE, await desk.ask(later), later, replaces=old.token)
    assert await sessions.caller_for(old.token, later) == Anonymous()
    assert await sessions.caller_for(new.token, later) == new.caller


async def test_an_idle_session_ends_after_thirty_days(desk: Desk, sessions: Sessions) -> None:
    """One second before it is open, then it is not."""
    token = (await desk.enter()).token
    end = NOW + timedelta(days=30)
    assert await sessions.caller_for(token, end) == Anonymous()
    assert isinstance(await sessions.caller_for(token, end - timedelta(seconds=1)), Patient)


async def test_a_session_in_use_ends_after_ninety_days(desk: Desk, sessions: Sessions) -> None:
    """Daily use keeps it open up to the ninetieth day and not beyond."""
    token = (await desk.enter()).token
    for day in range(0, 90, 15):
        assert isinstance(await sessions.caller_for(token, NOW + timedelta(days=day)), Patient)
    assert isinstance(
        await sessions.caller_for(token, NOW + timedelta(days=90) - timedelta(seconds=1)), Patient
    )
    assert await sessions.caller_for(token, NOW + timedelta(days=90)) == Anonymous()


async def test_use_is_noted_once_in_five_minutes(desk: Desk, sessions: Sessions, mongo: Mongo) -> None:
    """A request soon after another writes nothing."""
    token = (await desk.enter()).token
    seen = []
    for minutes in (0, 4, 6, 8, 12):
        await sessions.caller_for(token, NOW + timedelta(minutes=minutes))
        stored = await mongo.database[SESSIONS].find_one({"_id": session_id(token)})
        seen.append((stored or {})["last_seen_at"] - NOW)
    assert [moment.seconds // 60 for moment in seen] == [0, 0, 6, 6, 12]


async def test_all_sessions_of_an_account_can_be_ended(desk: Desk, sessions: Sessions) -> None:
    """Signing out everywhere ends each session of that account."""
    first, second = await desk.enter(), await desk.enter(NOW + timedelta(minutes=1))
    assert isinstance(first.caller, Patient)
    assert await sessions.sign_out_everywhere(first.caller.patient_id) == 2
    for token in (first.token, second.token):
        assert await sessions.caller_for(token, NOW + timedelta(minutes=1)) == Anonymous()


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
