"""What can be wrong with keys and with what they seal.

VaultError
├── SealBroken            what was sealed cannot be opened: it was moved or altered, or its key was destroyed
├── KeyDestroyed          a key was asked for somebody who was erased
├── EpochEnded            keys are being rotated: start the transaction again
├── MasterKeyUnavailable  the key management service does not unwrap, for now or for good
├── MasterKeyMissing      a key file is not where it was; carries its path
├── MasterKeyWrong        the master key is not the one that wraps this database's keys
├── SameMasterKey         the settings name a master key that is or was in use
├── NoSuchMasterKey       there is no former master key of a number that waits to be destroyed
├── MasterKeyInUse        data keys are wrapped by a master key that was to be destroyed
└── NotPrepared           there is no master key yet
"""

from __future__ import annotations

from pathlib import Path


class VaultError(Exception):
    """Its text holds nothing personal and no part of a key."""


class SealBroken(VaultError):
    """A sealed value does not belong to the record and field where it was found, or its key is gone."""

    def __init__(self) -> None:
        super().__init__("A sealed value could not be opened.")


class KeyDestroyed(VaultError):
    def __init__(self) -> None:
        super().__init__("The key of this record was destroyed, and there will be no other.")


class EpochEnded(VaultError):
    def __init__(self) -> None:
        super().__init__("Keys are being rotated at this moment. Try again.")


class MasterKeyUnavailable(VaultError):
    def __init__(self) -> None:
        super().__init__(
            "The master key cannot be used now. Look whether the key management service is reachable and "
            "whether its credentials permit to encrypt and decrypt."
        )


class MasterKeyMissing(VaultError):
    """`path` is where the key file should be."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The data of this registry is locked under the key {path}, which is not there. "
            "Put it back from where you keep it; without it no name and no number can be read."
        )
        self.path = path


class MasterKeyWrong(VaultError):
    def __init__(self) -> None:
        super().__init__(
            "The master key that is here is not the one with which this database is locked. "
            "Put back the one that belongs to it."
        )


class SameMasterKey(VaultError):
    def __init__(self) -> None:
        super().__init__(
            "The settings name a master key that is in use or was used before. Make a new one in the key "
            "management service, name it in the settings, and then rotate."
        )


class NoSuchMasterKey(VaultError):
    """`number` is that of the master key."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"There is no former master key {number} that still exists. `registry keys status` lists them."
        )
        self.number = number


class MasterKeyInUse(VaultError):
    """`number` is that of the master key."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Master key {number} cannot count as destroyed: there are data keys that it may still wrap. "
            "Run `registry keys rotate` to its end first."
        )
        self.number = number


class NotPrepared(VaultError):
    def __init__(self) -> None:
        super().__init__("The vault was not prepared on this database.")
