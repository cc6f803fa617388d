"""The running service, and people who call it.

`@pytest.mark.caller("enrolled")` signs the fixture `api` in as one of `KINDS`; without it nobody
is signed in.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

import httpx2
from motor.motor_asyncio import AsyncIOMotorClientSession
from starlette.applications import Starlette

from diary.ids import PatientId
from notifications.ids import RecipientId, key_owner
from notifications.messages import Kind
from notifications.outbox import OUTBOX, SLOTS_FIELD
from notifications.phone import PhoneNumber
from registry_api.audit.events import ANYWHERE
from registry_api.coalition.store import Organisation, OrganisationId
from registry_api.enrolment.consents import Purpose
from registry_api.enrolment.form import EnrolmentForm
from registry_api.graph.context import Context
from registry_api.graph.documents import document_id
from registry_api.graph.schema import RegistrySchema, build_schema
from registry_api.identity.callers import Anonymous, Patient, Role
from registry_api.visitor import cookie_name
from registry_api.wiring import Services
from tests.authenticator import Authenticator, add_passkey, step_up_with
from tests.contract.project import OPERATIONS
from tests.leaks import watch
from tests.registry_api.enrolment.people import FORM, NOW, PHONE, caller, signing
from tests.registry_api.stored_bytes import all_of

KINDS = ("anonymous", "patient", "enrolled", "coordinator", "approver", "member", "administrator", "program")
EVERYTHING = (Purpose.REGISTRY, Purpose.TEXTS, Purpose.TRIAL_CONTACT)
ORGANISATION = Organisation(OrganisationId("dystonia-alliance"), "Dystonia Alliance")
ADDRESS = "http://registry.example.org"
_STAFF = {
    "coordinator": (Role.COORDINATOR, "Dr Ines Falk"),
    "approver": (Role.APPROVER, "Jonas Brandt"),
    "member": (Role.COALITION_MEMBER, "Noor Haddad"),
    "administrator": (Role.ADMINISTRATOR, "Sami Virtanen"),
}


@cache
def _schema() -> RegistrySchema:
    return build_schema()


class Clock:
    """The service's clock, moved by hand."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment

    def pass_(self, **time: float) -> None:
        self.moment += timedelta(**time)


@cache
def operation(name: str) -> str:
    """The text of an operation as the web app sends it."""
    (path,) = (path for path in OPERATIONS if path.stem == name)
    return path.read_text("utf-8")


class Api:
    """One client with a cookie jar of its own.

    It sends documents of the contract to the service as the public has it; any other is asked of the same
    service in development.
    """

    def __init__(self, app: Starlette, development: Starlette, address: str = ADDRESS) -> None:
        self.http = httpx2.AsyncClient(
            transport=_TwoDoors(app, development), base_url=address, event_hooks={"response": [watch]}
        )
        self.device: Authenticator | None = None

    def hold(self, token: str) -> None:
        """Sends this session along from now on."""
        self.http.cookies.set(cookie_name(secure=False), token, domain=self.http.base_url.host)

    async def answer(self, name: str, /, **variables: Any) -> dict[str, Any]:
        """The whole answer to an operation of the contract."""
        return await self._answer({"documentId": document_id(operation(name)), "variables": variables})

    async def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """The whole answer to any document."""
        return await self._answer({"query": document, "variables": variables}, development=True)

    async def _answer(self, body: dict[str, Any], **extensions: bool) -> dict[str, Any]:
        response = await self.http.post("/graphql", json=body, extensions=extensions)
        answer: dict[str, Any] = response.json()
        return answer

    async def send(self, name: str, /, **variables: Any) -> Any:
        """What an operation's one field answers; there must be no error."""
        answer = await self.answer(name, **variables)
        assert "errors" not in answer, answer["errors"]
        (value,) = answer["data"].values()
        return value

    async def refusal(self, name: str, /, **variables: Any) -> str:
        """The code of the one error with which an operation is refused."""
        answer = await self.answer(name, **variables)
        (error,) = answer["errors"]
        assert error["message"]
        return str(error["extensions"]["code"])

    async def step_up(self) -> None:
        """Proves with a passkey who is calling; the first time, makes one."""
        if self.device is None:
            self.device = Authenticator(str(self.http.base_url))
            await add_passkey(self.send, self.device)
        answer = await step_up_with(self.send, self.device)
        assert answer["__typename"] == "SteppedUp"

    async def close(self) -> None:
        await self.http.aclose()


class _TwoDoors(httpx2.AsyncBaseTransport):
    """To the service, and to the same service in development."""

    def __init__(self, app: Starlette, development: Starlette) -> None:
        self._app = httpx2.ASGITransport(app)
        self._development = httpx2.ASGITransport(development)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        door = self._development if request.extensions.get("development") else self._app
        return await door.handle_async_request(request)


@dataclass
class LocalService:
    app: Starlette
    development: Starlette
    services: Services
    clock: Clock
    apis: list[Api] = field(default_factory=list)
    numbers: int = 0

    async def api(self, kind: str = "anonymous") -> Api:
        """A client that is signed in as somebody of this kind; every call makes another person."""
        if kind == "anonymous":
            return self.client()
        if kind in {"patient", "enrolled"}:
            return (await self.patient(enrolled=kind == "enrolled"))[0]
        if kind == "program":
            return (await self.program())[1]
        return await self.staff(kind)

    async def program(self, *scopes: str) -> tuple[Api, Api]:
        """A member of the coalition, and a program with a token from them; unless said, it reads numbers."""
        member = await self.staff("member")
        await member.step_up()
        wish = token_wish(scopes=scopes or ("AGGREGATES_READ",))
        program = self.with_token((await member.send("IssueApiToken", input=wish))["secret"])
        await program.send("Me")  # its first use is on record, and so soon no other will be
        return member, program

    def with_token(self, secret: str) -> Api:
        """A program that sends this along."""
        program = self.client()
        program.http.headers["authorization"] = f"Bearer {secret}"
        return program

    def client(self) -> Api:
        self.apis.append(Api(self.app, self.development))
        return self.apis[-1]

    async def staff(self, kind: str, name: str | None = None) -> Api:
        role, usual = _STAFF[kind]
        organisation = None
        if role is Role.COALITION_MEMBER:
            await self.services.coalition.put_organisations([ORGANISATION])
            organisation = ORGANISATION.id
        staff = await self.services.accounts.create_staff(
            role, name or usual, self.new_number(), self.clock(), organisation=organisation
        )
        return await self.signed_in(staff)

    async def patient(
        self,
        *purposes: Purpose,
        enrolled: bool = True,
        form: EnrolmentForm = FORM,
        phone: PhoneNumber | None = None,
    ) -> tuple[Api, Patient]:
        """Somebody with an account; where enrolled, with the consents named, or all that the thread needs."""
        number = phone or self.new_number()
        patient = caller(await self.services.accounts.create_patient(number, self.clock()))
        for purpose in purposes or (EVERYTHING if enrolled else ()):
            await self.services.consents.sign(patient, signing(purpose), self.clock())
        if enrolled:
            await self.services.enrolments.enrol(patient, form, self.clock())
        return await self.signed_in(patient.patient_id), patient

    async def signed_in(self, account: str) -> Api:
        """A client with a new session of an account."""
        stored = await self.services.accounts.store.find(account)
        assert stored is not None
        new, session = await self.services.sessions.prepare(stored, self.clock())

        async def keep(transaction: AsyncIOMotorClientSession) -> None:
            await self.services.sessions.keep(session, None, session=transaction)

        await self.services.mongo.transact(keep)
        api = self.client()
        api.hold(new.token)
        return api

    def new_number(self) -> PhoneNumber:
        """A number that nobody has yet; the first is PHONE."""
        number = int(PHONE[1:]) + self.numbers
        self.numbers += 1
        return PhoneNumber(f"+{number}")

    async def executed(self, document: str, **variables: Any) -> tuple[dict[str, Any], Context]:
        """What the schema by itself answers to nobody, without the limits that stand before it."""
        context = Context(self.services, Anonymous(), self.clock(), ANYWHERE, None)
        result = await _schema().execute(document, variable_values=variables, context_value=context)
        assert result.data is not None
        return result.data, context

    async def texts(self, kind: Kind | None = None) -> list[dict[str, Any]]:
        """The texts in the outbox, oldest first."""
        found = await all_of(self.services.mongo.database, OUTBOX)
        return [text for text in found if kind is None or text["kind"] == kind]

    async def code(self) -> str:
        """The code of the newest text."""
        return (await self.slots((await self.texts(Kind.SIGN_IN_CODE))[-1]))["code"]

    async def slots(self, text: dict[str, Any]) -> dict[str, str]:
        """What a text will say in the gaps of its wording."""
        owner = key_owner(RecipientId(text["recipient"]))
        slots = await self.services.vault.open(owner, SLOTS_FIELD, text["sealed_slots"])
        return dict(json.loads(slots))

    async def rematch(self) -> None:
        """What the worker does about changed people and trials, until nothing is left to do."""
        while await self.services.rematching.run_once(self.clock()):
            pass
        while await self.services.alerts.run_openings(self.clock(), "worker"):
            pass

    async def answered(self, patient: PatientId) -> int:
        """How many check-ins a patient has."""
        return len((await self.services.diary.page(patient, 100, None, None, None)).entries)


def ratings(*, pulling: int = 6, pain: int = 4, looked_at: int = 2) -> list[dict[str, Any]]:
    given = {"pulling": pulling, "pain": pain, "fear_of_being_looked_at": looked_at}
    return [{"itemId": item, "rating": rating} for item, rating in given.items()]


def check_in(answers: Sequence[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    """The input of a check-in about the day of NOW in New York."""
    return {
        "entryId": str(uuid4()),
        "about": "2031-05-14",
        "timeZone": "America/New_York",
        "clientAt": datetime(2031, 5, 14, 16, 29, tzinfo=UTC).isoformat(),
        "answers": ratings() if answers is None else answers,
        **changes,
    }


def note(text: str, **changes: Any) -> dict[str, Any]:
    """The input of a note about the day of NOW in New York."""
    return {
        "noteId": str(uuid4()),
        "about": "2031-05-14",
        "timeZone": "America/New_York",
        "clientAt": datetime(2031, 5, 14, 16, 29, tzinfo=UTC).isoformat(),
        "text": text,
        **changes,
    }


def treatment(**changes: Any) -> dict[str, Any]:
    return {
        "treatmentId": str(uuid4()),
        "kind": "TOXIN_INJECTION",
        "startedOn": "2031-03-02",
        "product": "onabotulinumtoxinA",
        "response": "GOOD",
        **changes,
    }


def enrolment(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Amara Quispe",
        "birthMonth": "1984-03",
        "sex": "FEMALE",
        "forms": [{"form": "CERVICAL", "onset": "2019-06"}, {"form": "LIMB"}],
        "toxinEver": "YES",
        "country": "US",
        "postalCode": "10001",
        "timeZone": "America/New_York",
        "language": "EN",
        "promptTime": "19:30",
        **changes,
    }


def token_wish(**changes: Any) -> dict[str, Any]:
    """The input of a token for a program that makes charts."""
    return {"tokenId": str(uuid4()), "name": "Charts", "scopes": ["AGGREGATES_READ"], **changes}


def consent(purpose: Purpose, decision: str = "GRANTED", **changes: Any) -> dict[str, Any]:
    """The input of a signature under the current English text."""
    signed = signing(purpose)
    return {
        "purpose": purpose,
        "version": signed.version,
        "language": "EN",
        "textSha256": signed.text_sha256,
        "decision": decision,
        **changes,
    }
