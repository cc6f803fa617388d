"""Sessions: made at sign-in, kept alive by use, ended by sign-out, 30 idle days or 90 days in all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.ids import PatientId
from registry_api.audit.events import ANYWHERE, Origin
from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import (
    Administrator,
    Anonymous,
    Approver,
    Caller,
    CoalitionMember,
    Coordinator,
    Patient,
    Role,
    SignedInCaller,
    Staff,
)
from registry_api.identity.errors import NotSignedIn
from registry_api.identity.ids import StaffId
from registry_api.identity.store import Account, Session, SessionStore
from registry_api.identity.tokens import new_token, session_id
from registry_api.mongo import Mongo

IDLE = timedelta(days=30)
ABSOLUTE = timedelta(days=90)
_TOUCHED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class NewSession:
    """`token` goes into the cookie and is nowhere else."""

    token: str = field(repr=False)
    caller: SignedInCaller
    expires_at: datetime


class Sessions:
    """Tokens in, callers out."""

    def __init__(self, mongo: Mongo, accounts: Accounts) -> None:
        self._store = SessionStore(mongo.database)
        self._accounts = accounts

    async def prepare(
        self,
        account: Account,
        now: datetime,
        origin: Origin = ANYWHERE,
        *,
        since: datetime | None = None,
        stepped_up_at: datetime | None = None,
    ) -> tuple[NewSession, Session]:
        """A session that `keep` will store; `since` is the sign-in's moment where it was not just now."""
        token, since = new_token(), since or now
        stored = Session(
            id=session_id(token),
            account=account.id,
            role=account.role,
            created_at=since,
            last_seen_at=now,
            expires_at=min(now + IDLE, since + ABSOLUTE),
            stepped_up_at=stepped_up_at,
        )
        caller = await self._caller(account, stored, origin)
        return NewSession(token=token, caller=caller, expires_at=since + ABSOLUTE), stored

    async def keep(
        self, stored: Session, replaces: str | None, *, session: AsyncIOMotorClientSession
    ) -> None:
        """Stores a prepared session and ends the one whose token the browser sent along."""
        if replaces:
            await self._store.delete(session_id(replaces), session=session)
        await self._store.insert(stored, session=session)

    async def caller_for(self, token: str | None, now: datetime, origin: Origin = ANYWHERE) -> Caller:
        """Who holds this token: `Anonymous` for none, an unknown, an ended or a signed-out one.

        Costs one read for a patient; notes the use at most once in five minutes.
        """
        if not token:
            return Anonymous()
        stored = await self._store.find(session_id(token), now)
        if stored is None:
            return Anonymous()
        if now - stored.last_seen_at >= _TOUCHED_EVERY:
            await self._store.touch(stored.id, now, min(now + IDLE, stored.created_at + ABSOLUTE))
        if stored.role is Role.PATIENT:
            return _patient(stored, origin)
        account = await self._accounts.store.find(stored.account)
        return await self._caller(account, stored, origin) if account else Anonymous()

    async def of_caller(
        self, caller: SignedInCaller, now: datetime, *, session: AsyncIOMotorClientSession | None = None
    ) -> Session:
        """The session by which somebody calls.

        Raises:
            NotSignedIn: it has ended meanwhile.
        """
        found = await self._store.find(caller.session_id, now, session=session)
        if found is None:
            raise NotSignedIn
        return found

    async def sign_out(self, token: str) -> bool:
        """Ends the session; False where there was none."""
        return await self._store.delete(session_id(token))

    async def sign_out_everywhere(
        self, account: str, *, session: AsyncIOMotorClientSession | None = None
    ) -> int:
        """Ends every session of an account; how many there were."""
        return await self._store.delete_all(account, session=session)

    async def _caller(self, account: Account, session: Session, origin: Origin) -> SignedInCaller:
        if account.role is Role.PATIENT:
            return _patient(session, origin)
        return _staff(account, session, await self._accounts.name_of(account) or "", origin)


def _patient(session: Session, origin: Origin) -> Patient:
    return Patient(
        patient_id=PatientId(session.account),
        session_id=session.id,
        origin=origin,
        stepped_up_at=session.stepped_up_at,
    )


def _staff(account: Account, session: Session, name: str, origin: Origin) -> Staff:
    staff = StaffId(account.id)
    if account.role is Role.COALITION_MEMBER:
        return CoalitionMember(
            staff_id=staff,
            session_id=session.id,
            name=name,
            organisation=account.organisation or "",
            origin=origin,
            stepped_up_at=session.stepped_up_at,
        )
    kinds: dict[Role, type[Coordinator | Approver | Administrator]] = {
        Role.COORDINATOR: Coordinator,
        Role.APPROVER: Approver,
        Role.ADMINISTRATOR: Administrator,
    }
    return kinds[account.role](
        staff_id=staff,
        session_id=session.id,
        name=name,
        origin=origin,
        stepped_up_at=session.stepped_up_at,
    )
