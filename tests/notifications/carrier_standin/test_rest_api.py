import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from tests.notifications.carrier_standin.conftest import ACCOUNT, ANA, BEN, SERVICE, TOKEN, Desk, Rerouted


async def test_a_new_message_is_queued_with_the_fields_of_the_real_service(desk: Desk) -> None:
    """Create answers 201 and a resource that the SDK can read."""
    message = await desk.send("Good morning")
    assert re.fullmatch(r"SM[0-9a-f]{32}", message.sid)
    assert (message.status, message.to, message.from_, message.body) == (
        "queued",
        ANA,
        SERVICE,
        "Good morning",
    )
    assert (message.direction, message.num_segments, message.price, message.error_code) == (
        "outbound-api",
        "1",
        None,
        None,
    )
    assert message.date_sent is None
    assert abs(message.date_created - datetime.now(UTC)) < timedelta(seconds=5)
    assert message.uri == f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{message.sid}.json"


async def test_a_message_is_delivered_and_can_be_fetched(desk: Desk) -> None:
    """After its walk the message is delivered and has a date of sending."""
    sid = (await desk.send()).sid
    await desk.settled(sid)
    message = await desk.client.messages(sid).fetch_async()
    assert message.status == "delivered"
    assert message.date_sent is not None


async def test_the_blocking_client_works_too(desk: Desk) -> None:
    """The SDK's other client speaks the same protocol."""
    client = Client(ACCOUNT, TOKEN, http_client=Rerouted(desk.url))
    message = await asyncio.to_thread(client.messages.create, to=ANA, from_=SERVICE, body="hello")
    again = await asyncio.to_thread(client.messages(message.sid).fetch)
    assert again.body == "hello"


async def test_wrong_credentials_get_401_and_code_20003(desk: Desk) -> None:
    """A wrong token is refused as Twilio refuses it."""
    stranger = Client(ACCOUNT, "not the token", http_client=desk.traffic)
    with pytest.raises(TwilioRestException) as refused:
        await stranger.messages.create_async(to=ANA, from_=SERVICE, body="hello")
    assert (refused.value.status, refused.value.code) == (401, 20003)
    assert not (await desk.get("/phones/p1"))["phone"]["messages"]


async def test_another_account_gets_401(desk: Desk) -> None:
    """Good credentials open their own account only."""
    with pytest.raises(TwilioException) as refused:
        await desk.client.api.accounts("AC" + "1b" * 16).messages.list_async()
    assert refused.value.args[1].status_code == 401


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"to": ""}, 400, 21604),
        ({"from_": ""}, 400, 21603),
        ({"body": ""}, 400, 21602),
        ({"body": "x" * 1601}, 400, 21617),
        ({"to": "12025550101"}, 400, 21211),
        ({"to": "+1202555\u0966101"}, 400, 21211),
        ({"to": SERVICE}, 400, 21266),
        ({"from_": "nobody"}, 400, 21212),
        ({"from_": "+15550109999"}, 400, 21606),
        ({"status_callback": "ftp://example.org/x"}, 400, 21609),
        ({"messaging_service_sid": "MG" + "2c" * 16}, 400, 21701),
        ({"validity_period": 0}, 400, 30012),
        ({"validity_period": 36001}, 400, 20001),
        ({"content_retention": "forever"}, 400, 20001),
        ({"media_url": ["https://example.org/cat.png"]}, 400, 20001),
        ({"from_": "+15005550001"}, 400, 21212),
        ({"from_": "+15005550007"}, 400, 21606),
        ({"from_": "+15005550008"}, 429, 21611),
        ({"to": "+15005550001"}, 400, 21211),
        ({"to": "+15005550002"}, 400, 21612),
        ({"to": "+15005550003"}, 403, 21408),
        ({"to": "+15005550004"}, 400, 21610),
        ({"to": "+15005550009"}, 400, 21614),
    ],
)
async def test_what_the_real_service_refuses_is_refused(
    desk: Desk, given: dict[str, object], status: int, code: int
) -> None:
    """Bad input and the magic numbers get Twilio's code and HTTP status, and nothing is stored."""
    with pytest.raises(TwilioRestException) as refused:
        await desk.send(**given)  # type: ignore[arg-type] # a table of any arguments
    assert (refused.value.status, refused.value.code) == (status, code)
    assert not await desk.client.messages.list_async()


async def test_the_good_magic_number_may_send(desk: Desk) -> None:
    """+15005550006 is a valid sender in tests."""
    assert (await desk.send(from_="+15005550006")).status == "queued"


async def test_an_unknown_message_is_404_with_code_20404(desk: Desk) -> None:
    """Fetching what does not exist answers as Twilio does."""
    with pytest.raises(TwilioRestException) as refused:
        await desk.client.messages("SM" + "3d" * 16).fetch_async()
    assert (refused.value.status, refused.value.code) == (404, 20404)


async def test_other_resources_are_404_and_other_methods_405(desk: Desk) -> None:
    """What the stand-in does not play it refuses with Twilio's bodies."""
    auth = (ACCOUNT, TOKEN)
    calls = await desk.http.get(f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json", auth=auth)
    assert (calls.status_code, calls.json()["code"]) == (404, 20404)
    put = await desk.http.put(f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", auth=auth)
    assert (put.status_code, put.json()["code"]) == (405, 20004)


async def test_messages_are_listed_by_number_newest_first(desk: Desk) -> None:
    """To and From filter the list."""
    for body, to in (("one", ANA), ("two", BEN), ("three", ANA)):
        await desk.send(body, to)
    assert [m.body for m in await desk.client.messages.list_async(to=ANA)] == ["three", "one"]
    assert len(await desk.client.messages.list_async(from_=SERVICE)) == 3
    assert not await desk.client.messages.list_async(from_=ANA)


async def test_dates_filter_the_list_to_the_second_and_to_the_day(desk: Desk) -> None:
    """DateSent takes the day, DateSent> and DateSent< are inclusive; a number narrows them."""
    sid = (await desk.send()).sid
    await desk.settled(sid)
    sent = (await desk.client.messages(sid).fetch_async()).date_sent
    second = timedelta(seconds=1)

    async def found(**dates: datetime) -> int:
        return len(await desk.client.messages.list_async(to=ANA, **dates))

    assert await found(date_sent=sent) == 1
    assert await found(date_sent=sent - timedelta(days=1)) == 0
    assert await found(date_sent_after=sent) == 1
    assert await found(date_sent_after=sent + second) == 0
    assert await found(date_sent_before=sent) == 1
    assert await found(date_sent_before=sent - second) == 0
    assert await found(date_sent_after=sent - second, date_sent_before=sent + second) == 1


async def test_days_without_a_time_are_whole_days(desk: Desk) -> None:
    """`DateSent<=YYYY-MM-DD`, which is how the documents write it, covers that day."""
    sid = (await desk.send()).sid
    await desk.settled(sid)
    today = (await desk.client.messages(sid).fetch_async()).date_sent.strftime("%Y-%m-%d")
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    for query in (f"DateSent<={today}", f"DateSent>={today}", f"DateSent={today}"):
        answer = await desk.http.get(f"{path}?{query}", auth=(ACCOUNT, TOKEN))
        assert len(answer.json()["messages"]) == 1, query
    bad = await desk.http.get(f"{path}?DateSent=yesterday", auth=(ACCOUNT, TOKEN))
    assert bad.json()["code"] == 20001


@pytest.mark.parametrize("config", [{"pace": 30.0}], indirect=True)
async def test_a_message_not_yet_sent_has_no_date_to_be_found_by(desk: Desk) -> None:
    """While it is queued only the number finds it, which is why reconciling must not filter by date."""
    await desk.send()
    assert len(await desk.client.messages.list_async(to=ANA)) == 1
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    assert not await desk.client.messages.list_async(to=ANA, date_sent_after=long_ago)


async def test_pages_hold_together_while_new_messages_come(desk: Desk) -> None:
    """The page token points behind the last message seen, so none is listed twice or left out."""
    for number in range(5):
        await desk.send(f"text {number}")
    page = await desk.client.messages.page_async(page_size=2)
    seen = [message.body for message in page]
    await desk.send("late")
    while page.next_page_url:
        page = await page.next_page_async()
        seen += [message.body for message in page]
    assert seen == ["text 4", "text 3", "text 2", "text 1", "text 0"]
    assert len(await desk.client.messages.list_async(page_size=2)) == 6


async def test_a_text_can_be_redacted_and_deleted(desk: Desk) -> None:
    """An empty body redacts, delete removes; a message on its way cannot be deleted."""
    message = await desk.send()
    with pytest.raises(TwilioRestException) as early:
        await desk.client.messages(message.sid).delete_async()
    assert (early.value.status, early.value.code) == (409, 20009)
    await desk.settled(message.sid)
    assert (await desk.client.messages(message.sid).update_async(body="")).body == ""
    assert await desk.client.messages(message.sid).delete_async()
    with pytest.raises(TwilioRestException):
        await desk.client.messages(message.sid).fetch_async()


@pytest.mark.parametrize("config", [{"pace": 0.2}], indirect=True)
async def test_a_queued_text_can_be_cancelled(desk: Desk) -> None:
    """A cancelled message stays where it is and never reaches the phone."""
    sid = (await desk.send()).sid
    cancelled = await desk.client.messages(sid).update_async(status="canceled")
    assert cancelled.status == "canceled"
    await asyncio.sleep(0.5)
    assert (await desk.client.messages(sid).fetch_async()).status == "canceled"


@pytest.mark.parametrize("config", [{"messaging_service_sid": "MG" + "2c" * 16}], indirect=True)
async def test_a_messaging_service_picks_its_number_later(desk: Desk) -> None:
    """With a service the message is accepted without a sender, then gets one."""
    message = await desk.send(from_="", messaging_service_sid="MG" + "2c" * 16)
    assert (message.status, message.from_, message.num_segments) == ("accepted", None, "0")
    await desk.settled(message.sid)
    assert (await desk.client.messages(message.sid).fetch_async()).from_ == SERVICE
