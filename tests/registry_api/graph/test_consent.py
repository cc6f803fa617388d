from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from registry_api.app import create_app
from registry_api.conversations.texting import Inbound
from registry_api.enrolment.consents import Purpose
from registry_api.enrolment.documents import published
from registry_api.enrolment.uses import NEEDS, Use
from registry_api.settings import Settings
from registry_api.wiring import wired
from tests.registry_api.enrolment.later_documents import MATERIAL, WORDING, later
from tests.registry_api.enrolment.people import NOW, PHONE, signing
from tests.registry_api.local_service import Api, LocalService, consent
from tests.registry_api.texting_desk import sid

BOTH = ["CONTACT", "DATA_USE"]


async def test_signing_the_same_version_again_is_two_events(local: LocalService) -> None:
    """The answer stands as before, and the history has both, with their times."""
    api, _ = await local.patient(enrolled=False)
    for _ in range(2):
        local.clock.pass_(minutes=1)
        done = await api.send("SignConsent", input=consent(Purpose.TEXTS))
        assert (done["already"], done["consent"]["state"]) == (False, "GRANTED")
    history = await _history(api)
    assert [(each["purpose"], each["version"], each["decision"]) for each in history] == [
        ("TEXTS", "1", "GRANTED")
    ] * 2
    assert history[0]["signedAt"] > history[1]["signedAt"]


async def test_a_request_that_is_sent_again_is_one_event(local: LocalService) -> None:
    """The client's id makes it so; the same id for another answer is refused."""
    api, _ = await local.patient(enrolled=False)
    once = consent(Purpose.TEXTS, signatureId=str(uuid4()))
    done = [await api.send("SignConsent", input=once) for _ in range(3)]
    assert [each["already"] for each in done] == [False, True, True]
    assert {each["signature"]["id"] for each in done} == {once["signatureId"]}
    other = await api.send("SignConsent", input=once | {"decision": "REFUSED"})
    assert (other["__typename"], other["fields"][0]["path"]) == ("InvalidInput", "signatureId")
    assert len(await _history(api)) == 1


async def test_history_is_readable_after_withdrawal(local: LocalService) -> None:
    """Every signature and every change, and each text can still be opened and kept."""
    api, _ = await local.patient()
    before = await _history(api)
    await api.send("SignConsent", input=consent(Purpose.REGISTRY, "REFUSED"))
    await api.send("Withdraw", **{"from": BOTH})
    after = await _history(api)
    assert after[1:] == before
    for signature in after:
        shown = (await api.send("SignedConsent", id=signature["id"]))["patient"]["consentSignature"]
        document = published().find(Purpose(signature["purpose"]), signature["version"], "en")
        assert document is not None
        assert shown["document"]["paragraphs"] == list(document.paragraphs)
        assert shown["textSha256"] in shown["copy"]
    changes = (await api.send("ConsentHistory", first=50))["patient"]["participationHistory"]["edges"]
    assert [edge["node"]["change"] for edge in changes] == ["DATA_USE_ENDED", "CONTACT_ENDED"]


async def test_nobody_opens_the_signature_of_another(local: LocalService) -> None:
    """An id of somebody else's signature reads as one that never was."""
    api, _ = await local.patient()
    other, _ = await local.patient()
    foreign = (await _history(other))[0]["id"]
    for name in (foreign, "nothing"):
        assert (await api.send("SignedConsent", id=name))["patient"]["consentSignature"] is None


async def test_leaving_and_coming_back(local: LocalService) -> None:
    """Each axis on its own, as often as one wishes; what may be done follows at once."""
    api, _ = await local.patient()
    assert await _uses(api) == {
        "KEEP_DIARY",
        "COUNT",
        "TEXT_PROMPTS",
        "MATCH_TRIALS",
        "ALERT_TRIALS",
        "INTRODUCE",
    }
    for _ in range(2):
        done = await api.send("Withdraw", **{"from": ["CONTACT"]})
        assert done["patient"]["participation"] == {"contact": "NONE", "dataUse": "USE"}
    assert await _uses(api) == {"KEEP_DIARY", "COUNT", "MATCH_TRIALS"}
    done = await api.send("Withdraw", **{"from": BOTH})
    assert done["patient"]["participation"] == {"contact": "NONE", "dataUse": "NONE"}
    assert await _uses(api) == set()
    done = await api.send("Rejoin", to=BOTH)
    assert done["patient"]["participation"] == {"contact": "ACTIVE", "dataUse": "USE"}
    assert len(await _uses(api)) == 6


async def test_a_pause_shows_its_end_and_ends_by_itself(local: LocalService) -> None:
    """What waits says until when; an undo ends it sooner; a length that cannot be is refused."""
    api, _ = await local.patient()
    until = (NOW + timedelta(days=14)).isoformat()
    done = await api.send("PauseContact", days=14)
    assert done["patient"]["participation"]["pausedUntil"] == until
    waiting = {each["use"] for each in await _permitted(api) if each["waitsUntil"] == until}
    assert waiting == {"TEXT_PROMPTS", "ALERT_TRIALS"}
    assert (await api.send("EndPause"))["patient"]["participation"]["pausedUntil"] is None
    for days in (0, 366, -1):
        refused = await api.send("PauseContact", days=days)
        assert (refused["__typename"], refused["fields"][0]["path"]) == ("InvalidInput", "days")
    await api.send("PauseContact", days=1)
    local.clock.pass_(days=1)
    assert (await api.send("Me"))["patient"]["participation"]["pausedUntil"] is None


async def test_pausing_by_text_and_on_the_web_is_one_thing(local: LocalService) -> None:
    """What PAUSE began, the web shows and ends."""
    api, _ = await local.patient(phone=PHONE)
    conversations = local.services.conversations
    await conversations.receive(Inbound(sid(), PHONE, "PAUSE 7"), local.clock())
    assert await conversations.work_one(local.clock(), "w1")
    until = (NOW + timedelta(days=7)).isoformat()
    assert (await api.send("Me"))["patient"]["participation"]["pausedUntil"] == until
    await api.send("EndPause")
    history = (await api.send("ConsentHistory", first=10))["patient"]["participationHistory"]["edges"]
    assert [(edge["node"]["change"], edge["node"]["how"]) for edge in history] == [
        ("RESUMED", "WEB"),
        ("PAUSED", "SMS"),
    ]


@pytest.fixture
def one_day(settings: Settings, local: LocalService) -> Iterator[LocalService]:
    """The service one day: two texts have changed in what matters, that of texting in words only.

    What is shared goes further from the third version on, and this service shares like that.
    """
    changed = wired(
        settings,
        local.services.mongo,
        local.services.vault,
        local.clock,
        library=later(
            {
                Purpose.RESEARCH_SHARING: [WORDING, MATERIAL],
                Purpose.TRIAL_CONTACT: [MATERIAL],
                Purpose.TEXTS: [WORDING],
            }
        ),
        needs={**NEEDS, Use.SHARE_RESEARCH: {Purpose.REGISTRY: 1, Purpose.RESEARCH_SHARING: 3}},
    )
    app = create_app(settings, changed)
    development = create_app(settings.model_copy(update={"development": True}), changed)
    for each in (app, development):
        each.state.services = changed
    made = LocalService(app, development, changed, local.clock, local.apis)
    yield made
    changed.sign_in.close()


async def test_a_material_change_asks_again_and_freezes_to_the_old_scope(
    local: LocalService, one_day: LocalService
) -> None:
    """Until the person answers, what the old text covers goes on, and nothing else does."""
    _, patient = await local.patient(*Purpose)
    api = await one_day.signed_in(patient.patient_id)
    assert await _asked_again(api) == {"RESEARCH_SHARING", "TRIAL_CONTACT"}
    assert await _uses(api) == set(Use) - {Use.SHARE_RESEARCH}
    answer = await api.send("SignConsent", input=consent(Purpose.RESEARCH_SHARING))
    assert (answer["__typename"], answer["currentVersion"]) == ("ConsentTextChanged", "3")
    library = one_day.services.library
    newest = signing(Purpose.RESEARCH_SHARING, library=library)
    read = consent(Purpose.RESEARCH_SHARING, version="3", textSha256=newest.text_sha256)
    assert (await api.send("SignConsent", input=read))["__typename"] == "ConsentSigned"
    assert await _asked_again(api) == {"TRIAL_CONTACT"}
    assert await _uses(api) == set(Use)
    history = await _history(api)
    sharing = [each["version"] for each in history if each["purpose"] == "RESEARCH_SHARING"]
    assert sharing == ["3", "1"]


async def test_what_changed_is_told_before_the_answer(local: LocalService, one_day: LocalService) -> None:
    """Every change since the version that was signed, in the language asked for."""
    _, patient = await local.patient(*Purpose)
    api = await one_day.signed_in(patient.patient_id)
    told = (await api.send("ConsentChanges", language="ES"))["patient"]["consents"]
    changes = {each["purpose"]: each["changes"] for each in told if each["changes"]}
    assert changes == {
        "RESEARCH_SHARING": [
            {"version": "2", "material": False, "whatChanged": "2 in es"},
            {"version": "3", "material": True, "whatChanged": "3 in es"},
        ],
        "TRIAL_CONTACT": [{"version": "2", "material": True, "whatChanged": "2 in es"}],
        "TEXTS": [{"version": "2", "material": False, "whatChanged": "2 in es"}],
    }


async def test_a_no_needs_no_new_reading(local: LocalService, one_day: LocalService) -> None:
    """The old text can be answered with no, and that ends the question and the use."""
    _, patient = await local.patient(*Purpose)
    api = await one_day.signed_in(patient.patient_id)
    no = consent(Purpose.TRIAL_CONTACT, "REFUSED")
    assert (await api.send("SignConsent", input=no))["__typename"] == "ConsentSigned"
    assert await _asked_again(api) == {"RESEARCH_SHARING"}
    assert Use.MATCH_TRIALS not in await _uses(api)


async def _history(api: Api) -> list[dict[str, Any]]:
    answer = await api.send("ConsentHistory", first=50)
    return [edge["node"] for edge in answer["patient"]["consentHistory"]["edges"]]


async def _permitted(api: Api) -> list[dict[str, Any]]:
    answer = await api.ask("{ me { patient { uses { use permitted waitsUntil needs } } } }")
    found: list[dict[str, Any]] = answer["data"]["me"]["patient"]["uses"]
    return found


async def _uses(api: Api) -> set[str]:
    return {each["use"] for each in await _permitted(api) if each["permitted"]}


async def _asked_again(api: Api) -> set[str]:
    consents = (await api.send("Me"))["patient"]["consents"]
    return {each["purpose"] for each in consents if each["asksAgain"]}
