from __future__ import annotations

from pathlib import Path

import pytest

from registry_api.vault.errors import MasterKeyMissing
from registry_api.vault.files import MasterKeyFiles


def test_a_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    """A master key has 96 bytes, another for each number, and nobody else may read it."""
    files = MasterKeyFiles(tmp_path / "secrets")
    first, second = files.make(1), files.make(2)
    assert len(first) == len(second) == 96
    assert first != second
    assert files.path(1).stat().st_mode & 0o777 == 0o600
    assert files.path(1).parent.stat().st_mode & 0o777 == 0o700


def test_a_key_that_is_there_is_taken_as_it_is(tmp_path: Path) -> None:
    """Making a key again, after a kill, gives the same key."""
    files = MasterKeyFiles(tmp_path)
    assert files.make(1) == files.make(1) == files.read(1) == files.all()[1]


def test_a_destroyed_key_is_overwritten_and_gone(tmp_path: Path) -> None:
    """The bytes on the disk are other ones before the name vanishes; destroying again does nothing."""
    files = MasterKeyFiles(tmp_path)
    key = files.make(1)
    same_bytes = tmp_path / "another-name"
    same_bytes.hardlink_to(files.path(1))
    files.destroy(1)
    files.destroy(1)
    assert same_bytes.read_bytes() != key
    assert files.all() == {}
    with pytest.raises(MasterKeyMissing, match="vault-master-key-1"):
        files.read(1)


def test_other_files_are_no_master_keys(tmp_path: Path) -> None:
    """Copies that somebody made by hand are not read."""
    (tmp_path / "vault-master-key-1.bak").write_bytes(bytes(96))
    assert MasterKeyFiles(tmp_path).all() == {}
