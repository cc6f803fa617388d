"""Sign-in by texted code. What it answers does not depend on whether a number is known."""

from __future__ import annotations

from datetime import datetime, timedelta

from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo.errors import DuplicateKeyError

from notifications.ids import RecipientId
from notifications.messages import Draft, Kind
from notifications.outbox import Outbox
from notifications.phone import PhoneNumber
from registry_api.audit.events import ANYWHERE, Origin
from registry_api.identity import throttle
from registry_api.identity.accounts import Accounts
from registry_api.identity.codes import CodeHasher, new_code, normalised
from registry_api.identity.errors import CodeRejected, TooManyRequests
from registry_api.identity.ids import challenge_recipient, new_challenge_id
from registry_api.identity.languages import Language
from registry_api.identity.sessions import NewSession, Sessions
from registry_api.identity.store import Challenge, ChallengeStore
from registry_api.mongo import Mongo
from registry_api.vault import SERVICE, Vault

CODE_LIFETIME = timedelta(minutes=10)
TRIES = 5
CHALLENGE_PHONE = "challenge_phone"


class SignIn:
    """Asks for a code, then trades it for a session."""

    def __init__(
        self,
        mongo: Mongo,
        vault: Vault,
        outbox: Outbox,
        accounts: Accounts,
        sessions: Sessions,
        *,
        hasher: CodeHasher | None = None,
    ) -> None:
        self._mongo = mongo
        self._vault = vault
        self._outbox = outbox
        self._accounts = accounts
        self._sessions = sessions
        self._challenges = ChallengeStore(mongo.database)
        self._hasher = hasher or CodeHasher()

    def close(self) -> None:
        """Lets the hashing threads end."""
        self._hasher.close()

    async def request_code(self, phone: PhoneNumber, language: Language, now: datetime) -> timedelta:
        """Queues a text with a new code, which ends any older one, and says how long it will work.

        Raises:
            TooManyRequests: three codes in ten minutes, or thirty in a day, were asked for on this number.
        """
        phone_key = self._vault.phone_key(phone)
        _refuse_haste(await self._challenges.requests(phone_key), now)
        code = new_code()
        challenge = Challenge(
            id=new_challenge_id(),
            phone_key=phone_key,
            phone=await self._vault.seal(SERVICE, CHALLENGE_PHONE, phone),
            language=language,
            code_hash=await self._hasher.hash(code),
            made_at=now,
            expires_at=now + CODE_LIFETIME,
        )
        draft = Draft(
            recipient=RecipientId(challenge_recipient(challenge.id)),
            kind=Kind.SIGN_IN_CODE,
            template="sign_in_code",
            language=language,
            slots={"code": code},
            reason_key=f"sign_in_code:{challenge.id}",
            expires_at=challenge.expires_at,
        )

        async def act(session: AsyncIOMotorClientSession) -> None:
            requests = await self._challenges.requests(phone_key, session=session)
            _refuse_haste(requests, now)
            ended = await self._challenges.replace(
                challenge, throttle.with_request(requests, now), now + throttle.MEMORY, session=session
            )
            if ended is not None:
                await self._outbox.cancel_queued(
                    RecipientId(challenge_recipient(ended)), "a newer code was asked for", session=session
                )
            await self._outbox.enqueue(draft, now, session=session)

        try:
            await self._mongo.transact(act)
        except DuplicateKeyError:  # two first requests at once: by now there is something to update
            await self._mongo.transact(act)
        return CODE_LIFETIME

    async def sign_in(
        self,
        phone: PhoneNumber,
        code: str,
        now: datetime,
        *,
        replaces: str | None = None,
        origin: Origin = ANYWHERE,
    ) -> NewSession:
        """Uses a code up and starts a session; the first sign-in on a number makes a patient's account.

        `replaces` is the token that the browser sent along; its session ends.

        Raises:
            CodeRejected: the code is wrong, used, expired, replaced or out of tries; the text is the same.
        """
        digits = normalised(code)
        if digits is None:
            raise CodeRejected
        challenge = await self._challenges.count_try(self._vault.phone_key(phone), now, TRIES)
        right = await self._hasher.matches(challenge.code_hash if challenge else None, digits)
        if challenge is None or not right:
            raise CodeRejected
        account = await self._accounts.for_sign_in(phone, challenge.language, now)
        new, stored = await self._sessions.prepare(account, now, origin)

        async def act(session: AsyncIOMotorClientSession) -> None:
            if not await self._challenges.consume(challenge, now, session=session):
                raise CodeRejected
            await self._sessions.keep(stored, replaces, session=session)

        await self._mongo.transact(act)
        return new


def _refuse_haste(requests: list[datetime], now: datetime) -> None:
    wait = throttle.wait_seconds(requests, now)
    if wait:
        raise TooManyRequests(wait)
