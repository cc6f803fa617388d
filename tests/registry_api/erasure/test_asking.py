from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from notifications.messages import Kind
from registry_api.audit.events import Action
from registry_api.enrolment.participation import Axis
from registry_api.enrolment.uses import Use
from registry_api.erasure.erasure import GRACE
from tests.registry_api.enrolment.people import NOW
from tests.registry_api.local_service import Api, LocalService
from tests.registry_api.stored_bytes import all_of


async def wish(api: Api) -> dict[str, str] | None:
    """The request as `me` shows it."""
    shown: dict[str, str] | None = (await api.send("Me"))["patient"]["erasure"]
    return shown


async def ask(api: Api, erasure_id: str | None = None) -> dict[str, object]:
    answer: dict[str, object] = await api.send(
        "RequestErasure", input={"erasureId": erasure_id or str(uuid4())}
    )
    return answer


@pytest.mark.caller("enrolled")
async def test_asking_ends_contact_and_data_use_at_once(api: Api, local: LocalService) -> None:
    """From that moment on nothing is permitted, and the page says when it will be done."""
    answer = await ask(api)
    assert answer["__typename"] == "ErasureRequested"
    me = (await api.send("Me"))["patient"]
    assert me["participation"]["contact"] == "NONE"
    assert me["participation"]["dataUse"] == "NONE"
    assert datetime.fromisoformat(me["erasure"]["erasesAt"]) == NOW + GRACE
    assert (await local.services.permissions.of(me["id"], local.clock())).permitted == frozenset[Use]()
    assert await local.texts(Kind.PROMPT) == []


@pytest.mark.caller("enrolled")
async def test_asking_twice_does_not_start_the_time_anew(api: Api, local: LocalService) -> None:
    """The same id, or another one later, gives the request that stands."""
    same = str(uuid4())
    await ask(api, same)
    first = await wish(api)
    local.clock.pass_(days=2)
    for erasure_id in (same, str(uuid4())):
        assert (await ask(api, erasure_id))["already"] is True
        assert await wish(api) == first


@pytest.mark.caller("enrolled")
async def test_a_text_tells_the_holder_of_the_phone_and_how_to_undo_it(api: Api, local: LocalService) -> None:
    """Once a request, also when contact has ended, and it may go out."""
    same = str(uuid4())
    for erasure_id in (same, same, str(uuid4())):
        await ask(api, erasure_id)
    (text,) = await local.texts(Kind.REPLY)
    assert (text["template"], text["state"]) == ("erasure_asked", "queued")
    assert await local.slots(text) == {"link": "http://registry.example.org/erase"}


@pytest.mark.caller("enrolled")
async def test_a_change_of_mind_brings_back_what_the_request_ended(api: Api, local: LocalService) -> None:
    """Contact and data use are as before, cancelling again changes nothing, and an old id is of no use."""
    before = (await api.send("Me"))["patient"]["participation"]
    used = str(uuid4())
    await ask(api, used)
    local.clock.pass_(days=6)
    for _ in range(2):
        assert (await api.send("CancelErasure"))["__typename"] == "ErasureCancelled"
    assert await wish(api) is None
    assert (await api.send("Me"))["patient"]["participation"] == before
    answer = await ask(api, used)
    assert (answer["__typename"], answer["code"]) == ("InvalidInput", "INVALID_INPUT")
    local.clock.pass_(days=10)
    assert not await local.services.erasing.run_once(local.clock(), "w1")


async def test_what_was_ended_before_stays_ended_after_a_change_of_mind(local: LocalService) -> None:
    """Only what the request itself ended comes back."""
    api, patient = await local.patient()
    await api.send("Withdraw", **{"from": ["CONTACT"]})
    await ask(api)
    await api.send("CancelErasure")
    takes_part = await local.services.taking_part.of(patient.patient_id, local.clock())
    assert takes_part.ended_at(Axis.CONTACT) is not None
    assert takes_part.ended_at(Axis.DATA_USE) is None


async def test_an_id_of_somebody_else_is_refused(local: LocalService) -> None:
    """Nobody learns of another's request, nor gets it for their own."""
    mine, theirs = (await local.patient())[0], (await local.patient())[0]
    used = str(uuid4())
    await ask(theirs, used)
    assert (await ask(mine, used))["__typename"] == "InvalidInput"
    assert await wish(mine) is None


@pytest.mark.parametrize("kind", ["coordinator", "approver", "member", "administrator", "anonymous"])
async def test_only_patients_are_erased_by_their_own_word(local: LocalService, kind: str) -> None:
    """Staff and strangers are refused."""
    api = await local.api(kind)
    wanted = "NotSignedIn" if kind == "anonymous" else "NotAllowed"
    assert (await ask(api))["__typename"] == wanted
    assert (await api.send("CancelErasure"))["__typename"] == wanted


@pytest.mark.caller("enrolled")
async def test_asking_and_changing_one_s_mind_are_in_the_trail(api: Api, local: LocalService) -> None:
    """Each once, in the person's own chain."""
    used = str(uuid4())
    await ask(api, used)
    await ask(api, used)
    await api.send("CancelErasure")
    events = await all_of(local.services.mongo.database, "audit_events")
    told = [
        (event["action"], event["record"]) for event in events if str(event["action"]).startswith("ERASURE")
    ]
    assert told == [(Action.ERASURE_ASKED, used), (Action.ERASURE_CANCELLED, used)]


@pytest.mark.caller("enrolled")
async def test_nothing_is_erased_before_its_time(api: Api, local: LocalService) -> None:
    """A second before the end of the seventh day there is nothing to do yet."""
    await ask(api)
    local.clock.moment += GRACE - timedelta(seconds=1)
    assert not await local.services.erasing.run_once(local.clock(), "w1")
    local.clock.moment += timedelta(seconds=1)
    assert await local.services.erasing.run_once(local.clock(), "w1")
