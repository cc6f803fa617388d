from __future__ import annotations

import asyncio
from collections.abc import Iterable

import bson
import pytest

from registry_api.audit.events import Action
from registry_api.enrolment.store import EnrolmentStore
from registry_api.erasure.erasure import ErasureCounts, counted
from registry_api.erasure.store import REMAINS
from registry_api.vault.errors import KeyDestroyed
from tests.registry_api.erasure.life import NAME, PHONE, Life, lived
from tests.registry_api.local_service import LocalService
from tests.registry_api.stored_bytes import UNWATCHED, all_of

_STAYS = {"audit_events", "audit_heads", "erasures", "vault_destroyed_keys"}


@pytest.fixture
async def life(local: LocalService) -> Life:
    return await lived(local)


async def mentions(local: LocalService, words: Iterable[str]) -> set[str]:
    """The collections in which any of these words stands."""
    database, found = local.services.mongo.database, set()
    for name in await database.list_collection_names():
        async for document in database[name].find({}, comment=UNWATCHED):
            if any(word.encode() in bson.encode(document) for word in words):
                found.add(name)
    return found


async def test_nothing_about_a_person_is_left_but_a_pseudonym_in_the_trail(life: Life) -> None:
    """Everywhere that they left a trace it is gone, with the name of their number and their texts."""
    local, database = life.local, life.local.services.mongo.database
    account = await local.services.accounts.store.find(life.patient)
    assert account is not None
    words = {life.patient, account.number}
    before = await mentions(local, words)
    assert {remains.collection for remains in REMAINS} <= before
    assert {"accounts", "numbers", "outbox", "inbox", "text_addresses", "vault_keys"} <= before
    receipts = len(await all_of(database, "text_receipts"))
    await life.ask_to_be_erased()
    await life.be_erased()
    assert await mentions(local, words) - _STAYS <= {"outbox"}  # a code that was texted before they joined
    assert await mentions(local, {life.patient}) <= _STAYS
    assert len(await all_of(database, "text_receipts")) < receipts
    assert {tuple(text) for text in await all_of(database, "inbox")} == {("_id", "state")}


async def test_erasing_ends_every_session_and_frees_the_number(life: Life) -> None:
    """Whoever signs in with that number next is somebody new, with nothing on record."""
    local, api = life.local, life.api
    await life.ask_to_be_erased()
    assert (await api.send("Me"))["role"] == "PATIENT"
    await life.be_erased()
    assert (await api.send("Me"))["role"] == "ANONYMOUS"
    await api.send("RequestSignInCode", phone=PHONE, language="EN")
    again = await api.send("SignIn", phone=PHONE, code=await local.code())
    me = again["me"]["patient"] if "patient" in again.get("me", {}) else (await api.send("Me"))["patient"]
    assert me["id"] != life.patient
    assert (await api.send("Me"))["name"] is None
    assert (await api.send("Me"))["patient"]["enrolment"] is None


async def test_the_key_is_destroyed_and_never_made_again(life: Life) -> None:
    """A late write under the old name is refused."""
    await life.ask_to_be_erased()
    await life.be_erased()
    vault = life.local.services.vault
    with pytest.raises(KeyDestroyed):
        await vault.seal(life.patient, "name", NAME)


async def test_erasing_is_in_the_trail_once_however_many_workers_do_it(life: Life) -> None:
    """Five workers at once destroy one key and tell it once; what was told before stays."""
    local, services = life.local, life.local.services
    before = {event["_id"] for event in await all_of(services.mongo.database, "audit_events")}
    await life.ask_to_be_erased()
    local.clock.pass_(days=7)
    await asyncio.gather(*(services.erasing.run_once(local.clock(), f"w{n}") for n in range(5)))
    events = await all_of(services.mongo.database, "audit_events")
    assert before <= {event["_id"] for event in events}
    told = [event["action"] for event in events if event["_id"] not in before]
    assert told.count(Action.KEY_DESTROYED) == told.count(Action.ERASED) == 1
    assert (await services.verification.run()).faults == 0


async def test_a_worker_killed_in_between_loses_nothing(life: Life) -> None:
    """The next one takes the erasure up when the lease has run out, and finishes it."""
    local, services = life.local, life.local.services
    await life.ask_to_be_erased()
    local.clock.pass_(days=7)

    async def killed(*_: object, **__: object) -> None:
        raise asyncio.CancelledError

    services.erasing._clear = killed  # type: ignore[method-assign] # noqa: SLF001 where a kill is worst
    with pytest.raises(asyncio.CancelledError):
        await services.erasing.run_once(local.clock(), "w1")
    del services.erasing._clear  # noqa: SLF001 the same
    assert "check_ins" in await mentions(local, {life.patient})
    assert not await services.erasing.run_once(local.clock(), "w2")
    local.clock.moment += services.settings.worker_lease
    assert await services.erasing.run_once(local.clock(), "w2")
    assert await mentions(local, {life.patient}) <= _STAYS


async def test_the_next_snapshot_leaves_them_out(life: Life) -> None:
    """From the request on they are counted nowhere and matched with nothing."""
    profiles = EnrolmentStore(life.local.services.mongo.database)

    async def chosen() -> list[int]:
        counts = [len(batch) async for batch in profiles.counted_batches(None, 10)]
        return counts + [len(batch) async for batch in profiles.enrolled_batches(None, 10)]

    assert await chosen() == [1, 1]
    await life.ask_to_be_erased()
    assert await chosen() == []


async def test_stop_stays_in_force_after_the_person_is_gone(life: Life) -> None:
    """Nobody can have a text sent to that number, not even a code, until it says START."""
    local, services = life.local, life.local.services
    await life.text("STOP")
    await life.ask_to_be_erased()
    await life.be_erased()
    sends = life.carrier.sends
    await life.api.send("RequestSignInCode", phone=PHONE, language="EN")
    await life.deliver()
    assert life.carrier.sends == sends
    await life.text("START")
    local.clock.pass_(minutes=11)
    await life.api.send("RequestSignInCode", phone=PHONE, language="EN")
    await life.deliver()
    assert life.carrier.sends == sends + 2
    assert await services.accounts.by_phone(PHONE) is None


async def test_who_asked_to_be_introduced_is_gone_from_the_coordinators_list(life: Life) -> None:
    """From the request on nobody is shown who they are."""
    services = life.local.services
    (trial,) = await all_of(services.mongo.database, "trials")

    async def listed() -> int:
        page = await services.introductions.of_trial(trial["owner"], trial["_id"], first=10)
        return len(page.introductions)

    assert await listed() == 1
    await life.ask_to_be_erased()
    assert await listed() == 0


def test_an_erasure_is_complete_when_no_master_key_of_its_time_exists() -> None:
    """Those erased while a master key was in use wait until that one, and all before it, are destroyed."""
    done = [(1, 4), (2, 3), (3, 2)]
    assert counted(done, 5, 0) == ErasureCounts(asked=5, waiting=9, complete=0)
    assert counted(done, 5, 1) == ErasureCounts(asked=5, waiting=5, complete=4)
    assert counted(done, 0, 3) == ErasureCounts(asked=0, waiting=0, complete=9)
