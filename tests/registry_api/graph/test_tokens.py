from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from registry_api.audit.events import Action
from registry_api.coalition.store import Organisation, OrganisationId
from registry_api.identity.api_tokens.issuing import MOST
from registry_api.identity.api_tokens.writing import is_one
from registry_api.identity.callers import Role
from registry_api.identity.indexes import API_TOKENS
from tests.registry_api.local_service import ORGANISATION, Api, LocalService, operation, token_wish
from tests.registry_api.stored_bytes import all_of, stored_bytes

_FREE_TEXT = "{ coalition { organisation snapshot { takenOn } } }"


@pytest.fixture
async def member(local: LocalService) -> Api:
    made = await local.staff("member")
    await made.step_up()
    return made


async def test_a_program_reads_aggregates_with_a_token(member: Api, local: LocalService) -> None:
    """What a member issues lets a program read the same numbers; the trail says who issued what."""
    issued = await member.send("IssueApiToken", input=token_wish())
    program = local.with_token(issued["secret"])
    assert await program.send("Coalition") == await member.send("Coalition")
    assert await program.send("Me") == {**(await local.client().send("Me")), **_PROGRAM}
    [shown] = (await member.send("ApiTokens"))["tokens"]
    assert (shown["name"], shown["scopes"], shown["issuedBy"]) == (
        "Charts",
        ["AGGREGATES_READ"],
        "Noor Haddad",
    )
    newest = (await local.services.audit.about(ORGANISATION.id))[0].event
    assert (newest.action, newest.record, newest.reason, newest.actor.role) == (
        Action.TOKEN_ISSUED,
        shown["id"],
        "aggregates:read",
        "COALITION_MEMBER",
    )


_PROGRAM = {"role": "API_CLIENT", "organisation": "Dystonia Alliance"}


async def test_free_text_needs_the_scope_for_it(local: LocalService) -> None:
    """With `query` any document of the schema is answered; without it only those of the contract."""
    for scopes, expected in (
        (("AGGREGATES_READ",), "UNKNOWN_DOCUMENT"),
        (("QUERY",), "NOT_ALLOWED"),
        (("AGGREGATES_READ", "QUERY"), None),
    ):
        _, program = await local.program(*scopes)
        response = await program.http.post("/graphql", json={"query": _FREE_TEXT})
        codes = [each["extensions"]["code"] for each in response.json().get("errors", ())]
        assert codes == ([expected] if expected else [])


async def test_a_secret_is_shown_once_and_kept_nowhere(
    member: Api, local: LocalService, logged: Callable[[], str]
) -> None:
    """Asking again gives the token without it, and neither database nor log has it or the token's name."""
    wish = token_wish(name="Zirconium dashboard")
    answers = [await member.send("IssueApiToken", input=wish) for _ in range(2)]
    secret = answers[0]["secret"]
    assert is_one(secret)
    assert [(each["already"], each["secret"]) for each in answers] == [(False, secret), (True, None)]
    assert answers[0]["token"] == answers[1]["token"]
    await local.with_token(secret).send("Coalition")
    assert secret not in str(await member.send("ApiTokens"))
    stored = await stored_bytes(local.services.mongo.database)
    for hidden in (secret, secret[4:30], "Zirconium"):
        assert hidden.encode() not in stored
        assert hidden not in logged()


async def test_a_token_that_does_not_work_is_refused_alike(member: Api, local: LocalService) -> None:
    """Wrong, mistyped, revoked or expired: 401, one text, and nothing is executed."""
    secrets = [(await member.send("IssueApiToken", input=token_wish(days=days)))["secret"] for days in (1, 2)]
    revoked = next(each["id"] for each in (await member.send("ApiTokens"))["tokens"] if _days(each) == 2)
    assert (await member.send("RevokeApiToken", id=revoked))["token"]["revokedAt"] is not None
    local.clock.pass_(days=1)
    texts = set()
    for wrong in (*secrets, secrets[0][:-1] + "x", "drt_", "x", ""):
        response = await local.with_token(wrong).http.post("/graphql", json={"query": operation("Coalition")})
        assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
        (error,) = response.json()["errors"]
        assert error["extensions"]["code"] == "TOKEN_REJECTED"
        texts.add(error["message"])
    assert len(texts) == 1


def _days(token: dict[str, Any]) -> int:
    return int(token["expiresAt"][8:10]) - int(token["issuedAt"][8:10])


async def test_a_token_and_a_cookie_do_not_come_together(member: Api) -> None:
    """A browser's session cannot be widened by a token, nor a token hide a session."""
    secret = (await member.send("IssueApiToken", input=token_wish()))["secret"]
    response = await member.http.post(
        "/graphql",
        json={"query": operation("Coalition")},
        headers={"authorization": f"Bearer {secret}"},
    )
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (
        400,
        "BAD_REQUEST",
    )


async def test_the_last_use_is_shown_to_about_five_minutes(member: Api, local: LocalService) -> None:
    """Uses soon after each other are one."""
    program = local.with_token((await member.send("IssueApiToken", input=token_wish()))["secret"])
    uses = []
    for _ in range(4):
        await program.send("Coalition")
        [token] = (await member.send("ApiTokens"))["tokens"]
        uses.append(token["lastUsedAt"][14:16])
        local.clock.pass_(minutes=3)
    assert uses == ["30", "30", "36", "36"]


async def test_issuing_needs_a_fresh_proof_and_revoking_does_not(member: Api, local: LocalService) -> None:
    """Five minutes after the step-up nothing is issued, and what leaked can still be ended, once."""
    token = (await member.send("IssueApiToken", input=token_wish()))["token"]["id"]
    local.clock.pass_(minutes=5)
    assert (await member.send("IssueApiToken", input=token_wish()))["code"] == "STEP_UP_REQUIRED"
    ended = [(await member.send("RevokeApiToken", id=token))["token"]["revokedAt"] for _ in range(2)]
    assert len(set(ended)) == 1
    trail = [each.event.action for each in await local.services.audit.about(ORGANISATION.id)]
    assert trail == [Action.TOKEN_REVOKED, Action.TOKEN_ISSUED]
    local.clock.pass_(days=30)
    assert await all_of(local.services.mongo.database, API_TOKENS) != []


async def test_tokens_belong_to_their_organisation(member: Api, local: LocalService) -> None:
    """Members of another one neither see nor end them, nor learn that they are there."""
    wish = token_wish()
    token = (await member.send("IssueApiToken", input=wish))["token"]["id"]
    other_organisation = Organisation(OrganisationId("clear-voices"), "Clear Voices")
    await local.services.coalition.put_organisations([other_organisation])
    staff = await local.services.accounts.create_staff(
        Role.COALITION_MEMBER, "Pia", local.new_number(), local.clock(), organisation=other_organisation.id
    )
    other = await local.signed_in(staff)
    await other.step_up()
    assert (await other.send("ApiTokens"))["tokens"] == []
    for name in (token, "x"):
        assert (await other.send("RevokeApiToken", id=name))["code"] == "NOT_FOUND"
    assert (await other.send("IssueApiToken", input=wish))["code"] == "NOT_FOUND"
    assert (await member.send("ApiTokens"))["tokens"][0]["revokedAt"] is None


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": " "}, "name"),
        ({"scopes": []}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
    ],
)
async def test_a_token_that_cannot_be_is_refused_by_field(
    member: Api, change: dict[str, Any], path: str
) -> None:
    """The answer names the field, and nothing is issued."""
    answer = await member.send("IssueApiToken", input=token_wish(**change))
    assert (answer["code"], [each["path"] for each in answer["fields"]]) == ("INVALID_INPUT", [path])
    assert (await member.send("ApiTokens"))["tokens"] == []


async def test_there_is_an_end_to_tokens(member: Api, local: LocalService) -> None:
    """Beyond twenty that work none is issued; those that ended do not count, and are gone after 30 days."""
    await member.send("IssueApiToken", input=token_wish(days=90))
    tokens = local.services.mongo.database[API_TOKENS]
    [kept] = await all_of(local.services.mongo.database, API_TOKENS)
    copies = [{**kept, "_id": f"{number}", "hash": f"{number}"} for number in range(MOST - 1)]
    await tokens.insert_many(copies)
    answer = await member.send("IssueApiToken", input=token_wish())
    assert (answer["code"], answer["most"]) == ("LIMIT_REACHED", MOST)
    await member.send("RevokeApiToken", id=kept["_id"])
    assert (await member.send("IssueApiToken", input=token_wish()))["__typename"] == "ApiTokenIssued"
    assert len((await member.send("ApiTokens"))["tokens"]) == MOST + 1
