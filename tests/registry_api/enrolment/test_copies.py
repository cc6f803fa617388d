from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from registry_api.enrolment.consents import Purpose
from registry_api.enrolment.copies import Copies, Signer, copy_of
from registry_api.enrolment.documents import canonical_text, published, text_hash
from registry_api.identity.errors import NotFound
from registry_api.identity.languages import Language
from tests.registry_api.enrolment.later_documents import MATERIAL, later
from tests.registry_api.enrolment.people import FORM, GRANTED, NOW, REFUSED, Registry, caller, signed, signing

SIGNER = Signer(name="Amara <Quispe>", phone_ending="0123", zone=ZoneInfo("America/New_York"))


@pytest.mark.parametrize("language", Language)
def test_a_copy_holds_the_very_words_and_the_answer(language: Language) -> None:
    """Whoever has the file can compute the hash from what it shows; nothing in it comes from elsewhere."""
    document = published().find(Purpose.TEXTS, "1", language)
    assert document is not None
    (signature,) = signed((Purpose.TEXTS, REFUSED))
    signature = replace(signature, language=language, text_sha256=document.text_sha256)
    file = copy_of(signature, document, SIGNER)
    (title,) = re.findall("<h1>(.*?)</h1>", file)
    body = file.partition("</h2>")[2].partition("<hr>")[0]
    summary, *paragraphs = re.findall("<p>(.*?)</p>", body)
    shown = canonical_text(unescape(title), unescape(summary), [unescape(each) for each in paragraphs])
    assert text_hash(shown) == signature.text_sha256
    assert signature.text_sha256 in file
    assert f'lang="{language}"' in file
    assert "<Quispe>" not in file
    assert "Amara &lt;Quispe&gt;" in file
    assert not re.search("https?:|<script|<link|<img|url\\(", file)


def test_a_copy_tells_the_time_where_the_person_lives() -> None:
    """And in UTC, in the words of the text's language."""
    (signature,) = signed((Purpose.TEXTS, GRANTED))
    told = {
        Language.EN: "14 May 2031, 12:30 (America/New York); 2031-05-14 16:30:00 UTC",
        Language.ES: "14 de mayo de 2031, 12:30 (America/New York); 2031-05-14 16:30:00 UTC",
    }
    for language, moment in told.items():
        document = published().find(Purpose.TEXTS, "1", language)
        assert document is not None
        assert moment in copy_of(signature, document, replace(SIGNER, name=None))


async def test_a_copy_is_for_the_person_alone(registry: Registry) -> None:
    """It is made of the signed version, whatever came later, and of nobody else's signature."""
    patient = await registry.joined(Purpose.REGISTRY, form=FORM)
    first = (await registry.consents.sign(patient, signing(Purpose.TEXTS), NOW)).signature
    copies = Copies(registry.accounts, registry.enrolments, later({Purpose.TEXTS: [MATERIAL]}))
    file = await copies.of(patient, first)
    assert file is not None
    assert "Amara Quispe, phone number ending in 0123" in file
    assert "<dd>1</dd>" in file
    assert await copies.of(patient, replace(first, text_sha256="0" * 64)) is None
    with pytest.raises(NotFound):
        await copies.of(patient, replace(first, patient=caller(first.patient[:-1]).patient_id))  # type: ignore[arg-type]
