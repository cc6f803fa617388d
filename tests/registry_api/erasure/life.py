"""Somebody who leaves a trace everywhere that the service keeps one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

from diary.ids import PatientId
from notifications.ids import CarrierSid
from notifications.phone import PhoneNumber
from notifications.relay import Relay
from registry_api.conversations.texting import Inbound
from registry_api.erasure.erasure import GRACE, SECOND_LOOK
from registry_api.exports.questions.question import Question, QuestionId
from registry_api.identity.callers import Patient
from registry_api.worker import relay_pace
from tests.authenticator import Authenticator, add_passkey
from tests.notifications.in_memory_carrier import InMemoryCarrier
from tests.registry_api.enrolment.people import FORM, caller, signing
from tests.registry_api.local_service import EVERYTHING, Api, LocalService, check_in, note, ratings, treatment
from tests.registry_api.trials.examples import study, with_status

NAME = "Zebulon Quillfeather"
PHONE = PhoneNumber("+12025550177")
POSTAL_CODE = "10013"
NOTE = "my sister Wilhelmina was visiting"
OWN_WORDS = "Philippa drove me to the clinic"
TEXT_BEFORE = "hello it is Zebulon from the bakery"
TEXT_AFTER = "my neighbour Ottoline says hello"
PASSKEY = "Zebulons grey phone"
QUESTION = "May I play the bassoon after the injection?"
WORDS = (NAME, PHONE, POSTAL_CODE, NOTE, OWN_WORDS, TEXT_BEFORE, TEXT_AFTER, PASSKEY, QUESTION)
"""What identifies them, or is their own words."""


@dataclass
class Life:
    local: LocalService
    api: Api
    patient: PatientId
    carrier: InMemoryCarrier
    coordinator: Api
    trial: str

    @property
    def caller(self) -> Patient:
        return caller(self.patient)

    async def text(self, words: str) -> None:
        """Texts us, is answered, and the answer is delivered."""
        local = self.local
        message = CarrierSid(f"SM{uuid4().hex}")
        await local.services.conversations.receive(Inbound(message, PHONE, words), local.clock())
        while await local.services.conversations.work_one(local.clock(), "w1"):
            pass
        await self.deliver()

    async def deliver(self) -> None:
        """Sends what may be sent, and lets the carrier report on it."""
        services, now = self.local.services, self.local.clock()
        self.carrier.clock = now
        pace = relay_pace(services.settings)
        relay = Relay(
            services.mongo, services.vault, services.recipients, self.carrier, worker="w1", pace=pace
        )
        while await relay.run_once(now):
            pass
        for text in await self.local.texts():
            for sid in text.get("sids", ()):
                await services.status_reports.apply_status(text["_id"], "delivered", None, now, sid=sid)

    async def ask_to_be_erased(self, erasure_id: str | None = None) -> None:
        answer = await self.api.send("RequestErasure", input={"erasureId": erasure_id or str(uuid4())})
        assert answer["__typename"] == "ErasureRequested"

    async def be_erased(self) -> None:
        """Lets the days of grace pass, and the worker do all that is due then."""
        local = self.local
        local.clock.pass_(days=GRACE.days)
        for _ in range(2):
            while await local.services.erasing.run_once(local.clock(), "w1"):
                pass
            local.clock.moment += SECOND_LOOK


async def lived(local: LocalService) -> Life:
    """The life of one person, up to the evening before they ask to be erased."""
    services, now = local.services, local.clock()
    await services.conversations.receive(Inbound(CarrierSid(f"SM{uuid4().hex}"), PHONE, TEXT_BEFORE), now)
    while await services.conversations.work_one(now, "w1"):
        pass
    api = local.client()
    carrier = InMemoryCarrier(now)
    coordinator = await local.staff("coordinator")
    life = Life(local, api, PatientId(""), carrier, coordinator, await _open_trial(coordinator))
    await api.send("RequestSignInCode", phone=PHONE, language="EN")
    code = await local.code()
    await life.deliver()
    signed_in = await api.send("SignIn", phone=PHONE, code=code)
    assert signed_in["__typename"] == "SignedIn", signed_in
    account = await services.accounts.by_phone(PHONE)
    assert account is not None
    life.patient = PatientId(account.id)
    for purpose in EVERYTHING:
        await services.consents.sign(life.caller, signing(purpose), now)
    form = replace(FORM, name=NAME, postal_code=POSTAL_CODE, prompt_time="12:30")
    await services.enrolments.enrol(life.caller, form, now)
    await add_passkey(api.send, Authenticator(str(api.http.base_url)), PASSKEY)
    await _keep_a_diary(api)
    question = Question(id=QuestionId(str(uuid4())), text=QUESTION)
    await services.visit_questions.add(life.caller, question, now)
    await api.send("PauseContact", days=3)
    await api.send("EndPause")
    await api.send("RequestIntroduction", trialId=life.trial)
    await local.rematch()
    local.clock.moment += timedelta(minutes=1)
    while await services.prompting.run_once(local.clock(), "w1"):
        pass
    await life.text(TEXT_AFTER)
    await life.text("I want to die")
    return life


async def _open_trial(coordinator: Api) -> str:
    record = with_status(study(101), "RECRUITING", posted="2031-05-01")
    trial: str = (await coordinator.send("ImportTrial", record=record))["trial"]["id"]
    await coordinator.send("SetTrialCriteria", trialId=trial, criteria={"form": {"in": ["CERVICAL"]}})
    return trial


async def _keep_a_diary(api: Api) -> None:
    entry = check_in()
    await api.send("RecordCheckIn", input=entry)
    amendment = {"amendmentId": str(uuid4()), "checkInId": entry["entryId"], "answers": ratings(pain=9)}
    await api.send("AmendCheckIn", input={**amendment, "reason": NOTE})
    words = note(OWN_WORDS)
    await api.send("RecordNote", input=words)
    await api.send(
        "AmendNote",
        input={"noteId": words["noteId"], "amendmentId": str(uuid4()), "text": f"{OWN_WORDS}, she said"},
    )
    await api.send("RecordTreatment", input=treatment())
