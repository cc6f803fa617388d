from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from registry_api.audit.events import Channel, Origin
from registry_api.audit.store import Audit
from registry_api.identity.accounts import Accounts
from registry_api.identity.errors import TooManyStarts
from registry_api.identity.indexes import PASSKEY_CHALLENGES
from registry_api.identity.limits.rules import Limits
from registry_api.identity.passkeys.ceremony import RelyingParty
from registry_api.identity.passkeys.proving import PasskeyProofs
from registry_api.identity.sessions import Sessions
from registry_api.mongo import Mongo
from tests.registry_api.identity.desk import NOW
from tests.registry_api.stored_bytes import all_of

_HERE, _ELSEWHERE = (Origin(Channel.WEB, network) for network in ("198.51.100.0/24", "203.0.113.0/24"))


async def test_one_network_cannot_fill_the_database_with_challenges(
    mongo: Mongo, accounts: Accounts, sessions: Sessions
) -> None:
    """With a limit of five, twenty sign-ins at once begin five; another network and hour have their own."""
    proofs = PasskeyProofs(
        mongo,
        accounts,
        sessions,
        audit=Audit(mongo, bytes(32)),
        party=RelyingParty.at("https://registry.example.org"),
        limits=Limits(network_passkeys_an_hour=5),
    )
    begun = await asyncio.gather(
        *(proofs.start_sign_in(NOW, _HERE) for _ in range(20)), return_exceptions=True
    )
    refused = [each for each in begun if isinstance(each, TooManyStarts)]
    assert len(refused) == 15
    assert {each.retry_after_seconds for each in refused} == {30 * 60 + 1}
    assert len(await all_of(mongo.database, PASSKEY_CHALLENGES)) == 5
    await proofs.start_sign_in(NOW, _ELSEWHERE)
    await proofs.start_sign_in(NOW + timedelta(minutes=30), _HERE)
    with pytest.raises(TooManyStarts):
        await proofs.start_sign_in(NOW, _HERE)
