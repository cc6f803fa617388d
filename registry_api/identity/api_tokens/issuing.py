"""Issuing tokens to an organisation's programs, taking them back, and telling who comes with one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.errors import FieldFault
from registry_api.audit.events import ANYWHERE, Action, AuditEvent, Origin
from registry_api.audit.store import Audit
from registry_api.identity.accounts import Accounts
from registry_api.identity.api_tokens.store import ApiToken, ApiTokenStore
from registry_api.identity.api_tokens.writing import hashed, is_one, new_secret
from registry_api.identity.callers import ApiClient, CoalitionMember, TokenScope, actor_of
from registry_api.identity.errors import InvalidDetails, LimitReached, NotFound, TokenRejected
from registry_api.identity.ids import TokenId
from registry_api.identity.labels import read_label
from registry_api.identity.step_up import require_step_up
from registry_api.mongo import Mongo
from registry_api.vault.vault import SERVICE, Sealed, Vault

MOST = 20
MOST_DAYS = 365
_KEPT_AFTERWARDS = timedelta(days=30)
_NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnToken:
    """A token as its organisation sees it; `issued_by` is a name, None where that person is gone."""

    id: TokenId
    name: str = field(repr=False)
    allows: frozenset[TokenScope]
    issued_by: str | None = field(repr=False)
    issued_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A token that somebody wants; `id` is made by their client, so that asking again changes nothing."""

    id: TokenId
    name: str = field(repr=False)
    allows: Collection[TokenScope]
    days: int


class ApiTokens:
    """A token belongs to its organisation, not to the member who issued it."""

    def __init__(self, mongo: Mongo, vault: Vault, accounts: Accounts, audit: Audit) -> None:
        self._mongo = mongo
        self._vault = vault
        self._accounts = accounts
        self._audit = audit
        self._tokens = ApiTokenStore(mongo.database)

    async def of(self, member: CoalitionMember, now: datetime) -> list[OwnToken]:
        """The tokens of the member's organisation, newest first; those that ended stay for 30 days."""
        return await self._own(await self._tokens.of(member.organisation, now))

    async def issue(self, member: CoalitionMember, wish: Wish, now: datetime) -> tuple[OwnToken, str | None]:
        """The token, and its secret, which is nowhere else; None where the token was issued before.

        Raises:
            StepUpRequired: the member must prove first that it is they.
            InvalidDetails: a name, scope or length that cannot be.
            LimitReached: the organisation has as many tokens that work as there may be.
            NotFound: the id is another organisation's.
        """
        require_step_up(member, now)
        name = read_label(wish.name, "name")
        _check(wish)
        secret, expires_at = new_secret(), now + timedelta(days=wish.days)
        token = ApiToken(
            id=wish.id,
            hash=hashed(secret),
            organisation=member.organisation,
            name=await self._vault.seal(SERVICE, _record(wish.id), name),
            allows=frozenset(wish.allows),
            issued_by=member.staff_id,
            issued_at=now,
            expires_at=expires_at,
            purge_at=expires_at + _KEPT_AFTERWARDS,
        )

        async def act(session: AsyncIOMotorClientSession) -> ApiToken:
            before = await self._tokens.find(wish.id, session=session)
            if before is not None:
                return before
            there = await self._tokens.of(member.organisation, now, session=session)
            if sum(each.works(now) for each in there) >= MOST:
                raise LimitReached(MOST)
            await self._tokens.insert(token, session=session)
            await self._tell(member, Action.TOKEN_ISSUED, token, now, session)
            return token

        kept = await self._mongo.transact(act)
        if kept.organisation != member.organisation:
            raise NotFound
        return (await self._own([kept]))[0], secret if kept is token else None

    async def revoke(self, member: CoalitionMember, token: TokenId, now: datetime) -> OwnToken:
        """Ends a token at once and for good; doing so again changes nothing.

        Raises:
            NotFound: the member's organisation has no such token.
        """

        async def act(session: AsyncIOMotorClientSession) -> ApiToken:
            found = await self._tokens.find(token, session=session)
            if found is None or found.organisation != member.organisation:
                raise NotFound
            purge_at = min(found.purge_at, now + _KEPT_AFTERWARDS)
            revoked = await self._tokens.revoke(token, now, purge_at, session=session)
            if revoked is not None:
                await self._tell(member, Action.TOKEN_REVOKED, revoked, now, session)
            return revoked or found

        return (await self._own([await self._mongo.transact(act)]))[0]

    async def caller_for(self, secret: str, now: datetime, origin: Origin = ANYWHERE) -> ApiClient:
        """Who comes with this token; a use is noted at most once in five minutes.

        Raises:
            TokenRejected: it is no token, or one that does not work or not any more; the text is the same.
        """
        token = await self._tokens.find_by_hash(hashed(secret)) if is_one(secret) else None
        if token is None or not token.works(now):
            raise TokenRejected
        if token.last_used_at is None or now - token.last_used_at >= _NOTED_EVERY:
            await self._tokens.note_use(token.id, now, unless_since=now - _NOTED_EVERY)
        return ApiClient(
            token_id=token.id, organisation=token.organisation, allows=token.allows, origin=origin
        )

    async def _own(self, tokens: Sequence[ApiToken]) -> list[OwnToken]:
        names = await self._vault.open_many(
            [Sealed(SERVICE, _record(token.id), token.name) for token in tokens]
        )
        makers = await self._accounts.names_of([token.issued_by for token in tokens])
        return [
            OwnToken(
                id=token.id,
                name=str(name),
                allows=token.allows,
                issued_by=makers.get(token.issued_by),
                issued_at=token.issued_at,
                expires_at=token.expires_at,
                last_used_at=token.last_used_at,
                revoked_at=token.revoked_at,
            )
            for token, name in zip(tokens, names, strict=True)
        ]

    async def _tell(
        self,
        member: CoalitionMember,
        action: Action,
        token: ApiToken,
        now: datetime,
        session: AsyncIOMotorClientSession,
    ) -> None:
        event = AuditEvent(
            actor=actor_of(member),
            action=action,
            subject=token.organisation,
            record=token.id,
            reason=", ".join(sorted(token.allows)),
            at=now,
        )
        await self._audit.record(event, session=session)


def _check(wish: Wish) -> None:
    if not wish.allows:
        raise InvalidDetails(FieldFault("scopes", "Choose at least one thing that the token may do."))
    if not 1 <= wish.days <= MOST_DAYS:
        raise InvalidDetails(FieldFault("days", f"Choose 1 to {MOST_DAYS} days."))


def _record(token: TokenId) -> str:
    return f"api_token_name:{token}"
