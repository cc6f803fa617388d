"""What consents, participation and settings mean for what is under way, followed up in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Protocol

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.days import zone_named
from diary.ids import PatientId
from diary.instruments.catalogue import daily
from diary.prompting.fading import Pace
from diary.prompting.store import PromptStore
from diary.prompts import next_prompt
from notifications.ids import RecipientId
from notifications.messages import Kind
from notifications.outbox import Outbox
from notifications.store import Addresses
from notifications.suppression import NO_CONSENT, POLICIES
from registry_api.enrolment.permissions import Permissions
from registry_api.enrolment.profile import Settings
from registry_api.enrolment.store import EnrolmentStore
from registry_api.enrolment.uses import Use, Uses, may_in_time
from registry_api.identity.store import AccountStore
from registry_api.mongo import Mongo


class Introductions(Protocol):
    """Where people's requests to be introduced are kept."""

    async def take_back(
        self, patient: PatientId, now: datetime, *, session: AsyncIOMotorClientSession
    ) -> int:
        """Takes back every request of a patient that stands; how many they were."""
        ...


@dataclass(frozen=True, slots=True)
class PromptPlan:
    """The daily prompt: its zone, its local time, and the items in the order of asking."""

    time_zone: str
    local_time: time
    items: tuple[str, ...]


def prompt_plan(uses: Uses, settings: Settings) -> PromptPlan | None:
    """The daily prompt that consents and settings together ask for; None for no prompt."""
    if settings.prompt_time is None or not may_in_time(uses, Use.TEXT_PROMPTS):
        return None
    items = tuple(item.id for item in daily().core(settings.core_items))
    return PromptPlan(settings.time_zone, settings.prompt_time, items)


def unwelcome_kinds(uses: Uses) -> list[Kind]:
    """The kinds of text that wait in vain, because what they need is not permitted."""
    texts, alerts = may_in_time(uses, Use.TEXT_PROMPTS), may_in_time(uses, Use.ALERT_TRIALS)
    return [
        kind
        for kind, policy in POLICIES.items()
        if (policy.needs_texts and not texts) or (policy.needs_trial_contact and not alerts)
    ]


class Contact:
    """Keeps prompts, queued texts, introductions, matching and the profile's marks in step."""

    def __init__(
        self,
        mongo: Mongo,
        permissions: Permissions,
        prompts: PromptStore,
        outbox: Outbox,
        introductions: Introductions,
    ) -> None:
        self._permissions = permissions
        self._accounts = AccountStore(mongo.database)
        self._addresses = Addresses(mongo.database)
        self._enrolments = EnrolmentStore(mongo.database)
        self._prompts = prompts
        self._outbox = outbox
        self._introductions = introductions

    async def follow(self, patient: PatientId, now: datetime, *, session: AsyncIOMotorClientSession) -> Uses:
        """To be called in each transaction that changes a signature, participation, a setting or the profile.

        A schedule that is right already is left alone, so that a running prompt stays. What a pause holds is
        let go where there is none.
        """
        uses = await self._permissions.of(patient, now, session=session)
        await self._follow_texts(patient, uses, now, session)
        if not may_in_time(uses, Use.INTRODUCE):
            await self._introductions.take_back(patient, now, session=session)
        profile = await self._enrolments.find(patient, session=session)
        if profile is None:
            return uses
        await self._enrolments.mirror(patient, uses, session=session)
        await self._enrolments.mark_changed(patient, now, session=session)
        await self._follow_plan(patient, prompt_plan(uses, profile.settings), uses, now, session)
        return uses

    async def prompt_daily(
        self, patient: PatientId, now: datetime, *, session: AsyncIOMotorClientSession
    ) -> bool:
        """Brings the daily prompt back where it had become rarer; False where it had not."""
        found = await self._prompts.pace(patient, session=session)
        if found is None or found.pace is Pace.DAILY:
            return False
        await self._prompts.heard(patient, now, session=session)
        return True

    async def _follow_texts(
        self, patient: PatientId, uses: Uses, now: datetime, session: AsyncIOMotorClientSession
    ) -> None:
        """Cancels what waits in vain, and makes an intent to text that is not committed yet start again.

        The relay reads consents before it writes the number's document; this write makes it read them anew.
        """
        unwelcome = unwelcome_kinds(uses)
        if unwelcome:
            await self._outbox.cancel_queued(
                RecipientId(patient), NO_CONSENT, kinds=unwelcome, session=session
            )
        account = await self._accounts.find(patient, session=session)
        if account is not None:
            await self._addresses.interrupt(account.number, session=session)
        if uses.paused_until is None:
            await self._outbox.release_paused(RecipientId(patient), now, session=session)

    async def _follow_plan(
        self,
        patient: PatientId,
        plan: PromptPlan | None,
        uses: Uses,
        now: datetime,
        session: AsyncIOMotorClientSession,
    ) -> None:
        if plan is None:
            await self._prompts.clear_schedule(patient, session=session)
            return
        there = await self._prompts.schedule(patient, session=session)
        if there is None or PromptPlan(there.zone, there.local_time, there.core_items) != plan:
            there = await self._prompts.set_schedule(
                patient, plan.time_zone, plan.local_time, plan.items, now, session=session
            )
        if uses.paused_until:
            await self._prompts.heard(patient, now, session=session)
        if uses.paused_until or there.next_at > next_prompt(now, zone_named(there.zone), there.local_time):
            await self._prompts.pause(patient, uses.paused_until or now, session=session)
