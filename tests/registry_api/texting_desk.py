"""A registry with one enrolled patient, her prompt, and the real road of a text in both directions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from diary.checking_in.store import DiaryStore
from diary.ids import PatientId
from diary.prompts import Prompt
from notifications.delivery.pace import Pace
from notifications.ids import AddressKey, CarrierSid
from notifications.inbox.store import Inbox
from notifications.phone import PhoneNumber
from notifications.relay import Relay
from notifications.status_reports import StatusReports
from notifications.store import Addresses
from registry_api.conversations.correspondents import Correspondents
from registry_api.conversations.store import SafetyFlags
from registry_api.conversations.texting import Conversations, Inbound
from registry_api.enrolment.consents import Purpose
from registry_api.enrolment.form import SettingsChange
from registry_api.enrolment.recipients import RegistryRecipients
from registry_api.identity.numbers.naming import WROTE_TO_US
from registry_api.mongo import Mongo
from registry_api.vault.vault import Vault
from tests.notifications.in_memory_carrier import InMemoryCarrier
from tests.registry_api.enrolment.people import FORM, NOW, PHONE, caller, registry_on

__all__ = ["EVENING", "NOW", "PHONE", "STRANGER", "TextingDesk", "sid"]

# 20:00 in New York on the day of NOW.
EVENING = datetime(2031, 5, 15, 0, 0, tzinfo=UTC)
STRANGER = PhoneNumber("+447700900123")
CORE = ("pulling", "pain", "fear_of_being_looked_at")


def sid() -> CarrierSid:
    return CarrierSid(f"SM{uuid4().hex}")


@dataclass
class TextingDesk:
    mongo: Mongo
    vault: Vault
    carrier: InMemoryCarrier = field(default_factory=lambda: InMemoryCarrier(EVENING))

    def __post_init__(self) -> None:
        database = self.mongo.database
        self.registry = registry_on(self.mongo, self.vault)
        self.accounts, self.prompts = self.registry.accounts, self.registry.prompts
        self.outbox = self.registry.outbox
        self.inbox, self.addresses = Inbox(database), Addresses(database)
        self.diary, self.flags = DiaryStore(database, self.vault), SafetyFlags(database)
        self.status_reports = StatusReports(self.mongo, self.vault)
        registered = RegistryRecipients(self.mongo, self.vault, self.accounts, self.registry.permissions)
        self.recipients = Correspondents(self.accounts.numbers, registered)
        self.conversations = Conversations(
            self.mongo,
            self.vault,
            self.accounts,
            inbox=self.inbox,
            outbox=self.outbox,
            addresses=self.addresses,
            diary=self.diary,
            prompts=self.prompts,
            audit=self.registry.audit,
            permissions=self.registry.permissions,
            taking_part=self.registry.taking_part,
            trials_link="https://registry.example/trials",
        )

    async def patient(self, phone: PhoneNumber = PHONE) -> PatientId:
        """Somebody who has enrolled and may be texted and told of trials."""
        joined = await self.registry.joined(
            Purpose.REGISTRY, Purpose.TEXTS, Purpose.TRIAL_CONTACT, phone=phone, form=FORM
        )
        return joined.patient_id

    async def prompted(self, phone: PhoneNumber = PHONE, at: datetime = EVENING) -> tuple[PatientId, Prompt]:
        """Such a patient, and today's prompt."""
        patient = await self.patient(phone)
        return patient, await self.prompt(patient, at)

    async def prompt(self, patient: PatientId, at: datetime = EVENING) -> Prompt:
        prompt = await self.prompts.open_prompt(patient, "America/New_York", CORE, at)
        assert prompt is not None
        return prompt

    async def schedule(self, patient: PatientId) -> None:
        await self.registry.enrolments.change_settings(
            caller(patient), SettingsChange(prompt_time="20:00"), EVENING
        )

    async def text(
        self,
        text: str,
        *,
        at: datetime = EVENING,
        sender: PhoneNumber = PHONE,
        opt_out_type: str | None = None,
        message: CarrierSid | None = None,
    ) -> bool:
        """What the webhook does with a text; whether it was new."""
        return await self.conversations.receive(Inbound(message or sid(), sender, text, opt_out_type), at)

    async def work(self, at: datetime = EVENING, worker: str = "w1") -> int:
        """Answers all that waits; how many texts that were."""
        done = 0
        while await self.conversations.work_one(at, worker):
            done += 1
        return done

    async def deliver(self, at: datetime = EVENING) -> list[str]:
        """Sends what may be sent; the bodies that reached the carrier by this call."""
        before = len(self.carrier.carried)
        self.carrier.clock = at
        relay = Relay(self.mongo, self.vault, self.recipients, self.carrier, worker="w1", pace=Pace())
        while await relay.run_once(at):
            pass
        return [carried.body for _, carried in self.carrier.carried[before:]]

    async def talk(self, text: str, *, at: datetime = EVENING, sender: PhoneNumber = PHONE) -> list[str]:
        """The whole road: a text comes in, is worked on, and its answers go out."""
        await self.text(text, at=at, sender=sender)
        await self.work(at)
        return await self.deliver(at)

    async def key(self, phone: PhoneNumber = PHONE) -> AddressKey:
        return (await self.accounts.numbers.known(phone, EVENING, WROTE_TO_US)).name

    async def values(self, patient: PatientId, prompt: Prompt) -> dict[str, object]:
        """The day's answers as they stand: a rating, yes or no, or why there is none."""
        entry = await self.diary.for_day(patient, "daily", prompt.about)
        answers = entry.answers if entry else ()
        return {
            each.item: each.rating if each.rating is not None else (each.not_answered or each.yes)
            for each in answers
        }


LEASE_OVER = timedelta(seconds=61)
