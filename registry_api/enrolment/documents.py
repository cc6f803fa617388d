"""The consent documents: data files, one a purpose, version and language.

A published file is never edited: a changed text is a new version, in every language at once. A test holds the
hash of each published text.
"""

from __future__ import annotations

import hashlib
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from registry_api.enrolment.consents import REQUIRED, Purpose
from registry_api.identity.languages import Language

_FOLDER = "consent_texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentDocument:
    """`text_sha256` is of the canonical text: what was shown, and nothing else."""

    id: str
    purpose: Purpose
    version: str
    language: Language
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    text_sha256: str

    @property
    def required(self) -> bool:
        """Whether enrolment needs a yes to it."""
        return self.purpose in REQUIRED


def canonical_text(title: str, summary: str, paragraphs: Sequence[str]) -> str:
    """Title, summary and paragraphs with one empty line between them, in Unicode's composed form (NFC)."""
    return unicodedata.normalize("NFC", "\n\n".join((title, summary, *paragraphs)))


def text_hash(text: str) -> str:
    """SHA-256 of the UTF-8 bytes, in lower-case hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def published() -> dict[tuple[Purpose, str, Language], ConsentDocument]:
    """Every document that was ever published."""
    folder = resources.files("registry_api.enrolment") / _FOLDER
    documents = (_read(file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".toml"))
    return {(document.purpose, document.version, document.language): document for document in documents}


@cache
def current_version(purpose: Purpose) -> str:
    """The highest version of a purpose; versions count 1, 2, 3."""
    return str(max(int(version) for kind, version, _ in published() if kind is purpose))


def current(language: Language) -> tuple[ConsentDocument, ...]:
    """The six documents that are shown now, in the order of their purposes."""
    return tuple(published()[purpose, current_version(purpose), language] for purpose in Purpose)


def _read(text: str) -> ConsentDocument:
    raw = tomllib.loads(text)
    purpose, version, language = Purpose(raw["purpose"]), str(raw["version"]), Language(raw["language"])
    title, summary, *paragraphs = (
        " ".join(part.split()) for part in (raw["title"], raw["summary"], *raw["paragraphs"])
    )
    return ConsentDocument(
        id=f"{purpose.lower()}.{version}.{language}",
        purpose=purpose,
        version=version,
        language=language,
        title=title,
        summary=summary,
        paragraphs=tuple(paragraphs),
        text_sha256=text_hash(canonical_text(title, summary, paragraphs)),
    )
