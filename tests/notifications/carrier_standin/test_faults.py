import asyncio

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.notifications.carrier_standin.conftest import ANA, BEN, Desk


async def code_of(desk: Desk, to: str = ANA) -> int | None:
    """The code that a send is refused with, or None when it is taken."""
    try:
        await desk.send(to=to)
    except TwilioRestException as refused:
        return int(refused.code)
    return None


@pytest.mark.parametrize(
    ("kind", "code"), [("too_many_requests", 20429), ("server_error", 20500), ("opted_out", 21610)]
)
async def test_a_fault_for_one_message_strikes_its_phone_once(desk: Desk, kind: str, code: int) -> None:
    """The other phone is spared, and so is the next text."""
    await desk.fault(kind)
    assert await code_of(desk, BEN) is None
    assert await code_of(desk) == code
    assert await code_of(desk) is None


async def test_a_standing_fault_for_all_strikes_until_it_is_taken_away(desk: Desk) -> None:
    """Every phone is struck, again and again."""
    fault = await desk.fault("too_many_requests", "all", once=False)
    assert [await code_of(desk), await code_of(desk, BEN), await code_of(desk)] == [20429] * 3
    assert (await desk.http.delete(f"/phones/all/faults/{fault['id']}")).status_code == 204
    assert await code_of(desk) is None


async def test_faults_can_be_cleared_phone_by_phone(desk: Desk) -> None:
    """Clearing one phone leaves what is on for all."""
    await desk.fault("server_error", once=False)
    await desk.fault("too_many_requests", "all", once=False)
    assert (await desk.http.delete("/phones/p1/faults")).status_code == 204
    assert [fault["kind"] for fault in (await desk.get("/phones"))["faults"]] == ["too_many_requests"]
    assert (await desk.http.delete("/phones/p1/faults/f99")).status_code == 404


async def test_blocking_at_the_carrier_shows_at_the_phone(desk: Desk) -> None:
    """The standing 21610 switch is the block."""
    await desk.fault("opted_out", once=False)
    assert (await desk.get("/phones/p1"))["phone"]["blocked"]
    assert await code_of(desk) == await code_of(desk) == 21610


async def test_a_text_can_be_taken_without_an_answer(desk: Desk) -> None:
    """Time-out after accept: the client waits in vain, the phone gets the text, the list shows it."""
    await desk.fault("timeout_after_accept")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await desk.send("are you there")
    [listed] = await desk.client.messages.list_async(to=ANA)
    assert listed.body == "are you there"
    await desk.settled(listed.sid)
    assert await code_of(desk) is None


async def test_a_request_can_vanish(desk: Desk) -> None:
    """Time-out before accept: no answer and no text."""
    await desk.fault("timeout_before_accept")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await desk.send()
    assert not await desk.client.messages.list_async(to=ANA)


@pytest.mark.parametrize("config", [{"hang": 0.2}], indirect=True)
async def test_who_waits_long_enough_gets_504(desk: Desk) -> None:
    """A hanging request does not stay open for ever."""
    await desk.fault("timeout_before_accept")
    with pytest.raises(TwilioRestException) as refused:
        await desk.send()
    assert refused.value.status == 504
