"""Turns a due schedule into an open prompt and a queued text, once."""

from __future__ import annotations

from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.instruments.catalogue import daily
from diary.prompting.store import PromptStore
from diary.prompts import DuePrompt, Prompt
from notifications.ids import RecipientId
from notifications.messages import Draft, Kind
from notifications.outbox import Outbox
from registry_api.enrolment.enrolments import Enrolments
from registry_api.enrolment.permissions import Permissions
from registry_api.enrolment.uses import Use, may
from registry_api.identity.languages import Language
from registry_api.mongo import Mongo

_BATCH = 50


class Prompting:
    """The worker's step for daily prompts."""

    def __init__(
        self,
        mongo: Mongo,
        permissions: Permissions,
        prompts: PromptStore,
        outbox: Outbox,
        enrolments: Enrolments,
    ) -> None:
        self._mongo = mongo
        self._permissions = permissions
        self._prompts = prompts
        self._outbox = outbox
        self._enrolments = enrolments

    async def run_once(self, now: datetime, worker: str) -> int:
        """Deals with what is due, up to one batch; how many schedules that were."""
        due = await self._prompts.claim_due(now, worker, _BATCH)
        profiles = await self._enrolments.profiles([each.patient for each in due])
        for each in due:
            profile = profiles.get(each.patient)
            await self._prompt(each, profile.settings.language if profile else Language.EN, now)
        return len(due)

    async def _prompt(self, due: DuePrompt, language: Language, now: datetime) -> None:
        async def act(session: AsyncIOMotorClientSession) -> None:
            uses = await self._permissions.of(due.patient, now, session=session)
            if not may(uses, Use.TEXT_PROMPTS):
                await self._prompts.advance(due, now, session=session)
                return
            prompt = await self._prompts.open_and_advance(due, now, session=session)
            if prompt is not None:
                await self._outbox.enqueue(prompt_text(prompt, language), now, session=session)

        await self._mongo.transact(act)


def prompt_text(prompt: Prompt, language: Language) -> Draft:
    """The question of a prompt, its items named in the order in which the answer is read."""
    items = [item for name in prompt.items if (item := daily().item(name)) is not None]
    return Draft(
        recipient=RecipientId(prompt.patient),
        kind=Kind.PROMPT,
        template="prompt",
        language=language,
        slots={"items": ", ".join(item.short.in_language(language) for item in items)},
        reason_key=f"prompt:{prompt.id}",
        expires_at=prompt.expires_at,
    )
