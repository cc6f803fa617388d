"""Which master keys there are, and how this process can use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from registry_api.key_settings import KeyService
from registry_api.vault.files import MasterKeyFiles

LOCAL = "local"
_SEPARATOR = ":"


class MasterKeyState(StrEnum):
    ACTIVE = "ACTIVE"
    RETIRING = "RETIRING"
    DESTROYED = "DESTROYED"


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterKey:
    """One master key of this registry, numbered from 1 in the order of use.

    `provider` and `options` are libmongocrypt's: a local key is a provider of its own, `local:2`; a key of a
    service is named by its options, which hold no secret.
    """

    number: int
    provider: str
    options: Mapping[str, str] | None
    state: MasterKeyState
    made_at: datetime
    destroyed_at: datetime | None = None

    @property
    def is_local(self) -> bool:
        return self.provider.startswith(LOCAL)

    @property
    def wrapped(self) -> dict[str, str]:
        """How a data key that it wraps names it, whichever way leads there."""
        named = {name: value for name, value in (self.options or {}).items() if name != "endpoint"}
        return {"provider": self.provider, **named}

    @property
    def name(self) -> str:
        """As its owner knows it: a file, or what the service calls it."""
        if self.options is None:
            return f"vault-master-key-{self.number}"
        return "/".join([self.provider, *(value for name, value in sorted(self.options.items()))])


class MasterKeys:
    """The key files of this machine and, where one is set, the key management service."""

    def __init__(self, files: MasterKeyFiles, service: KeyService | None = None) -> None:
        self.files = files
        self.service = service

    def make(self, number: int) -> tuple[str, Mapping[str, str] | None]:
        """The provider and the options of the key to use from now on; a local one is made."""
        if self.service is not None:
            return self.service.name, self.service.key
        self.files.make(number)
        return local_provider(number), None

    def providers(self) -> dict[str, Any]:
        """Everything with which this process can unwrap, as libmongocrypt takes it; secret."""
        local = {local_provider(number): {"key": key} for number, key in self.files.all().items()}
        return local | ({self.service.name: self.service.credentials} if self.service else {})

    def tls(self) -> dict[str, Any]:
        return {self.service.name: self.service.tls} if self.service and self.service.tls else {}


def local_provider(number: int) -> str:
    return f"{LOCAL}{_SEPARATOR}{number}"
