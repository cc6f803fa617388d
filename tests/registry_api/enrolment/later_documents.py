"""Our documents as they may be one day: a later version of some, that only tests know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from registry_api.enrolment.consents import Purpose
from registry_api.enrolment.documents import ConsentDocument, Library, canonical_text, published, text_hash

MATERIAL, WORDING = True, False


def later(changes: Mapping[Purpose, list[bool]]) -> Library:
    """Each purpose with so many more versions, material or not; each adds a sentence to the summary."""
    documents = list(published().all())
    for purpose, versions in changes.items():
        for number, material in enumerate(versions, start=2):
            first = [each for each in documents if each.purpose is purpose and each.version == "1"]
            documents += [_version(each, number, material=material) for each in first]
    return Library(documents)


def _version(first: ConsentDocument, number: int, *, material: bool) -> ConsentDocument:
    summary = f"{first.summary} {number}."
    return replace(
        first,
        id=f"{first.purpose.lower()}.{number}.{first.language}",
        version=str(number),
        summary=summary,
        text_sha256=text_hash(canonical_text(first.title, summary, first.paragraphs)),
        material=material,
        what_changed=f"{number} in {first.language}",
    )
