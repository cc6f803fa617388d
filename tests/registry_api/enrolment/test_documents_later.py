from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from registry_api.enrolment.consents import ConsentState, Purpose, Standing
from registry_api.enrolment.documents import DocumentsIncomplete, Library, published, read
from registry_api.identity.languages import Language
from tests.registry_api.enrolment.later_documents import MATERIAL, WORDING, later
from tests.registry_api.enrolment.people import GRANTED, signed

SHARING = Purpose.RESEARCH_SHARING


def _standing(version: str, state: ConsentState = ConsentState.GRANTED) -> Standing:
    return Standing(purpose=SHARING, state=state, version=version)


@pytest.mark.parametrize(
    ("versions", "signed_version", "asks"),
    [
        ([], "1", False),
        ([WORDING], "1", False),
        ([MATERIAL], "1", True),
        ([MATERIAL], "2", False),
        ([MATERIAL, WORDING], "1", True),
        ([MATERIAL, WORDING], "2", False),
        ([WORDING, MATERIAL], "2", True),
        ([WORDING, WORDING, WORDING], "1", False),
    ],
)
def test_a_material_change_since_the_yes_asks_again(
    versions: list[bool], signed_version: str, *, asks: bool
) -> None:
    """A new wording alone keeps the yes; who said no is left in peace."""
    library = later({SHARING: versions})
    assert library.asks_again(_standing(signed_version)) is asks
    assert not library.asks_again(_standing(signed_version, ConsentState.REFUSED))
    assert not library.asks_again(Standing(purpose=SHARING, state=ConsentState.NEVER_ASKED))


def test_what_has_changed_is_told_from_the_signed_version_on() -> None:
    """Each newer version in its order, in the reader's language."""
    library = later({SHARING: [MATERIAL, WORDING]})
    told = [each.what_changed for each in library.newer(SHARING, "1", Language.ES)]
    assert told == ["2 in es", "3 in es"]
    assert library.newer(SHARING, "3", Language.ES) == ()
    assert library.current_version(SHARING) == "3"


def test_a_signed_text_opens_as_it_was_signed() -> None:
    """By version, language and hash; words that are others than those of the hash are not shown for them."""
    library = later({SHARING: [MATERIAL]})
    (signature,) = signed((SHARING, GRANTED))
    for language in Language:
        document = published().find(SHARING, "1", language)
        assert document is not None
        genuine = replace(signature, language=language, text_sha256=document.text_sha256)
        assert library.as_signed(genuine) == document
        assert library.as_signed(replace(genuine, text_sha256="0" * 64)) is None
        assert library.as_signed(replace(genuine, version="2")) is None


@pytest.mark.parametrize(
    ("left_out", "what"),
    [
        ("research_sharing.1.es", "missing in a language"),
        ("texts.1", "has the versions"),
        ("recontact.2", "has the versions"),
    ],
)
def test_documents_that_do_not_fit_together_are_refused(left_out: str, what: str) -> None:
    """A language, a purpose or a version that is missing."""
    library = later({Purpose.RECONTACT: [MATERIAL, MATERIAL]})
    with pytest.raises(DocumentsIncomplete, match=what):
        Library(each for each in library.all() if not each.id.startswith(left_out))


def test_a_later_version_says_what_has_changed_and_how_much() -> None:
    """In every language, and as materially in each."""
    library = later({Purpose.RECONTACT: [MATERIAL]})
    for changes, what in (
        ({"what_changed": None}, "does not say what has changed"),
        ({"material": WORDING}, "material in one language only"),
    ):
        broken = [replace(each, **changes) if each.id == "recontact.2.es" else each for each in library.all()]
        with pytest.raises(DocumentsIncomplete, match=what):
            Library(broken)


def test_a_folder_of_later_documents_can_be_read(tmp_path: Path) -> None:
    """A file says whether its version is material and what has changed; neither is part of what is hashed."""
    later_on = 'material = false\nwhat_changed = """Plainer\n  words."""\n'
    for document in published().all():
        for version, extra in (("1", ""), ("2", later_on)):
            paragraphs = ", ".join(f'"""{each}"""' for each in document.paragraphs)
            (tmp_path / f"{document.purpose}.{version}.{document.language}.toml").write_text(
                f'purpose = "{document.purpose}"\nversion = "{version}"\nlanguage = "{document.language}"\n'
                f'title = "{document.title}"\nsummary = """{document.summary}"""\n{extra}'
                f"paragraphs = [{paragraphs}]\n",
                "utf-8",
            )
    library = read(tmp_path)
    for document in library.current(Language.EN):
        assert (document.version, document.material, document.what_changed) == ("2", False, "Plainer words.")
        first = published().find(document.purpose, "1", Language.EN)
        assert first is not None
        assert document.text_sha256 == first.text_sha256
