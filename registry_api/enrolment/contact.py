"""What consents and settings mean for prompts and queued texts: the one place where it is decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.ids import PatientId
from diary.instruments.catalogue import daily
from diary.prompting.store import PromptStore
from notifications.ids import RecipientId
from notifications.messages import Kind
from notifications.outbox import Outbox
from notifications.suppression import NO_CONSENT, POLICIES
from registry_api.enrolment.consents import Permissions, Purpose, may, permissions
from registry_api.enrolment.profile import Settings
from registry_api.enrolment.store import EnrolmentStore, SignatureStore
from registry_api.mongo import Mongo


@dataclass(frozen=True, slots=True)
class PromptPlan:
    """The daily prompt: its zone, its local time, and the items in the order of asking."""

    time_zone: str
    local_time: time
    items: tuple[str, ...]


def prompt_plan(permitted: Permissions, settings: Settings) -> PromptPlan | None:
    """The daily prompt that consents and settings together ask for; None for no prompt."""
    if settings.prompt_time is None or not may(permitted, Purpose.TEXTS):
        return None
    items = tuple(item.id for item in daily().core(settings.core_items))
    return PromptPlan(settings.time_zone, settings.prompt_time, items)


def unwelcome_kinds(permitted: Permissions) -> list[Kind]:
    """The kinds of text that wait in vain, because what they need is not permitted."""
    texts, trials = may(permitted, Purpose.TEXTS), may(permitted, Purpose.TRIAL_CONTACT)
    return [
        kind
        for kind, policy in POLICIES.items()
        if (policy.needs_texts and not texts) or (policy.needs_trial_contact and not trials)
    ]


class Contact:
    """Keeps prompts, queued texts, matching and the profile's mirror in step with consents and settings."""

    def __init__(self, mongo: Mongo, prompts: PromptStore, outbox: Outbox) -> None:
        self._signatures = SignatureStore(mongo.database)
        self._enrolments = EnrolmentStore(mongo.database)
        self._prompts = prompts
        self._outbox = outbox

    async def follow(
        self, patient: PatientId, now: datetime, *, session: AsyncIOMotorClientSession
    ) -> Permissions:
        """To be called in every transaction that changes a signature, a setting or the profile.

        A schedule that is right already is left alone, so that a pause and a running prompt stay.
        """
        permitted = permissions(await self._signatures.of(patient, session=session), now)
        profile = await self._enrolments.find(patient, session=session)
        unwelcome = unwelcome_kinds(permitted)
        if unwelcome:
            await self._outbox.cancel_queued(
                RecipientId(patient), NO_CONSENT, kinds=unwelcome, session=session
            )
        if profile is None:
            return permitted
        await self._enrolments.mirror(patient, permitted, session=session)
        await self._enrolments.mark_changed(patient, now, session=session)
        await self._follow_plan(patient, prompt_plan(permitted, profile.settings), now, session)
        return permitted

    async def _follow_plan(
        self,
        patient: PatientId,
        plan: PromptPlan | None,
        now: datetime,
        session: AsyncIOMotorClientSession,
    ) -> None:
        if plan is None:
            await self._prompts.clear_schedule(patient, session=session)
            return
        there = await self._prompts.schedule(patient, session=session)
        if there is None or PromptPlan(there.zone, there.local_time, there.core_items) != plan:
            await self._prompts.set_schedule(
                patient, plan.time_zone, plan.local_time, plan.items, now, session=session
            )
