from __future__ import annotations

from collections.abc import Callable

import pytest

from registry_api.enrolment.consents import Purpose
from tests.registry_api.enrolment.people import PHONE
from tests.registry_api.local_service import Api, LocalService, consent, enrolment, treatment
from tests.registry_api.stored_bytes import stored_bytes


@pytest.mark.caller("patient")
async def test_consent_then_enrolment_is_what_me_shows(api: Api) -> None:
    """What was signed and told comes back, and the consents that were not asked stand as such."""
    signed = await api.send("SignConsent", input=consent(Purpose.REGISTRY))
    assert signed["consent"] == {
        "purpose": "REGISTRY",
        "state": "GRANTED",
        "version": "1",
        "signedAt": "2031-05-14T16:30:00+00:00",
    }
    enrolled = await api.send("Enrol", input=enrolment(treatments=[treatment()]))
    assert enrolled["__typename"] == "Enrolled"
    me = await api.send("Me")
    patient = me["patient"]
    assert me["name"] == "Amara Quispe"
    assert {each["purpose"]: each["state"] for each in patient["consents"]} == {
        "REGISTRY": "GRANTED",
        "TEXTS": "NEVER_ASKED",
        "TRIAL_CONTACT": "NEVER_ASKED",
        "BIOSPECIMEN_LINK": "NEVER_ASKED",
        "RECONTACT": "NEVER_ASKED",
        "RESEARCH_SHARING": "NEVER_ASKED",
    }
    facts = patient["enrolment"]
    assert facts["forms"] == [{"form": "CERVICAL", "onset": "2019-06"}, {"form": "LIMB", "onset": None}]
    assert (facts["birthMonth"], facts["country"], facts["postalCode"]) == ("1984-03", "US", "10001")
    assert patient["settings"] == {
        "language": "EN",
        "timeZone": "America/New_York",
        "promptTime": "19:30",
        "coreItems": ["pulling", "pain"],
    }
    treatments = (await api.send("Treatments"))["patient"]["treatments"]["edges"]
    assert [edge["node"]["startedOn"] for edge in treatments] == ["2031-03-02"]


async def test_anybody_may_read_the_consents_before_signing_in(api: Api) -> None:
    """All six texts are there in both languages; the registry's is the only one that enrolment needs."""
    for language in ("EN", "ES"):
        texts = await api.send("ConsentDocuments", language=language)
        assert len({text["purpose"] for text in texts}) == 6
        assert [text["purpose"] for text in texts if text["required"]] == ["REGISTRY"]
        assert {text["language"] for text in texts} == {language}


@pytest.mark.caller("patient")
async def test_a_signature_under_another_text_is_refused(api: Api, local: LocalService) -> None:
    """Who was shown an old or altered text is told the current version, and nothing is signed."""
    before = await stored_bytes(local.services.mongo.database)
    for changed in ({"version": "0"}, {"textSha256": "0" * 64}):
        answer = await api.send("SignConsent", input=consent(Purpose.REGISTRY) | changed)
        assert (answer["code"], answer["currentVersion"]) == ("CONSENT_TEXT_CHANGED", "1")
    assert await stored_bytes(local.services.mongo.database) == before


@pytest.mark.caller("patient")
async def test_nobody_enrols_without_the_registry_consent(api: Api) -> None:
    """The answer names the consent that is missing."""
    await api.send("SignConsent", input=consent(Purpose.TEXTS))
    answer = await api.send("Enrol", input=enrolment())
    assert (answer["code"], answer["purpose"]) == ("CONSENT_MISSING", "REGISTRY")


@pytest.mark.caller("patient")
async def test_an_enrolment_that_cannot_be_right_names_each_field(
    api: Api, local: LocalService, logged: Callable[[], str]
) -> None:
    """Every fault is named in one answer, in the contract's own names, and nothing is stored or logged."""
    await api.send("SignConsent", input=consent(Purpose.REGISTRY))
    before = await stored_bytes(local.services.mongo.database)
    dates = enrolment(
        birthMonth="soon",
        forms=[{"form": "CERVICAL", "onset": "2019-13"}],
        treatments=[treatment(startedOn="yesterday")],
    )
    rules = enrolment(
        name=" ",
        birthMonth="2020-01",
        forms=[{"form": "LIMB"}, {"form": "LIMB"}],
        country="XX",
        timeZone="Mars/Olympus",
        promptTime="25:00",
        coreItems=["pulling"],
        treatments=[treatment(startedOn="2040")],
    )
    told = []
    for wrong in (dates, rules):
        answer = await api.send("Enrol", input=wrong)
        assert (answer["__typename"], answer["code"]) == ("InvalidInput", "INVALID_INPUT")
        told.append({field["path"] for field in answer["fields"]})
    assert told[0] == {"birthMonth", "forms[0].onset", "treatments[0].startedOn"}
    assert told[1] >= {
        "name", "birthMonth", "forms[1].form", "country", "timeZone", "promptTime", "treatments[0].startedOn",
    }  # fmt: skip
    assert await stored_bytes(local.services.mongo.database) == before
    assert "Mars/Olympus" not in logged()


@pytest.mark.caller("patient")
async def test_what_identifies_a_person_is_ciphertext_and_not_logged(
    api: Api, local: LocalService, logged: Callable[[], str]
) -> None:
    """Name, number and postal code are nowhere in the database or the log in clear."""
    await api.send("SignConsent", input=consent(Purpose.REGISTRY))
    await api.send("Enrol", input=enrolment(name="Zebediah Quillfeather", postalCode="10459"))
    stored, said = await stored_bytes(local.services.mongo.database), logged()
    for secret in ("Quillfeather", "10459", PHONE, PHONE[2:]):
        assert secret.encode() not in stored
        assert secret not in said


@pytest.mark.caller("enrolled")
async def test_settings_change_one_by_one(api: Api) -> None:
    """What is left out stays; no prompt and a time together cannot be."""
    await api.send("ChangeSettings", input={"promptTime": "08:15"})
    answer = await api.send("ChangeSettings", input={"language": "ES"})
    settings = answer["patient"]["settings"]
    assert (settings["language"], settings["promptTime"]) == ("ES", "08:15")
    answer = await api.send("ChangeSettings", input={"noPrompt": True})
    assert answer["patient"]["settings"]["promptTime"] is None
    answer = await api.send("ChangeSettings", input={"noPrompt": True, "promptTime": "08:15"})
    assert [field["path"] for field in answer["fields"]] == ["noPrompt"]


@pytest.mark.caller("patient")
async def test_settings_need_an_enrolment(api: Api) -> None:
    """Before enrolment there is nothing to change."""
    answer = await api.send("ChangeSettings", input={"promptTime": "08:15"})
    assert answer["code"] == "NOT_ENROLLED"


@pytest.mark.caller("enrolled")
async def test_taking_consent_back_closes_the_diary(api: Api) -> None:
    """After a no to the registry, a correction of the enrolment is refused and me says so."""
    answer = await api.send("SignConsent", input=consent(Purpose.REGISTRY, "REFUSED"))
    assert answer["consent"]["state"] == "REFUSED"
    assert (await api.send("Enrol", input=enrolment()))["code"] == "CONSENT_MISSING"
