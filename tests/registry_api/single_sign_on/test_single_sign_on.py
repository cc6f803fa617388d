from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from registry_api.audit.events import Action, command_actor
from registry_api.identity.errors import NotFound
from registry_api.identity.ids import StaffId
from registry_api.identity.indexes import SESSIONS, STAFF_LOGINS
from registry_api.identity.limits.rules import Limits
from registry_api.identity.single_sign_on.errors import LoginTaken
from tests.notifications.carrier_standin.served import free_port, served
from tests.registry_api.local_service import Api, Clock, LocalService
from tests.registry_api.single_sign_on.door import NAME, Door, open_door
from tests.registry_api.single_sign_on.institution import (
    CLIENT_SECRET,
    EMAIL,
    Claims,
    Institution,
    signed_by_a_stranger,
    signed_by_nobody_known,
    signed_by_the_client_secret,
    unsigned,
)
from tests.registry_api.stored_bytes import all_of


@pytest.fixture(scope="module")
async def standing(clock: Clock) -> AsyncIterator[Institution]:
    """A provider on a port of its own, spoken to over HTTP."""
    made = Institution(clock)
    async with served(made.app(), free_port()) as url:
        made.issuer = url
        yield made


@pytest.fixture
def institution(standing: Institution) -> Institution:
    standing.behave()
    return standing


@pytest.fixture
async def door(local: LocalService, institution: Institution) -> AsyncIterator[Door]:
    """Dr Falk's browser; her login at the institution is linked."""
    async with open_door(local, institution.issuer) as made:
        await made.sign_on.link(made.staff, "ines.falk@clinic.example ", command_actor(), local.clock())
        yield made


async def test_staff_come_in_through_their_institution(door: Door) -> None:
    """The account is the one that was linked, whatever the case of the address, and the trail says how."""
    assert await door.enter() == "/"
    me = await door.api.send("Me")
    assert (me["role"], me["name"]) == ("COORDINATOR", "Dr Ines Falk")
    assert set(door.api.http.cookies) == {"registry-session"}
    acts = [entry.event for entry in await door.local.services.audit.about(door.staff)]
    assert [event.action for event in acts] == [Action.SIGNED_IN, Action.LOGIN_LINKED]
    assert (acts[0].actor.id, acts[0].reason) == (door.staff, "through the institution")


async def test_the_address_bar_holds_nothing_of_use(door: Door, institution: Institution) -> None:
    """State, nonce and challenge are new each time, and none is the secret that the cookie keeps."""
    asked = []
    for _ in range(2):
        query = parse_qs(urlsplit(await door.to_the_institution()).query)
        secret = door.api.http.cookies["registry-sign-on"]
        assert secret not in str(query)
        asked.append((query["state"], query["nonce"], query["code_challenge"]))
        assert query["redirect_uri"] == ["http://registry.example.org/auth/oidc/callback"]
    assert all(one != other for one, other in zip(*asked, strict=True))
    assert institution.asked_for_tokens == 0


def _without(name: str) -> Callable[[Claims], Claims]:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


def _with(**changes: object) -> Callable[[Claims], Claims]:
    return lambda claims: claims | changes


def _hours_later(claims: Claims) -> Claims:
    return claims | {"iat": claims["iat"] + 7200, "exp": claims["exp"] + 7200}


def _hours_ago(claims: Claims) -> Claims:
    return claims | {"iat": claims["iat"] - 7200, "exp": claims["exp"] - 7200}


_LIES: dict[str, Callable[[Claims], Claims]] = {
    "another nonce": _with(nonce="another"),
    "no nonce": _without("nonce"),
    "over": _hours_ago,
    "not yet": _hours_later,
    "for ever": _without("exp"),
    "for others": _with(aud="another client"),
    "for others too": _with(aud=["registry", "another client"]),
    "for nobody": _without("aud"),
    "by another": _with(iss="https://elsewhere.example"),
    "asked for by another": _with(azp="another client"),
    "no address": _without("email"),
    "two addresses": _with(email=["ines.falk@clinic.example"]),
    "an empty address": _with(email=""),
}


async def test_what_does_not_hold_lets_nobody_in(
    door: Door, institution: Institution, logged: Callable[[], str]
) -> None:
    """Wrong or missing nonce, audience, issuer, time or claim: a failure, and nothing personal is logged."""
    told = {}
    for name, institution.lie in _LIES.items():
        told[name] = await door.enter()
    assert told == dict.fromkeys(_LIES, "/sign-in?institution=failed")
    assert await door.is_empty()
    said = logged().lower()
    assert said.count("sign_on_refused") == len(_LIES)
    assert not [word for word in ("ines", "falk", "clinic.example", "4711", CLIENT_SECRET) if word in said]


async def test_only_the_institutions_key_counts(door: Door, institution: Institution) -> None:
    """A token by another key, by the secret that we share, or by none is worth nothing."""
    for institution.sign in (
        signed_by_a_stranger,
        signed_by_nobody_known,
        signed_by_the_client_secret,
        unsigned,
    ):
        assert await door.enter() == "/sign-in?institution=failed"
    assert await door.is_empty()


@pytest.mark.parametrize("broken", ["tokens", "discovery", "issuer"])
async def test_an_institution_in_trouble_lets_nobody_in(
    local: LocalService, institution: Institution, broken: str
) -> None:
    """A provider that fails, or says that it is another, is told on the sign-in page."""
    institution.broken = broken
    async with open_door(local, institution.issuer) as door:
        answer = await door.api.http.get("/auth/oidc/start")
        ended = answer.headers["location"]
        if broken == "tokens":
            ended = await door.come_back(await door.back_from(ended))
        assert ended == "/sign-in?institution=failed"
        assert await door.is_empty()


async def test_new_keys_of_the_institution_are_asked_for(door: Door, institution: Institution) -> None:
    """A token by a key that nobody has seen yet is checked with the keys that the provider has now."""
    await door.enter()
    institution.new_key()
    assert await door.enter() == "/"


async def test_whom_nobody_linked_stays_outside(door: Door, institution: Institution) -> None:
    """An address without an account, or one that the institution did not verify, makes no account."""
    for institution.lie in (
        _with(email="somebody.else@clinic.example"),
        _with(email_verified=False),
        _without("email_verified"),
    ):
        assert await door.enter() == "/sign-in?institution=unknown"
    assert await door.is_empty()


async def test_only_domains_on_the_list_come_in(local: LocalService, institution: Institution) -> None:
    """Another domain stays outside even where its login is linked; one that only ends alike is another."""
    domains = frozenset({"clinic.example"})
    async with open_door(local, institution.issuer, domains=domains) as door:
        for login in (EMAIL, "ines@evil-clinic.example", "ines@clinic.example.evil"):
            await door.sign_on.link(door.staff, login, command_actor(), local.clock())
            institution.user["email"] = login
            ended = await door.enter()
            assert ended == ("/" if login == EMAIL else "/sign-in?institution=unknown")


async def test_an_opaque_claim_is_taken_to_the_letter(local: LocalService, institution: Institution) -> None:
    """Where the deployer chose `sub`, that names the account and the address means nothing."""
    async with open_door(local, institution.issuer, claim="sub") as door:
        await door.sign_on.link(door.staff, "Ab-4711", command_actor(), local.clock())
        institution.user = {"sub": "ab-4711", "email": EMAIL}
        assert await door.enter() == "/sign-in?institution=unknown"
        institution.user = {"sub": "Ab-4711"}
        assert await door.enter() == "/"


async def test_an_attempt_counts_once(door: Door, institution: Institution) -> None:
    """Whoever sends the same answer again, even with the same cookie, is not let in, and nobody is asked."""
    query = await door.back_from(await door.to_the_institution())
    secret = door.api.http.cookies["registry-sign-on"]
    assert await door.come_back(query) == "/"
    await door.api.send("SignOut")
    door.api.http.cookies.set("registry-sign-on", secret)
    assert await door.come_back(query) == "/sign-in?institution=expired"
    assert await door.is_empty()
    assert institution.asked_for_tokens == 1


async def test_an_answer_belongs_to_the_browser_that_asked(door: Door, institution: Institution) -> None:
    """With another state, or in another browser, a genuine answer lets nobody in, nor is its code used."""
    for change in ({"state": "another"}, {"state": ""}, {}):
        query = await door.back_from(await door.to_the_institution())
        if not change:
            door.api.http.cookies.clear()
        assert await door.come_back(query | change) == "/sign-in?institution=expired"
    assert await door.is_empty()
    assert institution.asked_for_tokens == 0


async def test_a_refusal_of_the_institution_is_told(door: Door) -> None:
    """Whether somebody cancelled there, or something went wrong, the sign-in page says which."""
    for change, told in (
        ({"error": "access_denied"}, "cancelled"),
        ({"error": "server_error"}, "failed"),
        ({"iss": "https://elsewhere.example"}, "failed"),
        ({"code": ""}, "failed"),
        ({"code": "made up"}, "failed"),
    ):
        query = await door.back_from(await door.to_the_institution())
        assert await door.come_back(query | change) == f"/sign-in?institution={told}"
    assert await door.is_empty()


async def test_a_network_makes_the_institution_answer_so_often_and_no_more(
    local: LocalService, institution: Institution
) -> None:
    """Answers that somebody makes up reach it as often as codes may be tried from their network."""
    async with open_door(local, institution.issuer, limits=Limits(network_tries_an_hour=2)) as door:
        for _ in range(4):
            query = await door.back_from(await door.to_the_institution())
            assert await door.come_back(query | {"code": "made up"}) == "/sign-in?institution=failed"
    assert institution.asked_for_tokens == 2


async def test_a_login_that_is_unlinked_leads_nowhere(door: Door) -> None:
    """Whoever came in by it is signed out at once, and cannot come in again."""
    await door.enter()
    await door.sign_on.unlink(EMAIL, command_actor(), door.local.clock())
    assert await door.is_empty()
    assert await door.enter() == "/sign-in?institution=unknown"
    with pytest.raises(NotFound):
        await door.sign_on.unlink(EMAIL, command_actor(), door.local.clock())
    newest = (await door.local.services.audit.about(door.staff))[0].event
    assert newest.action is Action.LOGIN_UNLINKED


async def test_coming_in_ends_the_session_that_the_browser_had(door: Door) -> None:
    """The token changes with the sign-in, and the one before is worth nothing."""
    await door.enter()
    old = door.api.http.cookies["registry-session"]
    await door.enter()
    assert door.api.http.cookies["registry-session"] != old
    assert len(await all_of(door.local.services.mongo.database, SESSIONS)) == 1


async def test_over_https_the_cookies_are_bound_to_host_and_https(
    local: LocalService, institution: Institution
) -> None:
    """Both cookies are Secure, HttpOnly and SameSite=Lax, with the prefix that binds them to this host."""
    async with open_door(local, institution.issuer, public_url="https://registry.example.org") as door:
        await door.sign_on.link(door.staff, EMAIL, command_actor(), local.clock())
        answer = await door.api.http.get("/auth/oidc/start")
        (cookie,) = answer.headers.get_list("set-cookie")
        query = await door.back_from(answer.headers["location"])
        ended = await door.api.http.get("/auth/oidc/callback", params=query)
        assert ended.headers["location"] == "/"
        cookies = [cookie, *ended.headers.get_list("set-cookie")]
        assert [each.partition("=")[0] for each in cookies] == [
            "__Host-registry-sign-on",
            "__Host-registry-session",
            "__Host-registry-sign-on",
        ]
        for each in cookies:
            assert {"secure", "httponly", "samesite=lax", "path=/"} <= set(each.lower().split("; "))


async def test_a_login_is_one_persons(door: Door) -> None:
    """Linking again changes nothing; a login of a colleague, of a patient or of nobody is not linked."""
    local = door.local
    await door.sign_on.link(door.staff, EMAIL, command_actor(), local.clock())
    database = local.services.mongo.database
    assert len(await all_of(database, STAFF_LOGINS)) == 1
    other = await local.services.accounts.create_staff(
        (await local.services.accounts.store.find(door.staff)).role,  # type: ignore[union-attr] # it is there
        "Jonas Brandt",
        local.new_number(),
        local.clock(),
    )
    with pytest.raises(LoginTaken):
        await door.sign_on.link(other, EMAIL, command_actor(), local.clock())
    patient = await local.services.accounts.create_patient(local.new_number(), local.clock())
    for nobody in (patient, "x"):
        with pytest.raises(NotFound):
            await door.sign_on.link(StaffId(nobody), "x@clinic.example", command_actor(), local.clock())
    assert "clinic.example" not in str(await all_of(database, STAFF_LOGINS))


async def test_the_page_knows_whether_there_is_an_institution(door: Door, api: Api) -> None:
    """Its name is there for everybody where one is configured, and null where none is."""
    assert (await door.api.send("Me"))["institution"] == NAME
    assert (await api.send("Me"))["institution"] is None
