"""Sign-in by texted code. Neither an answer nor the time that it takes tells whether a number is known."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from motor.motor_asyncio import AsyncIOMotorClientSession

from notifications.ids import RecipientId
from notifications.messages import Draft, Kind
from notifications.outbox import Outbox
from notifications.phone import PhoneNumber
from registry_api.audit.events import ANYWHERE, Action, AuditEvent, Origin
from registry_api.audit.store import Audit
from registry_api.identity import throttle
from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import actor_of, stranger
from registry_api.identity.challenges.store import Challenge, ChallengeStore, Decoys, Number
from registry_api.identity.codes import CodeHasher, new_code, normalised
from registry_api.identity.devices import UNKNOWN, Device
from registry_api.identity.errors import (
    CodeRejected,
    CountryNotServed,
    TextsUnavailable,
    TooManyRequests,
    TooManyTries,
)
from registry_api.identity.ids import challenge_recipient, new_challenge_id
from registry_api.identity.languages import Language
from registry_api.identity.limits.rules import Allowance, Limits, Scope, for_code, for_try
from registry_api.identity.limits.store import Counters, SignInFlag, SignInFlags, counting
from registry_api.identity.phones import country_of
from registry_api.identity.sessions import NewSession, Sessions
from registry_api.identity.tokens import device_id
from registry_api.mongo import Mongo
from registry_api.vault.vault import PASSING, Vault

CODE_LIFETIME = timedelta(minutes=10)
CHALLENGE_PHONE = "challenge_phone"

_log = structlog.get_logger("sign_in")


class SignIn:
    """Asks for a code, then trades it for a session.

    With `host`, texts bind their code to it, so that phones fill the code in on our page and on no other.
    """

    def __init__(
        self,
        mongo: Mongo,
        vault: Vault,
        *,
        outbox: Outbox,
        accounts: Accounts,
        sessions: Sessions,
        audit: Audit,
        limits: Limits | None = None,
        host: str | None = None,
        hasher: CodeHasher | None = None,
    ) -> None:
        self._mongo = mongo
        self._vault = vault
        self._outbox = outbox
        self._accounts = accounts
        self._sessions = sessions
        self._audit = audit
        self._limits = limits or Limits()
        self._host = host
        self._challenges = ChallengeStore(mongo.database)
        self._decoys = Decoys(mongo.database)
        self._counters = Counters(mongo.database)
        self._flags = SignInFlags(mongo.database)
        self._hasher = hasher or CodeHasher()

    def close(self) -> None:
        """Lets the hashing threads end."""
        self._hasher.close()

    async def request_code(
        self, phone: PhoneNumber, language: Language, now: datetime, *, origin: Origin = ANYWHERE
    ) -> timedelta:
        """Queues a text with a new code, which ends any older one, and says how long it will work.

        Raises:
            CountryNotServed: no codes are texted to the number's country.
            TooManyRequests: three codes in ten minutes, or thirty in a day, were asked for on this number, or
                too many from this network.
            TextsUnavailable: as many codes as the deployer allows were texted, to this country or in all.
        """
        countries = self._limits.countries
        if countries is not None and country_of(phone).region not in countries:
            raise CountryNotServed
        phone_key = await self._vault.phone_key(phone)
        allowances = for_code(self._limits, phone, origin, now)
        _refuse_haste(await self._challenges.number(phone_key), now)
        await self._refuse_spent(await self._counters.exhausted(allowances), now)
        code = new_code()
        challenge = Challenge(
            id=new_challenge_id(),
            phone_key=phone_key,
            phone=await self._vault.seal(PASSING, CHALLENGE_PHONE, phone),
            language=language,
            code_hash=await self._hasher.hash(code),
            made_at=now,
            expires_at=now + CODE_LIFETIME,
        )
        draft = Draft(
            recipient=RecipientId(challenge_recipient(challenge.id)),
            kind=Kind.SIGN_IN_CODE,
            template="sign_in_code" if self._host is None else "sign_in_code_bound",
            language=language,
            slots={"code": code} if self._host is None else {"code": code, "host": self._host},
            reason_key=f"sign_in_code:{challenge.id}",
            expires_at=challenge.expires_at,
        )

        async def act(session: AsyncIOMotorClientSession) -> Allowance | None:
            number = await self._challenges.number(phone_key, session=session)
            _refuse_haste(number, now)
            spent = await self._counters.take(allowances, session=session)
            if spent is not None:
                return spent
            requests = throttle.with_request(number.requests, now)
            await self._challenges.replace(challenge, requests, now + throttle.DAY, session=session)
            # Where there was no code before, its text is looked for in vain, so that it takes as long.
            ended = number.challenge.id if number.challenge else challenge.id
            await self._outbox.cancel_queued(
                RecipientId(challenge_recipient(ended)), "a newer code was asked for", session=session
            )
            await self._outbox.enqueue(draft, now, session=session)
            return None

        await self._refuse_spent(await counting(self._mongo, act), now)
        return CODE_LIFETIME

    async def sign_in(
        self,
        phone: PhoneNumber,
        code: str,
        now: datetime,
        *,
        replaces: str | None = None,
        origin: Origin = ANYWHERE,
        device: Device = UNKNOWN,
    ) -> NewSession:
        """Uses a code up and starts a session; the first sign-in on a number makes a patient's account.

        `replaces` is the token that the browser sent along; its session ends.

        Raises:
            CodeRejected: the code is wrong, used, expired, replaced or out of tries; the text is the same.
            TooManyTries: codes were tried too often on this number or from this network; nothing is compared.
        """
        digits = normalised(code)
        if digits is None:
            raise CodeRejected
        phone_key = await self._vault.phone_key(phone)
        number = await self._count_try(phone_key, origin, now)
        challenge = number.challenge
        right = await self._hasher.matches(challenge.code_hash if challenge else None, digits)
        if challenge is not None and right:
            new = await self._enter(phone, challenge, now, replaces=replaces, origin=origin, device=device)
            if new is not None:
                return new
        await self._note_rejection(phone, phone_key, origin, now)
        raise CodeRejected(throttle.wait_for_try(number.tried, now))

    async def _count_try(self, phone_key: str, origin: Origin, now: datetime) -> Number:
        """The number with this try counted, and with its code only if that may be compared."""
        allowances = for_try(self._limits, origin, now)

        async def act(session: AsyncIOMotorClientSession) -> Number:
            number = await self._challenges.number(phone_key, session=session)
            wait = throttle.wait_for_try(number.tried, now)
            if wait:
                raise TooManyTries(wait)
            spent = await self._counters.take(allowances, session=session)
            if spent is not None:
                raise TooManyTries(spent.wait_seconds(now))
            tried = throttle.with_try(number.tried, now)
            last = number.challenge
            can_be_tried = last is not None and last.is_open(now, throttle.TRIES_A_CODE)
            tries = (last.tries if last else 0) + can_be_tried
            await self._challenges.count_try(phone_key, tried, tries, now + throttle.DAY, session=session)
            return Number(tried=tried, challenge=last if can_be_tried else None)

        return await counting(self._mongo, act)

    async def _enter(
        self,
        phone: PhoneNumber,
        challenge: Challenge,
        now: datetime,
        *,
        replaces: str | None,
        origin: Origin,
        device: Device,
    ) -> NewSession | None:
        """A session for whoever had the right code; None where it was used or replaced meanwhile."""
        account = await self._accounts.for_sign_in(phone, challenge.language, now)
        new, stored = await self._sessions.prepare(account, now, origin, device=device)
        event = AuditEvent(
            actor=actor_of(new.caller),
            action=Action.SIGNED_IN,
            subject=account.id,
            record=device_id(stored.id),
            reason="with a texted code",
            at=now,
        )

        async def act(session: AsyncIOMotorClientSession) -> bool:
            number = await self._challenges.number(challenge.phone_key, session=session)
            tried = throttle.without_try(number.tried, now)
            if not await self._challenges.consume(challenge, tried, now, session=session):
                return False
            await self._sessions.keep(stored, replaces, session=session)
            await self._audit.record(event, session=session)
            return True

        return new if await counting(self._mongo, act) else None

    async def _note_rejection(
        self, phone: PhoneNumber, phone_key: str, origin: Origin, now: datetime
    ) -> None:
        """Adds to the account's trail; where there is no account, as much work is done for nothing."""
        account = await self._accounts.by_phone(phone)

        async def act(session: AsyncIOMotorClientSession) -> None:
            if account is None:
                await self._decoys.write(phone_key, now, session=session)
                return
            event = AuditEvent(
                actor=stranger(origin),
                action=Action.SIGN_IN_REJECTED,
                subject=account.id,
                reason="with a texted code",
                at=now,
            )
            await self._audit.record(event, session=session)

        await counting(self._mongo, act)

    async def _refuse_spent(self, spent: Allowance | None, now: datetime) -> None:
        if spent is None:
            return
        wait = spent.wait_seconds(now)
        if spent.scope is Scope.NETWORK:
            raise TooManyRequests(wait)
        if await self._flags.raise_flag(SignInFlag(spent.name, spent.scope, now, spent.ends_at)):
            _log.error("sign_in_texts_used_up", allowance=spent.scope.lower())
        raise TextsUnavailable(wait)


def _refuse_haste(number: Number, now: datetime) -> None:
    wait = throttle.wait_for_code(number.requests, now)
    if wait:
        raise TooManyRequests(wait)
