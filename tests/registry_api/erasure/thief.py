"""A thief who has everything: the data folder with the oplog, or a backup of it, and the keys of a day.

The thief knows the source of this program and needs none of it to run: what is stolen is opened on a machine
of the thief's own.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import bson
from bson.binary import Binary
from bson.codec_options import CodecOptions
from pymongo import MongoClient
from pymongo.encryption import ClientEncryption

_CIPHERTEXT_SUBTYPE = 6
_KEY_ID = slice(1, 17)
_WRAPPED = {"keyMaterial", "masterKey"}
_KEY_FILE = re.compile(r"vault-master-key-(\d+)")

Document = dict[str, Any]


def stolen_keys(secrets: Path) -> dict[str, bytes]:
    """Every master key in a folder of secrets, under the name by which data keys call it."""
    files = ((_KEY_FILE.fullmatch(path.name), path) for path in secrets.iterdir())
    return {f"local:{named[1]}": path.read_bytes() for named, path in files if named}


@dataclass
class Haul:
    """All documents of all collections of a server, those of its oplog too."""

    documents: list[Document] = field(default_factory=list)
    operations: list[Document] = field(default_factory=list)

    @classmethod
    def stolen_from(cls, uri: str) -> Haul:
        haul = cls()
        with MongoClient[Document](uri) as client:
            for database in client.list_database_names():
                for name in client[database].list_collection_names():
                    found = list(client[database][name].find({}))
                    (haul.operations if name == "oplog.rs" else haul.documents).extend(found)
        return haul

    def raw(self) -> bytes:
        return b"".join(bson.encode(each) for each in (*self.documents, *self.operations))

    def opened_with(self, keys: Mapping[str, bytes], uri: str) -> Spoils:
        """What the thief can read with these master keys, on a server of their own."""
        spoils = Spoils(self.raw())
        wrapped = [key for key in self._data_keys() if key["masterKey"]["provider"] in keys]
        if not wrapped:
            return spoils
        den = f"test_thief_{uuid4().hex[:8]}"
        with MongoClient[Document](uri) as client:
            by_id = {bytes(key["_id"]): key for key in wrapped}
            client[den]["keys"].insert_many(list(by_id.values()))
            providers = {name: {"key": key} for name, key in keys.items()}
            with ClientEncryption[Document](providers, f"{den}.keys", client, CodecOptions()) as encryption:
                for sealed in self._ciphertexts():
                    if sealed[_KEY_ID] in by_id:
                        spoils.opened.append(encryption.decrypt(Binary(sealed, _CIPHERTEXT_SUBTYPE)))
            client.drop_database(den)
        return spoils

    def _ciphertexts(self) -> set[bytes]:
        found: set[bytes] = set()
        for value in _values((*self.documents, *self.operations)):
            if isinstance(value, Binary) and value.subtype == _CIPHERTEXT_SUBTYPE:
                found.add(bytes(value))
            elif type(value) is bytes and len(value) > _KEY_ID.stop:
                found.add(value)
        return found

    def _data_keys(self) -> Iterator[Document]:
        """Every state in which a data key was ever seen, also what became of it by an update."""
        states: dict[bytes, Document] = {}
        for operation in _flat(self.operations):
            change, name = operation.get("o", {}), (operation.get("o2") or {}).get("_id")
            if change.keys() >= _WRAPPED:
                states[bytes(change["_id"])] = change
                yield change
            elif isinstance(name, bytes) and bytes(name) in states and "diff" in change:
                states[bytes(name)] = _changed(states[bytes(name)], change["diff"])
                yield states[bytes(name)]
        yield from (each for each in self.documents if each.keys() >= _WRAPPED)


@dataclass
class Spoils:
    """What lay open, and what could be opened."""

    clear: bytes
    opened: list[Any] = field(default_factory=list)

    def have(self, word: str) -> bool:
        """Whether a word stands anywhere, in clear or in what was opened."""
        return word.encode() in self.clear or any(word in text for text in self._texts())

    def have_the_hash_of(self, phone: str) -> bool:
        """Whether the thief can tell by a look-up key that this number is, or was, in the registry."""
        return any(
            hmac.new(bytes.fromhex(key), phone.encode(), hashlib.sha256).hexdigest().encode() in self.clear
            for key in self._lookup_keys()
        )

    def _texts(self) -> Iterator[str]:
        return (value for value in _values(self.opened) if isinstance(value, str))

    def _lookup_keys(self) -> Iterator[str]:
        return (plain["value"] for plain in self.opened if plain["record"] == "lookup_key")


def _flat(operations: list[Document]) -> Iterator[Document]:
    """The operations of an oplog in order, those of transactions one by one."""
    for each in operations:
        inner = each.get("o", {}).get("applyOps")
        if isinstance(inner, list):
            yield from _flat(inner)
        else:
            yield each


def _changed(before: Document, diff: Document) -> Document:
    """A document after an update, as the oplog describes it."""
    after = {name: value for name, value in before.items() if name not in diff.get("d", {})}
    after |= diff.get("u", {}) | diff.get("i", {})
    for name, inner in diff.items():
        if name.startswith("s") and isinstance(after.get(name[1:]), dict):
            after[name[1:]] = _changed(after[name[1:]], inner)
    return after


def _values(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _values(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _values(inner)
    else:
        yield value
