"""Coming in through the institution: only staff whose account is there and was linked by the deployer."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession

from registry_api.audit.events import ANYWHERE, Action, Actor, AuditEvent, Origin
from registry_api.audit.store import Audit
from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import Role, actor_of
from registry_api.identity.devices import UNKNOWN, Device
from registry_api.identity.errors import NotFound
from registry_api.identity.ids import StaffId
from registry_api.identity.limits.rules import Limits, for_try
from registry_api.identity.limits.store import Counters, counting
from registry_api.identity.sessions import NewSession, Sessions
from registry_api.identity.single_sign_on.attempt import Attempt, new_attempt
from registry_api.identity.single_sign_on.errors import LoginTaken, Reason, SignOnRefused
from registry_api.identity.single_sign_on.provider import Provider, normalised
from registry_api.identity.single_sign_on.store import StaffLogins, UsedAttempts
from registry_api.identity.tokens import device_id
from registry_api.mongo import Mongo

_REASON = "through the institution"


class SingleSignOn:
    """Starts an attempt and finishes it. `key` hashes logins; it is of use to nobody without the database."""

    def __init__(
        self,
        mongo: Mongo,
        provider: Provider,
        key: bytes,
        *,
        accounts: Accounts,
        sessions: Sessions,
        audit: Audit,
        limits: Limits,
    ) -> None:
        self._mongo = mongo
        self._provider = provider
        self._key = key
        self._accounts = accounts
        self._sessions = sessions
        self._audit = audit
        self._limits = limits
        self._counters = Counters(mongo.database)
        self._logins = StaffLogins(mongo.database)
        self._used = UsedAttempts(mongo.database)

    async def start(self, now: datetime) -> tuple[Attempt, str]:
        """A new attempt, and the address at the institution where it goes on.

        Raises:
            SignOnRefused: the institution cannot be reached.
        """
        attempt = new_attempt()
        return attempt, await self._provider.address_for(attempt, now)

    async def finish(
        self,
        attempt: Attempt,
        code: str,
        now: datetime,
        *,
        replaces: str | None = None,
        origin: Origin = ANYWHERE,
        device: Device = UNKNOWN,
    ) -> NewSession:
        """Starts a session for whom the institution names; each attempt counts once, whatever becomes of it.

        Raises:
            SignOnRefused: the attempt was used, there were too many from this network, what the institution
                says does not hold, or it names nobody who works here.
        """
        allowances = for_try(self._limits, origin, now)

        async def begin(session: AsyncIOMotorClientSession) -> None:
            if await self._counters.take(allowances, session=session) is not None:
                raise SignOnRefused(Reason.FAILED, "too_many")
            if not await self._used.use(attempt.state, now, session=session):
                raise SignOnRefused(Reason.EXPIRED, "used_before")

        await counting(self._mongo, begin)
        login = await self._provider.login_of(code, attempt, now)
        staff = await self._logins.account_of(self._login_key(login))
        account = await self._accounts.store.find(staff) if staff else None
        if account is None or account.role is Role.PATIENT:
            raise SignOnRefused(Reason.UNKNOWN, "not_linked")
        new, stored = await self._sessions.prepare(account, now, origin, device=device)
        event = AuditEvent(
            actor=actor_of(new.caller),
            action=Action.SIGNED_IN,
            subject=account.id,
            record=device_id(stored.id),
            reason=_REASON,
            at=now,
        )

        async def act(session: AsyncIOMotorClientSession) -> None:
            await self._sessions.keep(stored, replaces, session=session)
            await self._audit.record(event, session=session)

        await self._mongo.transact(act)
        return new

    async def link(self, staff: StaffId, login: str, by: Actor, now: datetime) -> None:
        """Lets whoever has this login at the institution in as this member of staff; again changes nothing.

        Raises:
            NotFound: no member of staff has this id.
            LoginTaken: the login is linked to another account.
        """
        account = await self._accounts.store.find(staff)
        if account is None or account.role is Role.PATIENT:
            raise NotFound
        key = self._login_key(normalised(login))
        event = AuditEvent(actor=by, action=Action.LOGIN_LINKED, subject=staff, reason=_REASON, at=now)

        async def act(session: AsyncIOMotorClientSession) -> None:
            await self._accounts.store.take_turn(staff, session=session)
            owner = await self._logins.account_of(key, session=session)
            if owner not in {None, staff}:
                raise LoginTaken
            if owner is None:
                await self._logins.link(key, staff, now, session=session)
                await self._audit.record(event, session=session)

        await self._mongo.transact(act)

    async def unlink(self, login: str, by: Actor, now: datetime) -> None:
        """Shuts a login out, and signs its account out everywhere.

        Raises:
            NotFound: the login is linked to nobody.
        """
        key = self._login_key(normalised(login))

        async def act(session: AsyncIOMotorClientSession) -> None:
            staff = await self._logins.unlink(key, session=session)
            if staff is None:
                raise NotFound
            await self._sessions.end_all(staff, session=session)
            event = AuditEvent(actor=by, action=Action.LOGIN_UNLINKED, subject=staff, reason=_REASON, at=now)
            await self._audit.record(event, session=session)

        await self._mongo.transact(act)

    def _login_key(self, login: str) -> str:
        institution = self._provider.institution
        said = json.dumps([institution.issuer, institution.claim, login])
        return hmac.new(self._key, said.encode(), hashlib.sha256).hexdigest()
