from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from registry_api.audit.events import Action
from registry_api.identity.indexes import PASSKEYS
from registry_api.identity.passkeys.keyring import MOST
from tests.authenticator import Authenticator, add_passkey, sign_in_with, step_up_with
from tests.registry_api.local_service import ADDRESS, Api, LocalService
from tests.registry_api.stored_bytes import all_of, stored_bytes

_COOKIE = "registry-session"


@pytest.fixture
def device() -> Authenticator:
    return Authenticator(ADDRESS)


async def test_a_passkey_signs_in_without_a_number(local: LocalService, device: Authenticator) -> None:
    """Added once, it opens the same account from another browser, and the trail has both acts."""
    api, patient = await local.patient()
    added = await add_passkey(api.send, device)
    assert (added["__typename"], added["already"]) == ("PasskeyAdded", False)
    assert (added["passkey"]["name"], added["passkey"]["synced"]) == ("My phone", True)
    other = local.client()
    assert await sign_in_with(other.send, device) == {"__typename": "SignedIn", "me": {"role": "PATIENT"}}
    assert (await other.send("Me"))["patient"]["id"] == patient.patient_id
    [shown] = await other.send("Passkeys")
    assert shown["lastUsedAt"] is not None
    trail = [each.event for each in await local.services.audit.about(patient.patient_id)]
    assert [(each.action, each.reason, each.record) for each in trail][:2] == [
        (Action.SIGNED_IN, "with a passkey", shown["id"]),
        (Action.PASSKEY_ADDED, "", shown["id"]),
    ]


async def test_what_a_device_is_asked_for(local: LocalService, device: Authenticator) -> None:
    """A discoverable key that verifies its user, for our host, without attestation and without a name."""
    api, _ = await local.patient()
    await add_passkey(api.send, device)
    options = (await api.send("StartPasskeyRegistration"))["options"]
    assert options["rp"]["id"] == "registry.example.org"
    assert options["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert (options["attestation"], options["user"]["name"]) == ("none", "…0123")
    assert len(options["excludeCredentials"]) == 1
    asked = (await local.client().send("StartPasskeySignIn"))["options"]
    assert (asked["allowCredentials"], asked["userVerification"]) == ([], "required")


async def test_signing_in_ends_the_session_that_the_browser_had(
    local: LocalService, device: Authenticator
) -> None:
    """The token changes, and the one before is worth nothing."""
    api, _ = await local.patient()
    await add_passkey(api.send, device)
    old = api.http.cookies[_COOKIE]
    await sign_in_with(api.send, device)
    assert api.http.cookies[_COOKIE] != old
    assert await _role(local, old) == "ANONYMOUS"


async def test_whatever_does_not_hold_is_rejected_alike(local: LocalService, device: Authenticator) -> None:
    """Foreign origin or host, no user verification, altered data, reused, late or strange: one answer."""
    api, _ = await local.patient()
    await add_passkey(api.send, device)
    strangers = (
        Authenticator("https://registry.example.com", credentials=device.credentials),
        Authenticator(ADDRESS, verifies=False, credentials=device.credentials),
    )
    answers = [await _tampered(local, device, change) for change in _CHANGES.values()]
    answers += [await sign_in_with(local.client().send, stranger) for stranger in strangers]
    stepping = (await api.send("StartStepUp"))["options"]
    answers.append(await local.client().send("SignInWithPasskey", assertion=device.get(stepping)))
    late = (await local.client().send("StartPasskeySignIn"))["options"]
    local.clock.pass_(minutes=5)
    answers.append(await local.client().send("SignInWithPasskey", assertion=device.get(late)))
    assert {answer["code"] for answer in answers} == {"PASSKEY_REJECTED"}
    assert len({answer["message"] for answer in answers}) == 1
    assert (await sign_in_with(local.client().send, device))["__typename"] == "SignedIn"


_CHANGES: dict[str, dict[str, str | None]] = {
    "nobody's key": {"id": "AAAA"},
    "no signature": {"signature": "AAAA"},
    "no user": {"userHandle": None},
    "another user": {"userHandle": "AAAA"},
    "other data": {"authenticatorData": "AAAA"},
    "no client data": {"clientDataJSON": "AAAA"},
    "not base64url": {"signature": "é"},
}


async def _tampered(local: LocalService, device: Authenticator, change: dict[str, str | None]) -> Any:
    api = local.client()
    started = await api.send("StartPasskeySignIn")
    return await api.send("SignInWithPasskey", assertion={**device.get(started["options"]), **change})


async def test_one_answer_signs_in_once(local: LocalService, device: Authenticator) -> None:
    """Sent ten times at once, one assertion makes one session."""
    api, _ = await local.patient()
    await add_passkey(api.send, device)
    started = await local.client().send("StartPasskeySignIn")
    assertion = device.get(started["options"])
    answers = await asyncio.gather(
        *(local.client().send("SignInWithPasskey", assertion=assertion) for _ in range(10))
    )
    assert sorted(each["__typename"] for each in answers) == ["PasskeyRejected"] * 9 + ["SignedIn"]


async def test_a_counter_that_does_not_move_on_is_a_copy(local: LocalService, device: Authenticator) -> None:
    """A device that counts must count on; else nobody is let in, and the owner's trail says so."""
    api, patient = await local.patient()
    device.counts, device.syncs = True, False
    await add_passkey(api.send, device)
    assert not (await api.send("Passkeys"))[0]["synced"]
    copy = Authenticator(ADDRESS, credentials=device.credentials, syncs=False, counts=True)
    assert (await sign_in_with(local.client().send, device))["__typename"] == "SignedIn"
    assert (await sign_in_with(local.client().send, copy))["code"] == "PASSKEY_REJECTED"
    newest = (await local.services.audit.about(patient.patient_id))[0].event
    assert (newest.action, newest.actor.role) == (Action.SIGN_IN_REJECTED, "ANONYMOUS")


async def test_nobody_adds_a_passkey_unnoticed(local: LocalService, device: Authenticator) -> None:
    """Whoever asks who is calling is told when their newest one was added, until it is removed."""
    api, _ = await local.patient()
    assert (await api.send("Me"))["newestPasskeyAt"] is None
    local.clock.pass_(microseconds=123_456)
    key = (await add_passkey(api.send, device))["passkey"]
    other = local.client()
    await sign_in_with(other.send, device)
    assert (await other.send("Me"))["newestPasskeyAt"] == key["addedAt"]
    await api.send("RemovePasskey", id=key["id"])
    assert (await other.send("Me"))["newestPasskeyAt"] is None
    assert (await local.client().send("Me"))["newestPasskeyAt"] is None


async def test_adding_again_changes_nothing(local: LocalService, device: Authenticator) -> None:
    """The same passkey sent twice is there once; somebody else cannot add it at all."""
    api, _ = await local.patient()
    started = await api.send("StartPasskeyRegistration")
    attestation = device.create(started["options"])
    answers = [await api.send("AddPasskey", attestation=attestation, name="Phone") for _ in range(2)]
    assert [each["already"] for each in answers] == [False, True]
    assert len(await api.send("Passkeys")) == 1
    other, _ = await local.patient()
    assert (await other.send("AddPasskey", attestation=attestation, name="Mine"))["code"] == (
        "PASSKEY_REJECTED"
    )


async def test_a_challenge_belongs_to_the_session_that_asked(
    local: LocalService, device: Authenticator
) -> None:
    """Nobody can add a passkey, or step up, with the answer to somebody else's challenge."""
    api, _ = await local.patient()
    other, _ = await local.patient()
    theirs = Authenticator(ADDRESS)
    await add_passkey(other.send, theirs)
    started = await api.send("StartPasskeyRegistration")
    answer = await other.send("AddPasskey", attestation=device.create(started["options"]), name="x")
    assert answer["code"] == "PASSKEY_REJECTED"
    await add_passkey(api.send, device)
    mine = await api.send("StartStepUp")
    assert (await other.send("StepUp", assertion=device.get(mine["options"])))["code"] == "PASSKEY_REJECTED"
    for_them = (await other.send("StartStepUp"))["options"] | {"allowCredentials": []}
    assert (await other.send("StepUp", assertion=device.get(for_them)))["code"] == "PASSKEY_REJECTED"


async def test_a_passkey_is_renamed_removed_and_brought_back(
    local: LocalService, device: Authenticator
) -> None:
    """Removed, it opens nothing at once; for ten minutes it can be brought back, and then it is gone."""
    api, patient = await local.patient()
    key = (await add_passkey(api.send, device, "Phone"))["passkey"]["id"]
    assert (await api.send("RenamePasskey", id=key, name="  Blue   phone "))["passkey"][
        "name"
    ] == "Blue phone"
    newest = (await local.services.audit.about(patient.patient_id))[0].event
    assert (newest.action, newest.reason) == (Action.SETTINGS_CHANGED, "passkey renamed")
    removed = (await api.send("RemovePasskey", id=key))["passkey"]
    assert removed["undoUntil"] is not None
    assert (await sign_in_with(local.client().send, device))["code"] == "PASSKEY_REJECTED"
    assert [each["id"] for each in await api.send("Passkeys")] == [key]
    local.clock.pass_(minutes=9)
    assert (await api.send("RestorePasskey", id=key))["passkey"]["undoUntil"] is None
    assert (await sign_in_with(local.client().send, device))["__typename"] == "SignedIn"
    await api.send("RemovePasskey", id=key)
    local.clock.pass_(minutes=10)
    assert await api.send("Passkeys") == []
    for operation in ("RestorePasskey", "RemovePasskey"):
        assert (await api.send(operation, id=key))["code"] == "NOT_FOUND"
    assert (await api.send("RenamePasskey", id=key, name="x"))["code"] == "NOT_FOUND"


async def test_nobody_else_can_touch_a_passkey(local: LocalService, device: Authenticator) -> None:
    """Somebody else's passkey reads as one that is not there."""
    owner, _ = await local.patient()
    key = (await add_passkey(owner.send, device))["passkey"]["id"]
    other, _ = await local.patient()
    for operation, more in (("RenamePasskey", {"name": "x"}), ("RemovePasskey", {}), ("RestorePasskey", {})):
        assert (await other.send(operation, id=key, **more))["code"] == "NOT_FOUND"
    assert await other.send("Passkeys") == []
    assert len(await owner.send("Passkeys")) == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "bell\x07"])
async def test_a_name_that_cannot_be_is_refused(
    local: LocalService, device: Authenticator, name: str
) -> None:
    """The answer names the field, and nothing is kept or changed."""
    api, _ = await local.patient()
    answer = await add_passkey(api.send, device, name)
    assert (answer["code"], [each["path"] for each in answer["fields"]]) == ("INVALID_INPUT", ["name"])
    assert await api.send("Passkeys") == []


async def test_there_is_an_end_to_passkeys(local: LocalService, device: Authenticator) -> None:
    """Beyond twenty none is added, and the answer says how many there may be."""
    api, _ = await local.patient()
    await add_passkey(api.send, device)
    passkeys = local.services.mongo.database[PASSKEYS]
    [kept] = await all_of(local.services.mongo.database, PASSKEYS)
    await passkeys.insert_many([{**kept, "_id": f"key-{number}"} for number in range(MOST - 1)])
    answer = await api.send("StartPasskeyRegistration")
    assert (answer["code"], answer["most"]) == ("LIMIT_REACHED", MOST)


async def test_names_of_passkeys_are_sealed(
    local: LocalService, device: Authenticator, logged: Callable[[], str]
) -> None:
    """What somebody calls a passkey is neither in the database in clear nor in a log."""
    api, _ = await local.patient()
    await add_passkey(api.send, device, "Amaras phone")
    assert b"Amaras" not in await stored_bytes(local.services.mongo.database)
    assert "Amaras" not in logged()


async def test_a_first_passkey_of_staff_rests_on_a_fresh_sign_in(
    local: LocalService, device: Authenticator
) -> None:
    """A session of yesterday, perhaps somebody else's by now, cannot make itself a key."""
    api = await local.staff("coordinator")
    local.clock.pass_(minutes=16)
    assert (await api.send("StartPasskeyRegistration"))["code"] == "SIGN_IN_AGAIN"
    local.clock.pass_(minutes=-1)
    assert (await add_passkey(api.send, device))["__typename"] == "PasskeyAdded"


async def test_staff_prove_who_they_are_before_keys_change(
    local: LocalService, device: Authenticator
) -> None:
    """With a passkey, another is added, one removed and one brought back only after a step-up."""
    api = await local.staff("coordinator")
    key = (await add_passkey(api.send, device))["passkey"]["id"]
    assert (await api.send("StartPasskeyRegistration"))["code"] == "STEP_UP_REQUIRED"
    assert (await api.send("RemovePasskey", id=key))["code"] == "STEP_UP_REQUIRED"
    await step_up_with(api.send, device)
    assert (await add_passkey(api.send, device, "Key on the desk"))["__typename"] == "PasskeyAdded"
    assert (await api.send("RemovePasskey", id=key))["__typename"] == "PasskeyRemoved"
    local.clock.pass_(minutes=5)
    assert (await api.send("RestorePasskey", id=key))["code"] == "STEP_UP_REQUIRED"


async def test_a_step_up_changes_the_token_and_not_the_end(
    local: LocalService, device: Authenticator
) -> None:
    """The old token is dead, the new one ends when the old one would have, and the trail has it."""
    api, patient = await local.patient()
    await add_passkey(api.send, device)
    local.clock.pass_(days=20)
    await api.send("Me")
    old = api.http.cookies[_COOKIE]
    stepped_up = await step_up_with(api.send, device)
    assert stepped_up["__typename"] == "SteppedUp"
    assert await _role(local, old) == "ANONYMOUS"
    assert (await api.send("Me"))["role"] == "PATIENT"
    newest = (await local.services.audit.about(patient.patient_id))[0].event
    assert newest.action is Action.STEPPED_UP
    for _ in range(6):
        local.clock.pass_(days=11)
        assert (await api.send("Me"))["role"] == "PATIENT"
    local.clock.pass_(days=5)
    assert (await api.send("Me"))["role"] == "ANONYMOUS"


async def test_a_step_up_does_not_bring_an_ended_session_back(
    local: LocalService, device: Authenticator
) -> None:
    """Signed out everywhere while the device asks for a finger: the answer comes too late."""
    api, patient = await local.patient()
    await add_passkey(api.send, device)
    started = await api.send("StartStepUp")
    await local.services.sessions.sign_out_everywhere(patient, local.clock())
    answer = await api.send("StepUp", assertion=device.get(started["options"]))
    assert answer["code"] == "NOT_SIGNED_IN"


@pytest.mark.caller("patient")
async def test_without_a_passkey_there_is_no_step_up(api: Api) -> None:
    """The answer says that one is missing."""
    assert (await api.send("StartStepUp"))["code"] == "PASSKEY_MISSING"


async def _role(local: LocalService, token: str) -> str:
    other = local.client()
    other.hold(token)
    return str((await other.send("Me"))["role"])
