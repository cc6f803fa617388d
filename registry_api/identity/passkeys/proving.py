"""Passkeys in use: to sign in, and to prove within a session that it is still the same person."""

from __future__ import annotations

from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession
from webauthn.helpers.structs import PublicKeyCredentialRequestOptions

from registry_api.audit.events import ANYWHERE, Action, AuditEvent, Origin
from registry_api.audit.store import Audit
from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import SignedInCaller, account_of, actor_of, stranger
from registry_api.identity.devices import UNKNOWN, Device
from registry_api.identity.errors import NotFound, NotSignedIn, PasskeyMissing, PasskeyRejected, TooManyStarts
from registry_api.identity.ids import CredentialId, SessionId
from registry_api.identity.limits.rules import Limits, for_passkey
from registry_api.identity.limits.store import Counters, counting
from registry_api.identity.passkeys.ceremony import (
    LIFETIME,
    Assertion,
    Proof,
    RelyingParty,
    answered_challenge,
    challenge_id,
    new_challenge,
)
from registry_api.identity.passkeys.store import (
    Ceremony,
    Passkey,
    PasskeyChallenge,
    PasskeyChallengeStore,
    PasskeyStore,
)
from registry_api.identity.sessions import NewSession, Sessions
from registry_api.mongo import Mongo

_HOW = "with a passkey"


class PasskeyProofs:
    """Trades the proof of a passkey for a session. Each use makes a new one and ends the one before."""

    def __init__(
        self,
        mongo: Mongo,
        accounts: Accounts,
        sessions: Sessions,
        *,
        audit: Audit,
        party: RelyingParty,
        limits: Limits,
    ) -> None:
        self._mongo = mongo
        self._accounts = accounts
        self._sessions = sessions
        self._audit = audit
        self._party = party
        self._limits = limits
        self._counters = Counters(mongo.database)
        self._passkeys = PasskeyStore(mongo.database)
        self._challenges = PasskeyChallengeStore(mongo.database)

    async def start_sign_in(
        self, now: datetime, origin: Origin = ANYWHERE
    ) -> PublicKeyCredentialRequestOptions:
        """What a device needs to prove whichever passkey its person has for us.

        Raises:
            TooManyStarts: too many sign-ins were begun from this network.
        """
        allowances = for_passkey(self._limits, origin, now)
        challenge, waiting = _challenge(Ceremony.SIGN_IN, None, now)

        async def act(session: AsyncIOMotorClientSession) -> None:
            spent = await self._counters.take(allowances, session=session)
            if spent is not None:
                raise TooManyStarts(spent.wait_seconds(now))
            await self._challenges.insert(waiting, session=session)

        await counting(self._mongo, act)
        return self._party.request(challenge)

    async def sign_in(
        self,
        answer: Assertion,
        now: datetime,
        *,
        replaces: str | None = None,
        origin: Origin = ANYWHERE,
        device: Device = UNKNOWN,
    ) -> NewSession:
        """Starts a session, which counts as stepped up. `replaces` is the token that the browser sent along.

        Raises:
            PasskeyRejected: whatever did not hold, the text is the same.
        """
        if answer.user_handle is None:  # a discoverable passkey always names its user
            raise PasskeyRejected
        passkey, proof = await self._proven(answer, Ceremony.SIGN_IN, None, now, origin)
        account = await self._accounts.store.find(passkey.account)
        if account is None:
            raise PasskeyRejected
        new, stored = await self._sessions.prepare(account, now, origin, device=device, stepped_up_at=now)

        async def act(session: AsyncIOMotorClientSession) -> None:
            await self._use(passkey, proof, now, session)
            await self._sessions.keep(stored, replaces, session=session)
            await self._tell(new.caller, Action.SIGNED_IN, passkey, now, session)

        try:
            await self._mongo.transact(act)
        except NotFound:  # the account went, or changed its role, meanwhile
            raise PasskeyRejected from None
        return new

    async def start_step_up(self, caller: SignedInCaller, now: datetime) -> PublicKeyCredentialRequestOptions:
        """What the caller's device needs to prove one of the caller's passkeys.

        Raises:
            PasskeyMissing: there is none yet.
        """
        known = [each for each in await self._passkeys.of(account_of(caller), now) if each.removed_at is None]
        if not known:
            raise PasskeyMissing
        challenge, waiting = _challenge(Ceremony.STEP_UP, caller.session_id, now)
        await self._challenges.insert(waiting)
        return self._party.request(challenge, known)

    async def step_up(
        self, caller: SignedInCaller, answer: Assertion, now: datetime, *, replaces: str | None
    ) -> NewSession:
        """A session in place of the caller's, with the same end, in which the proof counts for five minutes.

        Raises:
            NotSignedIn: the session has ended meanwhile.
            PasskeyRejected: whatever did not hold, the text is the same.
        """
        passkey, proof = await self._proven(answer, Ceremony.STEP_UP, caller.session_id, now, caller.origin)
        account = await self._accounts.store.find(account_of(caller))
        if account is None or passkey.account != account.id:
            raise PasskeyRejected
        before = await self._sessions.of_caller(caller, now)
        new, stored = await self._sessions.prepare(
            account, now, caller.origin, continues=before, stepped_up_at=now
        )

        async def act(session: AsyncIOMotorClientSession) -> None:
            await self._sessions.of_caller(caller, now, session=session)  # signed out meanwhile stays so
            await self._use(passkey, proof, now, session)
            await self._sessions.keep(stored, replaces, session=session)
            await self._tell(new.caller, Action.STEPPED_UP, passkey, now, session)

        try:
            await self._mongo.transact(act)
        except NotFound:  # the same
            raise NotSignedIn from None
        return new

    async def _proven(
        self,
        answer: Assertion,
        ceremony: Ceremony,
        session: SessionId | None,
        now: datetime,
        origin: Origin,
    ) -> tuple[Passkey, Proof]:
        challenge = answered_challenge(answer.client_data)
        if not await self._challenges.take(challenge_id(challenge), ceremony, session, now):
            raise PasskeyRejected
        passkey = await self._passkeys.find(CredentialId(answer.id))
        if passkey is None:
            raise PasskeyRejected
        try:
            return passkey, self._party.verified_use(answer, challenge, passkey)
        except PasskeyRejected:
            await self._note_failure(passkey, now, origin)
            raise

    async def _use(
        self, passkey: Passkey, proof: Proof, now: datetime, session: AsyncIOMotorClientSession
    ) -> None:
        moved = await self._passkeys.use(passkey, proof.sign_count, now, synced=proof.synced, session=session)
        if not moved:
            raise PasskeyRejected

    async def _note_failure(self, passkey: Passkey, now: datetime, origin: Origin) -> None:
        """Somebody knows a passkey's name and cannot prove it, or its counter went back: a copy may exist."""
        event = AuditEvent(
            actor=stranger(origin),
            action=Action.SIGN_IN_REJECTED,
            subject=passkey.account,
            record=passkey.id,
            reason=_HOW,
            at=now,
        )
        await self._mongo.transact(lambda session: self._audit.record(event, session=session))

    async def _tell(
        self,
        caller: SignedInCaller,
        action: Action,
        passkey: Passkey,
        now: datetime,
        session: AsyncIOMotorClientSession,
    ) -> None:
        event = AuditEvent(
            actor=actor_of(caller),
            action=action,
            subject=passkey.account,
            record=passkey.id,
            reason=_HOW,
            at=now,
        )
        await self._audit.record(event, session=session)


def _challenge(
    ceremony: Ceremony, session: SessionId | None, now: datetime
) -> tuple[bytes, PasskeyChallenge]:
    """New random bytes, and what is kept of them."""
    challenge = new_challenge()
    return challenge, PasskeyChallenge(
        id=challenge_id(challenge), ceremony=ceremony, session=session, expires_at=now + LIFETIME
    )
