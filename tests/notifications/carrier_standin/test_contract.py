from datetime import UTC, datetime

import pytest

from notifications.carrier_standin.messages import Status
from notifications.carrier_standin.rest_api import CHOICES, NOT_PLAYED
from tests.notifications.carrier_standin.conftest import ANA, SERVICE, Desk
from tests.notifications.carrier_standin.twilio_document import TwilioDocument
from tests.shared_data import shared_data


@pytest.fixture(scope="module")
def document() -> TwilioDocument:
    return TwilioDocument(shared_data("twilio/twilio_api_v2010.json"))


def faults(document: TwilioDocument, desk: Desk) -> list[str]:
    """What the document finds wrong in all that went over the wire."""
    return [
        fault
        for sent, answer in desk.traffic.exchanges
        for fault in document.faults(
            sent["method"], sent["url"], sent["data"], answer.status_code, answer.text
        )
    ]


async def test_the_whole_life_of_a_text_is_as_documented(document: TwilioDocument, desk: Desk) -> None:
    """Create, fetch, list, redact and delete send and answer what the document says."""
    sid = (await desk.send("¿Cómo está?", validity_period=3600, smart_encoded=True, attempt=1)).sid
    await desk.client.messages(sid).fetch_async()
    await desk.settled(sid)
    await desk.post("/phones/p1/replies", {"text": "6 4 2", "wait": 5})
    assert len(await desk.client.messages.list_async(page_size=1)) == 2
    moment = datetime.now(UTC)
    await desk.client.messages.list_async(to=ANA, from_=SERVICE, date_sent=moment)
    await desk.client.messages.list_async(date_sent_after=moment, date_sent_before=moment)
    await desk.client.messages(sid).update_async(body="")
    await desk.client.messages(sid).delete_async()
    assert len(desk.traffic.exchanges) >= 8
    assert not faults(document, desk)


@pytest.mark.parametrize("config", [{"messaging_service_sid": "MG" + "2c" * 16}], indirect=True)
async def test_a_messaging_service_is_as_documented(document: TwilioDocument, desk: Desk) -> None:
    """So is a text that goes out through a service."""
    message = await desk.send(from_="", messaging_service_sid="MG" + "2c" * 16)
    await desk.settled(message.sid)
    await desk.client.messages(message.sid).fetch_async()
    assert not faults(document, desk)


@pytest.mark.parametrize("kind", ["undelivered", "failed"])
async def test_a_text_that_fails_is_as_documented(document: TwilioDocument, desk: Desk, kind: str) -> None:
    """Its resource carries an error code in the documented form."""
    await desk.fault(kind)
    sid = (await desk.send()).sid
    await desk.settled(sid)
    assert (await desk.client.messages(sid).fetch_async()).error_code
    assert not faults(document, desk)


async def test_the_document_would_find_a_fault(document: TwilioDocument, desk: Desk) -> None:
    """A resource with a broken id, a status of our own or a missing field is found out."""
    await desk.send()
    [(sent, answer)] = desk.traffic.exchanges
    for good, bad in (('"SM', '"XX'), ('"queued"', '"waiting"'), ('"price"', '"cost"'), (" +0000", "")):
        assert document.faults("POST", sent["url"], sent["data"], 201, answer.text.replace(good, bad))
    assert document.faults("POST", sent["url"], sent["data"], 200, answer.text)
    assert document.faults("POST", sent["url"], {**sent["data"], "RiskCheck": "maybe"}, 201, answer.text)
    assert document.faults("GET", sent["url"] + "?Colour=red", None, 200, "{}")


def test_every_documented_parameter_is_played_checked_or_refused(document: TwilioDocument) -> None:
    """No parameter of the document is dropped without a decision, and choices are the documented ones."""
    played = {"To", "From", "MessagingServiceSid", "Body", "StatusCallback", "ValidityPeriod", "Attempt"}
    without_effect = {"MaxPrice", "ApplicationSid", "FallbackFrom", "ContentVariables", "PersistentAction"}
    fields = document.form_fields()
    assert set(fields) == played | without_effect | set(CHOICES) | set(NOT_PLAYED)
    for name, choices in CHOICES.items():
        reference = fields[name].get("$ref", "").rpartition("/")[2]
        if reference:
            assert choices == set(document.schema(reference)["enum"])


def test_every_state_is_a_documented_one(document: TwilioDocument) -> None:
    """The stand-in invents no state."""
    assert {status.value for status in Status} <= set(document.schema("message_enum_status")["enum"])
