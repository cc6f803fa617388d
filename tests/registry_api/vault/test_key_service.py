"""The master key in a key management service: AWS KMS, as its stand-in has it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from registry_api.erasure.erasure import ErasureCounts
from registry_api.key_lines import lines
from registry_api.key_settings import KeyService
from registry_api.settings import Settings
from registry_api.vault.errors import MasterKeyUnavailable, NoSuchMasterKey, SameMasterKey
from tests.registry_api.vault.keyed import DEPLOYER, Keyed
from tests.registry_api.vault.kms_standin import KmsStandin, kms_standin

ANA, BEN = "+12025550101", "+12025550102"


@pytest.fixture
async def kms(tmp_path: Path) -> AsyncIterator[KmsStandin]:
    async with kms_standin(tmp_path) as standin:
        yield standin


def service(kms: KmsStandin, arn: str) -> KeyService:
    """What a deployer's settings name."""
    made = Settings(
        vault_provider="aws",
        aws_kms_key_arn=arn,
        aws_kms_access_key_id="AKIAEXAMPLE",
        aws_kms_secret_access_key=SecretStr("secret"),
        aws_kms_endpoint=f"127.0.0.1:{kms.port}",
        kms_ca_file=kms.certificate,
    ).key_service()
    assert made is not None
    return made


async def test_a_service_wraps_what_the_vault_seals(keyed: Keyed, kms: KmsStandin) -> None:
    """No master key is on this machine, a key is unwrapped once for a while, a restart opens it again."""
    first = service(kms, kms.make_key(1))
    process = await keyed.process(first, cache_seconds=60)
    ana = await process.joins(ANA)
    calls = kms.calls
    assert await process.whose(ANA) == ana
    assert kms.calls == calls
    assert keyed.files.all() == {}
    assert await (await keyed.process(first)).whose(ANA) == ana


async def test_a_rotation_leaves_the_old_key_to_its_owner(keyed: Keyed, kms: KmsStandin) -> None:
    """The command says how to destroy it there, and believes it only when it is told that it is gone."""
    arns = [kms.make_key(number) for number in (1, 2)]
    running = await keyed.process(service(kms, arns[0]))
    ana = await running.joins(ANA)
    rotating = await keyed.process(service(kms, arns[1]))
    report = await rotating.rotate()
    assert [key.number for key in report.to_destroy] == [1]
    assert report.unreadable_up_to == 0
    said = "\n".join(lines(report, ErasureCounts()))
    assert f"aws kms schedule-key-deletion --key-id {arns[0]}" in said
    assert "registry keys destroyed 1" in said
    ben = await running.joins(BEN)
    del kms.keys[arns[0]]
    assert (await rotating.rotation.confirm_destroyed(1, DEPLOYER)).unreadable_up_to == 1
    with pytest.raises(NoSuchMasterKey):
        await rotating.rotation.confirm_destroyed(1, DEPLOYER)
    fresh = await keyed.process(service(kms, arns[1]))
    assert [await fresh.whose(phone) for phone in (ANA, BEN)] == [ana, ben]


async def test_a_registry_moves_from_a_file_to_a_service(keyed: Keyed, kms: KmsStandin) -> None:
    """The file is destroyed when every key is wrapped by the service."""
    at_first = await keyed.process()
    ana = await at_first.joins(ANA)
    moved = await keyed.process(service(kms, kms.make_key(1)))
    report = await moved.rotate()
    assert (report.active.provider, report.unreadable_up_to, keyed.files.all()) == ("aws", 1, {})
    assert await moved.whose(ANA) == ana


async def test_rotating_needs_another_key(keyed: Keyed, kms: KmsStandin) -> None:
    """Whoever forgot to name the new key in the settings is told so, and nothing has changed."""
    process = await keyed.process(service(kms, kms.make_key(1)))
    with pytest.raises(SameMasterKey):
        await process.rotate()
    assert (await process.rotation.report()).active.number == 1


async def test_a_service_in_trouble_is_no_broken_seal(keyed: Keyed, kms: KmsStandin) -> None:
    """What cannot be opened for now is not taken for what can never be opened."""
    process = await keyed.process(service(kms, kms.make_key(1)))
    ana = await process.joins(ANA)
    account = await process.accounts.store.find(ana)
    assert account is not None
    await asyncio.sleep(1.1)
    kms.refuses = True
    with pytest.raises(MasterKeyUnavailable):
        await process.accounts.holder_of(account)
    with pytest.raises(MasterKeyUnavailable):
        await process.accounts.holders_of([account])
    kms.refuses = False
    assert (await process.accounts.holder_of(account)).phone == ANA
