from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from registry_api.enrolment import documents
from registry_api.enrolment.consents import Purpose
from registry_api.enrolment.documents import ConsentDocument
from registry_api.identity.languages import Language

_HASHES = json.loads((Path(__file__).parent / "published_texts.json").read_text("utf-8"))
_LEAVING = {Language.EN: "How to leave.", Language.ES: "Cómo salir."}
_RISKS = {Language.EN: "What could go wrong.", Language.ES: "Qué puede salir mal."}
_NEVER = {Language.EN: "What we never do.", Language.ES: "Qué no hacemos nunca."}
_WHAT = {Language.EN: "What this is.", Language.ES: "Qué es."}
_WHY = {Language.EN: "Why we ask.", Language.ES: "Por qué lo pedimos."}


def _all() -> list[ConsentDocument]:
    return sorted(documents.published().all(), key=lambda document: document.id)


def test_a_published_text_never_changes() -> None:
    """Each text has the hash that it was published with; a new version gets a new line, an old one stays."""
    assert {document.id: document.text_sha256 for document in _all()} == _HASHES


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("language", Language)
def test_each_purpose_has_its_current_text_in_each_language(purpose: Purpose, language: Language) -> None:
    """Six documents are shown in each language, in the order of their purposes, in the current version."""
    shown = documents.published().current(language)
    assert [document.purpose for document in shown] == list(Purpose)
    document = next(each for each in shown if each.purpose is purpose)
    assert document.version == documents.published().current_version(purpose)
    assert document.language is language


def test_languages_say_the_same_things() -> None:
    """A version has as many paragraphs in each language."""
    lengths: dict[tuple[Purpose, str], set[int]] = {}
    for document in _all():
        lengths.setdefault((document.purpose, document.version), set()).add(len(document.paragraphs))
    assert all(len(each) == 1 for each in lengths.values())


@pytest.mark.parametrize("document", _all(), ids=lambda document: document.id)
def test_a_text_is_complete(document: ConsentDocument) -> None:
    """Each says what it is, why, what could go wrong, what we never do, and how to leave."""
    for start in (_WHAT, _WHY, _RISKS, _NEVER, _LEAVING):
        assert any(each.startswith(start[document.language]) for each in document.paragraphs)
    assert document.paragraphs[-1].startswith(_LEAVING[document.language])


@pytest.mark.parametrize("document", _all(), ids=lambda document: document.id)
def test_a_text_is_plain(document: ConsentDocument) -> None:
    """Sentences are short: 17 words on average at most, and none beyond 45."""
    text = " ".join((document.summary, *document.paragraphs))
    lengths = [len(sentence.split()) for sentence in re.split(r"(?<=[.:;])\s", text)]
    assert sum(lengths) / len(lengths) <= 17
    assert max(lengths) <= 45


def test_the_hash_is_of_what_is_shown() -> None:
    """Anybody can compute it from title, summary and paragraphs, whatever form their accents came in."""
    document = documents.published().current(Language.ES)[0]
    shown = "\n\n".join([document.title, document.summary, *document.paragraphs])
    assert hashlib.sha256(shown.encode()).hexdigest() == document.text_sha256
    assert documents.canonical_text("cafe\u0301", "", []) == documents.canonical_text("café", "", [])


def test_only_the_registry_is_required() -> None:
    """Enrolment needs one yes; the other five are a free choice."""
    required = [
        document.purpose for document in documents.published().current(Language.EN) if document.required
    ]
    assert required == [Purpose.REGISTRY]
