"""Secrets on this machine's disk, readable by their owner only."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from registry_api.vault.errors import MasterKeyMissing

_MASTER_KEY_BYTES = 96
_MASTER_KEY_FILE = re.compile(r"vault-master-key-(\d{1,9})")
_OVERWRITTEN = 3


def secret_file(path: Path, size: int) -> bytes:
    """The content of a secret file, made of `size` random bytes where it is not there yet.

    Processes that start at once read the same: the file appears whole or not at all.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent) as made:  # readable by its owner only
            made.write(secrets.token_bytes(size))
            made.flush()
            os.fsync(made.fileno())
            with suppress(FileExistsError):
                os.link(made.name, path)
        _settle(path.parent)
    return path.read_bytes()


class MasterKeyFiles:
    """Master keys of 96 bytes, one a file, numbered from 1: what the demo and a single machine use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, number: int) -> Path:
        return self._folder / f"vault-master-key-{number}"

    def make(self, number: int) -> bytes:
        """Makes the key, or gives the one of that number, which a start that was killed left behind."""
        return secret_file(self.path(number), _MASTER_KEY_BYTES)

    def read(self, number: int) -> bytes:
        """Raises MasterKeyMissing."""
        try:
            return self.path(number).read_bytes()
        except FileNotFoundError:
            raise MasterKeyMissing(self.path(number)) from None

    def all(self) -> dict[int, bytes]:
        """Every key that is here now, by its number."""
        keys = {}
        for path in self._folder.glob("vault-master-key-*"):
            named = _MASTER_KEY_FILE.fullmatch(path.name)
            if named:
                with suppress(FileNotFoundError):  # destroyed at this moment
                    keys[int(named[1])] = path.read_bytes()
        return keys

    def destroy(self, number: int) -> None:
        """Overwrites the file with random bytes, then removes it; nothing where it is gone already.

        A disk that writes elsewhere than it is told (flash, snapshots, copy on write) can keep the old bytes:
        docs/keys.md says what to do about that.
        """
        path = self.path(number)
        with suppress(FileNotFoundError):
            with path.open("r+b") as file:
                for _ in range(_OVERWRITTEN):
                    file.seek(0)
                    file.write(secrets.token_bytes(_MASTER_KEY_BYTES))
                    file.flush()
                    os.fsync(file.fileno())
            path.unlink()
            _settle(self._folder)


def _settle(folder: Path) -> None:
    """Makes sure that what was made or removed in a folder is so after a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
