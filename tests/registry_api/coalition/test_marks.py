from __future__ import annotations

import secrets

from diary.ids import PatientId
from registry_api.coalition.marks import mark, pack, unpack
from registry_api.coalition.method import method
from registry_api.identity.languages import Language


def test_a_mark_belongs_to_one_person_and_one_key() -> None:
    """The same person has the same mark under one key, another under another key, and nobody shares it."""
    key, other_key = secrets.token_bytes(32), secrets.token_bytes(32)
    assert mark(key, PatientId("a")) == mark(key, PatientId("a"))
    assert mark(key, PatientId("a")) != mark(key, PatientId("b"))
    assert mark(key, PatientId("a")) != mark(other_key, PatientId("a"))


def test_marks_survive_packing_in_chunks() -> None:
    """More marks than one chunk holds, and none at all, come back as they went."""
    people = {mark(b"key", PatientId(str(number))) for number in range(100_001)}
    chunks = list(pack(people))
    assert len(chunks) == 2
    assert max(map(len, chunks)) <= 1_600_000
    assert unpack(chunks) == people
    assert unpack(pack(set())) == set()


def test_the_method_names_its_rules_in_each_language() -> None:
    """Readers are told how counts are withheld, rounded and kept still, with the real numbers."""
    for language in Language:
        text = method(language)
        assert all(number in text for number in ("1", "10", "11", "5", "4"))
        assert "{" not in text
