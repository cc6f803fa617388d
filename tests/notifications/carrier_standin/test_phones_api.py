import asyncio

import pytest

from tests.notifications.carrier_standin.conftest import ACCOUNT, ANA, BEN, SERVICE, Desk


async def test_phones_are_listed_with_their_texts(desk: Desk) -> None:
    """GET /phones tells what the page needs, each phone under its id."""
    await desk.settled((await desk.send("Buenos días €")).sid)
    everything = await desk.get("/phones")
    assert [(phone["id"], phone["name"], phone["number"]) for phone in everything["phones"]] == [
        ("p1", "Ana", ANA),
        ("p2", "Ben", BEN),
    ]
    [text] = everything["phones"][0]["messages"]
    assert (text["way"], text["text"], text["status"]) == ("to_phone", "Buenos días €", "delivered")
    assert (text["encoding"], text["units"], text["segments"]) == ("UCS-2", 13, 1)
    assert everything["service_numbers"] == [SERVICE]


async def test_only_what_is_new_is_listed_after_a_stamp(desk: Desk) -> None:
    """A reader that knows a stamp gets nothing twice."""
    await desk.settled((await desk.send("one")).sid)
    stamp = (await desk.get("/phones"))["stamp"]
    await desk.settled((await desk.send("two", "+447700900102")).sid, "p2")
    [phone] = (await desk.get(f"/phones?after={stamp}"))["phones"]
    assert (phone["id"], [text["text"] for text in phone["messages"]]) == ("p2", ["two"])


async def test_waiting_ends_with_the_next_change(desk: Desk) -> None:
    """A waiting reader is answered as soon as something happens, and when its time is over."""
    stamp = (await desk.get("/phones"))["stamp"]
    waiting = asyncio.create_task(desk.get(f"/phones?after={stamp}&wait=20"))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await desk.send()
    assert (await asyncio.wait_for(waiting, 5))["phones"][0]["id"] == "p1"
    stamp = (await desk.get("/phones/p2"))["stamp"] + 100
    assert not (await desk.get(f"/phones?after={stamp}&wait=0.1"))["phones"]


async def test_one_request_waits_for_a_certain_text(desk: Desk) -> None:
    """Filters by way, state and words hold while waiting."""
    path = "/phones/p1/messages?way=to_phone&status=delivered&contains=code&wait=10"
    waiting = asyncio.create_task(desk.get(path))
    await desk.send("something else")
    await desk.send("Your CODE is 123456")
    [text] = (await asyncio.wait_for(waiting, 5))["messages"]
    assert text["text"] == "Your CODE is 123456"


async def test_a_reply_reaches_our_side_signed_and_complete(desk: Desk) -> None:
    """The webhook gets every parameter that the real service sends, blank ones included."""
    reply = await desk.post("/phones/p1/replies", {"text": "6 4 2", "wait": 10})
    assert (reply["status"], reply["webhook"]) == ("received", "200")
    [form] = desk.ours.inbound
    assert form == {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "Body": "6 4 2",
        "From": ANA,
        "FromCity": "",
        "FromCountry": "US",
        "FromState": "",
        "FromZip": "",
        "MessageSid": reply["sid"],
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsMessageSid": reply["sid"],
        "SmsSid": reply["sid"],
        "SmsStatus": "received",
        "To": SERVICE,
        "ToCity": "",
        "ToCountry": "US",
        "ToState": "",
        "ToZip": "",
    }


async def test_an_inbound_text_is_a_resource_too(desk: Desk) -> None:
    """The REST API fetches and lists what came in."""
    reply = await desk.post("/phones/p1/replies", {"text": "¿Qué tal?", "wait": 10})
    message = await desk.client.messages(reply["sid"]).fetch_async()
    assert (message.direction, message.status, message.from_) == ("inbound", "received", ANA)
    assert len(await desk.client.messages.list_async(from_=ANA)) == 1


async def test_replies_of_one_phone_arrive_in_their_order(desk: Desk) -> None:
    """However slow our side is, a person's texts do not overtake each other."""
    desk.ours.pause = 0.05
    for text in ("one", "two", "STOP"):
        await desk.post("/phones/p1/replies", {"text": text})
    await desk.post("/phones/p1/replies", {"text": "four", "wait": 10})
    assert [form["Body"] for form in desk.ours.inbound] == ["one", "two", "STOP", "four"]


async def test_a_reply_may_be_posted_twice_with_one_id(desk: Desk) -> None:
    """The duplicate fault repeats the post, not the text."""
    await desk.fault("duplicate_inbound")
    await desk.post("/phones/p1/replies", {"text": "6", "wait": 10})
    await desk.post("/phones/p1/replies", {"text": "7", "wait": 10})
    assert [form["Body"] for form in desk.ours.inbound] == ["6", "6", "7"]
    assert desk.ours.inbound[0] == desk.ours.inbound[1]


async def test_a_refusal_by_our_side_is_shown(desk: Desk) -> None:
    """A webhook that answers 500 is visible at the message."""
    desk.ours.answer = 500
    reply = await desk.post("/phones/p1/replies", {"text": "hello", "wait": 10})
    assert reply["webhook"] == "500"


async def test_stop_is_only_noted_where_the_service_answers_it(desk: Desk) -> None:
    """By default the carrier delivers STOP like any text and goes on sending."""
    await desk.post("/phones/p1/replies", {"text": " Stop ", "wait": 10})
    phone = (await desk.get("/phones/p1"))["phone"]
    assert phone["stopped_at"]
    assert not phone["blocked"]
    assert "OptOutType" not in desk.ours.inbound[0]
    await desk.settled((await desk.send()).sid)
    await desk.post("/phones/p1/replies", {"text": "START", "wait": 10})
    assert (await desk.get("/phones/p1"))["phone"]["stopped_at"] is None


@pytest.mark.parametrize("config", [{"carrier_handles_stop": True}], indirect=True)
async def test_the_carrier_can_answer_stop_itself(desk: Desk) -> None:
    """Then it confirms, marks the webhook, refuses with 21610, and START opens the phone again."""
    await desk.post("/phones/p1/replies", {"text": "STOP", "wait": 10})
    confirmed = await desk.get("/phones/p1/messages?way=to_phone&status=delivered&wait=5")
    assert "unsubscribed" in confirmed["messages"][0]["text"]
    assert desk.ours.inbound[0]["OptOutType"] == "STOP"
    refused = await _refusal_code(desk)
    assert refused == 21610
    assert (await desk.get("/phones/p1"))["phone"]["blocked"]
    await desk.post("/phones/p1/replies", {"text": "start", "wait": 10})
    assert desk.ours.inbound[1]["OptOutType"] == "START"
    assert await _refusal_code(desk) is None


async def test_a_phone_can_be_added_and_texted(desk: Desk) -> None:
    """A number may be written with spaces; the new phone has an id of its own."""
    phone = await desk.post("/phones", {"name": "Chloé", "number": "+33 6 39 98 00 03"})
    assert (phone["id"], phone["number"]) == ("p3", "+33639980003")
    await desk.settled((await desk.send("Bonjour", "+33639980003")).sid, "p3")


async def test_a_number_that_nobody_set_up_turns_up_when_texted(desk: Desk) -> None:
    """It is unlisted until somebody gives it a name."""
    await desk.settled((await desk.send("hello", "+12025550199")).sid, "p3")
    assert (await desk.get("/phones/p3"))["phone"]["listed"] is False
    named = await desk.post("/phones", {"name": "Dora", "number": "+12025550199"})
    assert (named["id"], named["listed"], len(named["messages"])) == ("p3", True, 1)


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/phones", {"name": "X", "number": "12"}, 422, "invalid_number"),
        ("/phones", {"name": "X", "number": ANA}, 409, "number_taken"),
        ("/phones", {"name": "X"}, 422, "invalid_body"),
        ("/phones/p1/replies", {"text": ""}, 422, "invalid_body"),
        ("/phones/p1/replies", {"text": "x", "to": "+15550109999"}, 422, "unknown_service_number"),
        ("/phones/p9/replies", {"text": "x"}, 404, "unknown_phone"),
        ("/phones/p1/faults", {"kind": "earthquake"}, 422, "invalid_body"),
        ("/phones/p1/faults", {"kind": "undelivered", "code": 1}, 422, "unknown_fault_code"),
        ("/phones/p1/faults", {"kind": "server_error", "code": 1}, 422, "unknown_fault_code"),
    ],
)
async def test_bad_input_says_what_to_do_and_repeats_no_number(
    desk: Desk, path: str, body: dict[str, str], status: int, code: str
) -> None:
    """Problems have a code and a sentence, without anything personal."""
    problem = (await desk.post(path, body, status))["error"]
    assert problem["code"] == code
    assert ANA not in problem["message"]


async def test_a_form_of_another_site_is_refused(desk: Desk) -> None:
    """Only JSON is taken, which a foreign page cannot post unasked."""
    answer = await desk.http.post("/phones/p1/replies", data={"text": "STOP"})
    assert answer.status_code == 415
    assert not desk.ours.inbound


async def _refusal_code(desk: Desk) -> int | None:
    answer = await desk.http.post(
        f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
        data={"To": ANA, "From": SERVICE, "Body": "hello"},
        auth=(ACCOUNT, desk.config.auth_token),
    )
    return int(answer.json()["code"]) if answer.is_error else None
