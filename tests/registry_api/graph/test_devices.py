from __future__ import annotations

from typing import Any

from registry_api.enrolment.consents import Purpose
from registry_api.identity.indexes import SESSIONS
from tests.registry_api.local_service import Api, LocalService
from tests.registry_api.stored_bytes import all_of

_PHONE = "+447700900456"
_ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile"
_IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1"
)


async def _sign_in(local: LocalService, user_agent: str) -> Api:
    api = local.client()
    api.http.headers["user-agent"] = user_agent
    await api.send("RequestSignInCode", phone=_PHONE, language="EN")
    assert (await api.send("SignIn", phone=_PHONE, code=await local.code()))["__typename"] == "SignedIn"
    return api


async def _devices(api: Api) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await api.send("Devices"))["devices"]
    return found


async def test_a_person_sees_where_they_are_signed_in(local: LocalService) -> None:
    """Each device with its coarse name, its network and its times; the last used first; no token's name."""
    phone = await _sign_in(local, _ANDROID)
    local.clock.pass_(hours=3)
    other = await _sign_in(local, _IPHONE)
    local.clock.pass_(hours=1)
    await other.send("Me")
    seen = await _devices(phone)
    assert [(each["browser"], each["system"], each["thisOne"]) for each in seen] == [
        ("Chrome", "Android", True),
        ("Safari", "iPhone", False),
    ]
    assert {each["network"] for each in seen} == {"127.0.0.0/24"}
    assert seen[0]["signedInAt"] < seen[1]["signedInAt"] < seen[1]["lastSeenAt"] <= seen[0]["lastSeenAt"]
    stored = {each["_id"] for each in await all_of(local.services.mongo.database, SESSIONS)}
    assert not stored & {each["id"] for each in seen}
    assert "Mozilla" not in str(await all_of(local.services.mongo.database, SESSIONS))


async def test_one_device_is_signed_out_from_another(local: LocalService) -> None:
    """The other is signed out at once; ending it again, or somebody else's, finds nothing."""
    mine, lost = await _sign_in(local, _ANDROID), await _sign_in(local, _IPHONE)
    foreign, _ = await local.patient(Purpose.REGISTRY)
    (id_,) = [each["id"] for each in await _devices(mine) if not each["thisOne"]]
    assert (await foreign.send("EndSession", id=id_))["__typename"] == "NotFound"
    assert (await mine.send("EndSession", id=id_))["thisOne"] is False
    assert (await lost.send("Me"))["role"] == "ANONYMOUS"
    assert (await mine.send("EndSession", id=id_))["__typename"] == "NotFound"
    assert len(await _devices(mine)) == 1


async def test_ending_this_device_signs_out_here(local: LocalService) -> None:
    """The cookie goes with the session."""
    api = await _sign_in(local, _ANDROID)
    (device,) = await _devices(api)
    assert (await api.send("EndSession", id=device["id"]))["thisOne"] is True
    assert not api.http.cookies
    assert (await api.send("Me"))["role"] == "ANONYMOUS"


async def test_signing_out_everywhere_leaves_nobody_signed_in(local: LocalService) -> None:
    """Every device of this person, and of nobody else, is signed out."""
    apis = [await _sign_in(local, _ANDROID), await _sign_in(local, _IPHONE)]
    other, _ = await local.patient(Purpose.REGISTRY)
    assert await apis[0].send("SignOutEverywhere") == {"__typename": "SignedOutEverywhere", "ended": 2}
    assert [(await api.send("Me"))["role"] for api in apis] == ["ANONYMOUS"] * 2
    assert not apis[0].http.cookies
    assert (await other.send("Me"))["role"] == "PATIENT"


async def test_two_sign_ins_in_one_request_leave_one_session(local: LocalService) -> None:
    """Were they let through, the second would take the place of the first, as in a browser."""
    api = local.client()
    codes = []
    numbers = [local.new_number() for _ in range(2)]
    for number in numbers:
        await api.send("RequestSignInCode", phone=number, language="EN")
        codes.append(await local.code())
    answer, context = await local.executed(
        """mutation($one: String!, $two: String!, $first: String!, $second: String!) {
          a: signIn(phone: $one, code: $first) { __typename }
          b: signIn(phone: $two, code: $second) { __typename }
        }""",
        one=numbers[0],
        two=numbers[1],
        first=codes[0],
        second=codes[1],
    )
    assert answer == {"a": {"__typename": "SignedIn"}, "b": {"__typename": "SignedIn"}}
    assert len(await all_of(local.services.mongo.database, SESSIONS)) == 1
    assert context.token is not None
    api.hold(context.token)
    assert (await api.send("Me"))["patient"]["phoneEnding"] == numbers[1][-4:]


async def test_nobody_has_no_devices(api: Api) -> None:
    """Whoever is not signed in is told to sign in, whether they look or end."""
    assert await api.refusal("Devices") == "NOT_SIGNED_IN"
    assert (await api.send("EndSession", id="x"))["__typename"] == "NotSignedIn"
    assert (await api.send("SignOutEverywhere"))["__typename"] == "NotSignedIn"
