from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from registry_api.app import create_app
from registry_api.identity.callers import Role
from registry_api.identity.languages import Language
from registry_api.identity.lifetimes import PATIENTS, STAFF, Lifetime
from registry_api.wiring import wired
from tests.registry_api.enrolment.people import PHONE
from tests.registry_api.identity.desk import another
from tests.registry_api.local_service import Api, LocalService, operation
from tests.registry_api.stored_bytes import stored_bytes


async def _request(api: Api, phone: str = PHONE) -> dict[str, Any]:
    answer: dict[str, Any] = await api.send("RequestSignInCode", phone=phone, language="EN")
    return answer


async def test_a_texted_code_signs_a_patient_in(api: Api, local: LocalService) -> None:
    """Asking for a code queues one text, the code makes a patient's session, and the cookie carries it."""
    assert await _request(api) == {"__typename": "SignInCodeSent", "expiresInSeconds": 600}
    signed_in = await api.send("SignIn", phone="+1 (202) 555-0123", code=await local.code())
    assert signed_in == {"__typename": "SignedIn", "me": {"role": "PATIENT"}}
    assert (await api.send("Me"))["patient"]["phoneEnding"] == "0123"
    assert len(await local.texts()) == 1


async def test_the_session_cookie_is_out_of_reach_of_scripts(api: Api, local: LocalService) -> None:
    """It is HttpOnly, SameSite=Lax, for the whole site, for at most 90 days."""
    cookie = await _cookie_after_sign_in(api, local)
    assert cookie.startswith("registry-session=")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert parts == {
        "httponly",
        "samesite=lax",
        "path=/",
        f"max-age={_seconds(PATIENTS)}",
    }


async def test_the_cookie_of_staff_lasts_half_a_day(api: Api, local: LocalService) -> None:
    """The browser forgets it when the session is over in any case."""
    await local.services.accounts.create_staff(Role.APPROVER, "Jonas Brandt", PHONE, local.clock())
    cookie = await _cookie_after_sign_in(api, local)
    assert f"max-age={_seconds(STAFF)}" in cookie.lower()


async def test_over_https_the_cookie_is_bound_to_host_and_https(local: LocalService) -> None:
    """Where the public address is HTTPS, the cookie is Secure and has the __Host- prefix, and it works."""
    settings = local.services.settings.model_copy(update={"public_url": "https://registry.example.org"})
    app = create_app(settings, replace(local.services, settings=settings))
    async with app.router.lifespan_context(app):
        api = Api(app, app, settings.public_url)
        cookie = await _cookie_after_sign_in(api, local)
        assert cookie.startswith("__Host-registry-session=")
        assert "; secure" in cookie.lower()
        assert (await api.send("Me"))["role"] == "PATIENT"
        response = await api.http.get("/healthz/live")
        assert "max-age=" in response.headers["strict-transport-security"]
        await api.close()


@pytest.mark.parametrize(
    ("public_url", "host"),
    [
        ("https://diary.example.net", "diary.example.net"),
        ("https://diary.example.net:8443", None),
        ("http://localhost:8000", None),
        (f"https://{'x' * 50}.example.org", None),
    ],
)
async def test_a_code_is_bound_to_our_host(local: LocalService, public_url: str, host: str | None) -> None:
    """Over HTTPS on the usual port phones learn for which page a code is, where the text has room for it."""
    settings = local.services.settings.model_copy(update={"public_url": public_url})
    services = wired(settings, local.services.mongo, local.services.vault, local.clock)
    await services.sign_in.request_code(PHONE, Language.EN, local.clock())
    services.sign_in.close()
    (text,) = await local.texts()
    assert (await local.slots(text)).get("host") == host


async def test_signing_out_ends_the_session_itself(api: Api, local: LocalService) -> None:
    """Not only is the cookie taken away: its token is worth nothing any more."""
    cookie = await _cookie_after_sign_in(api, local)
    token = cookie.partition("=")[2].partition(";")[0]
    assert (await api.send("SignOut"))["__typename"] == "SignedOut"
    assert not api.http.cookies
    api.hold(token)
    assert (await api.send("Me"))["role"] == "ANONYMOUS"
    assert (await api.send("SignOut"))["__typename"] == "NotSignedIn"


async def test_signing_in_ends_the_session_that_the_browser_had(local: LocalService) -> None:
    """A browser holds one session at a time, so that a token given to it beforehand is worth nothing."""
    api, _ = await local.patient(phone=PHONE)
    old = api.http.cookies["registry-session"]
    await _cookie_after_sign_in(api, local)
    other = local.client()
    other.hold(old)
    assert (await other.send("Me"))["role"] == "ANONYMOUS"


async def test_known_and_unknown_numbers_are_answered_alike(local: LocalService) -> None:
    """Nobody learns from an answer whether a number is in the registry."""
    await local.patient(phone=PHONE)
    api = local.client()
    assert await _request(api) == await _request(api, "+447700900456")
    code = another(await local.code())
    known, unknown = [await api.send("SignIn", phone=phone, code=code) for phone in (PHONE, "+33639981234")]
    assert known == unknown
    assert known["code"] == "CODE_REJECTED"


@pytest.mark.parametrize("phone", ["", "12", "Amara", "+1 305 867 53", "+99912345678901234567", "911"])
async def test_a_malformed_number_is_refused_by_field(
    api: Api, local: LocalService, logged: Callable[[], str], phone: str
) -> None:
    """Both operations name the field, text nobody, store nothing, and do not repeat the number."""
    before = await stored_bytes(local.services.mongo.database)
    asked = await _request(api, phone)
    entered = await api.send("SignIn", phone=phone, code="123456")
    for answer in (asked, entered):
        assert (answer["__typename"], answer["code"]) == ("InvalidInput", "INVALID_INPUT")
        assert [field["path"] for field in answer["fields"]] == ["phone"]
        assert len(phone) < 3 or phone not in str(answer)
    assert await stored_bytes(local.services.mongo.database) == before
    assert len(phone) < 3 or phone not in logged()


async def test_a_code_that_does_not_work_reads_the_same_whatever_is_wrong(
    api: Api, local: LocalService, logged: Callable[[], str]
) -> None:
    """Wrong, reused, expired, replaced and nonsensical codes get one answer, and nobody is signed in."""
    await _request(api)
    first = await local.code()
    answers = [await api.send("SignIn", phone=PHONE, code=another(first))]
    answers.append(await api.send("SignIn", phone=PHONE, code="six digits"))
    await _request(api)
    second = await local.code()
    answers.append(await api.send("SignIn", phone=PHONE, code=first))
    assert (await api.send("SignIn", phone=PHONE, code=second))["__typename"] == "SignedIn"
    answers.append(await local.client().send("SignIn", phone=PHONE, code=second))
    await _request(api)
    local.clock.pass_(minutes=10)
    answers.append(await local.client().send("SignIn", phone=PHONE, code=await local.code()))
    assert {answer["__typename"] for answer in answers} == {"CodeRejected"}
    assert len({answer["message"] for answer in answers}) == 1
    said = logged()
    assert not [secret for secret in (PHONE, first, second) if secret in said]


async def test_guesses_by_aliases_are_counted_one_by_one(api: Api, local: LocalService) -> None:
    """Several tries in one request are refused; were they not, five of fifteen would be taken."""
    await _request(api)
    code = await local.code()
    guesses = " ".join(
        f'a{each}: signIn(phone: "{PHONE}", code: "{another(code)}") {{ __typename }}' for each in range(14)
    )
    right = f'right: signIn(phone: "{PHONE}", code: "{code}") {{ __typename }}'
    (refused,) = (await api.ask(f"mutation {{ {guesses} {right} }}"))["errors"]
    assert refused["extensions"]["limit"] == "ONCE"
    answer, context = await local.executed(f"mutation {{ {guesses} {right} }}")
    said = [each["__typename"] for each in answer.values()]
    assert said == ["CodeRejected"] * 5 + ["TooManyRequests"] * 10
    assert "set-cookie" not in context.response.headers


async def test_codes_asked_for_by_aliases_are_counted_one_by_one(api: Api, local: LocalService) -> None:
    """Several requests for codes in one document are refused; were they not, three would be texted."""
    asked = " ".join(f'a{each}: requestSignInCode(phone: "{PHONE}") {{ __typename }}' for each in range(15))
    (refused,) = (await api.ask(f"mutation {{ {asked} }}"))["errors"]
    assert refused["extensions"]["limit"] == "ONCE"
    answer, _ = await local.executed(f"mutation {{ {asked} }}")
    said = [each["__typename"] for each in answer.values()]
    assert said == ["SignInCodeSent"] * 3 + ["TooManyRequests"] * 12
    assert len(await local.texts()) == 3


async def test_a_country_that_is_not_served_is_a_problem_of_its_own(api: Api, local: LocalService) -> None:
    """The answer is typed, and nobody is texted."""
    answer = await _request(api, "+1 876 555 0123")
    assert (answer["__typename"], answer["code"]) == ("CountryNotServed", "COUNTRY_NOT_SERVED")
    assert await local.texts() == []


async def test_too_many_requests_say_when_to_come_back(api: Api, local: LocalService) -> None:
    """The fourth request in ten minutes texts nobody and says how many seconds to wait."""
    for _ in range(3):
        await _request(api)
        local.clock.pass_(minutes=1)
    answer = await _request(api)
    assert answer["__typename"] == "TooManyRequests"
    assert answer["retryAfterSeconds"] == 7 * 60
    assert len(await local.texts()) == 3


async def test_a_member_of_staff_signs_in_the_same_way(api: Api, local: LocalService) -> None:
    """The account of the number decides who one is."""
    number = local.new_number()
    await local.services.accounts.create_staff(Role.COORDINATOR, "Dr Ines Falk", number, local.clock())
    await _request(api, number)
    await api.send("SignIn", phone=number, code=await local.code())
    me = await api.send("Me")
    assert (me["role"], me["name"], me["patient"]) == ("COORDINATOR", "Dr Ines Falk", None)


def _seconds(lifetime: Lifetime) -> int:
    return int(lifetime.absolute.total_seconds())


async def _cookie_after_sign_in(api: Api, local: LocalService) -> str:
    await _request(api)
    response = await api.http.post(
        "/graphql",
        json={
            "query": operation("SignIn"),
            "variables": {"phone": PHONE, "code": await local.code()},
        },
    )
    assert response.json()["data"]["signIn"]["__typename"] == "SignedIn"
    (cookie,) = response.headers.get_list("set-cookie")
    return str(cookie)
