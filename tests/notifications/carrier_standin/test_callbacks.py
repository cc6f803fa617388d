import pytest

from tests.notifications.carrier_standin.conftest import ACCOUNT, ANA, SERVICE, TOKEN, Desk
from tests.notifications.carrier_standin.our_side import OurSide
from tests.notifications.carrier_standin.served import free_port, served


async def test_every_state_is_reported_once_in_order_and_signed(desk: Desk) -> None:
    """Our side accepts only genuine signatures and hears the whole walk."""
    sid = (await desk.send()).sid
    assert await desk.ours.heard(sid, states=4) == ["queued", "sending", "sent", "delivered"]
    first, *_, last = desk.ours.statuses
    assert first == {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "From": SERVICE,
        "MessageSid": sid,
        "MessageStatus": "queued",
        "SmsSid": sid,
        "SmsStatus": "queued",
        "To": ANA,
    }
    assert "ErrorCode" not in last
    assert last["RawDlrDoneDate"].isdigit()


@pytest.mark.parametrize(
    ("kind", "code", "walk"),
    [
        ("undelivered", 30003, ["queued", "sending", "sent", "undelivered"]),
        ("undelivered", 30005, ["queued", "sending", "sent", "undelivered"]),
        ("undelivered", 30006, ["queued", "sending", "sent", "undelivered"]),
        ("failed", 30008, ["queued", "sending", "failed"]),
    ],
)
async def test_a_text_that_does_not_arrive_reports_why(
    desk: Desk, kind: str, code: int, walk: list[str]
) -> None:
    """The last callback and the resource carry the carrier's error code."""
    await desk.fault(kind, code=code)
    sid = (await desk.send()).sid
    assert await desk.ours.heard(sid, states=len(walk)) == walk
    assert desk.ours.statuses[-1]["ErrorCode"] == str(code)
    message = await desk.client.messages(sid).fetch_async()
    assert (message.status, message.error_code) == (walk[-1], code)
    assert message.error_message
    assert (await desk.settled((await desk.send()).sid))["status"] == "delivered"


async def test_duplicate_callbacks_come_twice_in_order(desk: Desk) -> None:
    """With the fault on, every state is reported twice."""
    await desk.fault("duplicate_callbacks")
    sid = (await desk.send()).sid
    walk = ["queued", "sending", "sent", "delivered"]
    assert await desk.ours.heard(sid, states=8) == [state for state in walk for _ in range(2)]


async def test_shuffled_callbacks_come_with_the_last_state_first(desk: Desk) -> None:
    """With the fault on, an early state is reported after the final one."""
    await desk.fault("shuffled_callbacks")
    sid = (await desk.send()).sid
    assert await desk.ours.heard(sid, states=4) == ["delivered", "sent", "sending", "queued"]


async def test_lost_callbacks_never_come_but_the_text_does(desk: Desk) -> None:
    """With the fault on, our side hears nothing of a delivered text."""
    await desk.fault("lost_callbacks")
    sid = (await desk.send()).sid
    assert (await desk.settled(sid))["webhook"] is None
    assert not desk.ours.walked(sid)


async def test_a_slow_webhook_delays_no_text(desk: Desk) -> None:
    """The walk goes on while our side is still busy with the first report; the order stays."""
    desk.ours.pause = 0.4
    sid = (await desk.send()).sid
    await desk.settled(sid)
    assert desk.ours.walked(sid) in ([], ["queued"])
    assert await desk.ours.heard(sid, states=4) == ["queued", "sending", "sent", "delivered"]


@pytest.mark.parametrize("config", [{"retries": (0.1,) * 100}], indirect=True)
async def test_a_webhook_that_is_away_for_a_moment_is_tried_again(desk: Desk) -> None:
    """A report that reaches nobody is posted again until the webhook is back."""
    port = free_port()
    sid = (await desk.send(status_callback=f"http://127.0.0.1:{port}/status/m1")).sid
    await desk.settled(sid)
    late = OurSide(TOKEN)
    async with served(late.app(), port):
        await late.heard(sid, states=4)
    assert late.walked(sid) == ["queued", "sending", "sent", "delivered"]


async def test_a_webhook_that_stays_away_is_given_up_and_shown(desk: Desk) -> None:
    """The page can say that nobody answered."""
    sid = (await desk.send(status_callback=f"http://127.0.0.1:{free_port()}/status/m1")).sid
    message = await desk.seen(sid, lambda message: message["webhook"] is not None)
    assert message["webhook"] == "unreachable"
