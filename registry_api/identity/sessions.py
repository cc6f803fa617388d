"""Sessions: made at sign-in, kept alive by use, ended by their owner, by time, or by what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.ids import PatientId
from registry_api.audit.events import ANYWHERE, Action, Actor, AuditEvent, Channel, Origin
from registry_api.audit.store import Audit
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
    account_of,
    actor_of,
)
from registry_api.identity.devices import UNKNOWN, Device
from registry_api.identity.errors import NotFound, NotSignedIn
from registry_api.identity.ids import DeviceId, StaffId
from registry_api.identity.lifetimes import lifetime_of
from registry_api.identity.store import Account, Session, SessionStore
from registry_api.identity.tokens import device_id, new_token, session_id
from registry_api.mongo import Mongo

MOST_DEVICES = 50


@dataclass(frozen=True, kw_only=True)
class NewSession:
    """`token` goes into the cookie and is nowhere else."""

    token: str = field(repr=False)
    caller: SignedInCaller
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class SignedInDevice:
    """One of somebody's sessions, as they see it."""

    id: DeviceId
    device: Device
    network: str | None
    signed_in_at: datetime
    last_seen_at: datetime
    this_one: bool


class Sessions:
    """Tokens in, callers out."""

    def __init__(self, mongo: Mongo, accounts: Accounts, audit: Audit) -> None:
        self._mongo = mongo
        self._store = SessionStore(mongo.database)
        self._accounts = accounts
        self._audit = audit

    async def prepare(
        self,
        account: Account,
        now: datetime,
        origin: Origin = ANYWHERE,
        *,
        device: Device = UNKNOWN,
        continues: Session | None = None,
        stepped_up_at: datetime | None = None,
    ) -> tuple[NewSession, Session]:
        """A session that `keep` will store; one that `continues` another began when that did."""
        token, lifetime = new_token(), lifetime_of(account.role)
        since = continues.created_at if continues else now
        stored = Session(
            id=session_id(token),
            account=account.id,
            role=account.role,
            created_at=since,
            last_seen_at=now,
            expires_at=lifetime.end(since, now),
            device=continues.device if continues else device,
            network=origin.network,
            stepped_up_at=stepped_up_at,
        )
        caller = await self._caller(account, stored, origin)
        return NewSession(token=token, caller=caller, expires_at=since + lifetime.absolute), stored

    async def keep(
        self, stored: Session, replaces: str | None, *, session: AsyncIOMotorClientSession
    ) -> None:
        """Stores a prepared session and ends the one whose token the browser sent along.

        Of more than 50 sessions of an account those end that were not used for longest.

        Raises:
            NotFound: the account is gone, or has another role by now.
        """
        await self._accounts.store.take_turn(stored.account, role=stored.role, session=session)
        if replaces:
            ended = await self._store.delete(session_id(replaces), session=session)
            if ended is not None and ended.account != stored.account:
                by = Actor(stored.account, stored.role, Origin(Channel.WEB, stored.network))
                reason = "somebody else signed in with the same browser"
                event = _signed_out(ended, by, stored.last_seen_at, reason)
                await self._audit.record(event, session=session)
        others = await self._store.of(stored.account, session=session)
        too_many = [each.id for each in others[MOST_DEVICES - 1 :]]
        if too_many:
            await self._store.end(too_many, session=session)
        await self._store.insert(stored, session=session)

    async def caller_for(self, token: str | None, now: datetime, origin: Origin = ANYWHERE) -> Caller:
        """Who holds this token: `Anonymous` for none, an unknown, an ended or a signed-out one.

        Costs one read for a patient; notes the use at most once in five minutes, of staff in one.
        """
        if not token:
            return Anonymous()
        stored = await self._store.find(session_id(token), now)
        if stored is None:
            return Anonymous()
        lifetime = lifetime_of(stored.role)
        if now - stored.last_seen_at >= lifetime.noted_every:
            await self._store.touch(stored.id, now, lifetime.end(stored.created_at, now), origin.network)
        if stored.role is Role.PATIENT:
            return _patient(stored, origin)
        account = await self._accounts.store.find(stored.account)
        if account is None or account.role is not stored.role:
            return Anonymous()
        return await self._caller(account, stored, origin)

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

    async def devices(self, caller: SignedInCaller, now: datetime) -> list[SignedInDevice]:
        """Where the caller is signed in, the last used first; at most 50."""
        return [
            SignedInDevice(
                id=device_id(each.id),
                device=each.device,
                network=each.network,
                signed_in_at=each.created_at,
                last_seen_at=each.last_seen_at,
                this_one=each.id == caller.session_id,
            )
            for each in await self._store.of(account_of(caller))
            if each.expires_at > now
        ]

    async def sign_out(self, token: str, now: datetime, origin: Origin = ANYWHERE) -> bool:
        """Ends the session; False where there was none."""

        async def act(session: AsyncIOMotorClientSession) -> bool:
            ended = await self._store.delete(session_id(token), session=session)
            if ended is None:
                return False
            event = _signed_out(ended, Actor(ended.account, ended.role, origin), now)
            await self._audit.record(event, session=session)
            return True

        return await self._mongo.transact(act)

    async def end(self, caller: SignedInCaller, device: DeviceId, now: datetime) -> None:
        """Ends one of the caller's own sessions, wherever it is.

        Raises:
            NotFound: it has ended already, or is somebody else's.
        """

        async def act(session: AsyncIOMotorClientSession) -> None:
            own = await self._store.of(account_of(caller), session=session)
            named = next((each for each in own if device_id(each.id) == device), None)
            if named is None or not await self._store.delete(named.id, session=session):
                raise NotFound
            event = _signed_out(named, actor_of(caller), now, "from the list of devices")
            await self._audit.record(event, session=session)

        await self._mongo.transact(act)

    async def sign_out_everywhere(self, caller: SignedInCaller, now: datetime) -> int:
        """Ends every session of the caller, this one too; how many there were."""

        async def act(session: AsyncIOMotorClientSession) -> int:
            account = account_of(caller)
            ended = await self.end_all(account, session=session)
            if ended:
                event = AuditEvent(
                    actor=actor_of(caller),
                    action=Action.SESSIONS_ENDED,
                    subject=account,
                    reason="signed out everywhere",
                    at=now,
                )
                await self._audit.record(event, session=session)
            return ended

        return await self._mongo.transact(act)

    async def end_all(self, account: str, *, session: AsyncIOMotorClientSession) -> int:
        """Ends every session of an account, in the transaction of what makes that so; how many there were.

        The caller has the account's turn, or deletes the account: then no sign-in under way outlives this.
        """
        return await self._store.delete_all(account, session=session)

    async def _caller(self, account: Account, session: Session, origin: Origin) -> SignedInCaller:
        if account.role is Role.PATIENT:
            return _patient(session, origin)
        return _staff(account, session, (await self._accounts.holder_of(account)).name or "", origin)


def _signed_out(ended: Session, by: Actor, now: datetime, reason: str = "") -> AuditEvent:
    return AuditEvent(
        actor=by,
        action=Action.SIGNED_OUT,
        subject=ended.account,
        record=device_id(ended.id),
        reason=reason,
        at=now,
    )


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
