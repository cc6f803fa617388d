"""A person's own passkeys: each with a name that they choose, added and removed by them alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from motor.motor_asyncio import AsyncIOMotorClientSession
from webauthn.helpers.structs import PublicKeyCredentialCreationOptions

from registry_api.audit.events import Action, Actor, AuditEvent
from registry_api.audit.store import Audit
from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import Patient, SignedInCaller, account_of, actor_of
from registry_api.identity.errors import LimitReached, NotFound, PasskeyRejected, SignInAgain
from registry_api.identity.ids import CredentialId
from registry_api.identity.labels import read_label
from registry_api.identity.passkeys.ceremony import (
    LIFETIME,
    Attestation,
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
from registry_api.identity.sessions import Sessions
from registry_api.identity.step_up import require_step_up
from registry_api.mongo import Mongo
from registry_api.vault.vault import Vault

MOST = 20
UNDO = timedelta(minutes=10)
_FRESH = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPasskey:
    """A passkey as its owner sees it; `undo_until` is set where it was removed a moment ago."""

    id: CredentialId
    name: str = field(repr=False)
    synced: bool
    added_at: datetime
    last_used_at: datetime | None
    undo_until: datetime | None


class Keyring:
    """Adds, names and removes passkeys.

    Who has a passkey already proves with it that it is they before another one is added or one is removed,
    if they are staff: a stolen session must not become a lasting key to other people's names. Their first
    one rests on a sign-in of the last fifteen minutes. Patients get by without, because they may have lost
    the device that holds their only passkey; a texted code is their way back.
    """

    def __init__(
        self,
        mongo: Mongo,
        vault: Vault,
        accounts: Accounts,
        sessions: Sessions,
        *,
        audit: Audit,
        party: RelyingParty,
    ) -> None:
        self._mongo = mongo
        self._vault = vault
        self._accounts = accounts
        self._sessions = sessions
        self._audit = audit
        self._party = party
        self._passkeys = PasskeyStore(mongo.database)
        self._challenges = PasskeyChallengeStore(mongo.database)

    async def all_of(self, caller: SignedInCaller, now: datetime) -> list[OwnPasskey]:
        """The caller's passkeys, oldest first, with those whose removal can still be undone."""
        return [await self._own(each) for each in await self._passkeys.of(account_of(caller), now)]

    async def newest_at(self, caller: SignedInCaller) -> datetime | None:
        """When the caller's newest passkey was added, so that they can be told; None where there is none."""
        return await self._passkeys.newest_at(account_of(caller))

    async def start(self, caller: SignedInCaller, now: datetime) -> PublicKeyCredentialCreationOptions:
        """What the caller's device needs to make a passkey.

        Raises:
            StepUpRequired: a member of staff who has a passkey must prove first that it is they.
            SignInAgain: a member of staff who has none signed in too long ago.
            LimitReached: there are as many as there may be.
        """
        account = account_of(caller)
        known = _active(await self._passkeys.of(account, now))
        await self._require_proof(caller, known, now)
        _require_room(known)
        challenge = new_challenge()
        await self._challenges.insert(
            PasskeyChallenge(
                id=challenge_id(challenge),
                ceremony=Ceremony.ADD,
                session=caller.session_id,
                expires_at=now + LIFETIME,
            )
        )
        label = await self._label(caller)
        return self._party.creation(challenge, account=account, label=label, known=known)

    async def add(
        self, caller: SignedInCaller, answer: Attestation, name: str, now: datetime
    ) -> tuple[OwnPasskey, bool]:
        """The new passkey, and whether it was here already: sending it again changes nothing.

        Raises:
            PasskeyRejected: the answer is to no challenge of this session, or does not hold.
            InvalidDetails: the name cannot be.
            StepUpRequired, SignInAgain, LimitReached: as for `start`.
        """
        account = account_of(caller)
        readable = read_label(name, "name")
        before = await self._passkeys.find(CredentialId(answer.id))
        if before is not None and before.account == account:
            return await self._own(before), True
        challenge = answered_challenge(answer.client_data)
        if not await self._challenges.take(challenge_id(challenge), Ceremony.ADD, caller.session_id, now):
            raise PasskeyRejected
        made = self._party.verified_creation(answer, challenge)
        passkey = Passkey(
            id=made.id,
            account=account,
            public_key=made.public_key,
            sign_count=made.sign_count,
            transports=made.transports,
            synced=made.synced,
            name=await self._vault.seal(account, _field(made.id), readable),
            added_at=now.replace(microsecond=now.microsecond // 1000 * 1000),  # as the database keeps it
        )

        async def act(session: AsyncIOMotorClientSession) -> None:
            await self._accounts.store.take_turn(account, session=session)
            known = _active(await self._passkeys.of(account, now, session=session))
            await self._require_proof(caller, known, now)
            _require_room(known)
            await self._passkeys.insert(passkey, session=session)
            await self._tell(caller, Action.PASSKEY_ADDED, passkey.id, now, session)

        await self._mongo.transact(act)
        return await self._own(passkey), False

    async def rename(
        self, caller: SignedInCaller, passkey: CredentialId, name: str, now: datetime
    ) -> OwnPasskey:
        """Raises NotFound or InvalidDetails."""
        account = account_of(caller)
        sealed = await self._vault.seal(account, _field(passkey), read_label(name, "name"))

        async def act(session: AsyncIOMotorClientSession) -> Passkey:
            renamed = await self._passkeys.rename(account, passkey, sealed, session=session)
            if renamed is None:
                raise NotFound
            await self._tell(caller, Action.SETTINGS_CHANGED, passkey, now, session, reason="passkey renamed")
            return renamed

        return await self._own(await self._mongo.transact(act))

    async def remove(self, caller: SignedInCaller, passkey: CredentialId, now: datetime) -> OwnPasskey:
        """Ends a passkey at once; for ten minutes `restore` brings it back.

        Raises:
            NotFound: the caller has no such passkey.
            StepUpRequired: a member of staff must prove first that it is they.
        """
        if not isinstance(caller, Patient):
            require_step_up(caller, now)

        async def act(session: AsyncIOMotorClientSession) -> Passkey:
            removed = await self._passkeys.remove(
                account_of(caller), passkey, now, now + UNDO, session=session
            )
            if removed is None:
                raise NotFound
            await self._tell(caller, Action.PASSKEY_REMOVED, passkey, now, session)
            return removed

        return await self._own(await self._mongo.transact(act))

    async def restore(self, caller: SignedInCaller, passkey: CredentialId, now: datetime) -> OwnPasskey:
        """Takes a removal back.

        Raises:
            NotFound: nothing of the caller's was removed under this name in the last ten minutes.
            StepUpRequired: a member of staff must prove first that it is they.
        """
        if not isinstance(caller, Patient):
            require_step_up(caller, now)

        async def act(session: AsyncIOMotorClientSession) -> Passkey:
            restored = await self._passkeys.restore(account_of(caller), passkey, now, session=session)
            if restored is None:
                raise NotFound
            await self._tell(caller, Action.PASSKEY_ADDED, passkey, now, session, reason="removal undone")
            return restored

        return await self._own(await self._mongo.transact(act))

    async def remove_all(self, account: str, by: Actor, now: datetime) -> int:
        """For who has lost all their devices: ends every passkey and session for good; how many passkeys.

        Raises:
            NotFound: there is no such account.
        """

        async def act(session: AsyncIOMotorClientSession) -> int:
            await self._accounts.store.take_turn(account, session=session)
            lost = await self._passkeys.of(account, now, session=session)
            await self._passkeys.delete_all(account, session=session)
            await self._sessions.end_all(account, session=session)
            await self._audit.record_many(
                [
                    _event(by, Action.PASSKEY_REMOVED, account, each.id, now=now, reason="all were lost")
                    for each in lost
                ],
                session=session,
            )
            return len(lost)

        return await self._mongo.transact(act)

    async def _require_proof(self, caller: SignedInCaller, known: tuple[Passkey, ...], now: datetime) -> None:
        if isinstance(caller, Patient):
            return
        if known:
            require_step_up(caller, now)
        elif now - (await self._sessions.of_caller(caller, now)).created_at > _FRESH:
            raise SignInAgain

    async def _label(self, caller: SignedInCaller) -> str:
        """Patients' devices learn no name from us, only what tells two accounts on one device apart."""
        if isinstance(caller, Patient):
            return f"…{await self._accounts.phone_ending(caller.patient_id)}"
        return caller.name

    async def _own(self, passkey: Passkey) -> OwnPasskey:
        return OwnPasskey(
            id=passkey.id,
            name=await self._vault.open(passkey.account, _field(passkey.id), passkey.name),
            synced=passkey.synced,
            added_at=passkey.added_at,
            last_used_at=passkey.last_used_at,
            undo_until=passkey.purge_at,
        )

    async def _tell(
        self,
        caller: SignedInCaller,
        action: Action,
        passkey: CredentialId,
        now: datetime,
        session: AsyncIOMotorClientSession,
        *,
        reason: str = "",
    ) -> None:
        event = _event(actor_of(caller), action, account_of(caller), passkey, now=now, reason=reason)
        await self._audit.record(event, session=session)


def _event(
    by: Actor, action: Action, account: str, passkey: CredentialId, *, now: datetime, reason: str
) -> AuditEvent:
    return AuditEvent(actor=by, action=action, subject=account, record=passkey, reason=reason, at=now)


def _active(passkeys: tuple[Passkey, ...]) -> tuple[Passkey, ...]:
    return tuple(each for each in passkeys if each.removed_at is None)


def _require_room(known: tuple[Passkey, ...]) -> None:
    if len(known) >= MOST:
        raise LimitReached(MOST)


def _field(passkey: CredentialId) -> str:
    return f"passkey_name:{passkey}"
