"""Sign-in as a person lives it: ask for a code, read the text, type the code."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from notifications.ids import PASSING_OWNER
from notifications.outbox import OUTBOX, SLOTS_FIELD, Outbox
from notifications.phone import PhoneNumber
from registry_api.audit.events import ANYWHERE, Origin
from registry_api.audit.store import Audit
from registry_api.identity.accounts import Accounts
from registry_api.identity.codes import CodeHasher
from registry_api.identity.languages import Language
from registry_api.identity.limits.rules import Limits
from registry_api.identity.sessions import NewSession, Sessions
from registry_api.identity.sign_in import SignIn
from registry_api.mongo import Mongo
from registry_api.vault.vault import Vault
from tests.registry_api.stored_bytes import all_of

# In the future, because the server's own clock deletes what has expired.
NOW = datetime(2031, 5, 14, 16, 30, tzinfo=UTC)
PHONE = PhoneNumber("+12025550123")
OTHER_PHONE = PhoneNumber("+447700900456")


class CountingHasher(CodeHasher):
    """Counts how often a code was compared with a real hash."""

    def __init__(self) -> None:
        super().__init__()
        self.compared = 0

    async def matches(self, hashed: str | None, code: str) -> bool:
        self.compared += hashed is not None
        return await super().matches(hashed, code)


class Desk:
    def __init__(
        self,
        *,
        mongo: Mongo,
        vault: Vault,
        outbox: Outbox,
        accounts: Accounts,
        sessions: Sessions,
        audit: Audit,
        hasher: CountingHasher,
        limits: Limits | None = None,
    ) -> None:
        self._database = mongo.database
        self._vault = vault
        self.hasher = hasher
        self.sign_in = SignIn(
            mongo,
            vault,
            outbox=outbox,
            accounts=accounts,
            sessions=sessions,
            audit=audit,
            limits=limits,
            hasher=hasher,
        )

    async def ask(self, now: datetime = NOW, phone: PhoneNumber = PHONE, origin: Origin = ANYWHERE) -> str:
        """Asks for a code and reads it from the text."""
        await self.sign_in.request_code(phone, Language.EN, now, origin=origin)
        return await self.newest_code()

    async def texts(self) -> list[dict[str, Any]]:
        """The texts in the outbox, oldest first."""
        return await all_of(self._database, OUTBOX)

    async def newest_code(self) -> str:
        sealed = (await self.texts())[-1]["sealed_slots"]
        slots = json.loads(await self._vault.open(PASSING_OWNER, SLOTS_FIELD, sealed))
        return str(slots["code"])

    async def enter(self, now: datetime = NOW, phone: PhoneNumber = PHONE) -> NewSession:
        """Goes all the way to a session."""
        return await self.sign_in.sign_in(phone, await self.ask(now, phone), now)


def another(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 10**6:06d}"
