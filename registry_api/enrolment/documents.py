"""The consent documents: data files, one a purpose, version and language.

A published file is never edited: a changed text is a new version, in every language at once, and says in one
paragraph what has changed since the version before, and whether that is material. A test holds the hash of
each published text.
"""

from __future__ import annotations

import hashlib
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from registry_api.enrolment.consents import REQUIRED, ConsentState, Purpose, Signature, Standing
from registry_api.identity.languages import Language

_FOLDER = "consent_texts"


class DocumentsIncomplete(Exception):
    """The documents do not fit together; says which one. A fault of whoever wrote them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentDocument:
    """`text_sha256` is of the canonical text: what was shown, and nothing else.

    `what_changed` tells of the version before; the first version has none, and is material.
    """

    id: str
    purpose: Purpose
    version: str
    language: Language
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    text_sha256: str
    material: bool = True
    what_changed: str | None = None

    @property
    def required(self) -> bool:
        """Whether enrolment needs a yes to it."""
        return self.purpose in REQUIRED


class Library:
    """Every document that was ever published; versions count 1, 2, 3."""

    def __init__(self, documents: Iterable[ConsentDocument]) -> None:
        """Raises DocumentsIncomplete."""
        self._documents = {(each.purpose, each.version, each.language): each for each in documents}
        self._latest = {purpose: self._checked(purpose) for purpose in Purpose}

    def all(self) -> Iterable[ConsentDocument]:
        return self._documents.values()

    def find(self, purpose: Purpose, version: str, language: str) -> ConsentDocument | None:
        """One text; None where none was published under this version in this language."""
        return self._documents.get((purpose, version, Language(language)))

    def current_version(self, purpose: Purpose) -> str:
        """The highest version of a purpose."""
        return str(self._latest[purpose])

    def current(self, language: Language) -> tuple[ConsentDocument, ...]:
        """The six documents that are shown now, in the order of their purposes."""
        return tuple(self._documents[purpose, self.current_version(purpose), language] for purpose in Purpose)

    def newer(self, purpose: Purpose, version: str, language: Language) -> tuple[ConsentDocument, ...]:
        """The versions that came after one, oldest first."""
        numbers = range(int(version) + 1, self._latest[purpose] + 1)
        return tuple(self._documents[purpose, str(number), language] for number in numbers)

    def asks_again(self, standing: Standing) -> bool:
        """Whether something that matters has changed since a text that has a yes."""
        if standing.state is not ConsentState.GRANTED or standing.version is None:
            return False
        return any(each.material for each in self.newer(standing.purpose, standing.version, Language.EN))

    def as_signed(self, signature: Signature) -> ConsentDocument | None:
        """The very text that was signed; None where its words are no longer those of the signature's hash."""
        document = self.find(signature.purpose, signature.version, signature.language)
        return document if document and document.text_sha256 == signature.text_sha256 else None

    def _checked(self, purpose: Purpose) -> int:
        """The number of the newest version, after a look at each."""
        versions = {int(version) for kind, version, _ in self._documents if kind is purpose}
        if not versions or versions != set(range(1, len(versions) + 1)):
            raise DocumentsIncomplete(f"{purpose} has the versions {sorted(versions)}")
        for number in versions:
            texts = [self._documents.get((purpose, str(number), language)) for language in Language]
            if None in texts:
                raise DocumentsIncomplete(f"{purpose} {number} is missing in a language")
            if len({each.material for each in texts if each}) != 1:
                raise DocumentsIncomplete(f"{purpose} {number} is material in one language only")
            if any((each.what_changed is None) != (number == 1) for each in texts if each):
                raise DocumentsIncomplete(f"{purpose} {number} does not say what has changed")
        return max(versions)


@cache
def published() -> Library:
    """Our own documents."""
    return read(resources.files("registry_api.enrolment") / _FOLDER)


def read(folder: Traversable | Path) -> Library:
    """The documents of a folder.

    Raises:
        DocumentsIncomplete: a version, a language or a word about what has changed is missing.
    """
    return Library(
        _document(tomllib.loads(file.read_text("utf-8")))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    )


def canonical_text(title: str, summary: str, paragraphs: Sequence[str]) -> str:
    """Title, summary and paragraphs with one empty line between them, in Unicode's composed form (NFC)."""
    return unicodedata.normalize("NFC", "\n\n".join((title, summary, *paragraphs)))


def text_hash(text: str) -> str:
    """SHA-256 of the UTF-8 bytes, in lower-case hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _document(raw: Mapping[str, Any]) -> ConsentDocument:
    purpose, version, language = Purpose(raw["purpose"]), str(raw["version"]), Language(raw["language"])
    title, summary, *paragraphs = map(_on_one_line, (raw["title"], raw["summary"], *raw["paragraphs"]))
    what_changed = raw.get("what_changed")
    return ConsentDocument(
        id=f"{purpose.lower()}.{version}.{language}",
        purpose=purpose,
        version=version,
        language=language,
        title=title,
        summary=summary,
        paragraphs=tuple(paragraphs),
        text_sha256=text_hash(canonical_text(title, summary, paragraphs)),
        material=raw["material"] if what_changed else True,
        what_changed=_on_one_line(what_changed) if what_changed else None,
    )


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
