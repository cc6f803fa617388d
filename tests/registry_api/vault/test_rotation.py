from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import count

import pytest
from motor.motor_asyncio import AsyncIOMotorClientSession

from notifications.outbox import Outbox
from notifications.phone import PhoneNumber
from registry_api.audit.events import SERVICE, Action
from registry_api.erasure.erasure import ErasureCounts
from registry_api.identity.callers import Role
from registry_api.identity.numbers.naming import WROTE_TO_US
from registry_api.identity.sessions import Sessions
from registry_api.key_lines import lines
from registry_api.vault.errors import NoSuchMasterKey, SealBroken
from registry_api.vault.master_keys import MasterKeyState
from registry_api.vault.vault import PASSING
from tests.registry_api.identity.desk import PHONE, CountingHasher, Desk
from tests.registry_api.vault.keyed import DEPLOYER, NOW, Keyed, Process, quiet

ANA, BEN = "+12025550101", "+12025550102"
EVE = PhoneNumber("+12025550109")


class Killed(Exception):
    """The rotating process ends here."""


async def test_everything_opens_after_a_rotation_and_only_by_the_new_key(keyed: Keyed) -> None:
    """Names, numbers and strangers are found and opened as before; the old key file is gone."""
    process = await keyed.process()
    people = {phone: await process.joins(phone) for phone in (ANA, BEN)}
    stranger = await process.accounts.numbers.known(EVE, NOW, WROTE_TO_US)
    before = await process.vault.phone_key(ANA)
    report = await process.rotate()
    assert (report.waiting, report.to_destroy, report.unreadable_up_to) == (0, (), 1)
    assert list(keyed.files.all()) == [2]
    assert await process.vault.phone_key(ANA) != before
    fresh = await keyed.process()
    assert {phone: await fresh.whose(phone) for phone in people} == people
    again = await fresh.accounts.numbers.find(EVE)
    assert again is not None
    assert again.name == stranger.name
    assert await fresh.accounts.numbers.phone_of(again) == EVE


async def test_processes_that_run_take_up_the_new_key_by_themselves(keyed: Keyed) -> None:
    """Two others go on reading, and take in new people, during three rotations and after them."""
    rotating, *others = [await keyed.process() for _ in range(3)]
    people = {ANA: await rotating.joins(ANA)}
    numbers = count(200)
    done = asyncio.Event()

    async def go_on(process: Process) -> int:
        rounds = 0
        while not done.is_set():
            phone = f"+12025550{next(numbers)}"
            people[phone] = await process.joins(phone)
            assert await process.whose(ANA) == people[ANA]
            assert await process.whose(phone) == people[phone]
            rounds += 1
        return rounds

    async def rotate() -> None:
        for _ in range(3):
            await rotating.rotate()
        done.set()

    async with asyncio.TaskGroup() as group:
        going = [group.create_task(go_on(process)) for process in others]
        group.create_task(rotate())
    assert min(each.result() for each in going) > 3
    report = await rotating.rotation.report()
    assert (report.waiting, report.active.number, report.unreadable_up_to) == (0, 4, 3)
    for process in (rotating, *others):
        assert {phone: await process.whose(phone) for phone in people} == people


async def test_a_rotation_that_was_killed_is_brought_to_its_end(keyed: Keyed) -> None:
    """Wherever it ends, everything opens meanwhile, and the next call finishes that rotation, not another."""
    process = await keyed.process()
    people = {phone: await process.joins(phone) for phone in (ANA, BEN)}
    for step in range(8):
        dying = await keyed.process()
        kill_at(dying, step)
        with pytest.raises(Killed):
            await dying.rotate()
        meanwhile = await keyed.process()
        people[f"+1202555015{step}"] = await meanwhile.joins(f"+1202555015{step}")
        assert {phone: await meanwhile.whose(phone) for phone in people} == people, step
        report = await meanwhile.rotate()
        assert (report.active.number, report.waiting, report.to_destroy) == (step + 2, 0, ()), step
        assert list(keyed.files.all()) == [step + 2]
        assert {phone: await process.whose(phone) for phone in people} == people, step


def kill_at(process: Process, step: int) -> None:
    """Lets a rotation end before its step of this number: each is a write that others can see."""
    rotation, vault = process.rotation, process.vault
    steps = count()

    def dying(owner: object, name: str) -> None:
        true = getattr(owner, name)

        async def maybe(*arguments: object, **named: object) -> object:
            if next(steps) == step:
                raise Killed
            return await true(*arguments, **named)

        setattr(owner, name, maybe)

    for owner, name in (
        (rotation, "_exchange"),
        (vault, "start_epoch"),
        (rotation, "_rekey"),
        (vault, "end_epoch"),
        (vault, "rewrap"),
        (rotation, "_destroy_local"),
        (rotation, "_mark_destroyed"),
        (rotation, "report"),
    ):
        dying(owner, name)


async def test_what_was_destroyed_before_is_never_wrapped_again(keyed: Keyed) -> None:
    """The number returned for a destroyed key is that of the last master key that may have wrapped it."""
    process = await keyed.process()
    gone = await process.joins(ANA)

    async def erase(session: AsyncIOMotorClientSession) -> int:
        return await process.vault.destroy_keys([gone], NOW, session=session)

    assert await process.mongo.transact(erase) == 1
    assert (await process.rotation.report()).unreadable_up_to == 0
    assert (await process.rotate()).unreadable_up_to == 1


async def test_what_passed_before_a_rotation_cannot_be_opened_after_it(keyed: Keyed) -> None:
    """Codes and texts of people without an account end with the epoch."""
    process = await keyed.process()
    sealed = await process.vault.seal(PASSING, "inbound.text", "hello")
    await process.rotate()
    with pytest.raises(SealBroken):
        await process.vault.open(PASSING, "inbound.text", sealed)
    assert await process.vault.open(PASSING, "x", await process.vault.seal(PASSING, "x", "new")) == "new"


async def test_each_step_is_in_the_trail(keyed: Keyed) -> None:
    """Rotation and destruction are told once each, with the number of the key and by whom."""
    process = await keyed.process()
    await process.rotate()
    told = [entry.event for entry in reversed(await process.audit.about(SERVICE))]
    assert [(event.action, event.record) for event in told] == [
        (Action.MASTER_KEY_ROTATED, "master-key:2"),
        (Action.KEY_DESTROYED, "epoch:1"),
        (Action.MASTER_KEY_DESTROYED, "master-key:1"),
    ]
    assert {event.actor.id for event in told} == {DEPLOYER.id}


async def test_a_key_of_this_machine_needs_no_confirmation(keyed: Keyed) -> None:
    """Only keys of a service are destroyed by word of their owner."""
    process = await keyed.process()
    await process.rotate()
    for number in (1, 2, 3):
        with pytest.raises(NoSuchMasterKey):
            await process.rotation.confirm_destroyed(number, DEPLOYER)


async def test_the_states_of_keys_are_said_in_lines(keyed: Keyed) -> None:
    """Who asks how keys stand reads which is in use and which is gone, and nothing of a key."""
    process = await keyed.process()
    report = await process.rotate()
    first, second, data_keys, erasures = lines(report, ErasureCounts(asked=2, waiting=0, complete=3))
    assert first.startswith("Master key 1: vault-master-key-1, destroyed")
    assert second.startswith("Master key 2: vault-master-key-2, in use")
    assert data_keys.startswith("Data keys: about ")
    assert erasures.startswith("Erasures: 2 asked for, 0 done ")
    assert report.active.state is MasterKeyState.ACTIVE


async def test_stop_outlives_the_number_and_the_rotation(keyed: Keyed) -> None:
    """A number that is forgotten after STOP is still opted out when it is heard of again, under any key."""
    process = await keyed.process()
    numbers = process.accounts.numbers
    first = await numbers.known(EVE, NOW, WROTE_TO_US)
    await numbers.addresses.opt_out(first.name, NOW)
    assert await numbers.purge(NOW + timedelta(days=31)) == 1
    assert await numbers.find(EVE) is None
    await process.rotate(quiet)
    again = await numbers.known(EVE, NOW, WROTE_TO_US)
    assert again.name != first.name
    assert await numbers.addresses.is_opted_out(again.name)


async def test_a_code_that_was_texted_before_a_rotation_works_after_it(
    keyed: Keyed, hasher: CountingHasher
) -> None:
    """What is counted of a number, and its open code, come along to the new look-up key."""
    process = await keyed.process()
    desk = Desk(
        mongo=process.mongo,
        vault=process.vault,
        outbox=Outbox(process.mongo.database, process.vault),
        accounts=process.accounts,
        sessions=Sessions(process.mongo, process.accounts, process.audit),
        audit=process.audit,
        hasher=hasher,
    )
    code = await desk.ask()
    await process.rotate()
    assert (await desk.sign_in.sign_in(PHONE, code, NOW)).caller.role is Role.PATIENT
